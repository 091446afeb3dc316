// A duty that is met by a register is met by the records that its document asks for,
// and by no others.
#include <random>
#include <set>

#include "marks.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

std::string session(std::string_view subject, std::string_view role = "organiser", std::string_view on = "2026-11-10") {
  return R"({"course":"x","held_on":")" + std::string(on) + R"(","subject":")" + std::string(subject) + R"(","role":")" +
         std::string(role) + R"(","attended":30})";
}
std::string inspection(std::string_view state, std::string_view done_on = "", std::string_view planned_on = "2026-12-20") {
  std::string record = R"({"subject":"x","planned_on":")" + std::string(planned_on) + R"(","inspector":"y","state":")" + std::string(state) + '"';
  if (!done_on.empty()) record += R"(,"done_on":")" + std::string(done_on) + R"(","result":"Đạt")";
  return record + "}";
}
std::string plan(std::string_view valid_to) {
  std::string record = R"({"plan":"x","version":"1","approved_on":"2026-01-10","approved_by":"An")";
  if (!valid_to.empty()) record += R"(,"valid_to":")" + std::string(valid_to) + '"';
  return record + "}";
}
std::string regulation(std::string_view kind, std::string_view valid_to = "") {
  std::string record = R"({"number":"1","subject":"x","issued_on":"2026-02-10","issuer":"UBND tỉnh","kind":")" + std::string(kind) + '"';
  if (!valid_to.empty()) record += R"(,"valid_to":")" + std::string(valid_to) + '"';
  return record + "}";
}

void enter_approved(World& world, std::string_view name, UnitId unit, std::string fields) {
  const auto id = world.enter(name, unit, std::move(fields));
  REQUIRE(id);
  REQUIRE(world.write([&](store::Connection& c) {
    return c.run("UPDATE register_record SET state = 'approved', counted_from = recorded_at WHERE id = ?1", {*id});
  }));
}

// The duty's time now; of a yearly one, this year's.
DutyInstance instance(World& world, UnitId unit, std::string_view clause, std::string_view duty, Date as_of = kToday) {
  const auto cell = world.open_cell(unit, clause, kOfficer, as_of);
  const auto found = std::ranges::find_if(cell.instances, [&](const DutyInstance& one) {
    return one.duty->id == duty && (one.duty->recurrence != law::Recurrence::yearly || one.period_from == day("2026-01-01"));
  });
  REQUIRE(found != cell.instances.end());
  return *found;
}

TEST_CASE("only a record that fits meets the duty, be it approved or waiting") {
  World world;
  CHECK(world.cell(world.police, "KG-1.2") == 'n');
  enter_approved(world, "training_sessions", world.police, session("incident"));
  enter_approved(world, "training_sessions", world.police, session("signature", "participant"));
  CHECK(world.cell(world.police, "KG-1.2") == 'n');
  REQUIRE(world.enter("training_sessions", world.police, session("malware")));
  CHECK(world.cell(world.police, "KG-1.2") == 'n');
  REQUIRE(world.enter("training_sessions", world.police, session("signature")));
  CHECK(world.cell(world.police, "KG-1.2") == 'w');
  enter_approved(world, "training_sessions", world.police, session("signature"));
  CHECK(world.cell(world.police, "KG-1.2") == 'm');
  // The same register, other conditions: each duty has an answer of its own.
  CHECK(world.cell(world.police, "TH-2.e") == 'm');
  CHECK(world.cell(world.police, "HU-1.9") == 'm');
  CHECK(instance(world, world.police, "KG-1.6", "KG-1.6.training").state == DutyState::waiting);
}

TEST_CASE("any regulation is not the one that a document asks for") {
  World world;
  const std::vector<std::string> clauses{"TH-2.b", "HU-2.5", "HU-2.6"};
  const auto letters = [&] {
    std::string all;
    for (const auto& clause : clauses) all += world.cell(world.police, clause);
    return all + (instance(world, world.police, "HU-2.2b", "HU-2.2b.criteria").state == DutyState::met ? 'm' : '-');
  };
  enter_approved(world, "regulations", world.police, regulation("other"));
  const auto none = letters();
  CHECK(none.find('m') == none.npos);
  enter_approved(world, "regulations", world.police, regulation("coordination"));
  CHECK(letters() == none.substr(0, 2) + 'm' + none.substr(3));
  enter_approved(world, "regulations", world.police, regulation("criteria"));
  CHECK(letters() == none.substr(0, 2) + "mm");
  enter_approved(world, "regulations", world.police, regulation("security_rules"));
  CHECK(letters() == "mmmm");
}

TEST_CASE("the opened cell says which records count, until one does") {
  World world;
  const auto reason = [&] { return instance(world, world.police, "KG-1.2", "KG-1.2.train").reason; };
  CHECK(reason().vi.find("Chỉ tính bản ghi có Nội dung: Chữ ký số; Vai trò của đơn vị: Bên tổ chức.") != std::string::npos);
  CHECK(reason().en.find("Only records with Subject: Digital signatures; Part of the unit: Held the course count.") != std::string::npos);
  CHECK(instance(world, world.department, "TH-1.b1", "TH-1.b1.plan").reason.en.find("expired do not count") != std::string::npos);
  enter_approved(world, "training_sessions", world.police, session("signature"));
  CHECK(reason().vi == "Sổ đã có bản ghi trong kỳ.");
}

TEST_CASE("conditions in words") {
  const auto& form = *shipped()->shipped().register_named("assessments");
  using law::Condition;
  const std::vector<Condition> all{
      {"level", Condition::Kind::at_least, 3.0, {}},
      {"kind", Condition::Kind::any_of, {}, {"periodic", "extraordinary"}},
      {"assessed_on", Condition::Kind::not_after, Condition::AsOf{}, {}},
      {"result", Condition::Kind::differs, std::string("failed"), {}},
      {"note", Condition::Kind::present, true, {}},
  };
  const auto field = [&](std::size_t i) { return words_of({all[i]}, form).vi; };
  CHECK(field(0).ends_with(": từ 3 trở lên"));
  CHECK(field(1).find(" hoặc ") != std::string::npos);
  CHECK(field(2).ends_with(": không muộn hơn ngày đang xem"));
  CHECK(field(3).find(": không phải ") != std::string::npos);
  CHECK(field(4).ends_with(": có ghi"));
  CHECK(words_of({}, form).vi.empty());
}

TEST_CASE("a past day is not met by what came later") {
  World world;
  enter_approved(world, "training_sessions", world.police, session("signature", "organiser", "2026-11-10"));
  CHECK(world.cell(world.police, "KG-1.2", day("2026-11-09")) == 'n');
  CHECK(world.cell(world.police, "KG-1.2", day("2026-11-10")) == 'm');
  // The same where the day alone tells.
  REQUIRE(world.enter("awareness_items", world.police,
                      R"({"subject":"x","published_on":"2026-11-10","channel":"meeting","audience":"citizens"})"));
  CHECK(world.cell(world.police, "TH-2.a", day("2026-11-09")) == 'n');
  CHECK(world.cell(world.police, "TH-2.a", day("2026-11-10")) == 'm');
}

TEST_CASE("a plan for a day to come counts since it was agreed; it is no inspection yet") {
  World world;
  const auto planned = [&](Date as_of) { return instance(world, world.police, "TH-3.c", "TH-3.c.plan", as_of).state == DutyState::met; };
  const auto inspected = [&](Date as_of) {
    return instance(world, world.police, "KG-1.5a", "KG-1.5a.inspect", as_of).state == DutyState::met;
  };
  enter_approved(world, "inspection_plan", world.police, inspection("cancelled"));
  CHECK_FALSE(planned(kToday));
  enter_approved(world, "inspection_plan", world.police, inspection("planned"));
  CHECK(planned(kToday));
  CHECK_FALSE(planned(kToday - 1));  // it was agreed today
  CHECK_FALSE(inspected(kToday));
  enter_approved(world, "inspection_plan", world.police, inspection("done", "2026-11-20", "2026-11-01"));
  CHECK(planned(kToday - 1));  // a day that had come counts as in any register
  CHECK(inspected(kToday));
  CHECK(inspected(day("2026-11-20")));
  CHECK_FALSE(inspected(day("2026-11-19")));
}

TEST_CASE("what must go on is met while the record is valid; what is done once stays done") {
  World world;
  enter_approved(world, "prevention_plans", world.department, plan("2026-11-22"));
  CHECK(world.cell(world.department, "TH-1.b1") == 'm');
  CHECK(world.cell(world.department, "TH-1.b1", day("2026-11-23")) == 'n');
  enter_approved(world, "prevention_plans", world.department, plan(""));
  CHECK(world.cell(world.department, "TH-1.b1", day("2030-01-01")) == 'm');
  enter_approved(world, "regulations", world.police, regulation("security_rules", "2026-11-21"));
  CHECK(world.cell(world.police, "HU-2.5") == 'n');
  CHECK(world.cell(world.police, "HU-2.5", day("2026-11-21")) == 'm');
  CHECK(world.cell(world.police, "TH-2.b") == 'm');
}

// Every record of the register, asked one by one.
Mark oracle(World& world, const law::Register& form, const law::Duty& duty, Date from, UnitId unit, Date as_of) {
  auto best = Mark::none;
  const auto done = world.store->read([&](store::Connection& c) {
    return c.query("SELECT fields, state FROM register_record WHERE register = ?1 AND unit_id = ?2", {form.name, unit},
                   [&](const store::Row& row) -> Result<void> {
                     JsonDocument memory;
                     const auto fields = stored_fields(form, row.text(0), memory);
                     const auto dated_on = fields.date(form.date_field);
                     const auto until = fields.date("valid_to");
                     bool counts = dated_on && *dated_on >= from && *dated_on <= as_of;
                     for (const auto& one : duty.where) counts = counts && holds(one, fields, as_of);
                     if (duty.recurrence == law::Recurrence::continuous && until && *until < as_of) counts = false;
                     if (counts) best = std::max(best, row.text(1) == "approved" ? Mark::approved : Mark::waiting);
                     return {};
                   });
  });
  khien_assert(done.has_value());
  return best;
}

TEST_CASE("what is asked of a register at once is what every record says by itself") {
  World world;
  std::mt19937 random(7);
  const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
  const std::vector<UnitId> units{world.police, world.department, world.commune};
  const std::vector<std::string> kinds{"security_rules", "coordination", "criteria", "strategy", "other"};
  const std::vector<std::string> ends{"", "2026-11-15", "2026-11-22", "2027-01-01"};
  const auto law = world.law();
  const auto& form = *law->catalogue().register_named("regulations");
  const std::vector<std::string_view> duties{"TH-2.b.draft", "HU-2.2b.criteria", "HU-2.5.policy", "HU-2.6.propose"};
  std::set<Mark> seen;
  for (int step = 0; step < 12; ++step) {
    auto fields = regulation(kinds[below(5)], ends[below(4)]);
    fields.replace(fields.find("2026-02-10"), 10, to_string(day("2026-11-10") + static_cast<std::int64_t>(below(6))));
    const auto unit = units[below(3)];
    if (below(2) == 0) {
      REQUIRE(world.enter("regulations", unit, std::move(fields)));
    } else {
      enter_approved(world, "regulations", unit, std::move(fields));
    }
    for (const auto as_of : {day("2026-11-09"), day("2026-11-12"), day("2026-11-16"), kToday, kToday + 1}) {
      const law::Occurrence occurrence{day("2020-01-01"), std::nullopt, std::nullopt, std::nullopt};
      std::vector<Asked> asked;
      for (const auto id : duties) asked.push_back({law->catalogue().duty(id).duty, &occurrence});
      asked.push_back(asked.front());  // asked once, answered twice
      for (const bool is_whole : {true, false}) {
        const auto narrow = store::TenantScope::for_test(world.tenant.tenant, {world.police, world.department});
        const auto& scope = is_whole ? *world.whole : narrow;
        const auto picture = world.read([&](store::Connection& c) { return Picture::load(c, scope, law->catalogue(), as_of); }).value();
        const auto marks = world.read([&](store::Connection& c) { return read_marks(c, scope, law->catalogue(), picture, asked); }).value();
        for (std::size_t unit_index = 0; unit_index < picture.size(); ++unit_index) {
          for (std::size_t i = 0; i < asked.size(); ++i) {
            const auto expected = oracle(world, form, *asked[i].duty, occurrence.period_from, picture.units()[unit_index].id, as_of);
            CHECK(marks.registers[i][unit_index] == expected);
            seen.insert(expected);
          }
        }
      }
    }
  }
  CHECK(seen.size() == 3);
}

}  // namespace
}  // namespace khien::duty
