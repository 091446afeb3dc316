// What time alone brings: duties, holidays without anybody on duty, test calls.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "../../duty/test/world.hpp"
#include "khien/duty/owed.hpp"
#include "khien/duty/roster_windows.hpp"
#include "khien/notice/sweep.hpp"
#include "khien/roster/needs.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/shifts.hpp"

namespace khien::notice {
namespace {

using duty::kNow;

struct Silent final : Post {
  bool has_mail() const override { return false; }
  bool has_webhook() const override { return false; }
  Result<void> mail(store::Connection&, TenantId, const Addressee&, std::span<const Note>, Timestamp) override { return {}; }
  Result<void> webhook(store::Connection&, TenantId, const Note&, Timestamp) override { return {}; }
};

struct Office {
  Office() {
    std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/content/notices/rules.yaml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Budget budget({});
    rules = Rules::from_yaml(text, budget).value();
    officer = account("officer", "unit_officer", world.commune);
    soc = account("soc", "soc_operator", world.tenant.root);
    deputy = account("deputy", "inspector", world.commune);
  }
  UserId account(std::string_view name, std::string_view role, UnitId unit) {
    return world.write([&](store::Connection& c) -> Result<UserId> {
      TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                     "VALUES (?1, ?2, ?2, x'00', ?3, '', 0, 0)",
                     {world.tenant.tenant, name, role}));
      const UserId id{c.last_insert_id()};
      TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {world.tenant.tenant, id, unit}));
      return id;
    }).value();
  }
  void ask(Timestamp now) {
    const auto swept = sweep(*world.store, *world.whole, world.law(), rules, post, now);
    REQUIRE_MESSAGE(swept, swept.error().what());
  }
  std::vector<Note> notes(UserId user, CauseKind kind) {
    auto all = world.read([&](store::Connection& c) { return list_notes(c, world.tenant.tenant, user, rules, {.limit = 200}); }).value().items;
    std::erase_if(all, [&](const Note& note) { return note.kind != kind; });
    return all;
  }
  std::set<std::string> keys(std::string_view kind) {
    std::set<std::string> all;
    REQUIRE(world.store->read([&](store::Connection& c) {
      return c.query("SELECT key FROM notice_cause WHERE kind = ?1", {kind}, [&](const store::Row& row) -> Result<void> {
        all.emplace(row.text(0));
        return {};
      });
    }));
    return all;
  }

  duty::World world;
  Silent post;
  Rules rules;
  UserId officer, soc, deputy;
};

TEST_CASE("duties: each is told once when it is due soon, and once when it is late; a morning's are one message") {
  Office office;
  std::set<std::string> late;
  for (int day = 0; day < 45; ++day) {
    const Timestamp morning = vietnam_moment(vietnam_day(kNow) + day, 7 * 60);
    const Timestamp now = std::max(kNow, morning);
    office.ask(now);
    office.ask(now + minutes(15));
    const auto today = vietnam_day(now);
    const auto law = office.world.law();
    const auto owed = office.world.read([&](store::Connection& c) { return duty::list_owed(c, *office.world.whole, law, {}, today, now); }).value();
    for (const auto& one : owed) {
      if (one.state != duty::DutyState::overdue || !one.due || *one.due + 1 < vietnam_day(kNow)) continue;
      late.insert("duty_overdue:" + one.duty->id + ":" + std::to_string(one.unit.value) + ":" + std::to_string(one.period_from.days()));
    }
  }
  CHECK(office.keys("duty_overdue") == late);
  CHECK_FALSE(office.keys("duty_soon").empty());
  std::set<std::int64_t> mornings;
  for (const auto kind : {CauseKind::duty_soon, CauseKind::duty_overdue}) {
    for (const Note& note : office.notes(office.officer, kind)) {
      CHECK(mornings.insert(note.told_at.ms * 2 + static_cast<int>(kind == CauseKind::duty_soon)).second);
      CHECK(note.due);
      CHECK(note.path == "/hom-nay?unit=" + std::to_string(office.world.commune.value));
    }
  }
  CHECK_FALSE(mornings.empty());
}

TEST_CASE("before seven nobody is told of a day, and what was late when it first looked is no news") {
  Office office;
  const Timestamp night = vietnam_moment(vietnam_day(kNow) + 1, 6 * 60 + 59);
  office.ask(night);
  CHECK(office.keys("duty_soon").empty());
  office.ask(night + minutes(1));
  CHECK_FALSE(office.keys("duty_soon").empty());
  for (const auto& key : office.keys("duty_overdue")) CHECK_MESSAGE(key.empty(), key);
}

TEST_CASE("a holiday without anybody on duty: told a week ahead and a day ahead, with the minutes; covered, nothing is told") {
  Office office;
  const auto need = [&](UnitId unit) {
    return office.world.write([&](store::Connection& c) {
      return roster::set_settings(c, *office.world.whole, unit, {.need = roster::Need::holidays}, office.soc, kNow);
    });
  };
  REQUIRE(need(office.world.commune));
  const auto windows = office.world.law()->catalogue().calendar().windows(Date::parse("2027-01-01").value(), Date::parse("2027-01-01").value());
  REQUIRE(windows.size() == 1);
  for (int day = 0; day < 45; ++day) {
    const Timestamp now = std::max(kNow, vietnam_moment(vietnam_day(kNow) + day, 7 * 60));
    office.ask(now);
    office.ask(now + minutes(15));
  }
  auto notes = office.notes(office.officer, CauseKind::roster_gap);
  // The holiday of 24 November has its own.
  std::erase_if(notes, [&](const Note& note) { return note.told_at < windows[0].from - days(20); });
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].count == (windows[0].to - windows[0].from).ms / 60'000);
  CHECK(vietnam_day(notes[1].told_at) == windows[0].first_off - 7);
  CHECK(vietnam_day(notes[0].told_at) == windows[0].last_work_before - 1);
  CHECK(notes[0].path == "/lich-truc?unit=" + std::to_string(office.world.commune.value));
}

TEST_CASE("a test call is told to who is on duty, then to the deputy; malware goes to who is on duty too") {
  Office office;
  const auto shift = [&](UserId user, roster::Part part) {
    return office.world.write([&](store::Connection& c) {
      return roster::add_shift(c, *office.world.whole, {.unit = office.world.commune, .span = {kNow, kNow + hours(12)}, .part = part, .person = "Người trực",
                                                        .phone = {}, .user = user},
                               office.soc, kNow);
    });
  };
  REQUIRE(shift(office.officer, roster::Part::main));
  REQUIRE(shift(office.deputy, roster::Part::deputy));
  office.ask(kNow);
  const auto asked = kNow + minutes(3);
  REQUIRE(office.world.write([&](store::Connection& c) { return roster::ask(c, *office.world.whole, office.world.commune, office.soc, asked); }));
  for (int minute = 3; minute < 60; ++minute) {
    REQUIRE(roster::sweep(*office.world.store, kNow + minutes(minute)));
    office.ask(kNow + minutes(minute));
  }
  const auto first = office.notes(office.officer, CauseKind::duty_call), second = office.notes(office.deputy, CauseKind::duty_call);
  REQUIRE(first.size() == 1);
  REQUIRE(second.size() == 1);
  CHECK(first[0].told_at == asked);
  CHECK(second[0].told_at == asked + minutes(15));
  CHECK(first[0].urgent);
}

}  // namespace
}  // namespace khien::notice
