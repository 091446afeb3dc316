#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/model/fleet.hpp"

#include "hub_fleet.hpp"
#include "verdict_cache.hpp"

namespace khien::agent {

// What this machine takes from the others about files, and gives to them.
//
// A verdict that the fleet told is kept among the known files under a name of its
// own, label(), made of the content and the term. A new term begins whenever the
// hub's word on recalls differs from the last one, be it newer or, of a hub that
// was restored, older: then nothing that was told before is known any more, and
// is asked for again by its hash. The term only grows, and is on the disk before
// anything is kept under it.
//
// Votes wait in memory for the next question; those of a crash are lost.
//
// Not thread-safe: the scanner's thread owns it.
class SharedVerdicts {
 public:
  static Result<SharedVerdicts> open(FleetPort& fleet, VerdictCache& cache, const Clock& clock, Random& random);

  std::uint64_t label(std::uint64_t content);

  // `check`: told clean, and to be judged here all the same.
  enum class Word : unsigned char { judge, clean, check, later };
  // At most FleetQuestion::kMaxAsked. Fails if nobody can be asked now.
  Result<std::vector<Word>> ask(std::uint64_t content, std::span<const Sha256> hashes);
  // Every engine of this machine called these bytes clean.
  void judged_clean(std::uint64_t content, const Sha256& sha256);
  // Asks what was recalled, now and then, and brings votes that wait.
  void keep_up(std::uint64_t content);

 private:
  SharedVerdicts(FleetPort& fleet, VerdictCache& cache, const Clock& clock, Random& random)
      : fleet_(&fleet), cache_(&cache), clock_(&clock), random_(&random) {}
  Result<FleetAnswer> exchange(std::uint64_t content, std::span<const Sha256> hashes);
  Result<void> take_recall(std::int64_t recall);

  FleetPort* fleet_;
  VerdictCache* cache_;
  const Clock* clock_;
  Random* random_;
  std::int64_t recall_ = -1;  // -1: never told
  std::int64_t term_ = 0;
  std::uint64_t labelled_ = 0;  // label_ is of this content
  std::uint64_t label_ = 0;     // 0: not made yet
  std::uint64_t votes_content_ = 0;
  std::vector<Sha256> votes_;   // all under votes_content_
  Duration next_word_{0};       // monotonic
};

}  // namespace khien::agent
