// The machines of a unit are ranked and counted from one index: no row of a
// machine is read that is not shown, and none of another unit.
#include <doctest/doctest.h>

#include "device_statements.hpp"
#include "hub.hpp"
#include "machine_statements.hpp"

namespace khien::estate {
namespace {

TEST_CASE("ranking and counting machines reads their index by unit, and never a whole table") {
  Hub hub;
  for (const store::Sql sql : {kRankedPage, kCountRanked}) {
    const auto plan = hub.write([&](store::Connection& c) { return c.plan_for_test(sql); }).value();
    CAPTURE(plan);
    CHECK(plan.find("SEARCH m USING COVERING INDEX machine_by_unit (tenant_id=? AND unit_id=?)") != plan.npos);
    CHECK(plan.find("SCAN m") == plan.npos);
    CHECK(plan.find("SCAN a") == plan.npos);
  }
}

TEST_CASE("a search reads the machines of the scope, not those of the tenant") {
  Hub hub;
  const auto plan = hub.write([&](store::Connection& c) { return c.plan_for_test(kRankedPageByRows); }).value();
  CAPTURE(plan);
  CHECK(plan.find("(tenant_id=? AND unit_id=?)") != plan.npos);
  CHECK(plan.find("SCAN m") == plan.npos);
}

TEST_CASE("matching a machine reads its own keys and what shares them, and never all devices") {
  Hub hub;
  for (const store::Sql sql : {kCandidates, kRivals}) {
    const auto plan = hub.write([&](store::Connection& c) { return c.plan_for_test(sql); }).value();
    CAPTURE(plan);
    CHECK(plan.find("(tenant_id=?)") == plan.npos);
    CHECK(plan.find("SCAN") == plan.npos);
    CHECK(plan.find("PRIMARY KEY (tenant_id=? AND kind=? AND key=?)") != plan.npos);
  }
}

TEST_CASE("counting devices reads their index by unit and one machine each") {
  Hub hub;
  const auto plan = hub.write([&](store::Connection& c) { return c.plan_for_test(kDeviceGapsByUnit); }).value();
  CAPTURE(plan);
  CHECK(plan.find("SEARCH d USING COVERING INDEX device_by_unit (tenant_id=? AND unit_id=?)") != plan.npos);
  CHECK(plan.find("SEARCH m USING INTEGER PRIMARY KEY (rowid=?)") != plan.npos);
}

}  // namespace
}  // namespace khien::estate
