#include "linux/machine_load.hpp"

#include <doctest/doctest.h>

namespace khien::agent {
namespace {

TEST_CASE("load and pressure are read as thousandths") {
  CHECK(load_per_mille("0.52 0.58 0.59 1/389 1234\n", 1) == 520);
  CHECK(load_per_mille("8.00 0.58 0.59 1/389 1234\n", 4) == 2'000);
  CHECK(load_per_mille("8.00", 0) == 8'000);
  CHECK(pressure_per_mille("some avg10=12.30 avg60=0.00 avg300=0.00 total=17\nfull avg10=0.00") == 123);
  for (const char* odd : {"", "x", "-1 0", "nan 1", "inf", "1e99 1", "some avg10=", "some avg10=nan ", "full avg10=12 "}) {
    CHECK(load_per_mille(odd, 1) == 0);
    CHECK(pressure_per_mille(odd) == 0);
  }
}

TEST_CASE("this machine says something, or nothing") {
  const MachineLoad load = machine_load();
  CHECK(load.wait_per_mille <= 1'000);
}

}  // namespace
}  // namespace khien::agent
