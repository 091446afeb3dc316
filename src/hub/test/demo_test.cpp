#include <algorithm>
#include <set>

#include "demo/ground.hpp"
#include "demo/numbers.hpp"
#include "demo_fixture.hpp"
#include "khien/api/accounts.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/duty_records.hpp"
#include "khien/duty/matrix.hpp"
#include "khien/duty/register_records.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/sample.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/succession.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/roster/shifts.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

std::vector<estate::Unit> units_on(NewHub& hub, Date date) {
  return hub.read([&](store::Connection& c) { return estate::list_units(c, hub.scope(), date); });
}

bool has(const std::vector<estate::Unit>& units, std::string_view name) {
  return std::ranges::find(units, name, &estate::Unit::name) != units.end();
}

std::size_t of_kind(const std::vector<estate::Unit>& units, estate::UnitKind kind) {
  return static_cast<std::size_t>(std::ranges::count(units, kind, &estate::Unit::kind));
}
TEST_CASE("shares are whole numbers whose sum is what was shared") {
  const std::vector<std::int64_t> weights{0, 3, 3, 1, 0, 7};
  const auto shares = demo::shared_out(100, weights);
  std::int64_t sum = 0;
  for (const auto share : shares) sum += share;
  CHECK(sum == 100);
  CHECK(shares.front() == 0);
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < 167; ++i) chosen += demo::is_chosen(i, 128, 167) ? 1 : 0;
  CHECK(chosen == 128);
}

TEST_CASE("the centre is on duty around the clock, and the next holiday has whole rosters and some with holes") {
  NewHub& hub = sample();
  const auto soc = hub.read([&](store::Connection& c) { return roster::coverage_by_unit(c, hub.scope(), {.from = kNow, .to = kNow + days(7)}); });
  const auto windows = hub.read([&](store::Connection& c) -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> gaps;
    TRY_VOID(c.query("SELECT min(from_at), max(to_at) FROM duty_shift WHERE part = 'deputy' AND to_at - from_at > 86400000 GROUP BY from_at ORDER BY 1 LIMIT 1", {},
                     [&](const store::Row& row) -> Result<void> {
                       TRY(const auto all, roster::coverage_by_unit(c, hub.scope(), {.from = row.time(0), .to = row.time(1)}));
                       for (const auto& [unit, one] : all) gaps.push_back(one.coverage.gap_minutes);
                       return {};
                     }));
    return gaps;
  });
  CHECK(std::ranges::any_of(soc, [](const auto& one) { return one.second.coverage.gap_minutes == 0; }));
  CHECK(std::ranges::count(windows, 0) > std::ssize(windows) / 2);
  CHECK(std::ranges::count(windows, 1) > 0);
}

TEST_CASE("the sample province has exactly what it says") {
  NewHub& hub = sample();
  const auto scope = hub.scope();
  const auto units = hub.read([&](store::Connection& c) { return estate::list_units(c, scope); });
  CHECK(units.size() == demo::kUnits);
  CHECK(units.front().name == demo::kProvince);
  CHECK(hub.read([&](store::Connection& c) { return estate::count_devices(c, scope, {}, kNow); }).expected ==
        demo::kDevices);
  CHECK(hub.read([&](store::Connection& c) { return estate::list_sites(c, scope, {}, kNow); }).total ==
        static_cast<std::int64_t>(demo::kSites));

  const auto systems =
      hub.read([&](store::Connection& c) { return estate::list_systems(c, scope, {}, kNow); });
  CHECK(systems.total == static_cast<std::int64_t>(demo::kSystems));
  CHECK(systems.by_level == std::array<std::int64_t, 6>{1, 77, 67, 22, 1, 0});
  CHECK(std::ranges::count_if(systems.items, [](const auto& s) { return s.approved_at.has_value(); }) == 128);
  CHECK(std::ranges::count_if(systems.items, [](const auto& s) { return s.plan_deployed_at.has_value(); }) ==
        94);
}

TEST_CASE("each list shows each state") {
  NewHub& hub = sample();
  const auto scope = hub.scope();
  const Date today = vietnam_day(kNow);
  const auto devices =
      hub.read([&](store::Connection& c) { return estate::count_devices(c, scope, {}, kNow); });
  CHECK(devices.protected_ > 6'800);
  CHECK(devices.unprotected > 500);
  CHECK(devices.unknown > 1'000);
  CHECK(devices.retired > 50);

  const auto sites =
      hub.read([&](store::Connection& c) { return estate::list_sites(c, scope, {.limit = 200}, kNow); });
  const auto labelled = [](const auto& site) { return !site.label.empty(); };
  const auto expired = [&](const auto& site) { return site.label_valid_to && *site.label_valid_to < today; };
  CHECK(std::ranges::count_if(sites.items, labelled) < static_cast<std::ptrdiff_t>(sites.items.size()));
  CHECK(std::ranges::count_if(sites.items, expired) > 5);
  CHECK(std::ranges::count_if(sites.items, expired) < std::ranges::count_if(sites.items, labelled) / 2);

  const auto systems =
      hub.read([&](store::Connection& c) { return estate::list_systems(c, scope, {}, kNow); });
  CHECK(std::ranges::any_of(systems.items,
                            [](const auto& system) { return !estate::warnings_of(system).empty(); }));

  const auto contacts =
      hub.read([&](store::Connection& c) { return estate::list_contacts(c, scope, {.limit = 500}); });
  CHECK(
      std::ranges::any_of(contacts.items, [&](const auto& c) { return c.valid_to && *c.valid_to < today; }));
  CHECK(std::ranges::any_of(contacts.items, [](const auto& c) { return c.around_the_clock; }));
  std::set<UnitId> reachable;
  for (const auto& contact : contacts.items) {
    if (contact.purpose == estate::ContactPurpose::security && !contact.valid_to)
      reachable.insert(contact.unit);
  }
  CHECK(reachable.size() > 80);
  CHECK(reachable.size() < demo::kUnits);
  CHECK(hub.read([&](store::Connection& c) { return estate::list_address_ranges(c, scope, {}); }).total >=
        20);
}

TEST_CASE("the tree of each day is a tree, and that of 2024 is not that of today") {
  NewHub& hub = sample();
  for (const char* text :
       {"2010-01-01", "2024-12-31", "2025-02-28", "2025-03-01", "2025-06-30", "2025-07-01", "2026-11-22"}) {
    CAPTURE(text);
    const auto units = units_on(hub, Date::parse(text).value());
    std::set<UnitId> seen;
    std::set<std::pair<UnitId, std::string>> names;
    for (const auto& unit : units) {
      if (seen.empty()) CHECK_FALSE(unit.parent);
      if (!seen.empty()) CHECK(seen.contains(unit.parent.value_or(UnitId{})));
      CHECK(names.insert({unit.parent.value_or(UnitId{}), unit.name}).second);
      seen.insert(unit.id);
    }
  }

  const auto before = units_on(hub, Date::parse("2024-06-30").value());
  const auto today = units_on(hub, vietnam_day(kNow));
  CHECK(of_kind(before, estate::UnitKind::district) == 9);
  CHECK(of_kind(today, estate::UnitKind::district) == 0);
  CHECK(of_kind(before, estate::UnitKind::commune) > 150);
  CHECK(of_kind(today, estate::UnitKind::commune) == 67);
  CHECK(has(before, "Sở Thông tin và Truyền thông"));
  CHECK_FALSE(has(today, "Sở Thông tin và Truyền thông"));
  CHECK(has(before, "Ban Dân tộc"));
  CHECK(has(today, "Sở Dân tộc và Tôn giáo"));
  CHECK(has(before, "UBND thị trấn An Lộc"));
  CHECK(has(today, "UBND xã An Lộc"));
  CHECK(today.size() == demo::kUnits);
}

TEST_CASE("every kind of succession happened, and the security of the province changed hands") {
  NewHub& hub = sample();
  std::set<estate::SuccessionKind> kinds;
  for (const auto& unit : units_on(hub, Date::parse("2024-06-30").value())) {
    const auto all =
        hub.read([&](store::Connection& c) { return estate::list_successions(c, hub.scope(), unit.id); });
    for (const auto& one : all) {
      kinds.insert(one.kind);
      CHECK(one.decision.find("(dữ liệu mẫu)") != std::string::npos);
    }
  }
  CHECK(kinds.size() == 4);

  std::map<Date, std::string> holders;
  for (const auto& role :
       hub.read([&](store::Connection& c) { return estate::list_unit_roles(c, hub.scope(), {}); })) {
    if (role.role != "standing_security_body") continue;
    holders[role.valid_from] =
        hub.read([&](store::Connection& c) { return estate::get_unit(c, hub.scope(), role.unit); }).name;
  }
  REQUIRE(holders.size() == 2);
  CHECK(holders.begin()->second == "Sở Thông tin và Truyền thông");
  CHECK(holders.rbegin()->second == "Công an tỉnh");
}

TEST_CASE("the matrix shows every state, and duties of districts went to communes by a document") {
  NewHub& hub = sample();
  const auto law = hub.read([&](store::Connection& c) { return shipped()->of(c, hub.tenant()); });
  const auto matrix = [&](Date as_of) {
    return hub.read([&](store::Connection& c) {
      return duty::read_matrix(c, hub.scope(), law, {.unit = {}, .directive = {}, .as_of = as_of}, kNow);
    });
  };
  const auto today = matrix(vietnam_day(kNow));
  CHECK(today.rows.size() == demo::kUnits);
  for (const auto state : duty::kDutyStates) {
    if (state == duty::DutyState::not_applicable) continue;
    CAPTURE(duty::to_string(state));
    CHECK(today.counts[state] > 0);
  }
  CHECK(today.unassigned.empty());

  const auto cells_of = [](const duty::Matrix& in, std::string_view name) -> std::string {
    for (const auto& row : in.rows) {
      if (row.name == name) return row.cells;
    }
    return {};
  };
  const auto spoken_to = [](const std::string& cells) {
    return std::ranges::count_if(cells, [](char c) { return c != '.'; });
  };
  const auto before = matrix(Date::parse("2025-06-30").value());
  CHECK(spoken_to(cells_of(before, "UBND huyện An Bình")) > 5);
  CHECK(cells_of(before, "UBND xã An Lộc").empty());
  CHECK(spoken_to(cells_of(today, "UBND xã An Lộc")) >
        spoken_to(cells_of(before, "UBND thị trấn An Lộc")) + 5);
}

TEST_CASE("every register has records, some wait, and each step of a directive is there to see") {
  NewHub& hub = sample();
  const auto counts =
      hub.read([&](store::Connection& c) { return duty::count_register_records(c, hub.scope()); });
  std::int64_t waiting = 0;
  for (const auto& form : shipped()->shipped().registers()) {
    CAPTURE(form.name);
    REQUIRE(counts.contains(form.name));
    CHECK(counts.at(form.name).approved > 0);
    waiting += counts.at(form.name).waiting;
  }
  CHECK(waiting > 5);

  std::set<duty::DirectiveState> states;
  for (const auto& one : hub.read([&](store::Connection& c) {
         return duty::list_directives(c, hub.scope(), *shipped(), vietnam_day(kNow));
       })) {
    states.insert(one.state);
  }
  CHECK(states.contains(duty::DirectiveState::in_force));
  CHECK(states.contains(duty::DirectiveState::waiting));
  CHECK(states.contains(duty::DirectiveState::draft));

  for (const auto state : {duty::RecordState::approved, duty::RecordState::waiting,
                           duty::RecordState::refused, duty::RecordState::withdrawn}) {
    CAPTURE(duty::to_string(state));
    CHECK(hub.read([&](store::Connection& c) {
               return duty::list_duty_records(c, hub.scope(), {.unit = {}, .state = state});
             })
              .total > 3);
  }
  for (const auto& account :
       hub.read([&](store::Connection& c) { return api::list_accounts(c, hub.tenant()); })) {
    CHECK(account.disabled == (account.username != "admin"));
  }
}

TEST_CASE("the same day gives the same province") {
  const auto digest = [](NewHub& hub) {
    return hub.read([&](store::Connection& c) -> Result<std::string> {
      std::string all;
      const auto add = [&](const store::Row& row) -> Result<void> {
        all += std::string(row.text(0)) + "\n";
        return {};
      };
      TRY_VOID(
          c.query("SELECT name || unit_id || kind || mac || address || serial || note || source FROM device "
                  "ORDER BY id",
                  {}, add));
      TRY_VOID(
          c.query("SELECT name || ifnull(approved_at, '') || ifnull(plan_deployed_at, '') FROM "
                  "information_system ORDER BY id",
                  {}, add));
      TRY_VOID(
          c.query("SELECT unit_id || name || valid_from || ifnull(valid_to, '') FROM unit_version ORDER BY "
                  "unit_id, valid_from",
                  {}, add));
      TRY_VOID(c.query("SELECT name || phone || valid_from FROM contact ORDER BY id", {}, add));
      TRY_VOID(c.query(
          "SELECT hostname || last_seen || enrolled_at || coalesce(last_complete_scan_at, '') || serial "
          "FROM machine ORDER BY id",
          {}, add));
      TRY_VOID(c.query(
          "SELECT f.rule || f.subject || f.state || f.first_seen || f.last_seen || h.at || h.note FROM "
          "finding f JOIN finding_history h ON h.finding_id = f.id ORDER BY f.id, h.number",
          {}, add));
      return to_hex(sha256(all).view());
    });
  };
  NewHub again;
  REQUIRE(loaded(again));
  CHECK(digest(again) == digest(sample()));
}

TEST_CASE("loading is told step by step, noted in the audit log, and done once") {
  NewHub& hub = sample();
  const auto entries = hub.read([&](store::Connection& c) {
    return store::read_audit_before(c, hub.tenant(), 1'000'000, 10, "sample.load");
  });
  CHECK(entries.size() == 1);
  CHECK(hub.read([&](store::Connection& c) { return estate::is_sample(c, hub.tenant()); }));
  CHECK(hub.read([&](store::Connection& c) { return estate::tenant_name(c, hub.tenant()); }) ==
        demo::kProvince);

  KeptConsole console(Language::en);
  CHECK(hub.command({"demo", "load", "--yes"}, console) == 1);
  CHECK(console.complained() == "Error: This hub has the sample data already.\n");
  CHECK(loaded(hub).error().code() == Code::conflict);
}

TEST_CASE("the command makes the people it was asked for and shows their passwords once") {
  NewHub hub;
  KeptConsole console(Language::vi);
  REQUIRE(hub.command({"demo", "load", "--with-users"}, console) == 0);
  CHECK(console.said().find("✓ Hệ thống thông tin") != std::string::npos);
  CHECK(console.said().find("hanh.anloc\t") != std::string::npos);
  const auto accounts = hub.read([&](store::Connection& c) { return api::list_accounts(c, hub.tenant()); });
  CHECK(accounts.size() == 9);
  for (const auto& account : accounts) {
    CHECK(account.must_change_password);
    CHECK_FALSE(account.disabled);
  }
}

TEST_CASE("a hub with a unit of its own is left as it is") {
  NewHub hub;
  REQUIRE(hub.store().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(estate::create_unit(c, hub.scope(), "Sở Thật", estate::UnitKind::department, hub.root(), kNow));
    return {};
  }));
  KeptConsole console(Language::en);
  CHECK(hub.command({"demo", "load"}, console) == 1);
  CHECK(console.complained().find("for a new hub only") != std::string::npos);
  const auto units = hub.read([&](store::Connection& c) { return estate::list_units(c, hub.scope()); });
  CHECK(units.size() == 2);
  CHECK(units.front().name == "Tỉnh Chưa Đặt Tên");
  CHECK_FALSE(hub.read([&](store::Connection& c) { return estate::is_sample(c, hub.tenant()); }));
}

TEST_CASE("where people have begun to work the sample is loaded only when that is said") {
  NewHub hub;
  REQUIRE(hub.store().write([&](store::Connection& c) -> Result<void> {
    SeededRandom random(2);
    TRY_VOID(api::create_account(c,
                                 {.tenant = hub.tenant(),
                                  .username = "lan",
                                  .name = "Lan",
                                  .role = Role::leader,
                                  .scope = {hub.root()}},
                                 {}, kNow, random));
    return {};
  }));
  KeptConsole console(Language::en);
  CHECK(hub.command({"demo", "load"}, console) == 1);
  CHECK(console.complained().find("--yes") != std::string::npos);
  CHECK_FALSE(hub.read([&](store::Connection& c) { return estate::is_sample(c, hub.tenant()); }));
}

TEST_CASE("a clock that is before the days of the sample is told, and nothing is written") {
  NewHub hub(Timestamp{1'767'225'600'000});  // 2026-01-01
  const auto refused = loaded(hub);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Code::invalid);
  CHECK(hub.read([&](store::Connection& c) { return estate::list_units(c, hub.scope()); }).size() == 1);
}

}  // namespace
}  // namespace khien::hub
