// The hot reads walk an index: no plan reads a whole table, whatever SQLite's
// planner thinks of the data.
#include <doctest/doctest.h>

#include "finding_statements.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

std::string plan(Road& road, store::Sql sql) {
  return road.write([&](store::Connection& c) { return c.plan_for_test(sql); }).value();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

// A scan of json_each is one of the few roots of a scope.
bool reads_a_whole_table(const std::string& plan) {
  return has(plan, "SCAN f") || has(plan, "SCAN m") || has(plan, "SCAN u") || has(plan, "SCAN a") || has(plan, "SCAN s");
}

TEST_CASE("the first page of all that is open is a walk in order, without a sort") {
  Road road;
  const auto text = plan(road, kOpenWalk.page);
  CAPTURE(text);
  CHECK(has(text, "SEARCH f USING INDEX finding_open (tenant_id=? AND (severity,opened_at)<(?,?))"));
  CHECK_FALSE(has(text, "TEMP B-TREE"));
  CHECK_FALSE(reads_a_whole_table(text));
}

TEST_CASE("the first page of all there is is a walk in order, without a sort") {
  Road road;
  const auto text = plan(road, kAllWalk.page);
  CAPTURE(text);
  CHECK(has(text, "SEARCH f USING INDEX finding_newest (tenant_id=? AND opened_at<?)"));
  CHECK_FALSE(has(text, "TEMP B-TREE"));
  CHECK_FALSE(reads_a_whole_table(text));
}

TEST_CASE("units, machines and owners are reached by their own index") {
  Road road;
  for (const auto& [sql, by] : std::vector<std::pair<store::Sql, std::string_view>>{
           {kOpenOfUnits.page, "finding_open_by_unit (tenant_id=? AND unit_id=?"},
           {kOpenOfUnits.page_by_words, "finding_open_by_unit (tenant_id=? AND unit_id=?"},
           {kAllOfUnits.page, "finding_by_unit (tenant_id=? AND unit_id=?"},
           {kOpenOfMachine.page, "finding_open_by_machine (tenant_id=? AND machine_id=?"},
           {kAllOfMachine.page, "finding_by_machine (tenant_id=? AND machine_id=?"},
           {kOpenOfSite.page, "finding_open_by_site (tenant_id=? AND site_id=?"},
           {kAllOfSite.page, "finding_by_site (tenant_id=? AND site_id=?"},
           {kMine.page, "finding_open_by_owner (tenant_id=? AND owner_id=?"}}) {
    const auto text = plan(road, sql);
    CAPTURE(text);
    CHECK(has(text, by));
    CHECK_FALSE(reads_a_whole_table(text));
  }
}

TEST_CASE("counting a list reads its index alone") {
  Road road;
  for (const store::Sql sql : {kOpenOfUnits.count, kAllOfUnits.count}) {
    const auto text = plan(road, sql);
    CAPTURE(text);
    CHECK_FALSE(reads_a_whole_table(text));
  }
}

}  // namespace
}  // namespace khien::flow
