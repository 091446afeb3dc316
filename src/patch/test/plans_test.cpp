// What this room and the one below it ask of a province's rows, as SQLite walks them. There
// are no statistics, so the planner takes any index that begins with tenant_id: such a
// search reads all of a table, once for each row outside of it.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "../../store/sqlite.hpp"
#include "province.hpp"

namespace khien::patch {
namespace {

// Those with rows for each machine's packages or findings.
constexpr std::array<std::string_view, 8> kLarge{"finding",        "finding_history",       "finding_package", "machine_package", "package",
                                                 "package_judged", "package_vulnerability", "package_lookup"};

// How much there is to judge by a new book: asked once a book.
constexpr std::string_view kOnceABook = "SELECT count(*) FROM package";

std::string_view word_at(std::string_view text, std::size_t at) {
  const auto end = text.find_first_of(" ,()", at);
  return text.substr(at, end == text.npos ? text.npos : end - at);
}

// What the plan calls the large tables of a statement: their aliases, or themselves.
std::vector<std::string_view> names_of_large(std::string_view sql) {
  std::vector<std::string_view> names;
  for (const std::string_view before : {"FROM ", "JOIN ", "UPDATE "}) {
    for (std::size_t at = sql.find(before); at != sql.npos; at = sql.find(before, at + 1)) {
      const auto table = word_at(sql, at + before.size());
      if (std::ranges::find(kLarge, table) == kLarge.end()) continue;
      names.push_back(table);
      const auto behind = at + before.size() + table.size() + 1;
      if (behind < sql.size()) names.push_back(word_at(sql, behind));
    }
  }
  return names;
}

bool reads_all(std::string_view line, const std::vector<std::string_view>& large) {
  const bool scans = line.starts_with("SCAN ");
  if (!scans && !line.starts_with("SEARCH ")) return false;
  if (std::ranges::find(large, word_at(line, scans ? 5 : 7)) == large.end()) return false;
  return scans || line.find("(tenant_id=?)") != line.npos;
}

struct Plans {
  std::size_t statements = 0;
  std::vector<std::string> refused;
};
// Of all statements that the connection was asked so far.
Plans plans_of(store::Connection& connection) {
  Plans plans;
  for (const auto& [sql, kept] : connection.impl().statements) {
    sqlite3_stmt* plan = nullptr;
    const std::string text = "EXPLAIN QUERY PLAN " + std::string(sql);
    REQUIRE(sqlite3_prepare_v2(connection.impl().database, text.c_str(), -1, &plan, nullptr) == SQLITE_OK);
    const auto large = sql == kOnceABook ? std::vector<std::string_view>() : names_of_large(sql);
    ++plans.statements;
    while (sqlite3_step(plan) == SQLITE_ROW) {
      const std::string line = reinterpret_cast<const char*>(sqlite3_column_text(plan, 3));
      if (reads_all(line, large)) plans.refused.push_back(line + "\n    of " + std::string(sql));
    }
    sqlite3_finalize(plan);
  }
  return plans;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += text + "\n";
  return all;
}

// A vulnerability, one that is not told, a letter's receipt, a decision in force.
struct Filled : Province {
  Filled() {
    unit = road.unit(road.root(), "Sở");
    agent = road.machine_of(road.scope(), unit, "a");
    feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
    feeds.debian("CVE-2024-0002", "linux", "6.1.76-1", Severity::high);
    bring();
    tell(agent, {{"openssl", "3.0.10"}, {"bash", "5.2"}});
    id = named("CVE-2024-0001").id;
  }
  UnitId unit;
  AgentIdentity agent;
  AdvisoryId id;
};

TEST_CASE("no statement of a screen reads all rows of a large table") {
  Filled p;
  const auto now = p.road.clock().now();
  const auto plans = p.road.read([&](store::Connection& c) -> Result<Plans> {
    const auto& scope = p.road.scope();
    TRY_VOID(list_advisories(c, scope, {.view = AdvisoryQuery::View::all}, now));
    TRY_VOID(get_advisory(c, scope, p.id, p.unit, now));
    TRY_VOID(count_advisories(c, scope, {}, now));
    TRY_VOID(escalations_to(c, scope, p.road.root(), 10, now));
    TRY_VOID(list_advisory_machines(c, scope, p.id, {}, now));
    TRY_VOID(list_software(c, scope, p.agent.machine, {}));
    return plans_of(c);
  });
  REQUIRE_MESSAGE(plans, plans.error().what());
  CHECK(plans->statements >= 15);
  CHECK_MESSAGE(plans->refused.empty(), joined(plans->refused));
}

TEST_CASE("no statement of the one writer reads all rows of a large table") {
  Filled p;
  const auto now = p.road.clock().now();
  const auto plans = p.road.write([&](store::Connection& c) -> Result<Plans> {
    auto settings = shipped_settings();
    settings.least_severity = Severity::high;
    TRY_VOID(set_settings(c, p.road.tenant(), settings, shipped_settings(), kAnalyst, now));
    const NewDecision word{.kind = DecisionKind::accepted, .machine = {}, .unit = p.unit, .package = {}, .reason = "x", .until = p.day(5)};
    TRY(const auto made, decide(c, p.road.scope(), p.id, kAnalyst, word, now));
    TRY_VOID(acknowledge(c, p.road.scope(), p.id, p.unit, kAnalyst, "", now));
    TRY_VOID(remind(c, p.road.scope(), p.id, {}, kAnalyst, now));
    TRY_VOID(review(c, p.road.tenant(), shipped_settings(), now));
    TRY_VOID(end_decision(c, p.road.scope(), made, kAnalyst, now));
    return plans_of(c);
  });
  REQUIRE_MESSAGE(plans, plans.error().what());
  CHECK(plans->statements >= 30);
  CHECK_MESSAGE(plans->refused.empty(), joined(plans->refused));
}

TEST_CASE("a search by the tenant alone is seen") {
  Filled p;
  const auto plans = p.road.read([&](store::Connection& c) -> Result<Plans> {
    const auto none = [](const store::Row&) -> Result<void> { return {}; };
    TRY_VOID(c.query("SELECT pv.fixed FROM package_vulnerability pv WHERE pv.tenant_id = ?1 AND pv.vulnerability_id + 0 = 7",
                     {p.road.tenant()}, none));
    TRY_VOID(c.query("SELECT count(*) FROM finding WHERE subject = 'x'", {}, none));
    return plans_of(c);
  });
  REQUIRE(plans);
  CHECK(plans->refused.size() >= 2);
}

}  // namespace
}  // namespace khien::patch
