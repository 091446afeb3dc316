#include <doctest/doctest.h>

#include "facts.hpp"

namespace khien::duty {
namespace {

UnitFacts unit(bool connected, bool regular, double days) {
  UnitFacts facts;
  facts.units_sharing = 1;
  facts.units_connected = connected ? 1 : 0;
  facts.units_regular = regular ? 1 : 0;
  facts.sharing_days = days;
  return facts;
}

TEST_CASE("connected and regular are shares of the units that ought to share; the days are the worst unit's") {
  UnitFacts all = unit(true, true, 0);
  all += unit(true, false, 12);
  all += unit(false, false, 3);
  all += UnitFacts();  // it has no machines
  CHECK(measure_live("sharing_connected", all).part == 2);
  CHECK(measure_live("sharing_connected", all).whole == 3.0);
  CHECK(measure_live("sharing_regular", all).part == 1);
  CHECK(measure_live("malware_shared_days", all).part == 12);
  CHECK(measure_live("malware_shared_days", all).why == Measurement::Why::known);
}

TEST_CASE("where nothing is shared there is no figure, and no zero") {
  CHECK(measure_live("malware_shared_days", UnitFacts()).why == Measurement::Why::nothing);
  CHECK(measure_live("sharing_connected", UnitFacts()).why == Measurement::Why::nothing);
}

}  // namespace
}  // namespace khien::duty
