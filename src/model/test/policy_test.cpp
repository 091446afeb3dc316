#include "khien/model/policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

namespace khien {
namespace {

constexpr std::string_view kWhole =
    R"({"format":1,"roots":["/data"],"exclusions":[{"path":"/data/mirror","reason":"bản sao kho gói","until":"2027-03-01"},)"
    R"({"sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","reason":"báo nhầm","until":"2026-12-31"}],)"
    R"("schedule":{"days":["mon","wed","fri"],"at":["06:30","12:30"]},"files_per_second":500,"cpu_percent":40,)"
    R"("on_access":"notify","removable_media":"scan","quarantine_automatically":true,"third_party":"beside",)"
    R"("locked":["on_access","quarantine_automatically"]})";

Date day(std::string_view text) { return *Date::parse(text); }

std::string why(std::string_view text) {
  const auto policy = policy_from_json(text);
  REQUIRE_FALSE(policy.has_value());
  CHECK(policy.error().code() != Code::internal);
  return policy.error().what();
}

TEST_CASE("policy: what is written is read as the same") {
  const auto policy = policy_from_json(kWhole);
  REQUIRE(policy.has_value());
  CHECK(to_json(*policy) == kWhole);
  CHECK(policy->settings.schedule->on(Weekday::monday));
  CHECK_FALSE(policy->settings.schedule->on(Weekday::tuesday));
  CHECK(policy->settings.schedule->minutes == std::vector{6 * 60 + 30, 12 * 60 + 30});
  CHECK(policy->locked == (bit_of(PolicySetting::on_access) | bit_of(PolicySetting::quarantine_automatically)));
  CHECK(policy_from_json(R"({"format":1})").value() == Policy{});
}

TEST_CASE("policy: what is wrong is named by its field") {
  const std::map<std::string_view, std::string_view> all{
      {R"({})", "format: "},
      {R"({"format":2})", "format: "},
      {R"({"format":1,"command":"rm"})", "command: is not known"},
      {R"({"format":1,"format":1})", "format: is given twice"},
      {R"({"format":1,"roots":"/a"})", "roots: must be a list"},
      {R"({"format":1,"roots":["a"]})", "roots[0]: "},
      {R"({"format":1,"roots":["/a/../etc"]})", "roots[0]: "},
      {R"({"format":1,"roots":["/a//b"]})", "roots[0]: "},
      {R"({"format":1,"roots":["/a","/a"]})", "roots[1]: is given twice"},
      {R"({"format":1,"exclusions":[{"path":"/a","reason":"x"}]})", "exclusions[0].until: is missing"},
      {R"({"format":1,"exclusions":[{"path":"/a","until":"2026-12-01"}]})", "exclusions[0].reason: is missing"},
      {R"({"format":1,"exclusions":[{"reason":"x","until":"2026-12-01"}]})", "exclusions[0]: must name a path or"},
      {R"({"format":1,"exclusions":[{"path":"/","reason":"x","until":"2026-12-01"}]})", "exclusions[0].path: must not be"},
      {R"({"format":1,"exclusions":[{"path":"/a","reason":"x","until":"2026-02-30"}]})", "exclusions[0].until: must be a day"},
      {R"({"format":1,"exclusions":[{"path":"/a","reason":"x","until":"2026-12-01","by":"y"}]})", "exclusions[0].by: is not"},
      {R"({"format":1,"schedule":{"days":[],"at":["12:30"]}})", "schedule.days: "},
      {R"({"format":1,"schedule":{"days":["mon"]}})", "schedule.at: is missing"},
      {R"({"format":1,"schedule":{"days":["mon","mon"],"at":["12:30"]}})", "schedule.days[1]: is given twice"},
      {R"({"format":1,"schedule":{"days":["mon"],"at":["24:00"]}})", "schedule.at[0]: "},
      {R"({"format":1,"schedule":{"days":["mon"],"at":["12:60"]}})", "schedule.at[0]: "},
      {R"({"format":1,"schedule":{"days":["mon"],"at":["12:30","12:30"]}})", "schedule.at[1]: must be later"},
      {R"({"format":1,"files_per_second":0})", "files_per_second: must be from 10"},
      {R"({"format":1,"cpu_percent":101})", "cpu_percent: must be from 5 to 100"},
      {R"({"format":1,"on_access":"none"})", "on_access: "},
      {R"({"format":1,"on_access":1})", "on_access: must be a text"},
      {R"({"format":1,"quarantine_automatically":"yes"})", "quarantine_automatically: must be true or false"},
      {R"({"format":1,"locked":["roots"]})", "locked: roots is locked, but"},
      {R"({"format":1,"locked":["everything"]})", "locked[0]: "},
  };
  for (const auto& [text, begins] : all) {
    CAPTURE(text);
    const std::string said = why(text);
    CAPTURE(said);
    CHECK(said.starts_with(begins));
  }
}

TEST_CASE("policy: no exclusion is without an end within a year of the day from which it holds") {
  auto policy = policy_from_json(kWhole).value();
  CHECK(check_exclusions(policy.settings, day("2026-11-26")).has_value());
  const auto late = check_exclusions(policy.settings, day("2027-01-01"));
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().what().starts_with("exclusions[1].until: lies before"));
  policy.settings.exclusions->front().until = day("2026-11-26") + 366;
  CHECK(check_exclusions(policy.settings, day("2026-11-26")).has_value());
  policy.settings.exclusions->front().until = day("2026-11-26") + 367;
  const auto long_one = check_exclusions(policy.settings, day("2026-11-26"));
  REQUIRE_FALSE(long_one.has_value());
  CHECK(long_one.error().what().starts_with("exclusions[0].until: lies more than 366"));
}

TEST_CASE("policy document: bound to one machine, of one spelling") {
  const PolicyDocument document{.machine = {TenantId{1}, MachineId{7}},
                                .version = 3,
                                .settings = policy_from_json(kWhole)->settings};
  CHECK(policy_document_from_json(to_json(document)).value() == document);
  CHECK(policy_name(document.machine) == "machine.1.7");
  for (std::string_view text : {R"({"kind":"khien-policy","format":1,"machine":"urn:khien:tenant:1:machine:7","version":0,"settings":{}})",
                                R"({"kind":"khien-policy","format":1,"machine":"pc","version":1,"settings":{}})",
                                R"({"kind":"khien-policy","format":1,"machine":"urn:khien:tenant:1:machine:7","version":1})",
                                R"({"kind":"khien-policy","format":1,"machine":"urn:khien:tenant:1:machine:7","version":1,"settings":{"run":"x"}})",
                                R"({"kind":"order","format":1,"machine":"urn:khien:tenant:1:machine:7","version":1,"settings":{}})"}) {
    CAPTURE(text);
    const auto read = policy_document_from_json(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code() == Code::invalid);
  }
}

// ---- effective_policy ------------------------------------------------------

PolicyLayer layer(std::int64_t unit, std::size_t depth, Policy policy, std::optional<MachineRole> role = {}) {
  return {.id = PolicyId{unit * 10 + (role ? 1 + static_cast<int>(*role) : 0)},
          .unit = UnitId{unit},
          .depth = depth,
          .role = role,
          .number = 1,
          .valid_from = day("2026-01-01"),
          .valid_until = {},
          .policy = std::move(policy)};
}
Policy rate(std::uint32_t files, bool locked = false) {
  Policy policy;
  policy.settings.files_per_second = files;
  if (locked) policy.locked = bit_of(PolicySetting::files_per_second);
  return policy;
}
constexpr auto kRate = static_cast<std::size_t>(PolicySetting::files_per_second);

TEST_CASE("effective policy: the nearest unit wins, a role refines, a lock holds below") {
  const Date today = day("2026-11-26");
  const auto files = [&](const std::vector<PolicyLayer>& layers, std::optional<MachineRole> role = {}) {
    return effective_policy(layers, role, today).settings.files_per_second;
  };
  CHECK(files({}) == std::nullopt);
  CHECK(files({layer(1, 0, rate(100)), layer(2, 1, rate(200))}) == 200);
  CHECK(files({layer(1, 0, rate(100)), layer(1, 0, rate(300), MachineRole::server)}, MachineRole::server) == 300);
  CHECK(files({layer(1, 0, rate(100)), layer(1, 0, rate(300), MachineRole::server)}, MachineRole::workstation) == 100);
  CHECK(files({layer(1, 0, rate(100)), layer(1, 0, rate(300), MachineRole::server)}) == 100);
  // The nearest unit before the role of one above.
  CHECK(files({layer(1, 0, rate(300), MachineRole::server), layer(2, 1, rate(200))}, MachineRole::server) == 200);
  CHECK(files({layer(1, 0, rate(100, true)), layer(2, 1, rate(200)), layer(3, 2, rate(900))}) == 100);
  // A lock binds the units below; the unit itself still refines by role.
  CHECK(files({layer(1, 0, rate(100, true)), layer(1, 0, rate(300), MachineRole::server)}, MachineRole::server) == 300);
  CHECK(files({layer(1, 0, rate(100, true)), layer(1, 0, rate(300), MachineRole::server), layer(2, 1, rate(5))},
              MachineRole::server) == 300);
  const auto locked = effective_policy({layer(1, 0, rate(100, true)), layer(2, 1, rate(200))}, {}, today);
  CHECK(locked.origins[kRate]->unit == UnitId{1});
  CHECK(locked.origins[kRate]->locked);
}

TEST_CASE("effective policy: dates, versions, and exclusions that ended") {
  auto old = layer(1, 0, rate(100));
  auto next = layer(1, 0, rate(200));
  next.number = 2;
  next.valid_from = day("2026-12-01");
  next.valid_until = day("2026-12-31");
  const auto files = [&](std::string_view on) {
    return effective_policy({next, old}, {}, day(on)).settings.files_per_second;
  };
  CHECK(files("2025-12-31") == std::nullopt);
  CHECK(files("2026-11-30") == 100);
  CHECK(files("2026-12-01") == 200);
  CHECK(files("2026-12-31") == 200);
  CHECK(files("2027-01-01") == 100);
  const auto whole = layer(1, 0, policy_from_json(kWhole).value());
  CHECK(effective_policy({whole}, {}, day("2026-12-31")).settings.exclusions->size() == 2);
  CHECK(effective_policy({whole}, {}, day("2027-01-01")).settings.exclusions->size() == 1);
  CHECK(effective_policy({whole}, {}, day("2027-03-02")).settings.exclusions->empty());
}

// The rule once more, told another way: for each setting walk up from the machine.
std::optional<std::uint32_t> by_walking_up(const std::vector<PolicyLayer>& layers, std::optional<MachineRole> role, Date on) {
  std::map<std::pair<std::size_t, bool>, const PolicyLayer*> of;  // depth and "has role" → the version that holds
  for (const auto& one : layers) {
    if (!one.holds_on(on) || (one.role && one.role != role)) continue;
    auto& kept = of[{one.depth, one.role.has_value()}];
    if (kept == nullptr || kept->number < one.number) kept = &one;
  }
  std::optional<std::uint32_t> value;
  bool closed = false;
  std::optional<std::size_t> locked_at;
  for (const auto& [place, one] : of) {  // from above
    if (locked_at && place.first > *locked_at) closed = true;
    if (!one->policy.settings.files_per_second || closed) continue;
    value = one->policy.settings.files_per_second;
    if (one->policy.locked != 0) locked_at = place.first;
  }
  return value;
}

TEST_CASE("effective policy: any order of layers, any day, any role") {
  std::mt19937 random(20261126);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int said = 0;
  for (int round = 0; round < 3'000; ++round) {
    std::vector<PolicyLayer> layers;
    for (int depth = 0; depth < 4; ++depth) {
      for (int role = -1; role < 3; ++role) {
        for (std::uint32_t number = 1; number <= static_cast<std::uint32_t>(below(3)); ++number) {
          auto one = layer(depth + 1, static_cast<std::size_t>(depth), below(3) == 0 ? Policy{} : rate(10 + random() % 90, below(4) == 0),
                           role < 0 ? std::nullopt : std::optional(static_cast<MachineRole>(role)));
          one.number = number;
          one.valid_from = day("2026-11-01") + below(40);
          if (below(2) == 0) one.valid_until = one.valid_from + below(30);
          layers.push_back(one);
        }
      }
    }
    const Date on = day("2026-11-01") + below(70);
    const auto role = below(4) == 3 ? std::nullopt : std::optional(static_cast<MachineRole>(below(3)));
    const auto once = effective_policy(layers, role, on);
    CHECK(once.settings.files_per_second == by_walking_up(layers, role, on));
    std::ranges::shuffle(layers, random);
    CHECK(effective_policy(layers, role, on) == once);
    CHECK(once.origins[kRate].has_value() == once.settings.files_per_second.has_value());
    if (once.settings.files_per_second) ++said;
    // A layer that does not hold, or is for another role, changes nothing.
    std::erase_if(layers, [&](const auto& one) { return !one.holds_on(on) || (one.role && one.role != role); });
    CHECK(effective_policy(layers, role, on) == once);
  }
  CHECK(said > 1'000);
}

}  // namespace
}  // namespace khien
