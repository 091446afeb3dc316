#include "khien/duty/refusal.hpp"
#include "khien/duty/register_records.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

std::string line(std::string_view amount, std::string_view purpose = "security", std::string_view day_text = "2026-01-10") {
  return R"({"item":"Tường lửa","plan":"yearly","purpose":")" + std::string(purpose) + R"(","amount":)" + std::string(amount) +
         R"(,"decided_on":")" + std::string(day_text) + "\"}";
}
std::string session(std::string_view on, std::string_view attended = "30") {
  return R"({"subject":"x","published_on":")" + std::string(on) + R"(","channel":"meeting","audience":"staff","reached":)" + std::string(attended) + "}";
}

const law::Register& form(std::string_view name) { return *shipped()->shipped().register_named(name); }

std::string refused_field(std::string_view register_name, std::string_view json) {
  const auto checked = check_fields(form(register_name), json, kToday);
  if (checked) return "";
  const auto refusal = refusal_of(checked.error());
  return refusal ? refusal->field : "?";
}

TEST_CASE("a record is checked field by field, and the field is named") {
  CHECK(refused_field("budget_lines", line("5")) == "");
  CHECK(refused_field("budget_lines", line("-1")) == "fields.amount");
  CHECK(refused_field("budget_lines", line("1.5")) == "fields.amount");
  CHECK(refused_field("budget_lines", line("\"5\"")) == "fields.amount");
  CHECK(refused_field("budget_lines", line("5", "bribes")) == "fields.purpose");
  CHECK(refused_field("budget_lines", line("5", "security", "2027-02-30")) == "fields.decided_on");
  CHECK(refused_field("budget_lines", R"({"item":"x"})") == "fields.plan");
  CHECK(refused_field("budget_lines", R"({"item":"x","unknown":1})") == "fields");
  CHECK(refused_field("budget_lines", R"({"item":"x","item":"y"})") == "fields");
  CHECK(refused_field("budget_lines", R"([1])") == "fields");
  CHECK(refused_field("budget_lines", "{") == "fields");
  CHECK(refused_field("budget_lines", R"({"item":{"a":1}})") == "fields.item");
}

TEST_CASE("what is to come proves nothing: a record's day lies ahead only where plans are kept") {
  CHECK(refused_field("awareness_items", session("2026-11-22")) == "");
  CHECK(refused_field("awareness_items", session("2026-11-23")) == "fields.published_on");
  CHECK(refused_field("budget_lines", line("5", "security", "2026-12-31")) == "fields.decided_on");
  CHECK(refused_field("inspection_plan", R"({"subject":"x","planned_on":"2026-12-20","inspector":"y","state":"planned"})") == "");
  CHECK(refused_field("accountable_persons", R"({"name":"An","position":"x","valid_from":"2027-01-01"})") == "");
}

TEST_CASE("a marking in a field is refused by the field's name") {
  CHECK(refused_field("support_requests", R"({"subject":"x","details":"TỐI MẬT\nab","asked_on":"2026-11-01","asked_by":"An","state":"open"})") == "fields.details");
  CHECK(refused_field("budget_lines", R"({"item":"M Ậ T","plan":"yearly","purpose":"security","amount":1,"decided_on":"2026-01-10"})") == "fields.item");
}

TEST_CASE("an end before its beginning is refused; the same assessor and monitor is warned of") {
  const auto person = [](std::string_view to) {
    return R"({"name":"An","position":"Giám đốc","valid_from":"2026-01-01","valid_to":")" + std::string(to) + "\"}";
  };
  CHECK(refused_field("accountable_persons", person("2026-01-01")) == "");
  CHECK(refused_field("accountable_persons", person("2025-12-31")) == "fields.valid_to");
  const auto assessment = [](int level, std::string_view assessor) {
    return R"({"system":"Một cửa","level":)" + std::to_string(level) + R"(,"assessed_on":"2026-05-01","kind":"periodic","assessor":")" +
           std::string(assessor) + R"(","monitor":"Công ty A","result":"passed"})";
  };
  const auto warnings = [&](int level, std::string_view assessor) {
    const auto checked = check_fields(form("assessments"), assessment(level, assessor), kToday).value();
    return warnings_of(form("assessments"), checked.fields, kToday).size();
  };
  CHECK(warnings(3, "công ty  a") == 1);  // however it is spelled
  CHECK(warnings(2, "Công ty A") == 0);
  CHECK(warnings(3, "Công ty B") == 0);
}

TEST_CASE("a summary is filled from the record, in both languages") {
  const auto checked = check_fields(form("budget_lines"), line("5"), kToday).value();
  CHECK(summary_of(form("budget_lines"), checked.fields).vi == "Tường lửa: 5 đồng");
}

TEST_CASE("a version replaces the one before when a second person agrees, and stays readable") {
  World world;
  const auto& catalogue = world.catalogues->shipped();
  const auto get = [&](RegisterRecordId id) {
    return world.read([&](store::Connection& c) { return get_register_record(c, *world.whole, catalogue, id); }).value();
  };
  const auto change = [&](RegisterRecordId id, std::string fields) {
    return world.write([&](store::Connection& c) {
      return update_register_record(c, *world.whole, catalogue, id, {{}, {}, std::move(fields), {}, "sửa số tiền"}, kOfficer, kNow);
    });
  };
  const auto decide = [&](RegisterRecordId id, bool approve, const Actor& actor) {
    return world.write([&](store::Connection& c) {
      return decide_register_record(c, *world.whole, id, {approve, approve ? "" : "sai"}, actor, kNow);
    });
  };
  const auto first = world.enter("budget_lines", world.commune, line("5")).value();
  CHECK(get(first).handling.state == RecordState::waiting);
  CHECK(decide(first, true, kOfficer).error().code() == Code::conflict);  // the same person
  REQUIRE(decide(first, true, kLeader));
  const auto second = change(first, line("6")).value();
  CHECK(get(first).handling.state == RecordState::approved);  // counts until the new one is agreed
  CHECK(change(first, line("7")).error().code() == Code::conflict);
  REQUIRE(decide(second, true, kLeader));
  CHECK(get(first).handling.state == RecordState::replaced);
  CHECK(get(first).fields.number("amount") == 5);
  CHECK(get(second).fields.number("amount") == 6);
  CHECK(get(second).note == "sửa số tiền");
  const auto versions = world.read([&](store::Connection& c) { return list_register_versions(c, *world.whole, first); }).value();
  CHECK(versions.size() == 2);
  CHECK(versions[0].id == second);
  REQUIRE(world.write([&](store::Connection& c) { return withdraw_register_record(c, *world.whole, second, kOfficer, kNow); }));
  CHECK(world.count("SELECT count(*) FROM register_record") == 2);  // nothing is removed
}

TEST_CASE("a list shows what stands, by words without marks, and as of a day") {
  World world;
  const auto& catalogue = world.catalogues->shipped();
  const auto id = world.enter("awareness_items", world.commune, session("2026-11-01")).value();
  REQUIRE(world.enter("awareness_items", world.department, session("2026-11-02")));
  const auto list = [&](RegisterQuery query) {
    query.register_name = "awareness_items";
    return world.read([&](store::Connection& c) { return list_register_records(c, *world.whole, catalogue, query); }).value();
  };
  CHECK(list({}).total == 2);
  CHECK(list({.unit = world.commune}).total == 1);
  CHECK(list({.words = "nothing"}).total == 0);
  CHECK(list({.as_of = kToday}).total == 2);
  CHECK(list({.as_of = kToday - 1}).total == 0);
  const auto page = list({.limit = 1});
  REQUIRE(page.next.has_value());
  CHECK(list({.cursor = *page.next, .limit = 1}).items.at(0).id == id);
}

TEST_CASE("the security share of the budget: arithmetic over the year's approved lines, and its exemption") {
  World world;
  const auto approve_all = [&] {
    REQUIRE(world.write([&](store::Connection& c) {
      return c.run("UPDATE register_record SET state = 'approved', counted_from = recorded_at WHERE state = 'waiting'");
    }));
  };
  // 2025 lacks its lines and has no share; the year's end of 2026 is not near.
  CHECK(world.cell(world.commune, "HU-1.7") == 'u');
  REQUIRE(world.enter("budget_lines", world.commune, line("10")));
  REQUIRE(world.enter("budget_lines", world.commune, line("90", "other_it")));
  REQUIRE(world.enter("budget_lines", world.commune, line("1000", "other_it", "2025-06-01")));
  approve_all();
  const auto yearly = [&] {
    const auto cell = world.open_cell(world.commune, "HU-1.7");
    const auto found = std::ranges::find_if(cell.instances, [](const DutyInstance& one) {
      return one.duty->id == "HU-1.7.yearly" && one.period_from == day("2026-01-01");
    });
    REQUIRE(found != cell.instances.end());
    return *found;
  };
  CHECK(yearly().state == DutyState::met);  // 10 of 100: last year's lines do not count
  CHECK(describe(yearly().measurement, *yearly().metric).vi == "10/100 (10%)");
  REQUIRE(world.enter("budget_lines", world.commune, line("1", "other_it")));
  approve_all();
  CHECK(yearly().state == DutyState::not_due);
  auto exempt = line("1", "other_it");
  exempt.insert(exempt.size() - 1, R"(,"exempt":true,"exemption_reason":"đã thuê dịch vụ")");
  REQUIRE(world.enter("budget_lines", world.commune, exempt));
  approve_all();
  CHECK(yearly().state == DutyState::not_applicable);
}

TEST_CASE("a register duty is met by a record of its period, and waits while that waits") {
  World world;
  world.assign("finance_department", world.department, day("2026-01-01"));
  // Awareness each half year, by the standing body: a record of the half year.
  CHECK(world.cell(world.police, "KG-1.6") == 'o');
  const auto state = [&] {
    const auto cell = world.open_cell(world.police, "KG-1.6");
    const auto found = std::ranges::find_if(cell.instances, [](const DutyInstance& one) {
      return one.duty->id == "KG-1.6.awareness" && one.period_from == day("2026-07-01");
    });
    REQUIRE(found != cell.instances.end());
    return found->state;
  };
  CHECK(state() == DutyState::not_due);
  REQUIRE(world.enter("awareness_items", world.police, session("2026-06-30")));
  CHECK(state() == DutyState::not_due);
  REQUIRE(world.enter("awareness_items", world.police, session("2026-07-01")));
  CHECK(state() == DutyState::met);
}

TEST_CASE("a unit or register outside is as absent") {
  World world;
  const auto& catalogue = world.catalogues->shipped();
  const auto narrow = store::TenantScope::for_test(world.tenant.tenant, {world.department});
  const auto id = world.enter("awareness_items", world.commune, session("2026-11-01")).value();
  const auto foreign = world.read([&](store::Connection& c) { return get_register_record(c, narrow, catalogue, id); });
  const auto absent = world.read([&](store::Connection& c) { return get_register_record(c, narrow, catalogue, RegisterRecordId{99}); });
  CHECK(foreign.error().what() == absent.error().what());
  CHECK(world.enter("no_such", world.commune, "{}").error().code() == Code::not_found);
}

}  // namespace
}  // namespace khien::duty
