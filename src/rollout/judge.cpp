#include "khien/rollout/judge.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::rollout {
namespace {

using Bakes = std::array<Duration, kRings - 1>;

constexpr Bakes kUsual{minutes(30), hours(2), hours(6), hours(6)};
constexpr Bakes kLeast{minutes(10), minutes(20), hours(1), hours(1)};
constexpr std::array<std::string_view, kRings> kRingNames{"lab", "one_percent", "ten_percent", "rest", "critical"};
constexpr std::array<std::string_view, 5> kStandings{"rolling", "paused", "halted", "rolled_back", "done"};
constexpr std::array<std::string_view, 5> kHalts{"", "failures", "silence", "processor", "alerts"};

constexpr std::int64_t kMostFailures = 1;
constexpr std::int64_t kFew = 20;  // carriers, of whom one is too large a share to wait for a second one's word
constexpr std::int64_t kLeastSilent = 2;
constexpr std::int64_t kLeastOthers = 5;  // with fewer there is nothing to compare with
constexpr std::int64_t kCpuWorthTelling = 50;  // per mille: what nobody feels doubles by itself
constexpr std::int64_t kAlertsWorthTelling = 10;

bool failed(const Vitals& v) { return v.failures > (v.carrying < kFew ? 0 : kMostFailures); }

bool too_silent(const Vitals& v) {
  if (v.silent < kLeastSilent || v.others < kLeastOthers) return false;
  // silent/carrying > others_silent/others + 2 %, without fractions.
  return v.silent * v.others * 50 > v.others_silent * v.carrying * 50 + v.carrying * v.others;
}

bool too_many_alerts(const Vitals& v) {
  if (v.alerts < kAlertsWorthTelling || v.others < kLeastOthers) return false;
  return v.alerts * v.others > 10 * v.others_alerts * v.carrying;
}

bool too_busy(const Vitals& v) {
  return v.cpu_p95 >= kCpuWorthTelling && v.others >= kLeastOthers && v.cpu_p95 > 2 * v.others_cpu_p95;
}

// By which the machines of a province are in an order of their own for each release.
Sha256 place_of(const Candidate& candidate, const Sha256& release) {
  return sha256(release.hex() + "/" + std::to_string(candidate.tenant.value) + "/" + std::to_string(candidate.machine.value));
}

}  // namespace

std::string_view to_string(Ring ring) { return kRingNames.at(static_cast<std::size_t>(ring)); }
std::string_view to_string(Standing standing) { return kStandings.at(static_cast<std::size_t>(standing)); }
std::string_view to_string(Halt halt) { return kHalts.at(static_cast<std::size_t>(halt)); }

Result<Standing> standing_from_string(std::string_view text) {
  const auto found = std::ranges::find(kStandings, text);
  if (found == kStandings.end()) return Error(Code::invalid, "not a standing");
  return static_cast<Standing>(found - kStandings.begin());
}

RingPlan RingPlan::usual() { return RingPlan(kUsual); }
RingPlan RingPlan::emergency() { return RingPlan(kLeast); }

Result<RingPlan> RingPlan::of(const Bakes& bake) {
  for (std::size_t i = 0; i < bake.size(); ++i) {
    if (bake[i] < kLeast[i]) {
      return Error(Code::invalid, std::string(kRingNames[i]) + ": at least " + std::to_string(kLeast[i].ms / 60'000) + " minutes");
    }
  }
  return RingPlan(bake);
}

Duration RingPlan::bake(Ring ring) const {
  khien_assert(ring != Ring::critical);
  return bake_.at(static_cast<std::size_t>(ring));
}

Halt halt_for(const Vitals& vitals) {
  khien_assert(vitals.carrying >= 0 && vitals.silent <= vitals.carrying && vitals.others_silent <= vitals.others);
  if (failed(vitals)) return Halt::failures;
  if (too_silent(vitals)) return Halt::silence;
  if (too_busy(vitals)) return Halt::processor;
  if (too_many_alerts(vitals)) return Halt::alerts;
  return Halt::none;
}

Decision decide(const Rollout& rollout, const Vitals& vitals) {
  const Decision stay{.ring = rollout.ring, .standing = rollout.standing, .halt = Halt::none};
  if (rollout.standing == Standing::halted || rollout.standing == Standing::rolled_back) return stay;
  if (const Halt halt = halt_for(vitals); halt != Halt::none) {
    return {.ring = rollout.ring, .standing = Standing::halted, .halt = halt};
  }
  if (rollout.standing != Standing::rolling) return stay;
  if (rollout.ring == Ring::critical) return {.ring = Ring::critical, .standing = Standing::done, .halt = Halt::none};
  if (rollout.baked < rollout.plan.bake(rollout.ring)) return stay;
  // Time alone proves nothing about a ring whose machines were all asleep.
  if (vitals.members > 0 && vitals.carrying == 0) return stay;
  return {.ring = static_cast<Ring>(static_cast<unsigned char>(rollout.ring) + 1), .standing = Standing::rolling, .halt = Halt::none};
}

std::vector<Ring> spread(const std::vector<Candidate>& candidates, const Sha256& release) {
  struct Placed {
    std::size_t index;
    Sha256 place;
    std::size_t rank;  // within its unit
  };
  std::vector<Placed> order;
  for (std::size_t i = 0; i < candidates.size(); ++i) order.push_back({i, place_of(candidates[i], release), 0});
  std::ranges::sort(order, {}, &Placed::place);
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> seen;
  for (Placed& placed : order) {
    const Candidate& candidate = candidates[placed.index];
    placed.rank = seen[{candidate.tenant.value, candidate.unit}]++;
  }
  std::ranges::sort(order, [&](const Placed& a, const Placed& b) {
    const bool lab_a = candidates[a.index].lab, lab_b = candidates[b.index].lab;
    if (lab_a != lab_b) return lab_a;
    return std::pair(a.rank, a.place) < std::pair(b.rank, b.place);
  });

  const std::size_t first_two = std::max<std::size_t>(3, candidates.size() / 100);
  const std::size_t first_three = std::max<std::size_t>(3, candidates.size() / 10);
  std::vector<Ring> rings(candidates.size(), Ring::rest);
  std::size_t given = 0;
  for (const Placed& placed : order) {
    const Candidate& candidate = candidates[placed.index];
    if (candidate.critical) {
      rings[placed.index] = Ring::critical;
      continue;
    }
    if (given < first_two) {
      rings[placed.index] = candidate.lab ? Ring::lab : Ring::one_percent;
    } else if (given < first_three) {
      rings[placed.index] = Ring::ten_percent;
    }
    ++given;
  }
  return rings;
}

}  // namespace khien::rollout
