#include "change_queue.hpp"

#include <doctest/doctest.h>

namespace khien::agent {
namespace {

TEST_CASE("the first write is due at once, and once") {
  ChangeQueue queue;
  CHECK(queue.add("/a", seconds(10)));
  CHECK(queue.add("/a", seconds(10)));
  CHECK(queue.take(seconds(10)) == "/a");
  CHECK_FALSE(queue.take(seconds(10)));
  CHECK_FALSE(queue.next_due());
}

TEST_CASE("a path that keeps changing is looked at ever more rarely, but for ever") {
  ChangeQueue queue;
  int looks = 0;
  std::int64_t last = 0;
  std::int64_t longest = 0;
  for (std::int64_t second = 0; second < 3'600; ++second) {
    queue.add("/log", seconds(second));
    if (!queue.take(seconds(second))) continue;
    ++looks;
    longest = std::max(longest, second - last);
    last = second;
  }
  CHECK(looks >= 15);
  CHECK(looks <= 30);
  CHECK(longest <= 301);
}

TEST_CASE("after it was quiet a path is due at once again") {
  ChangeQueue queue;
  for (std::int64_t second = 0; second < 100; ++second) {
    queue.add("/log", seconds(second));
    queue.take(seconds(second));
  }
  while (queue.next_due()) queue.take(*queue.next_due());
  queue.add("/log", seconds(5'000));
  CHECK(queue.take(seconds(5'000)) == "/log");
}

TEST_CASE("the oldest comes first") {
  ChangeQueue queue;
  queue.add("/b", seconds(1));
  queue.add("/a", seconds(2));
  CHECK(queue.take(seconds(3)) == "/b");
  CHECK(queue.take(seconds(3)) == "/a");
}

TEST_CASE("a path that is gone is forgotten") {
  ChangeQueue queue;
  queue.add("/a", seconds(1));
  queue.forget("/a");
  queue.forget("/b");
  CHECK_FALSE(queue.take(seconds(9)));
  CHECK(queue.size() == 0);
}

TEST_CASE("there is a limit, and quiet paths make room") {
  ChangeQueue queue;
  for (std::size_t i = 0; i < ChangeQueue::kMaxPaths; ++i) CHECK(queue.add("/" + std::to_string(i), seconds(1)));
  CHECK_FALSE(queue.add("/one more", seconds(1)));
  while (queue.take(seconds(1))) {
  }
  CHECK(queue.add("/one more", seconds(100)));
  CHECK(queue.size() == 1);
}

}  // namespace
}  // namespace khien::agent
