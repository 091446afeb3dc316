#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "khien/core/json.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/console.hpp"
#include "test/temporary_folder.hpp"

namespace khien::hub {
namespace {

void write(const std::string& path, std::string_view bytes) { std::ofstream(path) << bytes; }

struct Said {
  int code = 0;
  std::string out, err;
};

Said site(std::vector<std::string> words, Language language = Language::en) {
  words.insert(words.begin(), {"site", "judge"});
  KeptConsole console(language);
  const int code = run_command_line(words, console);
  return {code, console.said(), console.complained()};
}

constexpr std::string_view kClean = "<html lang=vi><body><h1>UBND xã</h1><p>Lịch tiếp công dân.</p><a href=/tin>Tin</a></body></html>";
constexpr std::string_view kSpam =
    "<html lang=vi><body><h1>UBND xã</h1><p>Lịch tiếp công dân.</p><a href=/tin>Tin</a><div style='display:none'>"
    "<a href=https://a.example.com/>nhà cái uy tín</a><a href=https://b.example.com/>tại đây</a></div></body></html>";

TEST_CASE("site judge: views and baseline of one address, 0 is nothing, 1 is found, 2 is not read") {
  const TemporaryFolder folder;
  write(folder.path() + "/clean.html", kClean);
  write(folder.path() + "/spam.html", kSpam);
  const std::string clean = folder.path() + "/clean.html", spam = folder.path() + "/spam.html";
  Said said = site({"--view", "desktop=" + clean, "--url", "https://xa.gov.vn/", "--json"});
  CHECK(said.code == 0);
  CHECK(said.out.starts_with("{\"id\":\"https://xa.gov.vn/\",\"class\":\"clean\",\"score\":0,"));
  said = site({"--view", "desktop=" + clean, "--view", "googlebot=" + spam, "--url", "https://xa.gov.vn/"});
  CHECK(said.code == 1);
  CHECK(said.out.starts_with("cloaked\t"));
  CHECK(said.out.contains("https://a.example.com/"));
  said = site({"--view", "desktop=" + spam, "--baseline", clean, "--json"});
  CHECK(said.code == 1);
  CHECK(said.out.contains("\"url\":\"https://a.example.com/\""));
  CHECK(said.out.contains("\"url\":\"https://b.example.com/\""));
  CHECK(site({"--view", "desktop=" + clean, "--baseline", clean}).code == 0);

  CHECK(site({"--view", "desktop=" + folder.path() + "/absent"}).code == 2);
  CHECK(site({"--view", "stranger=" + clean}).code == 2);
  CHECK(site({}).code == 2);
  CHECK(site({"--view", "desktop=" + spam}, Language::vi).out.contains("bị cài nội dung"));
}

TEST_CASE("site judge --batch: a line a row in the rows' order, and figures by label") {
  const TemporaryFolder folder;
  write(folder.path() + "/clean.html", kClean);
  write(folder.path() + "/spam.html", kSpam);
  write(folder.path() + "/index.jsonl",
        "{\"id\":\"a\",\"file\":\"clean.html\",\"label\":\"clean\"}\n\n{\"id\":\"b\",\"file\":\"spam.html\",\"label\":\"gambling-injected\",\"kind\":\"page\",\"other\":[1]}\n"
        "{\"id\":\"c\",\"file\":\"" + folder.path() + "/spam.html\",\"baseline\":\"clean.html\",\"label\":\"clean\"}\n");
  const Said said = site({"--batch", folder.path() + "/index.jsonl", "--labels"});
  CHECK(said.code == 1);
  CHECK(std::ranges::count(said.out, '\n') == 3);
  CHECK(said.out.starts_with("{\"id\":\"a\",\"class\":\"clean\""));
  CHECK(said.out.contains("\n{\"id\":\"b\",\"class\":\"compromised\""));
  CHECK(said.err.contains("label clean: right 1/2 (recall 0.500); clean=1 compromised=1"));
  CHECK(said.err.contains("label gambling-injected: right 1/1 (recall 1.000)"));
  CHECK(said.err.contains("judged gambling: right 1/2 (precision 0.500)"));

  write(folder.path() + "/bad.jsonl", "{\"id\":\"a\"}\n");
  const Said bad = site({"--batch", folder.path() + "/bad.jsonl"});
  CHECK(bad.code == 2);
  CHECK(bad.err.contains("bad.jsonl:1"));
  write(folder.path() + "/missing.jsonl", "{\"id\":\"a\",\"file\":\"none\"}\n{\"id\":\"b\",\"file\":\"clean.html\"}\n");
  const Said missing = site({"--batch", folder.path() + "/missing.jsonl"});
  CHECK(missing.code == 2);
  CHECK(missing.out.contains("\"id\":\"b\""));
}

TEST_CASE("site judge: a page of a hundred megabytes is a named limit, not a failure") {
  const TemporaryFolder folder;
  std::string large;
  while (large.size() < (100u << 20)) large += "<p>Một dòng tin của xã, dài thêm một chút nữa.</p>\n";
  write(folder.path() + "/large.html", large);
  const Said said = site({"--view", "desktop=" + folder.path() + "/large.html", "--json"});
  CHECK(said.code == 2);
  CHECK(said.out.contains("\"class\":\"unknown\""));
  CHECK(said.out.contains("too_large"));
}

}  // namespace
}  // namespace khien::hub
