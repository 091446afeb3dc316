#include "khien/law/catalogue.hpp"

#include <doctest/doctest.h>

#include <set>

#include "khien/core/yaml.hpp"
#include "khien/law/due.hpp"
#include "test/content.hpp"

namespace khien::law {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }

std::string listed(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text +=
        fault.file + ":" + std::to_string(fault.line) + ": " + fault.field + ": " + fault.message.en + "\n";
  }
  return text;
}

const Catalogue& shipped() {
  static const Loading loaded = load(shipped_files());
  INFO(listed(loaded.faults));
  REQUIRE(loaded.catalogue);
  return *loaded.catalogue;
}

TEST_CASE("what is shipped has no fault: eight documents, 96 clauses and a scope note") {
  std::set<int> systems;
  int clauses = 0;
  int scope_notes = 0;
  CHECK(shipped().directives().size() == 8);
  for (const Directive& directive : shipped().directives()) {
    for (const Clause& clause : directive.clauses) {
      ++(clause.scope_note ? scope_notes : clauses);
      systems.insert(clause.systems.begin(), clause.systems.end());
    }
  }
  CHECK(clauses == 96);
  CHECK(scope_notes == 1);
  // Every system that the documents name has a clause.
  CHECK(shipped().systems().size() == 28);
  CHECK(systems.size() == 28);
}

// Whoever reads the screen is told that nobody here has seen the words.
TEST_CASE("a clause whose text was not seen says where it was read, and has no quote") {
  for (const auto& [id, days] : std::vector<std::pair<std::string_view, std::vector<std::string_view>>>{
           {"NĐ331-35a", {"2026-12-19", "2027-12-19"}}, {"NĐ331-35b", {"2026-12-19", "2027-12-19"}}, {"NĐ331-36", {"2026-12-24", "2027-12-24"}},
           {"NĐ333-8.5b", {"2026-09-30", "2027-09-30"}}, {"TT20-M5", {"2025-06-19", "2025-12-14", "2026-06-19"}}}) {
    CAPTURE(id);
    const auto ref = shipped().clause(id);
    REQUIRE(ref);
    CHECK(ref.clause->quote.empty());
    REQUIRE(ref.clause->second_hand);
    CHECK_FALSE(ref.clause->second_hand->vi.empty());
    std::vector<std::string> due;
    for (const auto& one : occurrences(ref.clause->duties[0], *ref.directive, shipped().calendar(), day("2025-01-01"), day("2027-12-31"))) {
      due.push_back(to_string(*one.due));
    }
    CHECK(due == std::vector<std::string>(days.begin(), days.end()));
  }
}

TEST_CASE("a directive of another country works by its data file alone") {
  const std::string text = read_text(std::string(KHIEN_TEST_DATA) + "/cisa-bod-22-01.yaml");
  auto files = shipped_files();
  files.push_back({"directives/foreign.yaml", text});
  for (const Loading& loaded : {load(files), [&] {
                                  Budget budget(kTestLimits);
                                  return shipped().with({{"entered", text}}, budget);
                                }()}) {
    INFO(listed(loaded.faults));
    REQUIRE(loaded.catalogue);
    const Catalogue& catalogue = *loaded.catalogue;
    CHECK(catalogue.directives().size() == 9);
    const Directive* directive = catalogue.directive("cisa-bod-22-01");
    REQUIRE(directive != nullptr);
    CHECK(directive->language == "en");
    const DutyRef procedures = catalogue.duty("BOD-22-01-1.procedures");
    REQUIRE(procedures);
    const auto once =
        occurrences(*procedures.duty, *directive, catalogue.calendar(), day("2021-11-03"), day("2022-12-31"));
    REQUIRE(once.size() == 1);
    CHECK(once[0].due == day("2022-01-02"));
    const auto mended = due_after(catalogue.duty("BOD-22-01-2.two_weeks").duty->due, catalogue.calendar(),
                                  from_rfc3339("2026-11-01T08:00:00+07:00").value());
    REQUIRE(mended);
    CHECK(mended->due == day("2026-11-15"));
    CHECK(catalogue.addressees(*catalogue.clause("BOD-22-01-3").clause, day("2026-01-01")).size() == 1);
    CHECK(catalogue.clause("KG-1.5b"));
  }
  CHECK(shipped().directive("cisa-bod-22-01") == nullptr);
}

TEST_CASE("incidents by rule version: at once, 24 and 72 hours, or a duty without a clock, or five days") {
  const auto of = [](std::string_view detected, const std::vector<std::string>& traits) {
    const Timestamp at = from_rfc3339(detected).value();
    const ClockRules* rules = shipped().clock_rules_on(vietnam_day(at));
    REQUIRE(rules != nullptr);
    CHECK_FALSE(rules->duty.vi.empty());
    std::vector<std::int64_t> lengths_hours;
    for (const auto& one : deadlines(*rules, shipped().calendar(), at, traits)) {
      lengths_hours.push_back((one.moment - at).ms / hours(1).ms);
    }
    return lengths_hours;
  };
  using Hours = std::vector<std::int64_t>;
  const std::vector<std::string> grave{"serious", "serious_interruption"};
  CHECK(of("2026-07-10T09:00:00+07:00", grave).empty());
  CHECK(of("2026-07-01T00:00:00+07:00", grave).empty());
  CHECK(of("2026-08-18T23:59:59+07:00", grave).empty());
  CHECK(of("2026-08-19T00:00:00+07:00", grave) == Hours{0, 24, 72});
  CHECK(of("2026-08-20T09:00:00+07:00", grave) == Hours{0, 24, 72});
  CHECK(of("2026-08-20T09:00:00+07:00", {}) == Hours{72});
  // Five whole days after 10 March 09:00: to the end of the 15th.
  CHECK(of("2026-03-10T09:00:00+07:00", {}) == Hours{5 * 24 + 14});
  CHECK(of("2026-06-30T23:00:00+07:00", grave) == Hours{5 * 24});
}

TEST_CASE("the small world has no fault, and is found by its names") {
  const Loading loaded = load(small_world());
  INFO(listed(loaded.faults));
  REQUIRE(loaded.catalogue);
  const Catalogue& catalogue = *loaded.catalogue;
  CHECK(catalogue.role("body")->by == Role::By::assignment);
  CHECK(catalogue.metric("spent")->expression->over->sum == "amount");
  CHECK(
      std::holds_alternative<Condition::AsOf>(catalogue.metric("spent")->expression->exempt_if.at(0).value));
  CHECK(catalogue.register_named("book")->fields.size() == 5);
  CHECK(catalogue.register_named("book")->fields[0].required);
  CHECK(catalogue.register_named("book")->checks.at(0).level_at_least == 3);
  CHECK(catalogue.register_named("book")->checks.at(0).when.size() == 1);
  const DutyRef duty = catalogue.duty("D-1.a");
  REQUIRE(duty);
  CHECK(duty.clause->id == "D-1");
  CHECK(duty.directive->key == "d");
  CHECK(duty.duty->applies_if.system_level_at_least == 3);
  CHECK(duty.duty->steps.at(1).en == "Two");
  CHECK(duty.duty->minutes == 30);
  CHECK(duty.clause->line == 15);
  CHECK(catalogue.scores().at(0).indicators.at(0).points == 20);
  CHECK(catalogue.index_on("i", day("2026-01-01"))->version == 1);
  CHECK(catalogue.index_on("i", day("2025-12-31")) == nullptr);
  CHECK(catalogue.calendar().year(2026).status == CalendarStatus::enacted);
  CHECK(catalogue.role("nobody") == nullptr);
  CHECK_FALSE(catalogue.clause("D-9"));
  CHECK_FALSE(catalogue.duty("D-9"));
}

TEST_CASE("JSON is a directive's text too") {
  const auto files = small_world();
  const auto& text = std::ranges::find(files, "directives/d.yaml", &SourceFile::path)->text;
  Budget budget(kTestLimits);
  auto as_json = small_world();
  std::ranges::find(as_json, "directives/d.yaml", &SourceFile::path)->text =
      to_json(parse_yaml(text, budget).value());
  CHECK(load(as_json).catalogue);
}

// One word of the small world changed, and what must be said of it.
struct Bad {
  const char* file;
  const char* before;
  const char* after;
  const char* field;
  const char* message;  // a part of it
};

TEST_CASE("each fault names its file, line and field") {
  const std::vector<Bad> kBad{
      {"directives/d.yaml", "metric: share", "metric: shore", "clauses[0].duties[0].metric",
       "no metric 'shore'"},
      {"directives/d.yaml", "[old_council, body]", "[old_council, nobody]", "clauses[0].addressees",
       "no role 'nobody'"},
      {"directives/d.yaml", "systems: [1]", "systems: [2]", "clauses[0].systems[0]", "no system '2'"},
      {"directives/d.yaml", "systems: [1]", "systems: [1, 1]", "clauses[0].systems[1]", "twice"},
      {"directives/d.yaml", "register: book", "register: books", "clauses[0].duties[0].register",
       "no register 'books'"},
      {"directives/d.yaml", "date: 2020-01-01", "date: 2027-02-30", "date", "there is no day 2027-02-30"},
      {"directives/d.yaml", "date: 2020-01-01", "date: 1/1/2020", "date", "not a date"},
      {"directives/d.yaml", "date: 2020-01-01", "date: 0020-01-01", "date", "1900–2199"},
      {"directives/d.yaml", "valid_to: null", "valid_to: 2019-12-31", "valid_to", "before valid_from"},
      {"directives/d.yaml", "quote: \"phải báo cáo\"", "quote: \" \"", "clauses[0].quote",
       "must not be empty"},
      {"directives/d.yaml", "    quote: \"phải báo cáo\"\n", "", "clauses[0].quote", "missing"},
      {"directives/d.yaml", "kinds: [measures, records]", "kinds: []", "clauses[0]", "kinds is empty"},
      {"directives/d.yaml", "kinds: [measures, records]", "kinds: [feels]", "clauses[0].kinds[0]",
       "none of: does"},
      {"directives/d.yaml", "kinds: [measures, records]", "kinds: [does, does]", "clauses[0].kinds[1]",
       "twice"},
      {"directives/d.yaml", "strength: must", "strength: may", "clauses[0].verb.strength", "none of"},
      {"directives/d.yaml", "        metric: share\n", "", "clauses[0].duties[0]", "needs metric and target"},
      {"directives/d.yaml", "target: { at_least: 0.9 }", "target: { at_least: 90 }",
       "clauses[0].duties[0].target", "within 0–1"},
      {"directives/d.yaml", "target: { at_least: 0.9 }", "target: { at_least: 0.9, at_most: 1 }",
       "clauses[0].duties[0].target", "exactly one"},
      {"directives/d.yaml", "{ vi: Báo cáo, en: Report }\n    quote",
       "{ vi: Báo cáo, en: A title that is a good deal longer than the sixty characters of a column }\n    "
       "quote",
       "clauses[0].title.en", "longer than 60"},
      {"directives/d.yaml", "{ vi: Báo cáo, en: Report }\n    quote", "{ vi: Báo cáo }\n    quote",
       "clauses[0].title.en", "missing"},
      {"directives/d.yaml", "day: 20", "day: 31", "clauses[0].duties[0].due.day", "has no day 31"},
      {"directives/d.yaml", "day: 20", "day: 32", "clauses[0].duties[0].due.day", "within 1–31"},
      {"directives/d.yaml", "month: last_of_period", "month: 3", "clauses[0].duties[0].due.month",
       "yearly duties only"},
      {"directives/d.yaml", "recurrence: quarterly", "recurrence: continuous", "clauses[0].duties[0].due",
       "do not fit"},
      {"directives/d.yaml", "recurrence: quarterly", "recurrence: daily", "clauses[0].duties[0].recurrence",
       "none of"},
      {"directives/d.yaml", "{ rule: before_day, month: last_of_period, day: 20 }",
       "{ rule: before_dates, dates: [06-14] }", "clauses[0].duties[0].due.dates", "exactly 4 days"},
      {"directives/d.yaml", "{ rule: before_day, month: last_of_period, day: 20 }",
       "{ rule: before_dates, dates: [03-14, 06-14, 09-14, 02-30] }", "clauses[0].duties[0].due.dates[3]",
       "not a day of the year"},
      {"directives/d.yaml", "{ rule: before_day, month: last_of_period, day: 20 }",
       "{ rule: before_dates, dates: [06-14, 03-14, 09-14, 12-14] }", "clauses[0].duties[0].due.dates",
       "in order"},
      {"directives/d.yaml", "day: 20 }", "day: 20, hour: 5 }", "clauses[0].duties[0].due.hour",
       "no field of this name"},
      {"directives/d.yaml", "steps: { vi: [Một, Hai], en: [One, Two] }",
       "steps: { vi: [Một, Hai], en: [One] }", "clauses[0].duties[0].steps", "same number of steps"},
      {"directives/d.yaml", "minutes: 30", "minutes: soon", "clauses[0].duties[0].minutes", "a whole number"},
      {"directives/d.yaml", "basis: law", "basis: habit", "clauses[0].duties[0].basis",
       "none of: law, province"},
      {"directives/d.yaml", "system_level_at_least: 3", "system_level_at_least: 6",
       "clauses[0].duties[0].applies_if.system_level_at_least", "within 1–5"},
      {"directives/d.yaml", "key: d", "key: D d", "key", "a-z"},
      {"directives/d.yaml", "kind: directive", "kind: letter", "kind", "none of"},
      {"directives/d.yaml", "from: old_council", "from: somebody", "retargets[0]", "no role 'somebody'"},
      {"directives/d.yaml", "kind: cites, number: 2/CT", "kind: cites", "relations[0]",
       "a number or an issuer"},
      {"directives/d.yaml", "place: \"1\"", "place: \"1\"\n    colour: red", "clauses[0].colour",
       "no field of this name"},
      {"directives/d.yaml", "quote: \"phải báo cáo\"", "quote: unknown", "clauses[0]", "needs second_hand"},
      {"directives/d.yaml", "place: \"1\"", "second_hand: { vi: Theo báo, en: From a paper }\n    place: \"1\"", "clauses[0]",
       "with a quote there is no second_hand"},
      {"directives/d.yaml", "place: \"1\"", "scope_note: true\n    place: \"1\"", "clauses[0]",
       "scope note has no duties"},
      {"law/roles.yaml", "kinds: [commune]", "kinds: [village]", "[0].kinds", "no unit kind 'village'"},
      {"law/roles.yaml", "id: council", "id: body", "[2]", "'body' is there already (law/roles.yaml:2)"},
      {"law/roles.yaml", "by: assignment", "by: kind", "[2]", "by: kind needs kinds"},
      {"law/metrics.yaml", "source: live", "source: register", "[0]", "needs an expression"},
      {"law/metrics.yaml", "where: { kind: a }", "where: { sort: a }", "[1].expression", "no field 'sort'"},
      {"law/metrics.yaml", "sum: amount }", "sum: kind }", "[1].expression.over", "no number field 'kind'"},
      {"law/metrics.yaml", "before: as_of", "during: as_of", "[1].expression.exempt_if.day.during",
       "no comparison 'during'"},
      {"law/metrics.yaml", "kind: a }", "kind: { at_least: as_of } }", "[1].expression.where.kind.at_least",
       "does not fit"},
      {"registers/book.yaml", "clauses: [D-1]", "clauses: [D-2]", "clauses", "no clause 'D-2'"},
      {"registers/book.yaml", "date_field: day", "date_field: amount", "date_field", "format: date"},
      {"registers/book.yaml", "date_field: day", "may_lie_ahead: true", "may_lie_ahead", "needs a date_field"},
      {"registers/book.yaml", "date_field: day", "date_field: day\nuntil_field: amount", "until_field", "format: date"},
      {"law/metrics.yaml", "where: { kind: a }", "where: { kind: c }", "[1].expression", "can never be this"},
      {"law/metrics.yaml", "day: { before: as_of }", "amount: as_of", "[1].expression.exempt_if", "can never be this"},
      {"directives/d.yaml", "register: book", "register: book\n        where: { kind: a }", "clauses[0].duties[0].where",
       "met_by: register only"},
      {"registers/book.yaml", "{kind}: {amount}", "{kind}: {sum}", "summary", "no field 'sum'"},
      {"registers/book.yaml", "required: [day]", "required: [date]", "schema.required[0]", "no field 'date'"},
      {"registers/book.yaml", "b: { vi: B, en: B } }", "c: { vi: B, en: B } }",
       "schema.properties.kind.titles.b", "missing"},
      {"registers/book.yaml", "minimum: 1, maximum: 5", "minimum: 5, maximum: 1", "schema.properties.level",
       "above maximum"},
      {"registers/book.yaml", "fields: [end, day]", "fields: [end]", "checks[0].fields",
       "does not fit the rule"},
      {"registers/book.yaml", "fields: [end, day]", "fields: [end, dawn]", "checks[0].fields",
       "no field 'dawn'"},
      {"levels/old.yaml", "question: users, at_least", "question: people, at_least",
       "criteria[2].when.any[0]", "no question 'people'"},
      {"levels/old.yaml", "{ question: public, is: true } }\n  - { level: 2",
       "{ question: public, below: 3 } }\n  - { level: 2", "criteria[0].when", "does not fit the question"},
      {"levels/old.yaml", "valid_to: 2026-06-30", "valid_to: 2016-06-30", "valid_to", "before valid_from"},
      {"requirements/r.yaml", "rule: old", "rule: new", "", "no level rule 'new'"},
      {"requirements/r.yaml", "level: 3", "level: 0", "requirements[0].level", "within 1–5"},
      {"clocks/c.yaml", "applies: [serious]", "applies: [terrible]", "clocks[0].applies",
       "no trait 'terrible'"},
      {"clocks/c.yaml", "hours: 24", "hours: 24, days: 1", "clocks[0]", "exactly one of"},
      {"scores/s.yaml", "at_least: 0.8", "at_least: 80", "grades[0].at_least", "within 0–1"},
      {"scores/s.yaml", "metric: share", "metric: shore", "indicators[0].metric", "no metric"},
      {"indexes/i.yaml", "weight: 1", "weight: 0.9", "components", "sum to 1"},
      {"indexes/i.yaml", "caution: { vi: Không chính thức, en: Not official }", "", "caution", "missing"},
      {"calendars/2026.yaml", "year: 2026", "year: 2027", "", "named for its year"},
      {"calendars/2026.yaml", "to: 2026-02-20", "to: 2026-02-15", "holidays[0]", "to is before from"},
      {"calendars/2026.yaml", "core: [2026-02-17]", "core: [2026-03-17]", "holidays[0].core[0]",
       "outside the holiday"},
      {"calendars/2026.yaml", "off: 2026-01-02", "off: 2026-01-03", "swaps", "rest day anyway"},
      {"calendars/2026.yaml", "work: 2026-01-10", "work: 2026-01-12", "swaps", "working day anyway"},
      {"calendars/2026.yaml", "status: enacted", "status: computed", "status", "none of: enacted"},
      {"law/systems.yaml", "- { id: 1,", "- { id: 1, title: { vi: a, en: b } }\n- { id: 1,", "[1]",
       "there already"},
  };
  for (const Bad& bad : kBad) {
    CAPTURE(bad.file);
    CAPTURE(bad.after);
    const auto files = changed(bad.file, bad.before, bad.after);
    REQUIRE_FALSE(files.empty());
    const Loading loaded = load(files);
    CHECK_FALSE(loaded.catalogue);
    const bool said = std::ranges::any_of(loaded.faults, [&bad](const Fault& fault) {
      return fault.file == bad.file && fault.line > 0 && fault.field == bad.field &&
             fault.message.en.contains(bad.message) && !fault.message.vi.empty();
    });
    INFO(listed(loaded.faults));
    CHECK(said);
  }
}

TEST_CASE("a duty met by a register says which of its records count, and is refused what none can be") {
  const auto with = [](const std::string& where) {
    return load(changed("directives/d.yaml", "met_by: record_and_metric", "met_by: register\n        where: " + where));
  };
  const Loading loaded = with("{ kind: a, level: { at_least: 3 }, end: { not_before: as_of }, amount: { empty: true } }");
  INFO(listed(loaded.faults));
  REQUIRE(loaded.catalogue);
  using Kind = Condition::Kind;
  const std::vector<Condition> wanted{{"kind", Kind::equals, std::string("a"), {}},
                                      {"level", Kind::at_least, 3.0, {}},
                                      {"end", Kind::not_before, Condition::AsOf{}, {}},
                                      {"amount", Kind::present, false, {}}};
  CHECK(loaded.catalogue->duty("D-1.a").duty->where == wanted);
  const Loading among = with("{ kind: { any_of: [a, b] } }");
  REQUIRE(among.catalogue);
  CHECK(among.catalogue->duty("D-1.a").duty->where.at(0).choices == std::vector<std::string>{"a", "b"});

  for (const char* where : {"{ sort: a }", "{ kind: c }", "{ kind: true }", "{ kind: { any_of: [a, c] } }", "{ kind: { not: c } }",
                            "{ kind: as_of }", "{ kind: { before: as_of } }", "{ day: soon }", "{ day: { after: soon } }", "{ day: 3 }",
                            "{ level: a }", "{ level: true }", "{ amount: { any_of: [a] } }", "{ end: { at_least: 3 } }"}) {
    CAPTURE(where);
    const Loading bad = with(where);
    INFO(listed(bad.faults));
    REQUIRE(bad.faults.size() == 1);
    CHECK(bad.faults[0].file == "directives/d.yaml");
    CHECK(bad.faults[0].line == 30);
    CHECK(bad.faults[0].field == "clauses[0].duties[0].where");
  }
  CHECK(listed(with("{ kind: { any_of: [] } }").faults).contains("duties[0].where.kind.any_of"));
  CHECK(listed(with("{ kind: { during: a } }").faults).contains("duties[0].where.kind.during"));
}

TEST_CASE("records that meet a duty have a day") {
  auto files = changed("directives/d.yaml", "met_by: record_and_metric", "met_by: register");
  CHECK(load(files).catalogue);
  auto& book = std::ranges::find(files, "registers/book.yaml", &SourceFile::path)->text;
  book.replace(book.find("date_field: day\n"), 16, "");
  for (const bool continuous : {false, true}) {
    CAPTURE(continuous);
    auto& text = std::ranges::find(files, "directives/d.yaml", &SourceFile::path)->text;
    const std::string_view quarterly = "recurrence: quarterly";
    if (continuous) text.replace(text.find(quarterly), quarterly.size(), "recurrence: on_event");
    CHECK(listed(load(files).faults).contains("has no date_field"));
  }
}

TEST_CASE("all faults are told, not the first only, by file and line") {
  auto files = changed("directives/d.yaml", "metric: share", "metric: shore");
  const auto file = std::ranges::find(files, "directives/d.yaml", &SourceFile::path);
  file->text.replace(file->text.find("date: 2020-01-01"), 16, "date: 2027-02-30");
  std::ranges::find(files, "law/roles.yaml", &SourceFile::path)->text += "- { id: x }\n";
  const Loading loaded = load(files);
  REQUIRE(loaded.faults.size() == 4);
  CHECK(loaded.faults[0].line < loaded.faults[1].line);
  CHECK(loaded.faults[2].file == "law/roles.yaml");
}

TEST_CASE("two directives may share a number, not issuer, number and date, nor a key or a clause's id") {
  const auto with_second = [](std::string_view before, std::string_view after) {
    auto files = changed("directives/d.yaml", "key: d\n", "key: second\n");
    auto& text = std::ranges::find(files, "directives/d.yaml", &SourceFile::path)->text;
    for (auto at = text.find("D-1"); at != text.npos; at = text.find("D-1", at + 3))
      text.replace(at, 3, "E-1");
    if (!before.empty()) text.replace(text.find(before), before.size(), after);
    SourceFile second{"directives/e.yaml", text};
    files = small_world();
    files.push_back(std::move(second));
    return load(files);
  };
  CHECK(with_second("date: 2020-01-01", "date: 2021-01-01").catalogue);
  CHECK(with_second("{ vi: Tỉnh, en: Province }", "{ vi: Bộ, en: Ministry }").catalogue);
  CHECK(with_second("date: 2020-01-01", "date: unknown").catalogue);

  const auto twice = with_second("{ vi: Tỉnh, en: Province }", "{ vi: 'TỈNH ', en: The province }");
  REQUIRE(twice.faults.size() == 1);
  CHECK(twice.faults[0].message.en.contains("is in directives/d.yaml already"));

  const auto same_clause = with_second("id: E-1\n", "id: D-1\n");
  CHECK(listed(same_clause.faults).contains("'D-1' is there already (directives/d.yaml:15)"));
  const auto same_duty = with_second("id: E-1.a\n", "id: D-1.a\n");
  CHECK(listed(same_duty.faults).contains("'D-1.a' is there already"));
}

TEST_CASE("rules in force at the same time are a fault, one after the other is none") {
  for (const std::string path :
       {"levels/old.yaml", "clocks/c.yaml", "requirements/r.yaml", "indexes/i.yaml"}) {
    CAPTURE(path);
    auto files = small_world();
    auto text = std::ranges::find(files, path, &SourceFile::path)->text;
    const auto replace = [&text](std::string_view before, std::string_view after) {
      if (const auto at = text.find(before); at != text.npos) text.replace(at, before.size(), after);
    };
    replace("\nid: old", "\nid: other");
    replace("\nid: c", "\nid: other");
    replace("\nid: r\n", "\nid: other\n");
    replace("id: r.1", "id: r.2");
    replace("version: 1", "version: 2");
    files.push_back({path.substr(0, path.find('/')) + "/other.yaml", text});
    CHECK(listed(load(files).faults).contains("is in force at the same time as"));
    const auto from = text.find("valid_from: ");
    files.back().text.replace(from + 12, 10, "2030-01-01");
    if (const auto to = files.back().text.find("valid_to: 2"); to != text.npos) {
      files.back().text.replace(to + 10, 10, "2031-01-01");
    }
    // The first one has to end for the second to begin.
    auto& first = std::ranges::find(files, path, &SourceFile::path)->text;
    if (const auto open = first.find("valid_to: null"); open != first.npos)
      first.replace(open + 10, 4, "2029-12-31");
    if (path == "indexes/i.yaml")
      first.replace(first.find("valid_from: 2026-01-01"), 22, "valid_from: 2026-01-01\nvalid_to: 2029-12-31");
    INFO(listed(load(files).faults));
    CHECK(load(files).catalogue);
  }
}

TEST_CASE("a file that is no YAML, or over the budget, is a fault of that file") {
  auto files = small_world();
  files.push_back({"directives/bad.yaml", "key: [\n"});
  files.push_back({"law/other.yaml", "a: 1\n"});
  files.push_back({"elsewhere/x.yaml", "a: ["});
  files.push_back({"directives/notes.txt", "a: ["});
  const Loading loaded = load(files);
  REQUIRE(loaded.faults.size() == 2);
  CHECK(loaded.faults[0].file == "directives/bad.yaml");
  CHECK(loaded.faults[0].line == 2);
  CHECK(loaded.faults[1].message.en == "this file is not used");

  Budget small({.depth = 24, .entries = 50});
  const Loading over = Catalogue::load(small_world(), small);
  CHECK_FALSE(over.catalogue);
  CHECK(listed(over.faults).contains("budget: entries over 50"));
}

TEST_CASE("a list where a map belongs, and the reverse, is said once and harms nothing") {
  for (const SourceFile& file : small_world()) {
    for (const auto* text : {"[]", "{}", "x", "3", "[1]", "[{}]", "[[]]", "{a: b}"}) {
      auto files = small_world();
      std::ranges::find(files, file.path, &SourceFile::path)->text = text;
      CHECK((load(files).catalogue != nullptr || !load(files).faults.empty()));
    }
  }
}

TEST_CASE("very many faults are cut, and counted") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "- { id: x" + std::to_string(i) + " }\n";
  const Loading loaded = load({{"law/roles.yaml", text}});
  CHECK(loaded.faults.size() == 201);
  CHECK(loaded.faults.back().message.en.ends_with("more faults"));
}

TEST_CASE("more directives are checked against what is there, and leave it as it was") {
  const auto base = load(small_world()).catalogue;
  REQUIRE(base);
  const auto extend = [&base](std::string text) {
    Budget budget(kTestLimits);
    return base->with({{"entered", std::move(text)}}, budget);
  };
  const auto files = small_world();
  std::string text = std::ranges::find(files, "directives/d.yaml", &SourceFile::path)->text;
  CHECK(listed(extend(text).faults).contains("'d' is there already"));
  CHECK(listed(extend(text).faults)
            .contains("this document (issuer, number, date) is in directives/d.yaml already"));
  text.replace(text.find("key: d\n"), 7, "key: e\n");
  text.replace(text.find("1/CT"), 4, "9/CT");
  for (auto at = text.find("D-1"); at != text.npos; at = text.find("D-1", at + 3)) text.replace(at, 3, "E-1");
  const Loading more = extend(text);
  INFO(listed(more.faults));
  REQUIRE(more.catalogue);
  CHECK(more.catalogue->clause("E-1"));
  CHECK(more.catalogue->clause("D-1"));
  CHECK(more.catalogue->calendar().year(2026).decision == "QĐ 1");
  CHECK_FALSE(base->clause("E-1"));
  text.replace(text.find("metric: share"), 13, "metric: shore");
  const Loading bad = extend(text);
  REQUIRE(bad.faults.size() == 1);
  CHECK(bad.faults[0].file == "entered");
}

}  // namespace
}  // namespace khien::law
