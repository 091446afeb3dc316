// Scripts that are written to be too much for a reader.
#include "script.hpp"

#include <doctest/doctest.h>

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

}  // namespace
}  // namespace khien::watch
