#include "khien/crawl/frontier.hpp"

#include <doctest/doctest.h>

namespace khien::crawl {
namespace {

std::vector<std::string> drain(Frontier& frontier) {
  std::vector<std::string> urls;
  while (const auto page = frontier.next()) urls.push_back(page->url);
  return urls;
}

Frontier full(std::uint64_t round) {
  Frontier frontier(100, round);
  for (int i = 0; i < 10; ++i) frontier.add({"l" + std::to_string(i), PageOrigin::linked, 1});
  for (int i = 0; i < 10; ++i) frontier.add({"s" + std::to_string(i), PageOrigin::listed, 1});
  frontier.add({"up", PageOrigin::upload, 0});
  frontier.add({"home", PageOrigin::home, 0});
  frontier.add({"bad2", PageOrigin::infected, 0});
  frontier.add({"bad1", PageOrigin::infected, 0});
  return frontier;
}

Frontier again(const Frontier& frontier) {
  Budget budget({});
  JsonDocument document;
  const std::string text = frontier.to_json();
  return Frontier::from_json(document.parse(text, budget).value(), 100).value();
}

TEST_CASE("(1) nothing twice") {
  Frontier frontier(10, 0);
  CHECK(frontier.add({"a", PageOrigin::linked, 1}));
  CHECK_FALSE(frontier.add({"a", PageOrigin::home, 0}));
  CHECK(frontier.next()->url == "a");
  CHECK_FALSE(frontier.add({"a", PageOrigin::linked, 1}));
  CHECK_FALSE(frontier.next());
}

TEST_CASE("(2) what is too much is counted") {
  Frontier frontier(3, 0);
  for (int i = 0; i < 10; ++i) frontier.add({std::to_string(i), PageOrigin::linked, 1});
  CHECK(frontier.known() == 3);
  CHECK(frontier.dropped() == 7);
}

TEST_CASE("(3) named pages as they came, then lists and links by turns, another round in another order") {
  Frontier one = full(1);
  Frontier same = full(1);
  Frontier other = full(2);
  const auto first = drain(one);
  CHECK(first == drain(same));
  CHECK(first != drain(other));
  CHECK(std::vector<std::string>(first.begin(), first.begin() + 4) == std::vector<std::string>{"home", "bad2", "bad1", "up"});
  for (std::size_t i = 4; i < first.size(); ++i) CHECK(first[i][0] == (i % 2 == 0 ? 's' : 'l'));
}

TEST_CASE("near pages come before far ones") {
  Frontier frontier(10, 7);
  for (std::uint32_t depth = 5; depth > 0; --depth) frontier.add({"d" + std::to_string(depth), PageOrigin::linked, depth});
  CHECK(drain(frontier) == std::vector<std::string>{"d1", "d2", "d3", "d4", "d5"});
}

TEST_CASE("kept and taken up again it goes on as it would have") {
  Frontier frontier = full(3);
  for (int i = 0; i < 7; ++i) frontier.next();
  Frontier resumed = again(frontier);
  CHECK(resumed.to_json() == frontier.to_json());
  CHECK_FALSE(resumed.add({"home", PageOrigin::home, 0}));
  CHECK(resumed.add({"new", PageOrigin::linked, 1}) == frontier.add({"new", PageOrigin::linked, 1}));
  CHECK(drain(resumed) == drain(frontier));
}

TEST_CASE("what it could not have written is refused") {
  for (const char* bad : {"{}", "[]", R"({"round":"x","came":"1","linked_turn":false,"dropped":0,"waiting":[],"gone":[]})",
                          R"({"round":"1","came":"1","linked_turn":false,"dropped":0,"waiting":[{"url":"a","origin":"odd","depth":1,"rank":"1"}],"gone":[]})",
                          R"({"round":"1","came":"1","linked_turn":false,"dropped":0,"waiting":[{"url":"a","origin":"home","depth":1,"rank":"1"},{"url":"a","origin":"home","depth":1,"rank":"2"}],"gone":[]})"}) {
    Budget budget({});
    JsonDocument document;
    CHECK_FALSE(Frontier::from_json(document.parse(bad, budget).value(), 100));
  }
}

}  // namespace
}  // namespace khien::crawl
