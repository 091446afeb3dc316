// Scripts that are written to be too much for a reader.
#include "script.hpp"

#include <doctest/doctest.h>

#include "khien/core/bytes.hpp"
#include "style.hpp"

namespace khien::watch {
namespace {

TEST_CASE("texts of texts of texts end before they fill the memory") {
  std::string script = "location;a='" + std::string(1'000, 'x') + "';";
  for (char name = 'b'; name < 'z'; ++name) {
    const std::string before(1, static_cast<char>(name - 1));
    script += std::string(1, name) + "=" + before + ".concat(";
    for (int i = 0; i < 400; ++i) script += before + ",";
    script += before + ");";
  }
  script += "location=z";
  CHECK_FALSE(location_of_script(script));
  std::string lists = "a='" + std::string(1'000, 'x') + "';";
  for (char name = 'b'; name < 'z'; ++name) {
    const std::string before(1, static_cast<char>(name - 1));
    lists += std::string(1, name) + "=[";
    for (int i = 0; i < 400; ++i) lists += before + ",";
    lists += before + "].join('');";
  }
  CHECK(unfolded_script(lists + "eval(y)").size() < 1u << 20);
}

TEST_CASE("many clicks on what has no address are not looked at for ever") {
  std::string script = "a.href;";
  while (script.size() < 250'000) script += "a.click();";
  CHECK_FALSE(location_of_script(script));
  CHECK(location_of_script("a.href='https://x.test/';a.click()") == "https://x.test/");
}

TEST_CASE("where a click anywhere leads is told, and where a click on one thing leads is not") {
  CHECK(opened_by_any_click("document.addEventListener(\"click\",function(){if(!a){window.open(\"https://x.test/\")}})") == "https://x.test/");
  CHECK(opened_by_any_click("document.onclick=function(){location.href='https://x.test/'}") == "https://x.test/");
  CHECK(opened_by_any_click("var u='https://x.test/';$('body').click(function(){location.assign(u)})") == "https://x.test/");
  CHECK_FALSE(opened_by_any_click("button.addEventListener(\"click\",function(){window.open(\"https://x.test/\")})"));
  CHECK_FALSE(opened_by_any_click("document.addEventListener('click',close);menu.addEventListener('click',()=>window.open('https://x.test/'))"));
}

std::vector<std::string> addresses_of(std::string_view script) {
  std::vector<std::string> found;
  addresses_in_script(script, [&](std::string address) {
    found.push_back(std::move(address));
    return true;
  });
  return found;
}

TEST_CASE("addresses are whole literals, however their letters are written") {
  const auto found = addresses_of("var a=['https://x.test/a','y.test'],b='\\x68ttps:\\/\\/z.test',c='a.b c',d='.k88',e=\"it's 1.5\";// don't\nf=`//w.test/`");
  CHECK(found == std::vector<std::string>{"https://x.test/a", "y.test", "https://z.test", "//w.test/"});
  CHECK(addresses_of("/don't/;u=\"https://x.test/\"") == std::vector<std::string>{"https://x.test/"});
}

TEST_CASE("no number of quotes hides an address, and no script is looked at for ever") {
  std::string quotes = "/";
  while (quotes.size() < 4u << 20) quotes += "\\'\\\"\\`";
  CHECK(addresses_of(quotes + "/;u=\"https://x.test/\"") == std::vector<std::string>{"https://x.test/"});
  std::string slashes(4u << 20, '\\');
  CHECK(addresses_of("'" + slashes + "';u='https://x.test/'").size() == 1);
  std::size_t taken = 0;
  addresses_in_script("a='https://x.test/';b='https://y.test/'", [&](const std::string&) { return ++taken < 1; });
  CHECK(taken == 1);
}

TEST_CASE("what is written to be looked at for ever is looked at once") {
  CHECK(attributes_asked("<style>" + std::string(1u << 20, '[') + "</style>").empty());
  std::string script = "window[\"a\"];y[z]];x=\"" + std::string(60'000, 'a') + "\";";
  for (int i = 0; i < 8'000; ++i) script += "a[x];";
  CHECK(unfolded_script(script).size() < 1u << 20);
  std::string clicks;
  while (clicks.size() < 200'000) clicks += "document.onclick;";
  CHECK_FALSE(opened_by_any_click(clicks + "location"));
}

TEST_CASE("addresses that are coded are told, and what can be read in the open is none of them") {
  CHECK(coded_in_script(R"(var a=atob("aHR0cHM6Ly9hLmV4YW1wbGUvbS5qcw=="))") == std::vector<std::string>{"//a.example/m.js"});
  CHECK(coded_in_script(R"(var a="\x68\x74\x74\x70\x73\x3a\x2f\x2f\x61\x2e\x65\x78\x61\x6d\x70\x6c\x65")") == std::vector<std::string>{"//a.example"});
  CHECK(coded_in_script(R"(var a="elpmaxe.a//:sptth".split("").reverse().join(""))") == std::vector<std::string>{"//a.example"});
  CHECK(coded_in_script(R"(var a="https:\u002F\u002Fa.example\u002Fm.js")").empty());
  CHECK(coded_in_script(R"(var a="https://a.example")").empty());
  // One name, given a long text again and again.
  std::string script = "var a=\"" + to_base64(as_bytes(std::string(40'000, 'A'))) + "\";";
  while (script.size() < 250'000) script += "x=atob(a);";
  CHECK(coded_in_script(script).empty());
}

TEST_CASE("only a script that starts programs does") {
  CHECK(starts_programs(R"(Set s = CreateObject("WScript.Shell"))"));
  CHECK(starts_programs(R"(n = "svchost.exe" : Set f = CreateObject("Scripting.FileSystemObject"))"));
  CHECK_FALSE(starts_programs(R"(Set s = CreateObject("ADODB.Stream") : s.SaveToFile "a.xls")"));
}

TEST_CASE("members are read by the names that a list holds") {
  const std::string script = "var _0x5a=['https://x.test','href','location'];window[_0x5a[2]][_0x5a[1]]=_0x5a[0];";
  CHECK(location_of_script(unfolded_script(script)) == "https://x.test");
}

}  // namespace
}  // namespace khien::watch
