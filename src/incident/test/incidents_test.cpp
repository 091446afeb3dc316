// An incident from its opening to its end, and that nothing of it is taken back.
#include "office.hpp"

namespace khien::incident {
namespace {

TEST_CASE("a finding, an incident, 24 hours, the first report, an update, closed: every clock met") {
  Office office;
  const auto machine = office.machine("srv-1", office.commune, true);
  const auto finding = office.finding(machine, office.commune, Severity::high, office.now - minutes(40));
  // First seen 40 minutes ago, settled, and back now.
  office.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE finding SET opened_at = ?1", {office.now}));
    return {};
  });
  auto asked = office.suspicion();
  asked.findings = {finding};
  asked.source = Source::finding;
  const auto id = office.open(asked);
  auto detail = office.detail(id);
  CHECK(office.states(id) == "initial running; report running");
  CHECK(detail.clocks[0].words.due == at("2026-11-27T08:30:00+07:00"));
  CHECK(detail.clocks[0].words.basis == "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d");
  CHECK(detail.incident.next_clock->words.id == "initial");
  REQUIRE(detail.machines.size() == 1);
  CHECK(detail.machines[0].name == "srv-1");
  CHECK(detail.findings[0].open);

  office.now = office.now + hours(23);
  CHECK(office.states(id) == "initial soon; report running");
  REQUIRE(office.report(id, "initial", office.now - minutes(5)));
  CHECK(office.states(id) == "initial met; report running");
  CHECK(office.detail(id).incident.next_clock->words.id == "report");
  REQUIRE(office.move(id, State::contained));
  office.now = office.now + hours(24);
  REQUIRE(office.report(id, "report", office.now, Step::standing_body));
  CHECK_FALSE(office.detail(id).incident.next_clock);
  CHECK(why(office.move(id, State::closed)) == "Name the root cause to close it.");
  REQUIRE(office.move(id, State::closed, "Mật khẩu yếu"));

  detail = office.detail(id);
  CHECK(detail.incident.state == State::closed);
  CHECK(office.states(id) == "initial met; report met");
  CHECK(detail.incident.late == 0);
  const auto speed = speed_of(detail);
  CHECK(speed.detect == 40);
  CHECK(speed.report == 22 * 60 + 55);
  CHECK(speed.contain == 23 * 60);
  CHECK(speed.close == 47 * 60);
  // The soon line fell due in the 18th hour, before anybody wrote anything.
  CHECK(office.told(id) == "opened escalated reported contained changed reported closed");
}

TEST_CASE("an incident that is closed takes no change but being opened again, by the functions and by the database") {
  Office office;
  const auto file = office.evidence("bytes", office.commune);
  const auto id = office.open(office.suspicion(Severity::low));
  IncidentTaskId task;
  office.write([&](store::Connection& c) -> Result<void> {
    TRY(task, add_task(c, office.scope(), id, {.words = "Ngắt mạng", .owner = office.officer, .due_at = {}}, office.analyst, office.now));
    TRY_VOID(set_member(c, office.scope(), id, office.analyst, Part::lead, office.analyst, office.now));
    TRY_VOID(note_incident(c, office.scope(), id, {.words = "ảnh chụp", .happened_at = {}, .evidence = {file}}, office.analyst, office.now));
    return {};
  });
  CHECK(why(office.move(id, State::closed, "Nguyên nhân")) == "Some reports were not sent: say why. Closing ends no clock.");
  REQUIRE(office.move(id, State::closed, "Nguyên nhân", "báo động giả"));
  const auto before = office.timeline(id);

  const std::string closed = "The incident is closed: reports that it owes can be recorded, or it is opened again.";
  const auto refused = [&](const store::Store::Work& work) {
    const auto result = office.attempt(work);
    CHECK(why(result) == closed);
    if (!result) CHECK(is_closed(result.error()));
  };
  const auto scope = office.scope();
  refused([&](store::Connection& c) { return update_incident(c, scope, office.rules(), id, {.title = "Tên khác", .kind = {}, .severity = {}, .traits = {}, .findings = {}}, office.analyst, office.now); });
  refused([&](store::Connection& c) -> Result<void> {
    TRY_VOID(note_incident(c, scope, id, {.words = "x", .happened_at = {}, .evidence = {}}, office.analyst, office.now));
    return {};
  });
  refused([&](store::Connection& c) -> Result<void> {
    TRY_VOID(add_task(c, scope, id, {.words = "x", .owner = {}, .due_at = {}}, office.analyst, office.now));
    return {};
  });
  refused([&](store::Connection& c) -> Result<void> {
    TRY_VOID(update_task(c, scope, task, {.owner = {}, .done = true, .words = ""}, office.analyst, office.now));
    return {};
  });
  refused([&](store::Connection& c) { return set_member(c, scope, id, office.analyst, std::nullopt, office.analyst, office.now); });
  CHECK(why(office.move(id, State::contained)) == closed);
  CHECK(why(office.move(id, State::closed, "khác", "khác")) == closed);

  // Whoever reaches the database past the functions.
  const auto by_hand = [&](store::Sql sql) {
    const auto done = office.attempt([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run(sql, {}));
      return {};
    });
    CHECK_FALSE_MESSAGE(done.has_value(), std::string(sql.text()));
  };
  by_hand("UPDATE incident_entry SET words = 'x'");
  by_hand("DELETE FROM incident_entry");
  by_hand("UPDATE incident_evidence SET added_at = 1");
  by_hand("DELETE FROM incident_evidence");
  by_hand("DELETE FROM incident");
  by_hand("UPDATE incident SET title = 'x'");
  by_hand("UPDATE incident SET cause = 'x'");
  by_hand("UPDATE incident SET detected_at = detected_at + 1");
  by_hand("UPDATE incident SET state = 'contained', closed_at = NULL, contained_at = 1");
  by_hand("UPDATE incident_clock SET met_at = 1");
  by_hand("UPDATE incident_clock SET due_at = due_at + 1, late_at = late_at + 1");
  by_hand("DELETE FROM incident_clock");
  by_hand("UPDATE incident_task SET done_at = 1, done_by = 1");
  by_hand("DELETE FROM incident_task");
  by_hand("DELETE FROM incident_member");
  by_hand("INSERT INTO incident_entry (tenant_id, incident_id, what, happened_at, recorded_at, words, told_vi, told_en) "
          "SELECT tenant_id, id, 'note', 1, 1, 'x', '', '' FROM incident");
  by_hand("INSERT INTO incident_member (tenant_id, incident_id, user_id, part, since) SELECT tenant_id, id, 2, 'analyst', 1 FROM incident");
  by_hand("INSERT INTO incident_finding (tenant_id, incident_id, finding_id, unit_id, judge, rule, subject, severity, asset_name, first_seen, added_at) "
          "SELECT tenant_id, id, 1, unit_id, 'scan', '', '', 1, '', 1, 1 FROM incident");
  CHECK(office.timeline(id).size() == before.size());

  REQUIRE(office.move(id, State::open, "", "chưa hết"));
  CHECK(office.detail(id).incident.state == State::open);
  CHECK(office.told(id).ends_with("closed reopened"));
  REQUIRE(office.report(id, "report", office.now));
}

TEST_CASE("what is open may change, and its past still may not") {
  Office office;
  const auto id = office.open(office.suspicion(Severity::low));
  const auto by_hand = [&](store::Sql sql) {
    return office.attempt([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run(sql, {}));
      return {};
    });
  };
  CHECK_FALSE(by_hand("UPDATE incident SET detected_at = detected_at - 1"));
  CHECK_FALSE(by_hand("UPDATE incident SET opened_by = NULL"));
  CHECK_FALSE(by_hand("UPDATE incident_entry SET happened_at = 1"));
  CHECK_FALSE(by_hand("UPDATE incident_clock SET due_at = due_at - 1, soon_at = soon_at - 1, late_at = late_at - 1"));
  REQUIRE(office.report(id, "report", office.now));
  CHECK_FALSE(by_hand("UPDATE incident_report SET sent_at = 1"));
  CHECK_FALSE(by_hand("DELETE FROM incident_report"));
  CHECK_FALSE(by_hand("UPDATE incident_clock SET met_at = NULL"));
  CHECK_FALSE(by_hand("UPDATE incident_clock SET met_at = met_at - 1"));
}

TEST_CASE("severity and what a person says bring clocks and take them away; a change is a line; T0 stands") {
  Office office;
  const auto id = office.open(office.suspicion(Severity::low));
  CHECK(office.states(id) == "report running");
  const auto change = [&](const IncidentChange& what) {
    return office.attempt([&](store::Connection& c) { return update_incident(c, office.scope(), office.rules(), id, what, office.analyst, office.now); });
  };
  office.now = office.now + hours(2);
  REQUIRE(change({.title = {}, .kind = {}, .severity = Severity::critical, .traits = {}, .findings = {}}));
  CHECK(office.states(id) == "preliminary late; initial running; report running");
  CHECK(office.detail(id).incident.late == 1);
  CHECK(office.timeline(id).front().told.en.find("Severity: Low → Critical") == 0);
  REQUIRE(change({.title = {}, .kind = {}, .severity = {}, .traits = std::vector<std::string>{"personal_data"}, .findings = {}}));
  CHECK(office.states(id) == "preliminary late; initial running; report running; personal_data_notice running");
  CHECK(office.detail(id).incident.personal_data);
  REQUIRE(office.report(id, "initial", office.now));
  REQUIRE(change({.title = {}, .kind = {}, .severity = Severity::low, .traits = std::vector<std::string>{}, .findings = {}}));
  // What was met stays; what nobody asks for any more goes.
  CHECK(office.states(id) == "initial met; report running");
  CHECK(office.detail(id).incident.late == 0);
  CHECK(office.detail(id).incident.detected_at == at("2026-11-26T08:30:00+07:00"));
  CHECK(why(change({.title = {}, .kind = {}, .severity = {}, .traits = std::vector<std::string>{"no_such"}, .findings = {}})) == "The rules of the day of detection do not know this.");
  // Nothing changed, nothing told.
  const auto lines = office.timeline(id).size();
  REQUIRE(change({.title = {}, .kind = {}, .severity = Severity::low, .traits = {}, .findings = {}}));
  CHECK(office.timeline(id).size() == lines);
}

TEST_CASE("an incident of the gap of 2026 has the duty and no number, and that is its next clock") {
  Office office;
  auto asked = office.suspicion(Severity::critical);
  asked.detected_at = at("2026-08-18T23:59:59+07:00");
  const auto id = office.open(asked);
  CHECK(office.states(id) == "duty no_number");
  CHECK(office.detail(id).incident.next_clock->words.id == "duty");
  REQUIRE(office.report(id, "duty", office.now));
  CHECK(office.states(id) == "duty met");
}

TEST_CASE("what is told must have happened between detection and now") {
  Office office;
  const auto id = office.open(office.suspicion());
  const auto t0 = office.now;
  CHECK(why(office.report(id, "initial", t0 - milliseconds(1))) == "It must have been sent between detection and now.");
  CHECK(why(office.report(id, "initial", t0 + milliseconds(1))) == "It must have been sent between detection and now.");
  CHECK(why(office.report(id, "no_such", t0)) == "This incident has no such clock.");
  office.now = t0 + hours(30);
  REQUIRE(office.report(id, "initial", t0 + hours(24) + milliseconds(1)));
  CHECK(office.states(id) == "initial met_late; report running");
  auto ahead = office.suspicion();
  ahead.detected_at = office.now + milliseconds(1);
  CHECK(why(office.attempt([&](store::Connection& c) -> Result<void> {
    TRY_VOID(open_incident(c, office.scope(), office.rules(), ahead, office.analyst, office.now));
    return {};
  })) == "It cannot have been detected later than now, or before 2000.");
  // The last millisecond that is in time.
  const auto second = office.open(office.suspicion());
  const auto due = office.detail(second).clocks[0].words.due.value();
  office.now = due + hours(1);
  REQUIRE(office.report(second, "initial", due));
  CHECK(office.states(second).starts_with("initial met;"));
}

TEST_CASE("evidence is of the incident's unit, hashed, and says whose hand brought it when") {
  Office office;
  const auto id = office.open(office.suspicion());
  const auto ours = office.evidence("log", office.commune);
  const auto theirs = office.evidence("other", office.other);
  const auto note = [&](EvidenceId file) {
    return office.attempt([&](store::Connection& c) -> Result<void> {
      TRY_VOID(note_incident(c, office.scope(), id, {.words = "nhật ký", .happened_at = office.now - hours(1), .evidence = {file}}, office.analyst, office.now));
      return {};
    });
  };
  REQUIRE(note(ours));
  CHECK(why(note(theirs)) == "Evidence must be uploaded for the incident's own unit.");
  CHECK(why(note({999})) == "Evidence must be uploaded for the incident's own unit.");
  const auto lines = office.timeline(id);
  REQUIRE(lines.size() == 2);
  // An hour before it was opened: below the opening, though written later.
  CHECK(lines[1].what == What::evidence);
  CHECK(lines[1].by == office.analyst);
  REQUIRE(lines[1].evidence.size() == 1);
  CHECK(lines[1].evidence[0].sha256 == sha256(std::string_view("log")));
  CHECK(lines[1].recorded_at == office.now);
}

TEST_CASE("people who cannot see an incident are not named on it, and one leads") {
  Office office;
  const auto id = office.open(office.suspicion());
  const auto set = [&](UserId user, std::optional<Part> part) {
    return office.attempt([&](store::Connection& c) { return set_member(c, office.scope(), id, user, part, office.analyst, office.now); });
  };
  REQUIRE(set(office.officer, Part::lead));
  CHECK(office.detail(id).incident.owner == office.officer);
  REQUIRE(set(office.analyst, Part::lead));
  CHECK(office.detail(id).incident.owner == office.analyst);
  CHECK(office.detail(id).members[1].part == Part::analyst);
  CHECK(why(set(office.stranger, Part::analyst)) == "There is no such person, or the person cannot see the incident.");
  CHECK(why(set({9'999}, Part::analyst)) == "There is no such person, or the person cannot see the incident.");
  REQUIRE(set(office.analyst, std::nullopt));
  CHECK_FALSE(office.detail(id).incident.owner);
  CHECK(why(set(office.analyst, std::nullopt)) == "The person is not on it.");
}

TEST_CASE("tasks have an owner, are done and opened again, and the board counts what is open") {
  Office office;
  const auto id = office.open(office.suspicion());
  IncidentTaskId task;
  office.write([&](store::Connection& c) -> Result<void> {
    TRY(task, add_task(c, office.scope(), id, {.words = "Ngắt mạng", .owner = {}, .due_at = office.now + hours(1)}, office.analyst, office.now));
    return {};
  });
  const auto change = [&](const TaskChange& what) {
    office.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(update_task(c, office.scope(), task, what, office.officer, office.now));
      return {};
    });
  };
  CHECK(office.detail(id).incident.tasks_open == 1);
  change({.owner = office.officer, .done = {}, .words = ""});
  CHECK(office.list({.view = IncidentQuery::View::mine, .me = office.officer}).total == 1);
  change({.owner = {}, .done = true, .words = "đã rút cáp"});
  CHECK(office.detail(id).incident.tasks_open == 0);
  CHECK(office.detail(id).tasks[0].done_by == office.officer);
  CHECK(office.timeline(id).front().words == "đã rút cáp");
  CHECK(office.list({.view = IncidentQuery::View::mine, .me = office.officer}).total == 0);
  change({.owner = {}, .done = false, .words = ""});
  CHECK(office.detail(id).incident.tasks_open == 1);
}

TEST_CASE("the board: the clock that ends first comes first; pages, words, severities and counts agree") {
  Office office;
  std::vector<IncidentId> made;
  for (int i = 0; i < 7; ++i) {
    auto asked = office.suspicion(i % 2 == 0 ? Severity::low : Severity::high);
    asked.detected_at = office.now - hours(10 * i);
    asked.title = "Sự cố số " + std::to_string(i);
    made.push_back(office.open(asked));
  }
  IncidentQuery query{.limit = 3};
  std::vector<std::int64_t> seen;
  std::optional<Timestamp> last;
  for (;;) {
    const auto page = office.list(query);
    CHECK(page.total == 7);
    CHECK(page.counts.open == 7);
    // Number 3 and 5 (high) passed 24 hours; no low one passed 72.
    CHECK(page.counts.late == 2);
    for (const auto& one : page.items) {
      const auto due = one.next_clock->times.late.value();
      if (last) CHECK(*last <= due);
      last = due;
      seen.push_back(one.id.value);
    }
    if (!page.next) break;
    query.cursor = *page.next;
  }
  CHECK(seen.size() == 7);
  CHECK(office.list({.view = IncidentQuery::View::late}).total == 2);
  CHECK(office.list({.view = IncidentQuery::View::soon}).total == office.list({}).counts.soon);
  // Number 6 alone: low, 60 of its 72 hours are over.
  CHECK(office.list({.view = IncidentQuery::View::soon}).total == 1);
  CHECK(office.list({.view = IncidentQuery::View::contained}).total == 0);
  CHECK(office.list({.words = "xa dong"}).total == 7);
  CHECK(office.list({.words = "tay"}).total == 0);
  CHECK(office.list({.words = "so 4"}).items.at(0).title == "Sự cố số 4");
  CHECK(office.list({.severities = {Severity::high}}).total == 3);
  REQUIRE(office.move(made[0], State::closed, "x", "y"));
  CHECK(office.list({}).total == 6);
  CHECK(office.list({.view = IncidentQuery::View::closed}).total == 1);
  CHECK(office.list({.view = IncidentQuery::View::all, .limit = 2}).items[0].id == made[6]);
  CHECK(office.list({.unit = office.other}).total == 0);
  CHECK(office.list({.unit = office.other}).counts.open == 0);
}

TEST_CASE("what is outside of the scope is not there") {
  Office office;
  const auto id = office.open(office.suspicion());
  const auto scope = office.scope_of(office.other);
  CHECK(office.read([&](store::Connection& c) { return get_incident(c, scope, id, office.now); }).error().code() == Code::not_found);
  CHECK(office.read([&](store::Connection& c) { return list_timeline(c, scope, id, "", 10); }).error().code() == Code::not_found);
  CHECK(office.read([&](store::Connection& c) { return list_incidents(c, scope, {.view = IncidentQuery::View::all}, office.now); }).value().total == 0);
  const auto moved = office.attempt([&](store::Connection& c) {
    return move_incident(c, scope, id, {.state = State::contained, .words = "", .cause = "", .lesson = "", .happened_at = {}}, office.stranger, office.now);
  });
  CHECK(moved.error().code() == Code::not_found);
  // A finding of another unit is not added by who does not see it, and not shown to who does not.
  const auto foreign = office.finding(office.machine("may-tay", office.other), office.other, Severity::high, office.now);
  CHECK(why(office.attempt([&](store::Connection& c) {
    return update_incident(c, office.scope_of(office.commune), office.rules(), id, {.title = {}, .kind = {}, .severity = {}, .traits = {}, .findings = {foreign}}, office.officer, office.now);
  })) == "A finding does not exist, or is outside of your scope.");
  office.write([&](store::Connection& c) {
    return update_incident(c, office.scope(), office.rules(), id, {.title = {}, .kind = {}, .severity = {}, .traits = {}, .findings = {foreign}}, office.analyst, office.now);
  });
  CHECK(office.detail(id).findings.size() == 1);
  const auto narrow = office.read([&](store::Connection& c) { return get_incident(c, office.scope_of(office.commune), id, office.now); }).value();
  CHECK(narrow.findings.empty());
  CHECK(narrow.machines.empty());
}

TEST_CASE("the totals of a period") {
  Office office;
  const auto t0 = office.now;
  const auto met = office.open(office.suspicion(Severity::low));
  const auto late = office.open(office.suspicion(Severity::low));
  const auto given_up = office.open(office.suspicion(Severity::low));
  office.open(office.suspicion(Severity::high));
  REQUIRE(office.move(given_up, State::closed, "báo động giả", "không phải sự cố"));
  office.now = t0 + hours(1);
  REQUIRE(office.report(met, "report", office.now));
  office.now = t0 + hours(73);
  REQUIRE(office.report(late, "report", office.now));
  const auto totals = office.read([&](store::Connection& c) { return total_incidents(c, office.scope(), {}, t0, t0 + milliseconds(1), office.now); }).value();
  CHECK(totals.total == 4);
  CHECK(totals.serious == 1);
  CHECK(totals.open == 3);
  CHECK(totals.closed == 1);
  // Met, met late, both of the high one passed, and the one that was given up: closing ends no clock.
  CHECK(totals.clocks_due == 5);
  CHECK(totals.clocks_in_time == 1);
  CHECK(totals.mean_minutes_to_report == 37 * 60);
  CHECK_FALSE(totals.mean_minutes_to_detect);
  CHECK(office.read([&](store::Connection& c) { return total_incidents(c, office.scope(), {}, t0 + milliseconds(1), t0 + hours(1), office.now); }).value().total == 0);
}

}  // namespace
}  // namespace khien::incident
