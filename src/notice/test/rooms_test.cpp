// What other rooms' tables bring: incidents, botnet addresses, requests, help.
#include <doctest/doctest.h>

#include <fstream>

#include "../../flow/test/road.hpp"
#include "khien/notice/sweep.hpp"

namespace khien::notice {
namespace {

struct Silent final : Post {
  bool has_mail() const override { return false; }
  bool has_webhook() const override { return false; }
  Result<void> mail(store::Connection&, TenantId, const Addressee&, std::span<const Note>, Timestamp) override { return {}; }
  Result<void> webhook(store::Connection&, TenantId, const Note&, Timestamp) override { return {}; }
};

struct House {
  House() {
    std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/content/notices/rules.yaml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Budget budget({});
    rules = Rules::from_yaml(text, budget).value();
    commune = road.unit(road.root(), "Xã Mỹ Châu");
    soc = account("soc", "soc_operator", road.root());
    officer = account("officer", "unit_officer", commune);
    second = account("second", "unit_officer", commune);
    leader = account("leader", "leader", road.root());
    pass(1);
  }
  UserId account(std::string_view name, std::string_view role, UnitId unit) {
    UserId id;
    REQUIRE(road.hub().write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                     "VALUES (?1, ?2, ?2, x'00', ?3, '', 0, 0)",
                     {road.tenant(), name, role}));
      id = UserId{c.last_insert_id()};
      TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {road.tenant(), id, unit}));
      return {};
    }));
    return id;
  }
  void run(store::Sql sql, store::Connection::Values values) {
    const auto done = road.hub().write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run(sql, values));
      return {};
    });
    REQUIRE_MESSAGE(done, done.error().what());
  }
  void pass(int minutes_in_all) {
    for (int i = 0; i < minutes_in_all; ++i) {
      road.clock().advance(minutes(1));
      const auto swept = sweep(road.hub(), road.scope(), nullptr, rules, post, road.clock().now());
      REQUIRE_MESSAGE(swept, swept.error().what());
    }
  }
  std::vector<Note> notes(UserId user, CauseKind kind) {
    auto all = road.read([&](store::Connection& c) { return list_notes(c, road.tenant(), user, rules, {.limit = 200}); }).value().items;
    std::erase_if(all, [&](const Note& note) { return note.kind != kind; });
    return all;
  }
  Timestamp now() { return road.clock().now(); }

  flow::Road road;
  Rules rules;
  Silent post;
  UnitId commune;
  UserId soc, officer, second, leader;
};

TEST_CASE("an incident: opened, a task, and its clock at each step; words of people are not passed on") {
  House house;
  const TenantId tenant = house.road.tenant();
  const auto entry = [&](std::string_view what, UserId by) {
    house.run("INSERT INTO incident_entry (tenant_id, incident_id, what, happened_at, recorded_at, user_id, words, told_vi, told_en) "
              "VALUES (?1, 1, ?2, ?3, ?3, ?4, 'MẬT: C:\\Users\\a.docx', 'x', 'x')",
              {tenant, what, house.now(), by});
  };
  house.run("INSERT INTO incident (tenant_id, unit_id, title, search_key, kind, severity, personal_data, state, detected_at, opened_at, source, rule_version) "
            "VALUES (?1, ?2, 'MẬT', 'mat', 'malware', 3, 0, 'open', ?3, ?3, 'person', 'r')",
            {tenant, house.commune, house.now()});
  entry("opened", house.officer);
  house.pass(2);
  for (const UserId user : {house.soc, house.officer, house.second}) {
    const auto notes = house.notes(user, CauseKind::incident_opened);
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].title.vi == "Có sự cố tại Xã Mỹ Châu");
    CHECK(notes[0].path == "/su-co/1");
  }
  house.run("INSERT INTO incident_task (tenant_id, incident_id, words, owner_id, made_by, made_at) VALUES (?1, 1, 'MẬT', ?2, ?3, ?4)",
            {tenant, house.second, house.officer, house.now()});
  house.run("INSERT INTO incident_task (tenant_id, incident_id, words, owner_id, made_by, made_at) VALUES (?1, 1, 'MẬT', ?2, ?2, ?3)",
            {tenant, house.officer, house.now()});
  entry("task", house.officer);
  house.pass(4);
  CHECK(house.notes(house.second, CauseKind::incident_task).size() == 1);
  CHECK(house.notes(house.officer, CauseKind::incident_task).empty());

  house.run("INSERT INTO incident_clock (tenant_id, incident_id, clock, place, applies, due_at, soon_at, late_at, name_vi, name_en, receiver_vi, receiver_en, "
            "content_vi, content_en, basis, rule_version) VALUES (?1, 1, 'first', 1, 1, ?2, ?2, ?2, 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'r')",
            {tenant, house.now() + hours(1)});
  const auto carried = [&](std::string_view level, std::string_view step) {
    entry("escalated", {});
    house.run("INSERT INTO incident_escalation (tenant_id, incident_id, clock, level, step, at, entry_id) "
              "SELECT ?1, 1, 'first', ?2, ?3, ?4, max(id) FROM incident_entry",
              {tenant, level, step, house.now()});
    house.pass(3);
  };
  carried("soon", "unit");
  CHECK(house.notes(house.officer, CauseKind::incident_soon).size() == 1);
  CHECK(house.notes(house.officer, CauseKind::incident_soon)[0].due);
  CHECK(house.notes(house.soc, CauseKind::incident_soon).empty());
  carried("late", "standing_body");
  CHECK(house.notes(house.soc, CauseKind::incident_late).size() == 1);
  carried("day_late", "province");
  CHECK(house.notes(house.leader, CauseKind::incident_unmet).size() == 1);
  house.pass(5);
  CHECK(house.notes(house.soc, CauseKind::incident_late).size() == 1);
  CHECK(house.road.number("SELECT count(*) FROM notice_cause WHERE bundle LIKE '%MẬT%' OR key LIKE '%MẬT%'") == 0);
}

TEST_CASE("a request to a unit, its reminder, and help") {
  House house;
  const TenantId tenant = house.road.tenant();
  house.run("INSERT INTO request (tenant_id, unit_id, title, text, basis, due_day, answer, search_key, made_by, made_at) "
            "VALUES (?1, ?2, 'T', 'X', '', 20800, 'read', 't', ?3, ?4)",
            {tenant, house.road.root(), house.soc, house.now()});
  house.run("INSERT INTO request_unit (tenant_id, request_id, unit_id, state, entered_at) VALUES (?1, 1, ?2, 'sent', ?3)", {tenant, house.commune, house.now()});
  house.pass(3);
  const auto asked = house.notes(house.officer, CauseKind::request);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].path == "/yeu-cau/1");
  CHECK(asked[0].due);
  CHECK(house.notes(house.leader, CauseKind::request).empty());
  house.run("UPDATE request_unit SET reminders = 1, reminded_at = ?1, events = events + 1", {house.now()});
  house.pass(5);
  CHECK(house.notes(house.officer, CauseKind::request_reminder).size() == 1);
  house.run("UPDATE request_unit SET reminders = 2, reminded_at = ?1, events = events + 1", {house.now()});
  house.pass(5);
  CHECK(house.notes(house.officer, CauseKind::request_reminder).size() == 2);

  house.run("INSERT INTO help_request (tenant_id, unit_id, title, about, about_id, page, state, asked_by, asked_at, entered_at, folded) "
            "VALUES (?1, ?2, 'T', 'page', '', '/', 'asked', ?3, ?4, ?4, 't')",
            {tenant, house.commune, house.officer, house.now()});
  house.pass(4);
  CHECK(house.notes(house.soc, CauseKind::help_asked).size() == 1);
  house.run("UPDATE help_request SET state = 'answered', entered_at = ?1, answered_at = ?1, events = events + 1", {house.now()});
  house.pass(4);
  CHECK(house.notes(house.officer, CauseKind::help_answered).size() == 1);
  CHECK(house.notes(house.second, CauseKind::help_answered).empty());
}

TEST_CASE("an address that a unit was sent, once, and again when it comes back") {
  House house;
  house.run("INSERT INTO botnet_case (tenant_id, unit_id, known_unit, source_key, source, address, address_text, state, opened_at, entered_at, first_listed, "
            "open_since, last_listed, search_key) VALUES (?1, ?2, 1, 's', 's', zeroblob(16), '203.0.113.9', 'new', ?3, ?3, 20000, 20000, 20000, 'x')",
            {house.road.tenant(), house.commune, house.now()});
  house.pass(12);
  CHECK(house.notes(house.officer, CauseKind::botnet_case).empty());
  house.run("UPDATE botnet_case SET state = 'sent', entered_at = ?1", {house.now()});
  house.pass(12);
  REQUIRE(house.notes(house.officer, CauseKind::botnet_case).size() == 1);
  CHECK_FALSE(house.notes(house.officer, CauseKind::botnet_case)[0].title.vi.contains("203.0"));
  house.run("UPDATE botnet_case SET state = 'recurred', recurrences = 1, entered_at = ?1", {house.now()});
  house.pass(12);
  CHECK(house.notes(house.officer, CauseKind::botnet_case).size() == 2);
  // Given to another unit, which was told of nothing so far.
  const auto hamlet = house.road.unit(house.road.root(), "Xã Bình An");
  const auto other = house.account("other", "unit_officer", hamlet);
  house.run("UPDATE botnet_case SET unit_id = ?1, state = 'sent', entered_at = ?2, events = events + 1", {hamlet, house.now()});
  house.run("INSERT INTO botnet_case_event (tenant_id, case_id, number, at, event, state, round) VALUES (?1, 1, 1, ?2, 'attributed', 'sent', 1)",
            {house.road.tenant(), house.now()});
  house.pass(12);
  CHECK(house.notes(other, CauseKind::botnet_case).size() == 1);
  CHECK(house.notes(house.officer, CauseKind::botnet_case).size() == 2);
}

TEST_CASE("thousands that are reminded in one moment are all noted") {
  House house;
  constexpr int kMany = 2'500;
  REQUIRE(house.road.hub().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO request (tenant_id, unit_id, title, text, basis, due_day, answer, search_key, made_by, made_at) "
                   "VALUES (?1, ?2, 'T', 'X', '', 20800, 'read', 't', ?3, ?4)",
                   {house.road.tenant(), house.road.root(), house.soc, house.now()}));
    TRY_VOID(c.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?4) "
                   "INSERT INTO request (tenant_id, unit_id, title, text, basis, due_day, answer, search_key, made_by, made_at) "
                   "SELECT ?1, ?2, 'T', 'X', '', 20800, 'read', 't', ?3, ?5 FROM n",
                   {house.road.tenant(), house.road.root(), house.soc, kMany - 1, house.now()}));
    TRY_VOID(c.run("INSERT INTO request_unit (tenant_id, request_id, unit_id, state, entered_at) SELECT ?1, id, ?2, 'sent', ?3 FROM request",
                   {house.road.tenant(), house.commune, house.now()}));
    return {};
  }));
  house.run("UPDATE request_unit SET reminders = 1, reminded_at = ?1, events = events + 1", {house.now() + seconds(1)});
  house.pass(6);
  CHECK(house.road.number("SELECT count(*) FROM notice_cause WHERE key LIKE 'request_reminder:%'") == kMany);
  // And later ones are not behind them.
  house.run("UPDATE request_unit SET reminders = 2, reminded_at = ?1, events = events + 1 WHERE id = 7", {house.now()});
  house.pass(5);
  CHECK(house.road.number("SELECT count(*) FROM notice_cause WHERE key LIKE 'request_reminder:7:%'") == 2);
}

TEST_CASE("thousands of advisories of one review are all noted") {
  House house;
  constexpr int kMany = 2'100;
  const auto told = house.now() + seconds(1);
  REQUIRE(house.road.hub().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "
                   "INSERT INTO advisory (tenant_id, kind, name, title, severity, followed_since, due_day, due_by) "
                   "SELECT ?1, 'letter', 'n' || i, 't', 3, ?3, 20800, 'letter' FROM n",
                   {house.road.tenant(), kMany, told}));
    TRY_VOID(c.run("INSERT INTO advisory_receipt (tenant_id, advisory_id, unit_id, reminded_at) SELECT ?1, id, ?2, ?3 FROM advisory",
                   {house.road.tenant(), house.commune, told}));
    return {};
  }));
  house.pass(6);
  CHECK(house.road.number("SELECT count(*) FROM notice_cause WHERE kind = 'advisory_soon'") == kMany);
}

}  // namespace
}  // namespace khien::notice
