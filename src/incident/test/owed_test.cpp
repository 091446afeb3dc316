// What is owed stays owed: whoever closes, lowers, types a time back or writes afterwards.
#include "office.hpp"

namespace khien::incident {
namespace {

const Timestamp kT0 = at("2026-11-26T08:30:00+07:00");

std::int64_t carried(Office& office, IncidentId id) {
  return std::ranges::count(office.timeline(id), What::escalated, &IncidentEntry::what);
}
Result<void> close_at(Office& office, IncidentId id, Timestamp when) {
  return office.attempt([&](store::Connection& c) {
    return move_incident(c, office.scope(), id, {.state = State::closed, .words = "chưa gửi", .cause = "x", .lesson = "", .happened_at = when}, office.analyst, office.now);
  });
}
IncidentTotals totals(Office& office) {
  return office.read([&](store::Connection& c) { return total_incidents(c, office.scope(), {}, kT0 - days(9), kT0 + days(9), office.now); }).value();
}
Result<void> lower(Office& office, IncidentId id) {
  return office.attempt([&](store::Connection& c) {
    return update_incident(c, office.scope(), office.rules(), id, {.title = {}, .kind = {}, .severity = Severity::low, .traits = {}, .findings = {}}, office.analyst, office.now);
  });
}

TEST_CASE("a closing that is typed back takes no late clock out of the figures, and the report is still recorded") {
  Office office;
  const auto id = office.open(office.suspicion());
  office.now = kT0 + hours(50);
  REQUIRE(close_at(office, id, kT0 + hours(12)));
  CHECK(office.states(id) == "initial late; report running");
  CHECK(office.detail(id).incident.late == 1);
  CHECK(totals(office).clocks_due == 1);
  CHECK(totals(office).clocks_in_time == 0);
  CHECK(totals(office).mean_minutes_to_close == 12 * 60);
  // Closed, the clock of 72 hours goes on.
  CHECK(sweep(*office.hub, kT0 + hours(97)).value() == 3);
  office.now = kT0 + hours(97);
  CHECK(office.states(id) == "initial late; report late");
  REQUIRE(office.report(id, "initial", office.now));
  REQUIRE(office.report(id, "report", office.now));
  CHECK(office.states(id) == "initial met_late; report met_late");
  CHECK(office.detail(id).incident.state == State::closed);
  CHECK(office.detail(id).incident.late == 0);
  CHECK(office.told(id).ends_with("escalated escalated escalated reported reported"));
  CHECK(why(office.report(id, "no_such", office.now)) == "This incident has no such clock.");
}

TEST_CASE("a report to somebody who is not the clock's receiver is kept, and the clock runs on") {
  Office office;
  const auto id = office.open(office.suspicion());
  office.now = kT0 + hours(2);
  REQUIRE(office.report(id, "initial", office.now, Step::unit, "Sở Khoa học và Công nghệ"));
  CHECK(office.states(id) == "initial running; report running");
  CHECK(office.detail(id).reports.size() == 1);
  CHECK_FALSE(office.detail(id).first_reported_at);
  CHECK(office.timeline(id).front().told.vi.find("không tính vào hạn: nơi nhận theo quy định là Cơ quan chuyên trách") != std::string::npos);
  CHECK(sweep(*office.hub, kT0 + hours(24) + minutes(1)).value() == 2);
  office.now = kT0 + hours(25);
  REQUIRE(office.report(id, "initial", kT0 + hours(3), Step::standing_body, "phòng AN NINH MẠNG (PA05), công an tỉnh"));
  CHECK(office.states(id) == "initial met; report running");
}

TEST_CASE("a recipient names the receiver by a word of it, whole") {
  const std::vector<std::string> words{"bộ công an", "a05"};
  for (const char* yes : {"Bộ Công an", "BO CONG AN", "Cục A05", "(A05)", "Lãnh đạo Bộ Công an, Hà Nội"}) CHECK_MESSAGE(names_receiver(words, yes), yes);
  for (const char* no : {"PA05", "A055", "Bộ Công", "Công an xã", ""}) CHECK_MESSAGE(!names_receiver(words, no), no);
  CHECK(names_receiver({}, "ai cũng được"));
}

TEST_CASE("the report of cause names a cause: its own, or what the incident's is") {
  Office office;
  const auto id = office.open(office.suspicion());
  office.now = kT0 + hours(2);
  CHECK(why(office.report(id, "report", office.now, Step::unit, "A05", "")) == "This report names the cause: say first what is known of it.");
  const auto refused = office.report(id, "report", office.now, Step::unit, "A05", "");
  REQUIRE(refusal_of(refused.error()) != nullptr);
  CHECK(refusal_of(refused.error())->field == "cause");
  CHECK(office.detail(id).reports.empty());
  // One of the chain, to somebody else, needs none yet.
  REQUIRE(office.report(id, "report", office.now, Step::unit, "Sở Khoa học", ""));
  CHECK(why(office.attempt([&](store::Connection& c) {
    return update_incident(c, office.scope(), office.rules(), id, {.title = {}, .kind = {}, .severity = {}, .traits = {}, .findings = {}, .cause = " "}, office.analyst, office.now);
  })) == "Say what the cause is.");
  REQUIRE(office.attempt([&](store::Connection& c) {
    return update_incident(c, office.scope(), office.rules(), id, {.title = {}, .kind = {}, .severity = {}, .traits = {}, .findings = {}, .cause = "Mật khẩu yếu"}, office.analyst, office.now);
  }));
  CHECK(office.detail(id).cause == "Mật khẩu yếu");
  CHECK(office.timeline(id).front().told.vi == "Nguyên nhân: Mật khẩu yếu");
  REQUIRE(office.report(id, "report", office.now, Step::unit, "A05", ""));
  CHECK(office.states(id) == "initial running; report met");
  // What a later one names becomes the incident's, with a line.
  REQUIRE(office.report(id, "report", office.now, Step::unit, "A05", "Lộ khóa SSH"));
  CHECK(office.detail(id).cause == "Lộ khóa SSH");
  // Of a closed one the cause stands, and closing says it anew.
  CHECK(why(office.move(id, State::closed)) == "Name the root cause to close it.");
  REQUIRE(office.move(id, State::closed, "Khóa SSH lộ trên mạng", "chưa gửi thông báo ban đầu"));
  REQUIRE(office.report(id, "report", office.now, Step::unit, "A05", "Khác"));
  CHECK(office.detail(id).cause == "Khóa SSH lộ trên mạng");
}

TEST_CASE("the first lines of a timeline are its first, and it says how many there are") {
  Office office;
  const auto id = office.open(office.suspicion());
  for (int i = 0; i < 5; ++i) {
    office.now = office.now + minutes(1);
    REQUIRE(office.attempt([&](store::Connection& c) -> Result<void> {
      TRY_VOID(note_incident(c, office.scope(), id, {.words = "dòng " + std::to_string(i), .happened_at = {}, .evidence = {}}, office.analyst, office.now));
      return {};
    }));
  }
  const auto page = office.read([&](store::Connection& c) { return first_lines(c, office.scope(), id, 3); }).value();
  CHECK(page.total == 6);
  REQUIRE(page.items.size() == 3);
  CHECK(page.items[0].what == What::opened);
  CHECK(page.items[2].words == "dòng 1");
  CHECK_FALSE(office.read([&](store::Connection& c) { return first_lines(c, office.scope_of(office.other), id, 3); }));
}

TEST_CASE("the report that was sent first counts, in whatever order they are recorded, and both times are told") {
  Office office;
  const auto id = office.open(office.suspicion());
  office.now = kT0 + hours(26);
  REQUIRE(office.report(id, "initial", office.now));
  CHECK(office.states(id) == "initial met_late; report running");
  office.now = kT0 + hours(27);
  REQUIRE(office.report(id, "initial", kT0 + hours(1)));
  CHECK(office.states(id) == "initial met; report running");
  const auto detail = office.detail(id);
  CHECK(detail.first_reported_at == kT0 + hours(1));
  REQUIRE(detail.reports.size() == 2);
  CHECK(detail.reports[1].sent_at == kT0 + hours(1));
  CHECK(detail.reports[1].recorded_at == office.now);
  const auto lines = office.timeline(id);
  CHECK(std::ranges::any_of(lines, [](const auto& line) { return line.told.vi.find("lúc 09:30 26/11/2026") != std::string::npos && line.told.vi.find("ghi vào hệ thống lúc 11:30 27/11/2026") != std::string::npos; }));
  // A later one changes nothing.
  REQUIRE(office.report(id, "initial", kT0 + hours(2)));
  CHECK(office.detail(id).clocks[0].times.met.value_or(Timestamp{}) == kT0 + hours(1));
}

TEST_CASE("an incident is not detected later than the first of its findings") {
  Office office;
  const auto machine = office.machine("may", office.commune);
  const auto older = office.finding(machine, office.commune, Severity::high, office.now - hours(30), "a");
  const auto newer = office.finding(machine, office.commune, Severity::high, office.now - hours(2), "b");
  auto asked = office.suspicion();
  asked.findings = {newer, older};
  const auto attempt = [&] {
    return office.attempt([&](store::Connection& c) -> Result<void> {
      TRY_VOID(open_incident(c, office.scope(), office.rules(), asked, office.analyst, office.now));
      return {};
    });
  };
  const std::string refusal = "A finding was seen before that: the incident cannot have been detected later than the first of its findings.";
  CHECK(why(attempt()) == refusal);
  asked.detected_at = office.now - hours(30) + milliseconds(1);
  CHECK(why(attempt()) == refusal);
  CHECK(office.list({}).total == 0);
  asked.detected_at = office.now - hours(30);
  CHECK(why(attempt()).empty());
}

TEST_CASE("what is written down afterwards is carried up only when there was time to say that it was reported") {
  Office office;
  auto asked = office.suspicion();
  asked.detected_at = kT0 - hours(50);
  const auto reported = office.open(asked);
  const auto silent = office.open(asked);
  office.now = kT0 + minutes(59);
  CHECK(sweep(*office.hub, office.now).value() == 0);
  REQUIRE(office.report(reported, "initial", kT0 - hours(49)));
  CHECK(office.states(reported).starts_with("initial met;"));
  office.now = kT0 + hours(1);
  // Late by more than a day: the standing body and the province, nothing of soon, and none before it was opened.
  CHECK(sweep(*office.hub, office.now).value() == 2);
  CHECK(carried(office, reported) == 0);
  CHECK(carried(office, silent) == 2);
  for (const auto& line : office.timeline(silent)) CHECK(line.happened_at >= kT0);
}

TEST_CASE("a late clock is not put away by a lower severity") {
  Office office;
  const auto id = office.open(office.suspicion(Severity::critical));
  office.now = kT0 + minutes(61);
  REQUIRE(lower(office, id));
  CHECK(office.states(id) == "preliminary late; report running");
  CHECK(office.detail(id).incident.late == 1);
  CHECK(office.timeline(id).front().told.en.find("still owed, it is late: ") != std::string::npos);
  CHECK(totals(office).clocks_due == 1);
  CHECK(sweep(*office.hub, kT0 + minutes(60) + hours(24)).value() == 1);
}

TEST_CASE("REPLACE takes no row away past the triggers that keep it") {
  Office office;
  const auto id = office.open(office.suspicion());
  REQUIRE(office.report(id, "initial", office.now));
  const auto replace = [&](store::Sql sql) {
    const auto done = office.attempt([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run(sql, {}));
      return {};
    });
    CHECK_FALSE_MESSAGE(done.has_value(), std::string(sql.text()));
  };
  replace("REPLACE INTO incident_entry SELECT id, tenant_id, incident_id, what, happened_at, recorded_at, user_id, 'x', told_vi, told_en FROM incident_entry");
  replace("INSERT OR REPLACE INTO incident_report SELECT * FROM incident_report");
  replace("INSERT OR REPLACE INTO incident_clock SELECT * FROM incident_clock");
  CHECK(office.timeline(id).back().words == "Nghi có mã độc");
}

TEST_CASE("a rule's incident that is full keeps back no other") {
  Office office;
  Budget budget({.depth = 16, .entries = 10'000});
  const auto opening = read_opening_rules("rules:\n  - id: one\n    title: { vi: Máy, en: Machine }\n    why: { vi: A, en: A }\n    kind: malware\n    severity: high\n    open: true\n"
                                          "    findings: { judge: scan, least: medium, on: machine, same: content, assets: 1, within_hours: 24 }\n", budget).value();
  const auto run = [&] {
    std::int64_t touched = -1;
    office.write([&](store::Connection& c) -> Result<void> {
      TRY(touched, open_proposals(c, office.scope(), office.rules(), opening, office.now));
      return {};
    });
    return touched;
  };
  office.finding(office.machine("a", office.commune), office.commune, Severity::medium, office.now - hours(2), "one");
  CHECK(run() == 1);
  office.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4999) INSERT INTO incident_finding (tenant_id, incident_id, finding_id, "
                   "unit_id, judge, rule, subject, severity, asset_name, first_seen, added_at) SELECT ?1, 1, 100000 + i, ?2, 'scan', '', '', 1, '', 1, 1 FROM n",
                   {office.tenant.tenant, office.commune}));
    return {};
  });
  office.finding(office.machine("b", office.commune), office.commune, Severity::medium, office.now - hours(1), "one");
  office.finding(office.machine("c", office.commune), office.commune, Severity::medium, office.now - hours(1), "two");
  CHECK(run() == 1);
  CHECK(office.list({}).total == 2);
  CHECK(run() == 0);
}

}  // namespace
}  // namespace khien::incident
