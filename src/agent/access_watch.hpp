#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/model/observation.hpp"
#include "khien/probe/access_guard.hpp"
#include "khien/probe/endpoint.hpp"

#include "access_memory.hpp"
#include "engines.hpp"

namespace khien::agent {

struct AccessPolicy {
  std::vector<std::string> roots;      // as the scanner's
  std::vector<std::string> own_roots;  // those that the machine's own file names
  // An hour: more different files than this of one owner, or files of more owners, are a
  // false alarm, or a hub in wrong hands. Then nothing of that owner, or nothing at all,
  // is denied for kHaltFor, and all of it told. By the owner, because everybody can
  // make files that are denied: nobody is to take the guard from others by it.
  std::size_t files_per_hour = 20;
  std::size_t owners_per_hour = 20;
  std::uint64_t late_told_per_hour = 20;
};

// Everything that AccessWatch borrows.
struct AccessWatchParts {
  const Clock& clock;
  std::function<std::uint64_t()> content;  // that engines go by; from any thread
  std::function<Result<std::unique_ptr<WorkerPort>>()> start_worker;
  scan::ClamAv* clamav = nullptr;          // may be null; asked from the guard's thread
  std::function<bool()> clamav_up = {};
  // Do times tell, where this file lies, that a file changed?
  std::function<bool(const Fd&)> keeps_times = probe::keeps_times;
  // Durable when it returns: the spool. From any thread.
  std::function<Result<void>(const Observation&)> report;
  // The scanner is to look at this path soon. From any thread.
  std::function<void(const std::string& path)> look_at;
};

// What the guard goes by: who is denied, and what is told of it. Denied is only what an
// engine of this machine calls malicious, and of that not what the system itself is
// made of: files of root outside of the own file's folders are let run and reported. (An
// attacker without root cannot make such a file; a false alarm about /bin/sh would
// stop the machine, and so would a hub in wrong hands that adds /bin to the folders.)
//
// Has a worker of its own, so that a start of a program waits for no scan.
class AccessWatch {
 public:
  using Access = probe::AccessGuard::Access;
  using Event = probe::AccessGuard::Event;
  using Word = probe::AccessGuard::Word;

  AccessWatch(AccessPolicy policy, AccessWatchParts parts, std::string known_path);

  // Starts the worker, so that nobody waits for that. Before the guard is there.
  Result<void> prepare() { return ensure_worker(); }
  // Gives the worker back. After the guard is gone.
  void rest() { worker_.reset(); }
  // Other folders from now on. Who was denied what, and whether nothing is denied any
  // more, stays: a policy must not begin that hour anew. From any thread.
  void adopt(std::vector<std::string> roots);
  // For AccessGuard::start(); this must outlive the guard.
  probe::AccessGuard::Parts guard_parts();
  AccessMemory& memory() { return memory_; }

  // None, or until when nothing is denied. From any thread.
  std::optional<Timestamp> halted_until() const;
  // None, or until when files of some owner are not. From any thread.
  std::optional<Timestamp> spared_until() const;
  // No worker could be had when one was wanted last: nothing is judged. From any thread.
  bool blind() const { return blind_; }

  static constexpr Duration kHaltFor = hours(24);
  static constexpr Duration kTellAgainAfter = minutes(1);
  static constexpr std::size_t kMaxTold = 1'024;

 private:
  struct Found {  // of a file that is malicious
    FileStatus status;
    std::optional<Sha256> sha256;
    std::vector<FileMatch> matches;
  };
  // What was denied of an owner's files.
  struct Owner {
    std::map<FileKey, Timestamp> denied;  // in the last hour
    std::optional<Timestamp> halted_until;
  };
  struct Told {
    Duration at;
    std::uint64_t untold = 0;
  };

  // On the answering thread.
  bool may_deny(const Access& access);
  // Under mutex_.
  void forget_old(Timestamp now);
  Owner* owner_of(const Access& access, Timestamp now);
  bool in_roots(std::string_view path) const;
  // On the judging thread.
  Word judge(const Fd& file, const Access& access);
  Result<void> ensure_worker();
  Result<FileJudge::Answer> ask(const Fd& file, const FileStatus& status);
  void take_malicious(const Fd& file, const Access& access, const scan::Verdict& verdict);
  void tell(const Event& event);
  std::optional<std::uint64_t> times(const Event& event);
  bool may_tell_late();
  void aside();

  AccessPolicy policy_;  // its roots change under mutex_
  AccessWatchParts parts_;
  AccessMemory memory_;

  // The judging thread's.
  std::unique_ptr<WorkerPort> worker_;
  std::vector<std::byte> buffer_;
  std::uint64_t worker_content_ = 0;
  Duration next_worker_{0};
  std::map<std::string, Told> told_;
  Duration late_hour_{0};
  std::uint64_t late_told_ = 0;
  std::uint64_t late_untold_ = 0;
  bool halt_told_ = false;
  std::atomic<bool> blind_{false};

  mutable std::mutex mutex_;  // guards all below; nobody opens a file under it
  std::map<FileKey, Found> found_;
  std::map<std::uint32_t, Owner> owners_;
  std::optional<Timestamp> halted_until_;
};

}  // namespace khien::agent
