#include "khien/notice/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "../../flow/test/road.hpp"
#include "khien/core/date.hpp"

namespace khien::notice {
namespace {

using flow::infected;

Rules shipped_rules() {
  std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/content/notices/rules.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  Budget budget({});
  return Rules::from_yaml(text.str(), budget).value();
}

struct FakePost final : Post {
  bool has_mail() const override { return true; }
  bool has_webhook() const override { return with_webhook; }
  Result<void> mail(store::Connection&, TenantId, const Addressee& to, std::span<const Note> notes, Timestamp) override {
    std::string text = to.mail;
    for (const Note& note : notes) text += "|" + (to.vietnamese ? note.title.vi : note.title.en);
    mails.push_back(text);
    return fails ? Result<void>(Error(*fails, "told to fail")) : Result<void>();
  }
  Result<void> webhook(store::Connection&, TenantId, const Note& note, Timestamp) override {
    hooks.push_back(note.title.vi + " " + note.path);
    return {};
  }
  std::vector<std::string> mails, hooks;
  bool with_webhook = false;
  std::optional<Code> fails;
};

struct House {
  House() {
    commune = road.unit(road.root(), "Xã Mỹ Châu");
    soc = account("soc", "soc_operator", road.root());
    officer = account("officer", "unit_officer", commune);
    admin = account("admin", "province_admin", road.root());
    REQUIRE(ask());
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
  Result<Swept> ask() { return sweep(road.hub(), road.scope(), nullptr, rules, post, road.clock().now()); }
  // Every minute, as the hub does.
  void pass(int minutes_in_all, int rhythm = 1) {
    for (int i = 0; i < minutes_in_all; i += rhythm) {
      road.clock().advance(minutes(rhythm));
      const auto swept = ask();
      REQUIRE_MESSAGE(swept, swept.error().what());
    }
  }
  std::vector<Note> notes(UserId user, bool unread = false) {
    return road.read([&](store::Connection& c) { return list_notes(c, road.tenant(), user, rules, {.unread_only = unread}); }).value().items;
  }
  Result<std::int64_t> mark(UserId user, MessageId id, bool acknowledge) {
    return road.write([&](store::Connection& c) {
      return mark_notes(c, road.tenant(), user, std::vector{id.value}, acknowledge, road.clock().now());
    });
  }
  void say(UserId user, const Settings& settings) {
    REQUIRE(road.hub().write([&](store::Connection& c) { return set_settings(c, road.tenant(), user, settings, road.clock().now()); }));
  }
  AgentIdentity machine(std::string_view name) { return road.machine_of(road.scope(), commune, name); }

  flow::Road road;
  Rules rules = shipped_rules();
  FakePost post;
  UnitId commune;
  UserId soc, officer, admin;
};

TEST_CASE("twelve machines with one file: everybody hears of it once, with the number and nothing else") {
  House house;
  const std::string hostile = "/home/nguyen.van.a/\r\nBcc: x@x.vn\n<script>Hồ sơ mật.docx";
  for (int i = 0; i < 12; ++i) house.road.see(house.machine("may-" + std::to_string(i)), {infected(hostile)});
  house.pass(4);
  CHECK(house.notes(house.soc).empty());
  house.pass(3);
  for (const UserId user : {house.soc, house.officer}) {
    const auto notes = house.notes(user);
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].title.vi == "Cùng một mã độc trên 12 máy của Xã Mỹ Châu");
    CHECK(notes[0].title.en == "The same malware on 12 machines of Xã Mỹ Châu");
    CHECK(notes[0].path == "/phat-hien?unit=" + std::to_string(house.commune.value));
    CHECK(notes[0].urgent);
    CHECK(notes[0].count == 12);
  }
  CHECK(house.notes(house.admin).empty());
  house.pass(20, 7);
  CHECK(house.notes(house.soc).size() == 1);
}

TEST_CASE("what was there before the first asking is nobody's news") {
  flow::Road road;
  road.see(road.machine("may"), {infected("/a")});
  FakePost post;
  const auto rules = shipped_rules();
  for (int i = 0; i < 10; ++i) {
    const auto swept = sweep(road.hub(), road.scope(), nullptr, rules, post, road.clock().now());
    REQUIRE(swept);
    CHECK(swept->causes == 0);
    road.clock().advance(minutes(1));
  }
}

TEST_CASE("nobody answers for thirty minutes: the administrator hears of it once, at that minute") {
  House house;
  house.road.see(house.machine("may"), {infected("/a")});
  house.pass(7);
  const auto told = house.notes(house.soc).at(0).told_at;
  while (house.road.clock().now() < told + minutes(29)) {
    house.pass(1);
    CHECK(house.notes(house.admin).empty());
  }
  house.pass(1);
  const auto notes = house.notes(house.admin);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].told_at == told + minutes(30));
  CHECK(notes[0].title.vi == "Chưa ai xác nhận: Có mã độc trên 1 máy của Xã Mỹ Châu");
  CHECK(notes[0].level == 1);
  house.pass(120);
  CHECK(house.notes(house.admin).size() == 1);
  CHECK(house.road.number("SELECT count(*) FROM notice_cause WHERE settled = 0") == 0);
}

TEST_CASE("one of them answers: nobody else is asked, and the answer stays") {
  House house;
  house.road.see(house.machine("may"), {infected("/a")});
  house.pass(10);
  const auto id = house.notes(house.officer).at(0).id;
  REQUIRE(house.mark(house.soc, id, true).value() == 0);
  CHECK_FALSE(house.notes(house.officer).at(0).read_at);
  REQUIRE(house.mark(house.officer, id, false).value() == 1);
  CHECK(house.notes(house.officer, true).empty());
  REQUIRE(house.mark(house.officer, id, true).value() == 1);
  const auto at = house.road.clock().now();
  house.pass(60);
  CHECK(house.mark(house.officer, id, true).value() == 0);
  CHECK(house.notes(house.officer).at(0).acknowledged_at == at);
  CHECK(house.notes(house.admin).empty());
}

TEST_CASE("a file that comes back is told again; one that a person called a false alarm is not") {
  House house;
  const auto agent = house.machine("may");
  house.road.see(agent, {infected("/a")});
  house.pass(10);
  house.road.see(agent, {flow::clean("/a")});
  house.pass(5);
  house.road.see(agent, {infected("/a")});
  house.pass(12);
  CHECK(house.notes(house.soc).size() == 2);
  house.road.see(agent, {infected("/b", "other")});
  for (const auto& finding : house.road.all()) {
    if (finding.subject == "/b") REQUIRE(house.road.decide(finding.id, FindingState::suppressed, "thử"));
  }
  house.pass(12);
  CHECK(house.notes(house.soc).size() == 2);
  house.road.see(agent, {infected("/low", "low", Severity::medium)});
  house.pass(12);
  CHECK(house.notes(house.soc).size() == 2);
}

TEST_CASE("mail and webhook: in the person's language, one mail for all that is due, and only with an address") {
  House house;
  house.post.with_webhook = true;
  house.say(house.soc, {.vietnamese = false, .mail = "soc@mau.gov.vn", .by_mail = true, .quiet = {}});
  const auto agent = house.machine("may");
  auto second = infected("/b", "other");
  second.sha256 = sha256("others");
  house.road.see(agent, {infected("/a"), second});
  house.pass(8);
  REQUIRE(house.post.mails.size() == 1);
  CHECK(house.post.mails[0] == "soc@mau.gov.vn|Malware on 1 machine of Xã Mỹ Châu|Malware on 1 machine of Xã Mỹ Châu");
  CHECK(house.post.hooks.size() == 2);
  CHECK(house.notes(house.soc).size() == 2);
}

TEST_CASE("what cannot be queued is told to nobody, and to everybody at the next asking") {
  House house;
  house.say(house.soc, {.vietnamese = true, .mail = "soc@mau.gov.vn", .by_mail = true, .quiet = {}});
  house.road.see(house.machine("may"), {infected("/a")});
  house.road.clock().advance(minutes(6));
  house.post.fails = Code::unavailable;
  CHECK_FALSE(house.ask());
  CHECK(house.notes(house.soc).empty());
  CHECK(house.notes(house.officer).empty());
  house.post.fails.reset();
  REQUIRE(house.ask());
  CHECK(house.notes(house.soc).size() == 1);
  CHECK(house.notes(house.officer).size() == 1);
}

TEST_CASE("a mail that can never be carried costs itself alone") {
  House house;
  house.say(house.soc, {.vietnamese = true, .mail = "soc@mau.gov.vn", .by_mail = true, .quiet = {}});
  house.road.see(house.machine("may"), {infected("/a")});
  house.post.fails = Code::exhausted;
  house.pass(8);
  CHECK(house.post.mails.size() == 1);
  CHECK(house.notes(house.soc).size() == 1);
  CHECK(house.notes(house.officer).size() == 1);
}

TEST_CASE("a mail says the urgent first and no more than a person reads, and how many are left out") {
  std::vector<Note> notes(kMostMailNotes + 7);
  notes.back().urgent = true;
  const auto mail = notes_of_mail(notes);
  CHECK(mail.said.size() == kMostMailNotes);
  CHECK(mail.said.front().urgent);
  CHECK(mail.left_out == 7);
  CHECK(notes_of_mail(std::span(notes).first(3)).left_out == 0);
}

TEST_CASE("a clock that jumps ahead and back silences nothing") {
  House house;
  const auto real = house.road.clock().now();
  const auto agent = house.machine("may");
  house.road.clock().jump_to(real + days(1));
  house.road.see(agent, {infected("/ahead", "ahead")});
  REQUIRE(house.ask());
  house.road.clock().jump_to(real + minutes(1));
  house.pass(1);
  house.road.see(agent, {infected("/a")});
  const auto site = house.road.site_of(house.road.scope(), house.commune, "https://mychau.mau.gov.vn/");
  REQUIRE(house.road.hub().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO site_case (tenant_id, site_id, unit_id, state, opened_at, entered_at) VALUES (?1, ?2, ?3, 'open', ?4, ?4)",
                   {house.road.tenant(), site, house.commune, house.road.clock().now()}));
    return {};
  }));
  house.pass(10);
  const auto notes = house.notes(house.soc);
  CHECK(std::ranges::count(notes, CauseKind::malware, &Note::kind) >= 1);
  CHECK(house.notes(house.officer).size() >= 2);
  CHECK(std::ranges::count(house.notes(house.officer), CauseKind::site_case, &Note::kind) == 1);
  CHECK(house.road.number("SELECT count(*) FROM notice_mark WHERE source IN ('site_case', 'botnet_case', 'finding_again') AND position > " 
                          "(SELECT max(noted_at) FROM notice_cause)") == 0);
}

TEST_CASE("thousands that wait hide nothing that is urgent, and nothing that is behind them") {
  House house;
  REQUIRE(house.road.hub().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) "
                   "INSERT INTO notice_cause (tenant_id, key, first_key, kind, bundle, level, unit_id, at, count, link_id, noted_at) "
                   "SELECT ?1, 'x:' || i, 'x:' || i, iif(i % 2, 'malware', 'help_asked'), 'b', 0, ?2, ?3, 1, 0, ?4 FROM n",
                   {house.road.tenant(), house.commune, house.road.clock().now() + days(1), house.road.clock().now()}));
    TRY_VOID(c.run("INSERT INTO notice_cause (tenant_id, key, first_key, kind, bundle, level, unit_id, at, count, link_id, noted_at) "
                   "VALUES (?1, 'y', 'y', 'advisory', 'advisory', 0, ?2, ?3, 1, 1, ?3)",
                   {house.road.tenant(), house.commune, house.road.clock().now()}));
    return {};
  }));
  house.road.see(house.machine("may"), {infected("/a")});
  house.pass(8);
  CHECK(house.road.number("SELECT count(*) FROM notice_message WHERE kind = 'malware' AND channel = 'in_page'") == 2);
  for (int i = 0; i < 20; ++i) house.pass(30, 30);
  CHECK(house.road.number("SELECT count(*) FROM notice_message WHERE kind = 'advisory'") > 0);
}

TEST_CASE("asked at odd times it says the same") {
  std::vector<std::vector<std::string>> said;
  for (const int rhythm : {1, 3, 11}) {
    House house;
    const auto a = house.machine("a"), b = house.machine("b");
    const auto start = house.road.clock().now();
    for (int minute = 0; minute < 66; ++minute) {
      if (minute % 13 == 2) house.road.see(minute % 2 == 0 ? a : b, {infected("/x" + std::to_string(minute), "r" + std::to_string(minute % 3))});
      house.road.clock().advance(minutes(1));
      if ((minute + 1) % rhythm == 0) REQUIRE(house.ask());
    }
    house.pass(22, rhythm);
    std::vector<std::string> lines;
    REQUIRE(house.road.hub().read([&](store::Connection& c) {
      return c.query("SELECT m.account_id, m.kind, m.count, m.since, t.cause_id FROM notice_message m "
                     "JOIN notice_told t ON t.message_id = m.id WHERE m.level = 0 ORDER BY 1, 4, 5",
                     {}, [&](const store::Row& row) -> Result<void> {
                       lines.push_back(std::to_string(row.integer(0)) + std::string(row.text(1)) + std::to_string(row.integer(2)) + "@" +
                                       std::to_string(row.integer(3) - start.ms));
                       return {};
                     });
    }));
    CHECK(lines.size() >= 8);
    said.push_back(std::move(lines));
  }
  CHECK(said[0] == said[1]);
  CHECK(said[0] == said[2]);
}

TEST_CASE("what somebody was told is never changed and not removed") {
  House house;
  house.road.see(house.machine("may"), {infected("/a")});
  house.pass(8);
  const auto id = house.notes(house.soc).at(0).id;
  REQUIRE(house.mark(house.soc, id, true));
  const auto refused = [&](store::Sql sql) {
    return !house.road.hub().write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run(sql));
      return {};
    });
  };
  CHECK(refused("UPDATE notice_message SET count = 2"));
  CHECK(refused("UPDATE notice_message SET acknowledged_at = NULL WHERE acknowledged_at IS NOT NULL"));
  CHECK(refused("UPDATE notice_message SET read_at = read_at + 1 WHERE read_at IS NOT NULL"));
  CHECK(refused("UPDATE notice_message SET account_id = 1, unit_id = 99"));
  CHECK(refused("DELETE FROM notice_message"));
  CHECK(refused("UPDATE notice_told SET account_id = 9"));
}

TEST_CASE("a test message goes to oneself, once a minute") {
  House house;
  house.say(house.officer, {.vietnamese = true, .mail = "a@mau.gov.vn", .by_mail = true, .quiet = {}});
  const auto send = [&] {
    return house.road.write([&](store::Connection& c) {
      return send_test(c, house.road.tenant(), house.commune, house.officer, Role::unit_officer, house.rules, &house.post, house.road.clock().now());
    });
  };
  REQUIRE(send());
  CHECK(send().error().code() == Code::exhausted);
  house.road.clock().advance(minutes(1));
  REQUIRE(send());
  CHECK(house.post.mails.size() == 2);
  CHECK(house.notes(house.officer).size() == 2);
  house.pass(3);
  CHECK(house.notes(house.officer).size() == 2);
}

TEST_CASE("settings are what the person said; what is no address is refused") {
  House house;
  const auto of = [&](UserId user, Role role) {
    return house.road.read([&](store::Connection& c) { return settings_of(c, house.road.tenant(), user, role); }).value();
  };
  CHECK(of(house.soc, Role::soc_operator).quiet == QuietHours{});
  CHECK(of(house.officer, Role::unit_officer).quiet == QuietHours{22 * 60, 6 * 60});
  const Settings wanted{.vietnamese = false, .mail = "a.b-c@mau.gov.vn", .by_mail = true, .quiet = {60, 120}};
  house.say(house.officer, wanted);
  CHECK(of(house.officer, Role::unit_officer) == wanted);
  for (const std::string bad : {"a@b.vn\r\nBcc: c@d.vn", "a b@c.vn", "<a@b.vn>", "a@b", "@b.vn", "a@", "a@b..vn", "a@-b.vn", "a@b.vn, c@d.vn"}) {
    CHECK_FALSE(house.road.hub().write([&](store::Connection& c) {
      return set_settings(c, house.road.tenant(), house.officer, {.vietnamese = true, .mail = bad, .by_mail = false, .quiet = {}}, house.road.clock().now());
    }));
  }
  CHECK_FALSE(house.road.hub().write([&](store::Connection& c) {
    return set_settings(c, house.road.tenant(), house.officer, {.vietnamese = true, .mail = "", .by_mail = true, .quiet = {}}, house.road.clock().now());
  }));
}

TEST_CASE("a website that is altered, and altered again") {
  House house;
  const auto site = house.road.site_of(house.road.scope(), house.commune, "https://mychau.mau.gov.vn/");
  REQUIRE(house.road.hub().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO site_case (tenant_id, site_id, unit_id, state, opened_at, entered_at) VALUES (?1, ?2, ?3, 'open', ?4, ?4)",
                   {house.road.tenant(), site, house.commune, house.road.clock().now() + seconds(1)}));
    return {};
  }));
  house.pass(2);
  REQUIRE(house.notes(house.officer).size() == 1);
  CHECK(house.notes(house.officer)[0].title.vi == "Trang web của Xã Mỹ Châu có dấu hiệu bị chèn nội dung");
  CHECK(house.notes(house.officer)[0].path == "/website/vu-viec/1");
  house.pass(3);
  REQUIRE(house.road.hub().write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE site_case SET recurrences = 1, entered_at = ?1", {house.road.clock().now()}));
    return {};
  }));
  house.pass(5);
  REQUIRE(house.notes(house.officer).size() == 2);
  CHECK(house.notes(house.officer)[0].kind == CauseKind::site_returned);
}

}  // namespace
}  // namespace khien::notice
