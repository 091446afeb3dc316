// The matrix asks one question a duty and period; each is answered from an index
// alone, whatever the number of units and years.
#include <doctest/doctest.h>

#include "marks_statements.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

std::string plan_of(World& world, store::Sql sql) {
  return world.write([&](store::Connection& c) { return c.plan_for_test(sql); }).value();
}

TEST_CASE("a period's marks come from their index, without a row and without sorting") {
  World world;
  for (const store::Sql sql : {kPeriodOfTenant, kPeriodOfScope}) {
    const auto plan = plan_of(world, sql);
    CAPTURE(plan);
    CHECK(plan.find("USING COVERING INDEX duty_record_counting (tenant_id=? AND duty=? AND period_from=?") != plan.npos);
    CHECK(plan.find("TEMP B-TREE") == plan.npos);
  }
}

TEST_CASE("of events only those that are not simply done are read") {
  World world;
  for (const store::Sql sql : {kEventsOfTenant, kEventsOfScope}) {
    const auto plan = plan_of(world, sql);
    CAPTURE(plan);
    CHECK(plan.find("SEARCH r USING COVERING INDEX duty_record_unsettled (tenant_id=? AND duty=?") != plan.npos);
    CHECK(plan.find("SEARCH a USING COVERING INDEX duty_record_counting (tenant_id=? AND duty=? AND period_from=? AND unit_id=?") !=
          plan.npos);
    CHECK(plan.find("TEMP B-TREE") == plan.npos);
  }
}

}  // namespace
}  // namespace khien::duty
