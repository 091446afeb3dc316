#include <doctest/doctest.h>

#include "facts.hpp"

namespace khien::duty {
namespace {

UnitFacts unit(double addresses, bool looked_up) {
  UnitFacts facts;
  facts.botnet_addresses = addresses;
  facts.botnet_looked_up = looked_up ? 1 : 0;
  return facts;
}

TEST_CASE("addresses on lists are summed; without a look-up of late there is no figure, and no zero") {
  UnitFacts all = unit(2, true);
  all += unit(0, true);
  all += unit(3, true);
  CHECK(measure_live("botnet_addresses_open", all).part == 5);
  CHECK_FALSE(measure_live("botnet_addresses_open", all).whole);
  CHECK(measure_live("botnet_addresses_open", unit(0, true)).why == Measurement::Why::known);
  CHECK(measure_live("botnet_addresses_open", unit(0, false)).why == Measurement::Why::nothing);
}

}  // namespace
}  // namespace khien::duty
