#include "office.hpp"

namespace khien::incident {
namespace {

Result<OpeningRules> rules_of(std::string_view yaml) {
  Budget budget({.depth = 8, .entries = 10'000});
  return read_opening_rules(yaml, budget);
}
const OpeningRules& shipped() {
  static const auto rules = rules_of(shipped_text("incidents/opening.yaml")).value();
  return rules;
}

FindingFact fact(std::int64_t id, std::int64_t machine, std::string_view content, Timestamp began, std::int64_t unit = 1) {
  return {.id = {id}, .unit = {unit}, .judge = JudgeId::scan, .rule = "yara:bad", .severity = Severity::medium, .asset = MachineId{machine},
          .asset_name = "may-" + std::to_string(machine), .on_server = false, .content = sha256(content), .began = began};
}
const Timestamp kT0 = at("2026-11-26T08:30:00+07:00");

TEST_CASE("the shipped rules read, and open nothing by themselves") {
  CHECK(shipped().rules.size() == 3);
  for (const auto& rule : shipped().rules) CHECK_FALSE(rule.open);
}

TEST_CASE("the same bytes on three machines of one unit within a day are one incident from the first of them") {
  std::vector<FindingFact> facts{fact(1, 1, "a", kT0), fact(2, 2, "a", kT0 + hours(23)), fact(3, 3, "a", kT0 + hours(24))};
  auto made = proposals(facts, shipped());
  REQUIRE(made.size() == 1);
  CHECK(made[0].rule == "same_malware_on_many");
  CHECK(made[0].detected_at == kT0);
  CHECK(made[0].assets == 3);
  CHECK(made[0].findings == std::vector<FindingId>{{1}, {2}, {3}});
  CHECK(made[0].title.vi == "Cùng một mã độc trên nhiều máy (3 máy)");
  // A millisecond more than a day; another unit; other bytes; twice on one machine.
  facts[2].began = kT0 + hours(24) + milliseconds(1);
  CHECK(proposals(facts, shipped()).empty());
  facts[2] = fact(3, 3, "a", kT0, 2);
  CHECK(proposals(facts, shipped()).empty());
  facts[2] = fact(3, 3, "b", kT0);
  CHECK(proposals(facts, shipped()).empty());
  facts[2] = fact(3, 2, "a", kT0);
  CHECK(proposals(facts, shipped()).empty());
}

TEST_CASE("the window slides: an old single sight does not hold up three of today") {
  const std::vector<FindingFact> facts{fact(9, 9, "a", kT0 - hours(500)), fact(1, 1, "a", kT0), fact(2, 2, "a", kT0), fact(3, 3, "a", kT0)};
  const auto made = proposals(facts, shipped());
  REQUIRE(made.size() == 1);
  CHECK(made[0].detected_at == kT0);
  CHECK(made[0].findings.size() == 3);
}

TEST_CASE("malware on a server; a finding is of one proposal; the order of the facts does not matter") {
  std::vector<FindingFact> facts;
  for (std::int64_t i = 1; i <= 4; ++i) {
    auto one = fact(i, i, "a", kT0 + minutes(i));
    one.severity = Severity::high;
    one.on_server = i == 4;
    facts.push_back(one);
  }
  auto alone = fact(5, 5, "b", kT0);
  alone.severity = Severity::high;
  alone.on_server = true;
  alone.asset_name = "srv\x1b[31m";
  facts.push_back(alone);
  const auto made = proposals(facts, shipped());
  REQUIRE(made.size() == 2);
  CHECK(made[0].rule == "malware_on_server");  // the older of two high ones
  CHECK(made[0].findings == std::vector<FindingId>{{5}});
  CHECK(made[0].title.en.find('\x1b') == std::string::npos);
  CHECK(made[1].findings.size() == 4);
  std::ranges::reverse(facts);
  const auto again = proposals(facts, shipped());
  REQUIRE(again.size() == 2);
  CHECK(again[1].key == made[1].key);
  CHECK(again[1].findings == made[1].findings);
}

TEST_CASE("what is wrong in a file of rules is named by its line") {
  CHECK_FALSE(rules_of("rules: 1"));
  const std::string good = "rules:\n  - id: a\n    title: { vi: A, en: A }\n    why: { vi: A, en: A }\n    kind: malware\n    severity: high\n    open: true\n"
                           "    findings: { judge: scan, least: high, on: machine, same: rule, assets: 2, within_hours: 1 }\n";
  REQUIRE(rules_of(good));
  const auto with = [&](std::string_view what, std::string_view by) {
    std::string text = good;
    text.replace(text.find(what), what.size(), by);
    const auto read = rules_of(text);
    return read ? std::string("read") : read.error().what();
  };
  CHECK(with("judge: scan", "judge: psychic").starts_with("line 8: judge"));
  CHECK(with("assets: 2", "assets: 0").starts_with("line 8: assets"));
  CHECK(with("same: rule", "same: asset").starts_with("line 8: same"));
  CHECK(with("open: true", "open: often").starts_with("line 7: open"));
  CHECK(with("kind: malware", "kind: malware\n    kinds: x").starts_with("line 6: unknown"));
  CHECK(rules_of(good + good.substr(7)).error().what().find("twice") != std::string::npos);
}

TEST_CASE("a rule that opens: once, in nobody's name; what comes later joins it; closed, it is a new one") {
  Office office;
  const auto opening = rules_of("rules:\n  - id: many\n    title: { vi: Nhiều máy, en: Many }\n    why: { vi: A, en: A }\n    kind: malware\n    severity: high\n    open: true\n"
                                "    findings: { judge: scan, least: medium, on: machine, same: content, assets: 2, within_hours: 24 }\n").value();
  const auto run = [&] {
    std::int64_t touched = 0;
    office.write([&](store::Connection& c) -> Result<void> {
      TRY(touched, open_proposals(c, office.scope(), office.rules(), opening, office.now));
      return {};
    });
    return touched;
  };
  office.finding(office.machine("a", office.commune), office.commune, Severity::medium, office.now - hours(2));
  CHECK(run() == 0);
  office.finding(office.machine("b", office.commune), office.commune, Severity::medium, office.now - hours(1));
  CHECK(run() == 1);
  CHECK(run() == 0);
  const auto page = office.list({});
  REQUIRE(page.total == 1);
  CHECK_FALSE(page.items[0].opened_by);
  CHECK(page.items[0].source == Source::finding);
  CHECK(page.items[0].detected_at == office.now - hours(2));
  const auto id = page.items[0].id;
  office.finding(office.machine("c", office.commune), office.commune, Severity::medium, office.now);
  CHECK(run() == 1);
  CHECK(office.detail(id).findings.size() == 3);
  CHECK(office.told(id) == "opened finding");
  REQUIRE(office.move(id, State::closed, "x", "y"));
  CHECK(run() == 0);
  office.now = office.now + hours(1);
  office.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE finding SET opened_at = ?1, last_seen = ?1", {office.now}));
    return {};
  });
  CHECK(run() == 1);
  CHECK(office.list({}).total == 1);
  CHECK(office.list({}).items[0].id != id);
}

}  // namespace
}  // namespace khien::incident
