// Rules of records, decisions and figures, each of which some test must miss when it is
// taken away.
#include "judgement.hpp"
#include "khien/duty/level_plan.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/systems.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

template <class T>
std::string field_of(const Result<T>& refused) {
  if (refused) return "";
  const auto refusal = refusal_of(refused.error());
  return refusal ? refusal->field : std::string(to_string(refused.error().code()));
}

constexpr Actor kInspector{UserId{16}, Role::inspector};

TEST_CASE("who may decide and withdraw is said of each record as it is then enforced") {
  World world;
  const auto id = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday, kOperator).value();
  const auto get = [&] { return world.read([&](store::Connection& c) { return get_duty_record(c, *world.whole, id); }).value().handling; };
  CHECK_FALSE(get().may_decide(kOperator));  // their own
  CHECK(get().may_decide(kLeader));
  CHECK_FALSE(get().may_decide(kOfficer));
  CHECK(get().may_withdraw(kOfficer));
  for (const auto& reader : {kLeader, kInspector}) {
    CHECK_FALSE(get().may_withdraw(reader));
    const auto tried = world.write([&](store::Connection& c) { return withdraw_duty_record(c, *world.whole, id, reader, kNow); });
    CHECK(tried.error().code() == Code::denied);
  }
}

TEST_CASE("what was sent back or withdrawn is over: nobody withdraws or decides it again") {
  World world;
  const auto withdraw = [&](DutyRecordId id) {
    return world.write([&](store::Connection& c) { return withdraw_duty_record(c, *world.whole, id, kOfficer, kNow); });
  };
  const auto refused = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday).value();
  REQUIRE(world.decide(refused, false));
  CHECK(withdraw(refused).error().code() == Code::conflict);
  CHECK(world.decide(refused, true).error().code() == Code::conflict);
  const auto taken = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday).value();
  REQUIRE(withdraw(taken));
  CHECK(withdraw(taken).error().code() == Code::conflict);
  CHECK(world.decide(taken, true).error().code() == Code::conflict);
}

TEST_CASE("a record says something: what was done, a paper, or why it does not apply") {
  World world;
  const auto law = world.law();
  const auto record = [&](std::string statement, std::vector<EvidenceId> evidence, bool not_applicable) {
    const NewDutyRecord made{world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday, std::move(statement), std::move(evidence), not_applicable};
    return field_of(world.write([&](store::Connection& c) { return record_duty(c, *world.whole, *law, made, kOfficer, kNow); }));
  };
  const auto paper = [&](UnitId unit) {
    const NewEvidence file{unit, "bc.txt", as_bytes("x"), Classification::none, {}, kOfficer.user};
    return world.write([&](store::Connection& c) { return keep_evidence(c, *world.whole, file, kNow); }).value();
  };
  CHECK(record(" \n", {}, false) == "statement");
  CHECK(record(" \n", {}, true) == "statement");
  CHECK(record("", {paper(world.commune)}, true) == "statement");  // a paper does not say why
  CHECK(record("", {paper(world.commune)}, false) == "");
  CHECK(record("x", {paper(world.department)}, false) == "evidence");
}

TEST_CASE("an event is of a day on which its directive was in force, and not ahead") {
  World world;
  const auto event = [&](Date on, Date done) { return field_of(world.record(world.department, "TH-1.b4.act", on, done)); };
  CHECK(event(kToday, kToday) == "");
  CHECK(event(kToday + 1, kToday) == "period_from");
  CHECK(event(day("2010-01-01"), kToday) == "period_from");
}

TEST_CASE("of an event the last week is soon, of anything else the last month") {
  law::Duty duty;
  duty.met_by = law::MetBy::record;
  duty.recurrence = law::Recurrence::on_event;
  const law::Occurrence occurrence{day("2026-11-01"), std::nullopt, day("2026-11-30"), std::nullopt};
  Facts facts;
  facts.duty = &duty;
  facts.occurrence = &occurrence;
  facts.as_of = day("2026-11-22");
  CHECK(judge(facts) == DutyState::not_due);
  facts.as_of = day("2026-11-23");
  CHECK(judge(facts) == DutyState::due_soon);
  duty.recurrence = law::Recurrence::yearly;
  facts.as_of = day("2026-10-31");
  CHECK(judge(facts) == DutyState::due_soon);
  facts.as_of = day("2026-10-30");
  CHECK(judge(facts) == DutyState::not_due);
}

struct WithSystem : World {
  SystemId system;

  WithSystem(std::string monitor, std::string assessor, int level) {
    estate::SystemChange change;
    change.unit = commune;
    change.name = "Một cửa";
    change.monitor = std::move(monitor);
    change.assessor = std::move(assessor);
    system = write([&](store::Connection& c) { return estate::create_system(c, *whole, change, kNow); }).value();
    const estate::SystemLevel of_today{kToday, std::nullopt, level, "nd-85-2016", "1/QĐ"};
    const auto set = write([&](store::Connection& c) { return estate::set_system_level(c, *whole, system, of_today, kNow); });
    khien_assert(set.has_value());
  }
};

TEST_CASE("from level 3 on, whoever monitors a system does not assess it, however both are written") {
  const auto state = [](std::string monitor, std::string assessor, int level) {
    WithSystem world(std::move(monitor), std::move(assessor), level);
    const auto cell = world.open_cell(world.commune, "HU-1.5a");
    const auto found = std::ranges::find(cell.instances, "HU-1.5a.independent", [](const DutyInstance& one) { return one.duty->id; });
    REQUIRE(found != cell.instances.end());
    return found->state;
  };
  CHECK(state("Công ty A", "CÔNG TY A", 3) == DutyState::overdue);
  CHECK(state("Công ty A", "", 3) == DutyState::overdue);  // nobody assessed it
  CHECK(state("Công ty A", "Công ty B", 4) == DutyState::met);
  // The clause does not speak of it.
  CHECK(state("Công ty A", "Công ty A", 2) == DutyState::not_applicable);
}

TEST_CASE("a requirement of another level is not judged, and the newest judgement counts") {
  WithSystem world("", "", 2);
  const auto law = world.law();
  const auto plan = [&] {
    return world.read([&](store::Connection& c) { return read_level_plan(c, *world.whole, law, world.system, kNow); }).value();
  };
  const auto judge_as = [&](std::string_view requirement, PlanState state) {
    const PlanJudgement judgement{std::string(requirement), state, "x", {}, kOfficer.user};
    return field_of(world.write([&](store::Connection& c) { return judge_requirement(c, *world.whole, law, world.system, judgement, kNow); }));
  };
  const auto before = plan();
  REQUIRE(before.set != nullptr);
  REQUIRE_FALSE(before.items.empty());
  const auto own = before.items.front().requirement->id;
  CHECK(judge_as(own, PlanState::missing) == "");
  CHECK(judge_as(own, PlanState::met) == "");
  CHECK(plan().count(PlanState::met) == 1);
  CHECK(plan().count(PlanState::missing) == 0);
  CHECK(judge_as("no-such", PlanState::met) == "requirement");
  for (const auto* higher : before.set->of_level(5)) {
    if (std::ranges::any_of(before.items, [&](const PlanItem& item) { return item.requirement == higher; })) continue;
    CHECK(judge_as(higher->id, PlanState::met) == "requirement");
    return;
  }
  FAIL("level 5 asks for nothing more than level 2");
}

TEST_CASE("with a version that counted goes the one that was to replace it") {
  World world;
  const auto& catalogue = world.catalogues->shipped();
  const auto fields = [](int amount) {
    return R"({"item":"Tường lửa","plan":"yearly","purpose":"security","amount":)" + std::to_string(amount) + R"(,"decided_on":"2026-01-10"})";
  };
  const auto first = world.enter("budget_lines", world.commune, fields(5)).value();
  REQUIRE(world.write([&](store::Connection& c) { return decide_register_record(c, *world.whole, first, {true, ""}, kLeader, kNow); }));
  const auto second = world.write([&](store::Connection& c) {
    return update_register_record(c, *world.whole, catalogue, first, {{}, {}, fields(6), {}, "sửa"}, kOfficer, kNow);
  }).value();
  REQUIRE(world.write([&](store::Connection& c) { return withdraw_register_record(c, *world.whole, first, kOfficer, kNow); }));
  const auto state = [&](RegisterRecordId id) {
    return world.read([&](store::Connection& c) { return get_register_record(c, *world.whole, catalogue, id); }).value().handling.state;
  };
  CHECK(state(first) == RecordState::withdrawn);
  CHECK(state(second) == RecordState::replaced);
  CHECK(world.write([&](store::Connection& c) { return decide_register_record(c, *world.whole, second, {true, ""}, kLeader, kNow); })
            .error().code() == Code::conflict);
}

}  // namespace
}  // namespace khien::duty
