// The machines of a unit are ranked and counted from one index: no row of a
// machine is read that is not shown, and none of another unit.
#include <doctest/doctest.h>

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
  const auto plan = hub.write([&](store::Connection& c) { return c.plan_for_test(kRankedPageByWords); }).value();
  CAPTURE(plan);
  CHECK(plan.find("(tenant_id=? AND unit_id=?)") != plan.npos);
  CHECK(plan.find("SCAN m") == plan.npos);
}

}  // namespace
}  // namespace khien::estate
