#pragma once

#include <cstdint>
#include <optional>

#include "khien/core/time.hpp"

namespace khien::agent {

// How busy the machine is, as far as it says; what is unknown slows nothing.
struct MachineLoad {
  std::uint32_t load_per_mille = 0;  // runnable tasks of the last minute for each core
  std::uint32_t wait_per_mille = 0;  // of the last 10 s, how long somebody waited for a core or a disk
  bool on_battery = false;
};

// How much processor time the agent and all it starts (workers, clamd) may take: on
// the average of any hour at most `per_mille` of one core. Pure: it is told the
// time and what was used, and says how long to wait before the next file.
//
// A bucket of processor time that fills slowly. A third of an hour's share may be
// saved up and used at once, so that the first scan of a small machine, and what an
// office writes in a minute, is looked at without delay; a fifteenth is kept back for
// what one file may cost beyond what was there. The rest, three fifths, is what the
// bucket fills by. So whatever is asked:
//
//   used in any hour  ≤  saved + filled + beyond  ≤  (1/3 + 3/5 + 1/15) × share
//
// What was used beyond is a debt: nothing begins until it is paid. A full scan leaves a
// quarter of what can be saved to files that change, which are what harms. A busy
// machine fills the bucket slower, by half for each of: more tasks than cores, waiting
// for cores or disks, a battery. It never stops: a machine that is always busy is
// scanned in the end.
//
// Not everything that costs asks first: the guard has somebody waiting, an engine that is
// started is started. What it uses is a debt like any other, up to what can be saved; but
// nobody who runs new programs all the time is to switch off the looking at files by it.
// So once more came in than one file may have overdrawn, and there is a debt still, it is
// somebody else's, and a second of every minute is free.
//
// Not thread-safe.
class Governor {
 public:
  enum class Work : unsigned char { change, full_scan };

  struct Share {
    std::uint32_t per_mille = 50;  // of one core; 0: no limit
    // While the machine has nothing to do (kIdle) and hangs on a wire. Not below
    // per_mille; more than it gives the promise of the hour up for such hours.
    std::uint32_t idle_per_mille = 0;

    bool operator==(const Share&) const = default;
  };
  // `saved`: what the bucket held when the agent ended, and how long ago: a restart
  // gives nothing. Full if it never ran.
  struct Saved {
    Duration level;
    Duration ago;
  };
  Governor(Share share, Duration now, std::optional<Saved> saved = std::nullopt);

  // Another share from now on. It gives nothing: what is saved stays, up to what the new
  // one lets be saved; a debt stays, up to what it lets be overdrawn; after a time
  // without a limit there is neither.
  void adopt(Share share, Duration now);

  // `used`: processor time since the process began, all of it.
  void tell(Duration now, Duration used, const MachineLoad& load);

  // How long until such work may begin; 0: now. At most kLongestWait: ask again.
  Duration wait(Work work) const;

  Duration level() const { return {level_us_ / 1'000}; }
  bool slowed() const { return slowed_ > 0; }
  // Others use up what comes in: no more is looked at than in a second of every minute.
  bool starved() const;

  static constexpr Duration kLongestWait = seconds(1);
  static constexpr Duration kFreeEvery = minutes(1);
  static constexpr Duration kFreeFor = seconds(1);
  // A machine that loads less than this has nothing to do.
  static constexpr std::uint32_t kIdle = 100;

  // Of an hour's share: see above.
  static Duration capacity(std::uint32_t per_mille);

 private:
  void fill(Duration now);
  std::int64_t filled_us(std::int64_t time_ms) const;
  std::int64_t floor_us(Work work) const;

  Share share_;
  std::int64_t told_ms_;        // monotonic
  std::int64_t used_ms_ = 0;    // as told last
  std::int64_t capacity_us_;
  std::int64_t level_us_;
  std::int64_t paid_us_ = 0;    // of a debt, since there is one
  int slowed_ = 0;              // halvings
  bool idle_ = false;
};

}  // namespace khien::agent
