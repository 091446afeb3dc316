#include "khien/notice/due.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "khien/core/date.hpp"
#include "khien/core/random.hpp"

namespace khien::notice {
namespace {

constexpr Timestamp kMidnight{1'795'280'400'000};  // 2026-11-22 00:00 at UTC+7
constexpr UnitId kProvince{1}, kCommune{2}, kSchool{3}, kOther{4};

Timestamp at(std::int64_t minute) { return kMidnight + minutes(minute); }

std::string shipped_text() {
  std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/content/notices/rules.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
Rules rules_of(std::string_view text) {
  Budget budget({});
  auto rules = Rules::from_yaml(text, budget);
  REQUIRE_MESSAGE(rules, rules.error().what());
  return std::move(rules).value();
}
std::string rule_text(std::string_view cause, std::string_view rest) {
  return "unanswered_words: {vi: 'Chưa ai xác nhận: {title}', en: 'Nobody answered: {title}'}\nrules:\n  - {cause: " + std::string(cause) + ", " +
         std::string(rest) + ", one: {vi: a, en: a}, many: {vi: b, en: b}}\n";
}

Cause cause(std::string key, Timestamp when, std::vector<UnitId> path = {kCommune, kProvince}, std::string bundle = "hash") {
  return {.key = std::move(key), .kind = CauseKind::malware, .bundle = std::move(bundle), .level = 0, .path = std::move(path), .at = when,
          .count = 1, .owner = {}, .due = {}, .link = 0};
}
Person person(std::int64_t id, Role role, UnitId root) {
  return {.id = {id}, .role = role, .roots = {root}, .by_mail = false, .quiet = {}, .shifts = {}};
}
std::set<std::int64_t> people_of(const Verdict& verdict) {
  std::set<std::int64_t> all;
  for (const auto& message : verdict.messages) all.insert(message.person.value);
  return all;
}

TEST_CASE("the rules that are shipped can be read, and every cause has one") {
  const auto rules = rules_of(shipped_text());
  for (int i = 0; i <= static_cast<int>(CauseKind::test); ++i) CHECK(rules.rule(static_cast<CauseKind>(i)) != nullptr);
  CHECK(rules.rule(CauseKind::malware)->urgent);
}

TEST_CASE("a rule that is wrong is named by its line") {
  for (const auto& [rest, word] : {std::pair{"whom: [nobody], channels: [in_page], gather_minutes: 0", "nobody is called"},
                                   std::pair{"whom: [nearest king], channels: [in_page], gather_minutes: 0", "nobody is called"},
                                   std::pair{"whom: [], channels: [in_page], gather_minutes: 0", "whom names nobody"},
                                   std::pair{"whom: [owner], channels: [mail], gather_minutes: 0", "must have in_page"},
                                   std::pair{"whom: [owner], channels: [in_page, in_page], gather_minutes: 0", "each once"},
                                   std::pair{"whom: [owner], channels: [in_page], gather_minutes: -1", "gather_minutes"},
                                   std::pair{"whom: [owner], channels: [in_page], gather_minutes: 0, unanswered: [{after_minutes: 5, whom: [owner]}]",
                                             "only what is urgent"}}) {
    Budget budget({});
    const auto rules = Rules::from_yaml(rule_text("malware", rest), budget);
    REQUIRE_FALSE(rules);
    CHECK(rules.error().what().starts_with("line "));
    CHECK_MESSAGE(rules.error().what().contains(word), rules.error().what());
  }
  Budget budget({});
  CHECK_FALSE(Rules::from_yaml(rule_text("murder", "whom: [owner], channels: [in_page], gather_minutes: 0"), budget));
}

TEST_CASE("quiet hours over midnight, at UTC+7") {
  const QuietHours night{22 * 60, 6 * 60};
  CHECK(after_quiet(at(21 * 60 + 59), night) == at(21 * 60 + 59));
  CHECK(after_quiet(at(22 * 60), night) == at(30 * 60));
  CHECK(after_quiet(at(22 * 60) + seconds(30), night) == at(30 * 60));
  CHECK(after_quiet(at(0), night) == at(6 * 60));
  CHECK(after_quiet(at(5 * 60 + 59) + seconds(59), night) == at(6 * 60));
  CHECK(after_quiet(at(6 * 60), night) == at(6 * 60));
  // There is no summer time: every day of the year has the same end.
  for (int day = 0; day < 366; ++day) CHECK(after_quiet(at(day * 1440 + 60), night) == at(day * 1440 + 360));
  CHECK(after_quiet(at(12 * 60), {11 * 60, 13 * 60}) == at(13 * 60));
  CHECK(after_quiet(at(13 * 60), {11 * 60, 13 * 60}) == at(13 * 60));
  CHECK(after_quiet(at(3), {60, 60}) == at(3));
}

TEST_CASE("whom a rule means: the nearest, those above, all, the owner, who is on duty; never who may not see it") {
  std::vector<Person> people{person(1, Role::unit_officer, kProvince), person(2, Role::unit_officer, kCommune), person(3, Role::soc_operator, kProvince),
                             person(4, Role::unit_officer, kOther),    person(5, Role::leader, kProvince)};
  people[4].shifts = {{kCommune, at(0), at(60), false}};
  people[0].shifts = {{kCommune, at(0), at(60), true}, {kProvince, at(0), at(60), false}};
  const auto told = [&](std::string_view whom, Cause one) {
    const auto rules = rules_of(rule_text("malware", "whom: [" + std::string(whom) + "], channels: [in_page], gather_minutes: 0"));
    return people_of(due(std::vector{one}, rules, people, {}, false, at(600)));
  };
  using Ids = std::set<std::int64_t>;
  CHECK(told("nearest unit_officer", cause("a", at(1))) == Ids{2});
  CHECK(told("nearest unit_officer", cause("a", at(1), {kSchool, kCommune, kProvince})) == Ids{2});
  CHECK(told("above unit_officer", cause("a", at(1))) == Ids{1});
  CHECK(told("above unit_officer", cause("a", at(1), {kProvince})) == Ids{1});
  CHECK(told("every unit_officer", cause("a", at(1))) == Ids{1, 2});
  CHECK(told("nearest inspector", cause("a", at(1))).empty());
  CHECK(told("on_duty", cause("a", at(1))) == Ids{5});
  CHECK(told("on_duty", cause("a", at(60))).empty());
  CHECK(told("deputy", cause("a", at(59))) == Ids{1});
  CHECK(told("on_duty", cause("a", at(1), {kOther, kProvince})) == Ids{1});
  // Drawn when the person was of that unit: of another now, they are told nothing of it.
  people[3].shifts = {{kCommune, at(60), at(120), false}};
  CHECK(told("on_duty", cause("a", at(61))).empty());
  auto mine = cause("a", at(1));
  mine.owner = UserId{4};
  CHECK(told("owner", mine).empty());
  mine.owner = UserId{2};
  CHECK(told("owner, every soc_operator, nearest unit_officer", mine) == Ids{2, 3});
}

TEST_CASE("twelve machines with the same file are one message that says so") {
  const auto rules = rules_of(shipped_text());
  const std::vector people{person(1, Role::soc_operator, kProvince)};
  std::vector<Cause> causes;
  for (int i = 0; i < 12; ++i) causes.push_back(cause("finding:" + std::to_string(i), at(600) + seconds(i * 20)));
  causes.push_back(cause("finding:other", at(601), {kOther, kProvince}, "another hash"));
  CHECK(due(causes, rules, people, {}, false, at(604)).messages.empty());
  const auto verdict = due(causes, rules, people, {}, false, at(606));
  REQUIRE(verdict.messages.size() == 2);
  CHECK(verdict.messages[0].causes.size() + verdict.messages[1].causes.size() == 13);
  CHECK(std::ranges::max(verdict.messages, {}, [](const auto& m) { return m.causes.size(); }).causes.size() == 12);
}

TEST_CASE("who was told is not told again, and mail waits for the end of the night") {
  const auto rules = rules_of(rule_text("duty_soon", "whom: [nearest unit_officer], channels: [in_page, mail], gather_minutes: 0"));
  auto officer = person(1, Role::unit_officer, kCommune);
  officer.by_mail = true;
  officer.quiet = {22 * 60, 6 * 60};
  const std::vector people{officer};
  auto one = cause("d:1", at(23 * 60));
  one.kind = CauseKind::duty_soon;
  auto two = one;
  two.key = "d:2";
  two.at = at(26 * 60);
  const auto night = due(std::vector{one}, rules, people, {}, false, at(23 * 60));
  REQUIRE(night.messages.size() == 1);
  CHECK(night.messages[0].channel == Channel::in_page);
  CHECK(night.settled.empty());
  const std::vector<Told> told{{"d:1", {1}, Channel::in_page, at(23 * 60), {}}, {"d:2", {1}, Channel::in_page, at(26 * 60), {}}};
  CHECK(due(std::vector{one, two}, rules, people, told, false, at(29 * 60 + 59)).messages.empty());
  const auto morning = due(std::vector{one, two}, rules, people, told, false, at(30 * 60));
  REQUIRE(morning.messages.size() == 1);
  CHECK(morning.messages[0].channel == Channel::mail);
  CHECK(morning.messages[0].causes == std::vector<std::string>{"d:1", "d:2"});
  CHECK(morning.settled.size() == 2);
}

TEST_CASE("nobody answers: the next is told at the right minute, once; an answer by anybody ends it") {
  const auto rules = rules_of(rule_text("malware",
                                        "whom: [nearest unit_officer, every soc_operator], channels: [in_page], gather_minutes: 0, urgent: true, "
                                        "unanswered: [{after_minutes: 30, whom: [every leader]}, {after_minutes: 15, whom: [every province_admin]}]"));
  const std::vector people{person(1, Role::unit_officer, kCommune), person(2, Role::soc_operator, kProvince), person(3, Role::leader, kProvince),
                           person(4, Role::province_admin, kProvince)};
  const auto one = cause("f:1", at(100));
  std::vector<Told> told{{"f:1", {1}, Channel::in_page, at(101), {}}, {"f:1", {2}, Channel::in_page, at(101), {}}};
  CHECK(due(std::vector{one}, rules, people, told, false, at(130)).escalated.empty());
  const auto first = due(std::vector{one}, rules, people, told, false, at(131));
  REQUIRE(first.escalated.size() == 1);
  CHECK(first.escalated[0].key == "f:1#1");
  CHECK(first.escalated[0].at == at(131));
  CHECK(people_of(first) == std::set<std::int64_t>{3});
  CHECK(first.settled == std::vector<std::string>{"f:1"});
  // Once: it is known from now on.
  const auto again = due(std::vector{one, first.escalated[0]}, rules, people, told, false, at(135));
  CHECK(again.escalated.empty());
  told.push_back({"f:1#1", {3}, Channel::in_page, at(131), {}});
  const auto second = due(std::vector{first.escalated[0]}, rules, people, told, false, at(146));
  REQUIRE(second.escalated.size() == 1);
  CHECK(second.escalated[0].key == "f:1#2");
  CHECK(people_of(second) == std::set<std::int64_t>{4});

  told[1].acknowledged_at = at(131);
  CHECK(due(std::vector{one}, rules, people, told, false, at(400)).escalated.empty());
  CHECK(due(std::vector{first.escalated[0]}, rules, people, told, false, at(400)).escalated.empty());
  told[1].acknowledged_at = at(131) + milliseconds(1);
  CHECK(due(std::vector{one}, rules, people, told, false, at(400)).escalated.size() == 1);
}

TEST_CASE("where there is nobody to tell, the next is told in their time") {
  const auto rules = rules_of(rule_text("malware", "whom: [nearest unit_officer], channels: [in_page], gather_minutes: 5, urgent: true, "
                                                   "unanswered: [{after_minutes: 30, whom: [every leader]}]"));
  const std::vector people{person(3, Role::leader, kProvince)};
  CHECK(due(std::vector{cause("f", at(0))}, rules, people, {}, false, at(34)).messages.empty());
  CHECK(people_of(due(std::vector{cause("f", at(0))}, rules, people, {}, false, at(35))) == std::set<std::int64_t>{3});
}

// A slow one: every minute it looks at who waits for what.
struct Oracle {
  struct Line {
    std::int64_t person;
    Channel channel;
    std::string bundle;
    Timestamp since;
    std::vector<std::string> causes;
    auto operator<=>(const Line&) const = default;
  };
  std::map<std::pair<std::int64_t, Channel>, std::map<std::string, std::vector<Cause>>> waiting;
  std::vector<Line> lines;

  static bool is_quiet(Timestamp time, const QuietHours& quiet) {
    for (int minute = quiet.from; minute != quiet.to; minute = (minute + 1) % 1440) {
      if ((time - kMidnight).ms / 60'000 % 1440 == minute) return true;
    }
    return false;
  }
  void minute(Timestamp now, const std::vector<Cause>& causes, const std::vector<Person>& people, const Rule& rule) {
    for (const Person& who : people) {
      for (const Channel channel : {Channel::in_page, Channel::mail}) {
        if (channel == Channel::mail && !who.by_mail) continue;
        auto& mine = waiting[{who.id.value, channel}];
        for (const Cause& one : causes) {
          const bool sees = std::ranges::any_of(one.path, [&](UnitId unit) { return unit == who.roots[0]; });
          if (sees && one.at == now) mine[one.bundle].push_back(one);
        }
        for (auto& [bundle, all] : mine) {
          if (all.empty() || (now - all.front().at).ms < rule.gather.ms) continue;
          if (channel == Channel::mail && !rule.urgent && is_quiet(now, who.quiet)) continue;
          Line line{who.id.value, channel, bundle, now, {}};
          for (const Cause& one : all) line.causes.push_back(one.key);
          std::ranges::sort(line.causes);
          lines.push_back(std::move(line));
          all.clear();
        }
      }
    }
  }
};

std::vector<Oracle::Line> asked_at(const std::vector<Cause>& causes, const std::vector<Person>& people, const Rules& rules, std::int64_t minutes_in_all,
                                   SeededRandom& random, int rhythm) {
  std::vector<Oracle::Line> lines;
  std::vector<Told> told;
  std::set<std::string> settled;
  for (std::int64_t now = 0; now <= minutes_in_all;) {
    std::vector<Cause> known;
    for (const Cause& one : causes) {
      if (one.at <= at(now) && !settled.contains(one.key)) known.push_back(one);
    }
    const auto verdict = due(known, rules, people, told, false, at(now));
    for (const auto& message : verdict.messages) {
      const auto bundle = std::ranges::find(causes, message.causes[0], &Cause::key)->bundle;
      lines.push_back({message.person.value, message.channel, bundle, message.since, message.causes});
      for (const auto& key : message.causes) told.push_back({key, message.person, message.channel, at(now), {}});
    }
    settled.insert(verdict.settled.begin(), verdict.settled.end());
    const auto step = rhythm == 0 ? 1 : 1 + static_cast<std::int64_t>(random.bytes(1)[0]) % rhythm;
    now = now < minutes_in_all && now + step > minutes_in_all ? minutes_in_all : now + step;
  }
  std::ranges::sort(lines);
  CHECK(settled.size() == causes.size());
  return lines;
}

TEST_CASE("against a slow oracle, at any rhythm of asking") {
  SeededRandom random(20261122);
  const auto number = [&](std::int64_t below) { return static_cast<std::int64_t>(random.bytes(1)[0]) % below; };
  constexpr std::int64_t kMinutes = 3 * 1440;
  for (int run = 0; run < 12; ++run) {
    const bool urgent = run % 5 == 0;
    const auto rules = rules_of(rule_text("malware", "whom: [every unit_officer], channels: [in_page, mail], gather_minutes: " + std::to_string(number(90)) +
                                                         ", urgent: " + (urgent ? "true" : "false")));
    std::vector<Person> people;
    for (std::int64_t id = 1; id <= 4; ++id) {
      auto one = person(id, Role::unit_officer, UnitId{1 + number(4)});
      one.by_mail = number(3) > 0;
      one.quiet = {static_cast<int>(number(24) * 60), static_cast<int>(number(24) * 60)};
      people.push_back(one);
    }
    std::vector<Cause> causes;
    for (int i = 0; i < 40; ++i) {
      const UnitId unit{2 + number(3)};
      causes.push_back(cause("k" + std::to_string(i), at(number(250) * 8), {unit, kProvince}, "b" + std::to_string(number(3))));
    }
    // Of people who see nothing of it, and of the night, nothing is left over.
    Oracle oracle;
    for (std::int64_t minute = 0; minute <= kMinutes; ++minute) oracle.minute(at(minute), causes, people, *rules.rule(CauseKind::malware));
    std::ranges::sort(oracle.lines);
    for (const int rhythm : {0, 7, 200}) {
      const auto lines = asked_at(causes, people, rules, kMinutes, random, rhythm);
      CHECK_MESSAGE(lines == oracle.lines, "run ", run, " rhythm ", rhythm, ": ", lines.size(), " and ", oracle.lines.size());
    }
  }
}

}  // namespace
}  // namespace khien::notice
