#include "host_gates.hpp"

#include <doctest/doctest.h>

namespace khien::crawl {
namespace {

using Who = HostGates::Who;

TEST_CASE("(1) two at once, and a pause between two starts") {
  HostGates gates(2, milliseconds(100));
  for (std::uint64_t n = 1; n <= 4; ++n) gates.wait("a", n, Who::newcomer, {0});
  CHECK(gates.next({0}, true) == 1);
  CHECK(gates.next({99}, true) == std::nullopt);
  CHECK(gates.next_at(true)->ms == 100);
  CHECK(gates.next({100}, true) == 2);
  CHECK(gates.next({1000}, true) == std::nullopt);
  CHECK_FALSE(gates.next_at(true));
  gates.leave("a");
  CHECK(gates.next({1000}, true) == 3);
}

TEST_CASE("hosts do not wait for each other") {
  HostGates gates(1, seconds(10));
  gates.wait("a", 1, Who::newcomer, {0});
  gates.wait("a", 2, Who::newcomer, {0});
  gates.wait("b", 3, Who::newcomer, {0});
  CHECK(gates.next({0}, true) == 1);
  CHECK(gates.next({0}, true) == 3);
  CHECK(gates.next({0}, true) == std::nullopt);
}

TEST_CASE("who is going on comes first, and comes in when newcomers may not") {
  HostGates gates(1, {0});
  gates.wait("a", 1, Who::newcomer, {0});
  gates.wait("b", 2, Who::newcomer, {0});
  gates.wait("b", 3, Who::going_on, {0});
  CHECK(gates.next({0}, false) == 3);
  CHECK(gates.next({0}, false) == std::nullopt);
  CHECK(gates.next({0}, true) == 1);
  gates.leave("b");
  CHECK(gates.next({0}, true) == 2);
}

TEST_CASE("(2) one that gives up its place keeps nobody out") {
  HostGates gates(1, {0});
  gates.wait("a", 1, Who::newcomer, {0});
  gates.wait("a", 2, Who::newcomer, {0});
  gates.forget("a", 1);
  CHECK(gates.next({0}, true) == 2);
  gates.leave("a");
  gates.forget("a", 9);
  CHECK_FALSE(gates.next_at(true));
}

}  // namespace
}  // namespace khien::crawl
