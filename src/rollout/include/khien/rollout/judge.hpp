#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"

namespace khien::rollout {

// Who is given a release, one ring after the other. `lab` begins once the hub has
// loaded and run it itself.
enum class Ring : unsigned char { lab, one_percent, ten_percent, rest, critical };
inline constexpr std::size_t kRings = 5;
std::string_view to_string(Ring ring);

// How long a ring must have carried a release before the next gets it.
class RingPlan {
 public:
  static RingPlan usual();      // 30 min, 2 h, 6 h, 6 h
  static RingPlan emergency();  // 10 min, 20 min, 1 h, 1 h
  // Code::invalid below the emergency's times: no way to none exists.
  static Result<RingPlan> of(const std::array<Duration, kRings - 1>& bake);

  // Of every ring but the last.
  Duration bake(Ring ring) const;

 private:
  explicit RingPlan(const std::array<Duration, kRings - 1>& bake) : bake_(bake) {}
  std::array<Duration, kRings - 1> bake_;
};

enum class Standing : unsigned char {
  rolling,
  paused,       // by a person: nobody new gets it
  halted,       // by the rules: nobody gets it, who has it goes back
  rolled_back,  // by a person: the same
  done,
};
std::string_view to_string(Standing standing);
Result<Standing> standing_from_string(std::string_view text);

// Why a release was halted.
enum class Halt : unsigned char { none, failures, silence, processor, alerts };
std::string_view to_string(Halt halt);

struct Rollout {
  Ring ring = Ring::lab;
  Standing standing = Standing::rolling;
  RingPlan plan = RingPlan::usual();
  // How long this ring has carried it, by a clock that never jumps, while the hub
  // was there to see it.
  Duration baked{0};
};

// What machines tell, those that carry the release beside those that do not.
struct Vitals {
  std::int64_t members = 0;         // of the rings reached so far
  std::int64_t carrying = 0;
  std::int64_t failures = 0;        // worker deaths, hangs and refusals for which it is to blame
  std::int64_t silent = 0;          // of those carrying it, without a word for five minutes
  std::int64_t others = 0;
  std::int64_t others_silent = 0;
  std::int64_t cpu_p95 = 0;         // per mille of a core
  std::int64_t others_cpu_p95 = 0;
  std::int64_t alerts = 0;          // since the last report, all together
  std::int64_t others_alerts = 0;
};

struct Decision {
  Ring ring = Ring::lab;
  Standing standing = Standing::rolling;
  Halt halt = Halt::none;
};

// Two failures, or one while fewer than twenty machines carry it; silence 2 % above the others' (and of two machines at least);
// processor or alerts beyond any doubt.
Halt halt_for(const Vitals& vitals);

// The next state of a rollout. Pure. Goes on by one ring at most, never back, only
// after the whole bake and only if somebody carries it; a halt comes before all,
// and only a person leads out of one.
Decision decide(const Rollout& rollout, const Vitals& vitals);

struct Candidate {
  TenantId tenant;
  MachineId machine;
  std::int64_t unit = 0;
  bool lab = false;
  bool critical = false;
};

// The ring of each candidate, in their order. The first two rings together are at
// most max(3, 1 %) of all, the first three max(3, 10 %); machines of all units come
// before second machines of one; another release begins with other machines.
// Critical ones are last. The same for the same input in any order.
std::vector<Ring> spread(const std::vector<Candidate>& candidates, const Sha256& release);

}  // namespace khien::rollout
