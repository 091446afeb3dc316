#include "khien/duty/directives.hpp"

#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

std::string directive(std::string_view key, std::string_view clause, std::string_view relations = "[]", std::string_view from = "2026-10-01") {
  return "key: " + std::string(key) + "\nissuer: { vi: UBND tỉnh, en: Province }\nnumber: " + std::string(key) + "/CT-UBND\n" +
         "date: 2026-10-01\nkind: directive\nlanguage: vi\ntitle: { vi: Thử, en: Trial }\nvalid_from: " + std::string(from) +
         "\nvalid_to: null\nrelations: " + std::string(relations) + "\nclauses:\n  - id: " + std::string(clause) +
         "\n    place: \"1\"\n    title: { vi: Báo cáo, en: Report }\n    quote: \"báo cáo hằng năm\"\n    addressees: [state_agency]\n"
         "    verb: { words: \"báo cáo\", strength: must }\n    kinds: [records]\n    systems: [24]\n    duties:\n      - id: " +
         std::string(clause) +
         ".yearly\n        title: { vi: Báo cáo, en: Report }\n        recurrence: yearly\n"
         "        due: { rule: before_day, month: 12, day: 15 }\n        basis: law\n        met_by: record\n        approval: second_person\n"
         "        minutes: 30\n        steps: { vi: [Viết], en: [Write] }\n        proof: { vi: Văn bản, en: Letter }\n";
}

struct Register {
  World world;

  Result<DirectiveId> enter(std::string_view text, bool submit, const Actor& actor = kAdmin) {
    return world.write([&](store::Connection& c) { return enter_directive(c, *world.whole, *world.catalogues, text, submit, actor, kNow); });
  }
  Result<std::vector<DirectiveId>> decide(DirectiveId id, bool approve, const Actor& actor) {
    return world.write([&](store::Connection& c) {
      return decide_directive(c, *world.whole, *world.catalogues, id, sha256(text_of(c, id)), {approve, approve ? "" : "chưa rõ"}, actor, kNow);
    });
  }
  std::string text_of(store::Connection& c, DirectiveId id) {
    return get_directive(c, *world.whole, *world.catalogues, id, kToday).value().text;
  }
  Result<void> change(DirectiveId id, std::string_view text, const Actor& actor = kAdmin) {
    return world.write([&](store::Connection& c) { return change_directive(c, *world.whole, *world.catalogues, id, text, true, actor, kNow); });
  }
  DirectiveRecord get(DirectiveId id) {
    return world.read([&](store::Connection& c) { return get_directive(c, *world.whole, *world.catalogues, id, kToday); }).value();
  }
};

TEST_CASE("what ships is in force for a tenant from its first day, once") {
  Register reg;
  const auto all = reg.world.read([&](store::Connection& c) { return list_directives(c, *reg.world.whole, *reg.world.catalogues, kToday); }).value();
  CHECK(all.size() == 8);
  // A circular that ended is still in the list, and says so.
  for (const auto& one : all) CHECK(one.state == (one.key == "tt-20-2017" ? DirectiveState::ended : DirectiveState::in_force));
  CHECK(reg.world.write([&](store::Connection& c) { return adopt_shipped(c, *reg.world.catalogues, reg.world.tenant.tenant, kNow); }).value() == 0);
}

TEST_CASE("an entered directive binds from the moment a second person approves it, and not before") {
  Register reg;
  CHECK(reg.world.cell(reg.world.commune, "TN-1") == '-');
  const auto id = reg.enter(directive("tn-1", "TN-1"), true).value();
  CHECK(reg.world.cell(reg.world.commune, "TN-1") == '-');
  CHECK(reg.decide(id, true, kAdmin).error().code() == Code::conflict);
  CHECK(reg.decide(id, true, kOperator).error().code() == Code::denied);
  REQUIRE(reg.decide(id, true, kLeader));
  CHECK(reg.world.cell(reg.world.commune, "TN-1") == 's');
  CHECK(reg.world.cell(reg.world.commune, "TN-1", day("2026-09-30")) == '-');
  CHECK(reg.get(id).state == DirectiveState::in_force);
}

TEST_CASE("a draft may have faults and is not handed over with them; they name the field") {
  Register reg;
  auto broken = directive("tn-1", "TN-1");
  broken.replace(broken.find("state_agency"), 12, "no_such_role");
  CHECK(refusal_of(reg.enter(broken, true).error())->field == "text");
  const auto id = reg.enter(broken, false).value();
  CHECK(reg.get(id).state == DirectiveState::draft);
  const auto faults = reg.world.read([&](store::Connection& c) { return check_directive(c, *reg.world.whole, *reg.world.catalogues, broken); }).value();
  REQUIRE_FALSE(faults.empty());
  CHECK(faults[0].field.find("addressees") != std::string::npos);
  REQUIRE(reg.world.write([&](store::Connection& c) {
    return change_directive(c, *reg.world.whole, *reg.world.catalogues, id, directive("tn-1", "TN-1"), true, kAdmin, kNow);
  }));
  CHECK(reg.get(id).state == DirectiveState::waiting);
  CHECK_FALSE(reg.world.write([&](store::Connection& c) {
    return change_directive(c, *reg.world.whole, *reg.world.catalogues, id, "x", false, kAdmin, kNow);
  }));
}

TEST_CASE("whoever wrote the last word of a directive may not approve it; whoever wrote the first then may") {
  Register reg;
  const auto id = reg.enter(directive("tn-1", "TN-1"), false, kAdmin).value();
  REQUIRE(reg.world.write([&](store::Connection& c) {
    return change_directive(c, *reg.world.whole, *reg.world.catalogues, id, directive("tn-1", "TN-1"), true, kSecondAdmin, kNow);
  }));
  CHECK(reg.decide(id, true, kSecondAdmin).error().code() == Code::conflict);
  CHECK(reg.get(id).may_decide(kAdmin));
  REQUIRE(reg.decide(id, true, kAdmin));
}

TEST_CASE("two directives with one clause, or one key, do not both bind") {
  Register reg;
  REQUIRE(reg.decide(reg.enter(directive("tn-1", "TN-1"), true).value(), true, kLeader));
  CHECK_FALSE(reg.enter(directive("tn-2", "TN-1"), true));
  CHECK_FALSE(reg.enter(directive("tn-1", "TN-9"), true));
  CHECK_FALSE(reg.enter(directive("tn-3", "KG-1.5b"), true));
}

TEST_CASE("a directive ends the one it replaces on the day before it begins") {
  Register reg;
  const auto old = reg.enter(directive("tn-1", "TN-1"), true).value();
  REQUIRE(reg.decide(old, true, kLeader));
  const auto fresh = reg.enter(directive("tn-2", "TN-2", "[{ kind: replaces, number: tn-1/CT-UBND }]", "2026-11-01"), true).value();
  const auto ended = reg.decide(fresh, true, kLeader).value();
  REQUIRE(ended.size() == 1);
  CHECK(ended[0] == old);
  CHECK(reg.get(old).state == DirectiveState::ended);
  CHECK(reg.get(old).outline.valid_to == day("2026-10-31"));
  CHECK(reg.world.cell(reg.world.commune, "TN-1") == '-');
  CHECK(reg.world.cell(reg.world.commune, "TN-1", day("2026-10-31")) == 'n');
  CHECK(reg.world.cell(reg.world.commune, "TN-2") == 's');
}

TEST_CASE("what is put into force is the text that the second person read") {
  Register reg;
  const auto id = reg.enter(directive("tn-1", "TN-1"), true).value();
  const auto read = sha256(directive("tn-1", "TN-1"));
  REQUIRE(reg.decide(id, false, kLeader));
  REQUIRE(reg.change(id, directive("tn-1", "TN-7")));
  const auto late = reg.world.write([&](store::Connection& c) {
    return decide_directive(c, *reg.world.whole, *reg.world.catalogues, id, read, {true, ""}, kLeader, kNow);
  });
  CHECK(late.error().code() == Code::conflict);
  CHECK(refusal_of(late.error())->field == "text_sha256");
  CHECK(reg.get(id).state == DirectiveState::waiting);
  REQUIRE(reg.decide(id, true, kLeader));
}

TEST_CASE("of two directives with one number the date says which is replaced, and none replaces itself") {
  Register reg;
  const auto numbered = [](std::string_view key, std::string_view clause, std::string_view date, std::string_view relations, std::string_view from) {
    auto text = directive(key, clause, relations, from);
    const auto number = "number: " + std::string(key) + "/CT-UBND";
    text.replace(text.find(number), number.size(), "number: 14/CT-UBND");
    text.replace(text.find("date: 2026-10-01"), 16, "date: " + std::string(date));
    return text;
  };
  const auto first = reg.enter(numbered("tn-1", "TN-1", "2026-01-05", "[]", "2026-01-05"), true).value();
  REQUIRE(reg.decide(first, true, kLeader));
  // The new one has the old one's number: only the old one ends.
  const auto second =
      reg.enter(numbered("tn-2", "TN-2", "2026-03-05", "[{ kind: replaces, number: 14/CT-UBND }]", "2026-03-05"), true).value();
  const auto ended = reg.decide(second, true, kLeader).value();
  CHECK(ended == std::vector{first});
  CHECK(reg.get(second).state == DirectiveState::in_force);
  const auto third = reg.enter(numbered("tn-3", "TN-3", "2026-04-05", "[]", "2026-04-05"), true).value();
  REQUIRE(reg.decide(third, true, kLeader));
  const auto vague = reg.enter(directive("tn-4", "TN-4", "[{ kind: replaces, number: 14/CT-UBND }]"), true).value();
  CHECK(refusal_of(reg.decide(vague, true, kLeader).error())->message.vi.find("14/CT-UBND") != std::string::npos);
  CHECK(reg.get(second).state == DirectiveState::in_force);
  CHECK(reg.get(vague).state == DirectiveState::waiting);
  const auto exact = reg.enter(directive("tn-5", "TN-5", "[{ kind: replaces, number: 14/CT-UBND, date: 2026-03-05 }]"), true).value();
  CHECK(reg.decide(exact, true, kLeader).value() == std::vector{second});
  CHECK(reg.get(third).state == DirectiveState::in_force);
}

TEST_CASE("a directive that ends sooner keeps its last day when another replaces it later") {
  Register reg;
  const auto old = reg.enter(directive("tn-1", "TN-1"), true).value();
  REQUIRE(reg.decide(old, true, kLeader));
  REQUIRE(reg.world.write([&](store::Connection& c) {
    return end_directive(c, *reg.world.whole, *reg.world.catalogues, old, day("2026-12-31"), "9/QĐ", kAdmin, kNow);
  }));
  const auto fresh = reg.enter(directive("tn-2", "TN-2", "[{ kind: replaces, number: tn-1/CT-UBND }]", "2027-06-01"), true).value();
  CHECK(reg.decide(fresh, true, kLeader).value().empty());
  CHECK(reg.get(old).outline.valid_to == day("2026-12-31"));
}

TEST_CASE("what falls due after a directive's last day is owed by nobody, in the calendar too") {
  Register reg;
  const auto id = reg.enter(directive("tn-1", "TN-1"), true).value();
  REQUIRE(reg.decide(id, true, kLeader));
  const auto deadlines = [&] {
    const auto law = reg.world.law();
    const auto all = reg.world.read([&](store::Connection& c) {
      return read_deadlines(c, *reg.world.whole, *law, std::nullopt, day("2026-01-01"), day("2026-12-31"), kNow);
    }).value();
    return std::ranges::count_if(all, [](const Deadline& one) { return one.duty->id == "TN-1.yearly"; });
  };
  CHECK(deadlines() == 1);
  REQUIRE(reg.world.write([&](store::Connection& c) {
    return end_directive(c, *reg.world.whole, *reg.world.catalogues, id, day("2026-12-13"), "9/QĐ", kAdmin, kNow);
  }));
  CHECK(reg.world.cell(reg.world.commune, "TN-1", day("2026-12-14")) == '-');
  CHECK(deadlines() == 0);
}

TEST_CASE("a directive that the province ended moves no role any more; one role may be split in two") {
  Register reg;
  auto text = directive("tn-1", "TN-1");
  text.replace(text.find("clauses:"), 8,
               "retargets: [{ from: provincial_department, to: commune_committee, on: 2026-10-01 }, "
               "{ from: provincial_department, to: provincial_police, on: 2026-10-01 }]\nclauses:");
  const auto id = reg.enter(text, true).value();
  CHECK(reg.world.cell(reg.world.department, "KG-2.2") != '.');
  const auto before = reg.world.cell(reg.world.commune, "KG-2.2");
  REQUIRE(reg.decide(id, true, kLeader));
  CHECK(reg.world.cell(reg.world.commune, "KG-2.2") != before);
  CHECK(reg.world.cell(reg.world.police, "KG-2.2") != before);
  CHECK(reg.world.cell(reg.world.department, "KG-2.2") == before);
  REQUIRE(reg.world.write([&](store::Connection& c) {
    return end_directive(c, *reg.world.whole, *reg.world.catalogues, id, day("2026-10-31"), "9/QĐ", kAdmin, kNow);
  }));
  CHECK(reg.world.cell(reg.world.commune, "KG-2.2") == before);
  CHECK(reg.world.cell(reg.world.department, "KG-2.2") != before);
}

TEST_CASE("a directive that carries a marking is not taken in, not even as a draft") {
  Register reg;
  auto text = directive("tn-1", "TN-1");
  text.replace(text.find("báo cáo hằng năm"), std::string("báo cáo hằng năm").size(), "TỐI MẬT");
  const auto refused = reg.enter(text, false);
  REQUIRE_FALSE(refused);
  CHECK(is_state_secret(refused.error()));
  const auto id = reg.enter(directive("tn-1", "TN-1"), false).value();
  CHECK(is_state_secret(reg.change(id, text).error()));
  CHECK(reg.world.bytes().find("TỐI MẬT") == std::string::npos);
}

TEST_CASE("a catalogue that was rolled back is never believed") {
  Register reg;
  const auto id = reg.enter(directive("tn-1", "TN-1"), true).value();
  const auto failed = reg.world.store->write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(decide_directive(c, *reg.world.whole, *reg.world.catalogues, id, sha256(reg.text_of(c, id)), {true, ""}, kLeader, kNow));
    TRY_VOID(reg.world.catalogues->of(c, reg.world.tenant.tenant));
    return Error(Code::invalid, "something else went wrong");
  });
  CHECK_FALSE(failed);
  CHECK(reg.world.cell(reg.world.commune, "TN-1") == '-');
}

TEST_CASE("another tenant has its own register") {
  Register reg;
  REQUIRE(reg.decide(reg.enter(directive("tn-1", "TN-1"), true).value(), true, kLeader));
  const auto other = reg.world.write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh khác", kNow); }).value();
  REQUIRE(reg.world.write([&](store::Connection& c) { return adopt_shipped(c, *reg.world.catalogues, other.tenant, kNow); }));
  const auto law = reg.world.read([&](store::Connection& c) { return reg.world.catalogues->of(c, other.tenant); }).value();
  CHECK_FALSE(law->catalogue().clause("TN-1"));
}

}  // namespace
}  // namespace khien::duty
