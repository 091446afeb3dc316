#include "khien/duty/duty_records.hpp"

#include "khien/duty/agenda.hpp"
#include "khien/estate/devices.hpp"
#include "khien/duty/owed.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

std::string refused_field(const Result<DutyRecordId>& record) {
  if (record) return "";
  const auto refusal = refusal_of(record.error());
  return refusal ? refusal->field : std::string(to_string(record.error().code()));
}

TEST_CASE("only a period that exists, a day in the past and a duty of the unit are recorded") {
  World world;
  const auto yearly = [&](std::string_view from, std::string_view done) {
    return refused_field(world.record(world.commune, "HU-1.5b.yearly", day(from), day(done)));
  };
  CHECK(yearly("2026-01-01", "2026-11-20") == "");
  CHECK(yearly("2026-01-02", "2026-11-20") == "period_from");
  CHECK(yearly("2027-01-01", "2026-11-20") == "period_from");
  CHECK(yearly("2026-01-01", "2026-11-23") == "done_on");
  CHECK(yearly("2026-01-01", "2025-12-31") == "done_on");
  CHECK(refused_field(world.record(world.commune, "KG-1.5b.quarterly", day("2026-07-01"), kToday)) == "not_found");
  CHECK(refused_field(world.record(world.commune, "no-such", day("2026-01-01"), kToday)) == "not_found");
  CHECK(refused_field(world.record(world.commune, "HU-1.3a.contact", day("2019-08-09"), kToday)) == "duty");  // measured
  CHECK(refused_field(world.record(world.commune, "HU-1.3b.cooperate", day("2019-08-09"), kToday)) == "duty");  // a register's
}

TEST_CASE("the person who recorded it never approves it, whatever their role") {
  World world;
  const auto id = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday, kOperator).value();
  const auto refused = world.decide(id, true, kOperator);
  CHECK(refused.error().code() == Code::conflict);
  CHECK(refusal_of(refused.error())->message.vi.find("người thứ hai") != std::string::npos);
  CHECK(world.decide(id, true, {UserId{30}, Role::unit_officer}).error().code() == Code::denied);
  CHECK(world.decide(id, true, {UserId{31}, Role::inspector}).error().code() == Code::denied);
  REQUIRE(world.decide(id, true, kLeader));
  CHECK(world.decide(id, true, kAdmin).error().code() == Code::conflict);
  // The table says so too.
  CHECK_FALSE(world.write([&](store::Connection& c) { return c.run("UPDATE duty_record SET decided_by = recorded_by"); }));
}

TEST_CASE("nobody covers what stands: a period is recorded anew once its record was sent back or withdrawn") {
  World world;
  const auto record = [&](bool not_applicable = false) {
    return world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday, kOfficer, not_applicable);
  };
  const auto first = record().value();
  CHECK(record().error().code() == Code::conflict);
  REQUIRE(world.decide(first, true));
  CHECK(world.cell(world.commune, "HU-1.5b") == 'm');
  // "Does not apply" would hide that it was met.
  CHECK(record(true).error().code() == Code::conflict);
  CHECK(world.cell(world.commune, "HU-1.5b") == 'm');
  REQUIRE(world.write([&](store::Connection& c) { return withdraw_duty_record(c, *world.whole, first, kOfficer, kNow); }));
  const auto second = record().value();
  REQUIRE(world.decide(second, false));
  CHECK(record());
  // Events are as many as there were.
  CHECK(world.record(world.department, "TH-1.b4.act", kToday, kToday));
  CHECK(world.record(world.department, "TH-1.b4.act", kToday, kToday));
}

TEST_CASE("what a person types is refused like a file if it carries a marking, and leaves nothing") {
  World world;
  const auto law = world.law();
  NewDutyRecord made{world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday, "TUYỆT MẬT\nCANARY-2", {}, false};
  const auto refused = world.write([&](store::Connection& c) { return record_duty(c, *world.whole, *law, made, kOfficer, kNow); });
  REQUIRE_FALSE(refused);
  CHECK(is_state_secret(refused.error()));
  CHECK(refusal_of(refused.error())->field == "statement");
  const auto id = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday).value();
  const Decision decision{false, "Độ mật: Mật\nCANARY-2"};
  CHECK(is_state_secret(world.write([&](store::Connection& c) { return decide_duty_record(c, *world.whole, id, decision, kLeader, kNow); }).error()));
  CHECK(world.bytes().find("CANARY-2") == std::string::npos);
}

TEST_CASE("a refusal says why, and the duty is asked for again") {
  World world;
  const auto id = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday).value();
  const Decision without{false, " "};
  const auto bare = world.write([&](store::Connection& c) { return decide_duty_record(c, *world.whole, id, without, kLeader, kNow); });
  CHECK(refusal_of(bare.error())->field == "note");
  REQUIRE(world.decide(id, false));
  const auto record = world.read([&](store::Connection& c) { return get_duty_record(c, *world.whole, id); }).value();
  CHECK(record.handling.state == RecordState::refused);
  CHECK(record.handling.decision_note == "thiếu số liệu");
  CHECK(world.open_cell(world.commune, "HU-1.5b").instances.at(0).may_record);
}

TEST_CASE("what does not apply is agreed by a second person, even where the duty asks for none") {
  World world;
  const auto id = world.record(world.commune, "HU-1.2.named", day("2019-08-09"), kToday, kOfficer, true).value();
  CHECK(world.cell(world.commune, "HU-1.2") == 'w');
  REQUIRE(world.decide(id, true));
  CHECK(world.cell(world.commune, "HU-1.2") == 'x');
}

TEST_CASE("an event is open while its record waits or was sent back, and the duty rests otherwise") {
  World world;
  CHECK(world.cell(world.department, "TH-1.b4") == 'n');
  const auto id = world.record(world.department, "TH-1.b4.act", day("2026-11-18"), day("2026-11-18")).value();
  CHECK(world.cell(world.department, "TH-1.b4") == 'w');
  REQUIRE(world.decide(id, true));
  CHECK(world.cell(world.department, "TH-1.b4") == 'n');
  const auto cell = world.open_cell(world.department, "TH-1.b4");
  const auto event = std::ranges::find_if(cell.instances, [](const DutyInstance& one) { return one.period_from == day("2026-11-18"); });
  REQUIRE(event != cell.instances.end());
  CHECK(event->state == DutyState::met);
  CHECK(cell.history.size() == 2);
}

TEST_CASE("today's tasks are what is late and what is due soon, the late ones first") {
  World world;
  const auto law = world.law();
  const auto agenda = world.read([&](store::Connection& c) { return read_agenda(c, *world.whole, law, world.police, kNow); }).value();
  REQUIRE(agenda.tasks.size() > 3);
  bool soon = false;
  for (const auto& task : agenda.tasks) {
    soon = soon || task.state == DutyState::due_soon;
    CHECK((task.state == DutyState::overdue) == !soon);
  }
  CHECK(soon);
  CHECK(agenda.duties > agenda.duties_met);
  const auto quarterly = std::ranges::find_if(agenda.tasks, [](const DutyTask& one) { return one.duty->id == "KG-1.5b.quarterly"; });
  REQUIRE(quarterly != agenda.tasks.end());
  CHECK(quarterly->due == day("2026-09-19"));
}

TEST_CASE("a figure that several documents ask for is one task") {
  World world;
  const auto law = world.law();
  const auto made = world.write([&](store::Connection& c) {
    return estate::create_device(c, *world.whole, {.unit = world.department, .name = "pc"}, estate::DeviceSource::hand, kNow);
  });
  REQUIRE(made);
  const auto agenda = world.read([&](store::Connection& c) { return read_agenda(c, *world.whole, law, world.department, kNow); }).value();
  CHECK(std::ranges::count(agenda.tasks, "machines_protected_share", [](const DutyTask& one) { return one.duty->metric; }) == 1);
}

TEST_CASE("khien duties lists each unit's occurrences with the evidence of what stands") {
  World world;
  const NewEvidence file{world.commune, "bc.txt", as_bytes("x"), Classification::none, {}, kOfficer.user};
  const auto evidence = world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file, kNow); }).value();
  const auto law = world.law();
  const NewDutyRecord record{world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday, "", {evidence}, false};
  REQUIRE(world.write([&](store::Connection& c) { return record_duty(c, *world.whole, *law, record, kOfficer, kNow); }));
  const auto owed = world.read([&](store::Connection& c) { return list_owed(c, *world.whole, law, world.commune, kToday, kNow); }).value();
  const auto found = std::ranges::find_if(owed, [](const Owed& one) {
    return one.duty->id == "HU-1.5b.yearly" && one.period_from == day("2026-01-01");
  });
  REQUIRE(found != owed.end());
  CHECK(found->due == day("2026-12-04"));
  CHECK(found->state == DutyState::waiting);
  CHECK(found->evidence.size() == 1);
}

}  // namespace
}  // namespace khien::duty
