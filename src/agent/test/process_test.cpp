#include "linux/process.hpp"

#include <doctest/doctest.h>

namespace khien::agent {
namespace {

TEST_CASE("limits that stop threads are known by what the kernel says of the group") {
  CHECK(limits_that_stop("max 100000\n", "max\n").empty());
  CHECK(limits_that_stop("", "").empty());
  CHECK(limits_that_stop("20000 100000\n", "max\n") == "CPUQuota");
  CHECK(limits_that_stop("max 100000\n", "2147483648\n") == "MemoryHigh");
  CHECK(limits_that_stop("20000 100000\n", "2147483648\n") == "CPUQuota, MemoryHigh");
  (void)limits_that_stop();
}

}  // namespace
}  // namespace khien::agent
