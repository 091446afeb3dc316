#include "khien/hub/arguments.hpp"

#include <doctest/doctest.h>

namespace khien::hub {
namespace {

const std::vector<OptionSpec> kSpecs = {{"folder", "PATH", {}}, {"json", "", {}}};

Result<Arguments> parse(const std::vector<std::string>& words) { return Arguments::parse(words, kSpecs); }

TEST_CASE("options and words may stand in any order") {
  const auto all = parse({"add", "--folder", "/srv", "lan", "--json"});
  REQUIRE(all);
  CHECK(all->positional() == std::vector<std::string>{"add", "lan"});
  CHECK(all->value("folder") == "/srv");
  CHECK(all->has("json"));
}

TEST_CASE("a value may be joined with an equals sign, and may be empty") {
  CHECK(parse({"--folder=/a=b"})->value("folder") == "/a=b");
  CHECK(parse({"--folder="})->value("folder") == "");
}

TEST_CASE("after -- everything is a word") {
  CHECK(parse({"--", "--folder"})->positional() == std::vector<std::string>{"--folder"});
}

TEST_CASE("what is wrong is named") {
  CHECK(parse({"--fodler", "x"}).error().what() == "there is no option --fodler");
  CHECK(parse({"--folder"}).error().what() == "--folder needs a value: PATH");
  CHECK(parse({"--json=1"}).error().what() == "--json takes no value");
}

}  // namespace
}  // namespace khien::hub
