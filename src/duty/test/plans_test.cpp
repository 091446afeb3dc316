// The matrix asks one question a duty and period; each is answered from an index
// alone, in its order, whatever the number of units and years.
#include <doctest/doctest.h>

#include "marks_statements.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

TEST_CASE("a period's marks come from their index, without a row and without sorting") {
  World world;
  for (const store::Sql sql : {kPeriodOfTenant, kPeriodOfScope}) {
    const auto plan = world.write([&](store::Connection& c) { return c.plan_for_test(sql); }).value();
    CAPTURE(plan);
    CHECK(plan.find("USING COVERING INDEX duty_record_by_period (tenant_id=? AND duty=? AND period_from=?") != plan.npos);
    CHECK(plan.find("TEMP B-TREE") == plan.npos);
  }
}

}  // namespace
}  // namespace khien::duty
