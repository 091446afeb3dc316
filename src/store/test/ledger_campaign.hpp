#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/store/fault_vfs.hpp"

// Drives a ledger through a scenario on a disk that fails at a chosen operation,
// lets the world restart, and checks the promise: what was acknowledged is
// there, once and byte for byte; what was not is there once or not at all.
namespace khien::store::campaign {

using Stream = int;
using Number = std::uint64_t;
using Key = std::pair<Stream, Number>;

struct Batch {
  Stream stream = 0;
  Number first = 1;
  std::vector<std::string> events;
};

// The real ledger, or a fake with a planted bug.
class Subject {
 public:
  struct Seen {
    Key key;
    std::int64_t id = 0;
    std::string text;
  };

  virtual ~Subject() = default;
  // One answer a batch; a value is the acknowledged number.
  virtual std::vector<Result<Number>> append(const std::vector<Batch>& together) = 0;
  virtual Result<std::vector<Seen>> all() = 0;  // in order of id
  virtual Result<Number> watermark(Stream stream) = 0;
};
using OpenSubject = std::function<Result<std::unique_ptr<Subject>>(const std::string& vfs)>;

// Batches that are handed over together; none: the program ends and starts again.
using Step = std::vector<Batch>;
using Scenario = std::vector<Step>;

// Events differ in size (one fills several pages), and some hold NUL bytes.
inline std::string event_text(Stream stream, Number number) {
  std::string text = "{\"stream\":" + std::to_string(stream) + ",\"n\":" + std::to_string(number) + "}";
  if (number % 4 == 0) text += std::string("\0tail", 5);
  if (number % 7 == 0) text.append(9'000, static_cast<char>('a' + number % 26));
  return text;
}

inline Batch batch(Stream stream, Number first, Number last) {
  Batch made{stream, first, {}};
  for (Number number = first; number <= last; ++number) made.events.push_back(event_text(stream, number));
  return made;
}

// Overlaps, several streams at once, a restart, growth over several checkpoints.
inline Scenario scenario() {
  return {
      {batch(1, 1, 3)},
      {batch(2, 1, 2), batch(1, 4, 9), batch(3, 1, 1)},
      {batch(1, 8, 12)},
      {},
      {batch(2, 3, 9)},
      {batch(1, 13, 16), batch(2, 9, 14)},
      {batch(3, 1, 4)},
      {batch(1, 17, 24)},
  };
}

// What the client knows, and what it may therefore demand.
class Checker {
 public:
  void sent(const Batch& batch) {
    sent_.push_back(batch);
    for (Number i = 0; i < batch.events.size(); ++i) texts_[{batch.stream, batch.first + i}] = batch.events[i];
  }
  void acknowledged(Stream stream, Number number) { acked_[stream] = std::max(acked_[stream], number); }
  Number acked(Stream stream) const {
    const auto found = acked_.find(stream);
    return found == acked_.end() ? 0 : found->second;
  }
  std::set<Stream> streams() const {
    std::set<Stream> found;
    for (const auto& [key, text] : texts_) found.insert(key.first);
    return found;
  }
  const std::map<Key, std::string>& texts() const { return texts_; }
  void violation(std::string what) { violations_.push_back(std::move(what)); }
  const std::vector<std::string>& violations() const { return violations_; }

  void check(Subject& subject) {
    const auto seen = subject.all();
    if (!seen) return violation("cannot be read after recovery: " + seen.error().what());
    std::map<Stream, Number> newest;
    std::set<Key> present;
    std::int64_t id = 0;
    for (const auto& event : *seen) {
      check_event(event, present, newest);
      if (event.id <= id) violation("ids do not grow");
      id = event.id;
    }
    for (const Stream stream : streams()) check_stream(subject, stream, newest[stream]);
    for (const Batch& batch : sent_) check_whole(batch, present);
  }

 private:
  void check_event(const Subject::Seen& event, std::set<Key>& present, std::map<Stream, Number>& newest) {
    const auto known = texts_.find(event.key);
    if (known == texts_.end()) return violation("an event that was never sent: " + name(event.key));
    if (known->second != event.text) violation("other bytes than were sent: " + name(event.key));
    if (!present.insert(event.key).second) violation("stored twice: " + name(event.key));
    Number& last = newest[event.key.first];
    if (event.key.second != last + 1) violation("out of order, or a hole before it: " + name(event.key));
    last = event.key.second;
  }
  void check_stream(Subject& subject, Stream stream, Number newest) {
    if (newest < acked(stream)) violation("acknowledged and lost: " + name({stream, acked(stream)}));
    const auto watermark = subject.watermark(stream);
    if (!watermark) return violation("no watermark: " + watermark.error().what());
    if (*watermark != newest) violation("the watermark is not the newest event: " + name({stream, *watermark}));
  }
  // The part of a batch that was new when it was sent is there whole or not at all.
  void check_whole(const Batch& batch, const std::set<Key>& present) {
    const Number last = batch.first + batch.events.size() - 1;
    const bool has_last = present.contains({batch.stream, last});
    for (Number number = batch.first; number < last; ++number) {
      const bool known_before = std::ranges::any_of(sent_, [&](const Batch& other) {
        return &other < &batch && other.stream == batch.stream && number < other.first + other.events.size();
      });
      if (!known_before && present.contains({batch.stream, number}) != has_last) {
        return violation("half a batch: " + name({batch.stream, number}));
      }
    }
  }
  static std::string name(const Key& key) {
    return "stream " + std::to_string(key.first) + " number " + std::to_string(key.second);
  }

  std::map<Key, std::string> texts_;
  std::vector<Batch> sent_;
  std::map<Stream, Number> acked_;
  std::vector<std::string> violations_;
};

// One run: one fault at one operation.
class Run {
 public:
  Run(FaultVfs& vfs, const OpenSubject& open) : vfs_(vfs), open_(open) {}

  // True if the fault struck; otherwise the scenario has fewer operations.
  bool go(const Scenario& steps, const FaultVfs::Plan& plan, FaultVfs::Restart restart) {
    vfs_.remove_all_files();
    vfs_.plan(plan);
    drive(steps);
    const bool struck = vfs_.struck();
    subject_.reset();
    operations_ = vfs_.operations();
    vfs_.restart(restart);
    recover();
    send_the_rest();
    // Power off while the program runs: what it said is all that counts.
    vfs_.plan({.at = 0, .fault = DiskFault::crash_drop});
    subject_.reset();
    vfs_.restart(FaultVfs::Restart::power_cut);
    recover();
    subject_.reset();
    return struck;
  }
  const Checker& checker() const { return checker_; }
  std::int64_t operations() const { return operations_; }

 private:
  void drive(const Scenario& steps) {
    if (!start()) return;
    for (const Step& step : steps) {
      if (step.empty()) {
        subject_.reset();
        if (!start()) return;
      } else if (!send(step)) {
        return;
      }
    }
  }
  bool start() {
    struck_before_ = vfs_.struck();
    auto opened = open_(vfs_.name());
    if (opened) subject_ = std::move(opened).value();
    return subject_ != nullptr;
  }
  // False when the ledger says it is over.
  bool send(const Step& step) {
    for (const Batch& batch : step) checker_.sent(batch);
    Step left = step;
    for (int attempt = 0; attempt < 3 && !left.empty(); ++attempt) {
      const bool broken = sync_failed();
      const auto answers = subject_->append(left);
      Step again;
      for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i]) {
          if (broken) checker_.violation("acknowledged after a failed sync");
          checker_.acknowledged(left[i].stream, *answers[i]);
        } else if (answers[i].error().code() != Code::exhausted) {
          return false;
        } else {
          again.push_back(left[i]);
        }
      }
      left = std::move(again);
    }
    return left.empty();
  }
  // In this program's life: the next one recovered.
  bool sync_failed() const { return plan_is_sync_error_ && vfs_.struck() && !struck_before_; }

  void recover() {
    if (!start()) return checker_.violation("does not open after recovery");
    checker_.check(*subject_);
  }
  // What an agent does: it goes on behind the watermark with all it still has.
  void send_the_rest() {
    if (subject_ == nullptr) return;
    plan_is_sync_error_ = false;
    for (const Stream stream : checker_.streams()) {
      Number last = 0;
      for (const auto& [key, text] : checker_.texts()) last = key.first == stream ? key.second : last;
      const Number first = checker_.acked(stream) + 1;
      if (first > last) continue;
      const auto answers = subject_->append({batch(stream, first, last)});
      if (!answers[0]) return checker_.violation("refused after recovery: " + answers[0].error().what());
      checker_.acknowledged(stream, *answers[0]);
      if (*answers[0] != last) checker_.violation("not all is covered after recovery");
    }
    checker_.check(*subject_);
  }

 public:
  void expect_silence_after_sync_error() { plan_is_sync_error_ = true; }

 private:
  FaultVfs& vfs_;
  const OpenSubject& open_;
  std::unique_ptr<Subject> subject_;
  Checker checker_;
  std::int64_t operations_ = 0;
  bool plan_is_sync_error_ = false;
  bool struck_before_ = false;
};

struct FaultKind {
  DiskFault fault;
  bool lasting;
  FaultVfs::Restart restart;
  int seeds;  // in a campaign; one otherwise
};

inline std::vector<FaultKind> fault_kinds() {
  using enum DiskFault;
  constexpr auto kProgram = FaultVfs::Restart::program;
  constexpr auto kCut = FaultVfs::Restart::power_cut;
  return {
      {crash_keep, false, kProgram, 1},   {crash_drop, false, kProgram, 1},  {crash_torn, false, kProgram, 350},
      {crash_reorder, false, kProgram, 350}, {io_error, false, kProgram, 1},  {io_error, true, kCut, 1},
      {disk_full, false, kProgram, 1},    {disk_full, true, kCut, 1},      {short_write, false, kProgram, 1},
      {short_write, true, kCut, 1},     {sync_error, false, kProgram, 1},  {sync_error, false, kCut, 1},
      {sync_error, true, kProgram, 1},
  };
}

inline bool is_crash(DiskFault fault) { return fault >= DiskFault::crash_keep; }

struct Totals {
  std::int64_t crashes = 0;
  std::int64_t errors = 0;
  std::int64_t operations = 0;       // of the scenario without a fault
  std::vector<std::string> violations;  // the first few, with where
};

// Every kind of fault at every `stride`-th operation of the scenario.
inline Totals run_all(const OpenSubject& open, std::int64_t stride, bool many_seeds, std::size_t enough = 5) {
  FaultVfs vfs("campaign");
  Totals totals;
  const auto once = [&](const FaultKind& kind, std::int64_t at, std::uint64_t seed) {
    Run run(vfs, open);
    if (kind.fault == DiskFault::sync_error) run.expect_silence_after_sync_error();
    const bool struck = run.go(scenario(), {at, kind.fault, kind.lasting, seed}, kind.restart);
    if (struck) ++(is_crash(kind.fault) ? totals.crashes : totals.errors);
    if (kind.fault == DiskFault::none) totals.operations = run.operations();
    for (const auto& what : run.checker().violations()) {
      totals.violations.push_back("fault " + std::to_string(static_cast<int>(kind.fault)) + " at " +
                                  std::to_string(at) + " seed " + std::to_string(seed) + ": " + what);
    }
    return struck;
  };
  once({DiskFault::none, false, FaultVfs::Restart::program, 1}, 0, 1);
  for (const FaultKind& kind : fault_kinds()) {
    const int seeds = many_seeds ? kind.seeds : 1;
    for (int seed = 1; seed <= seeds; ++seed) {
      // Another offset for each kind and seed, so that strides do not repeat the same operations.
      const std::int64_t begin = (static_cast<std::int64_t>(kind.fault) * 7 + seed) % stride;
      for (std::int64_t at = begin; totals.violations.size() < enough; at += stride) {
        if (!once(kind, at, static_cast<std::uint64_t>(at * 1'000 + seed))) break;
      }
      if (totals.violations.size() >= enough) return totals;
    }
  }
  return totals;
}

}  // namespace khien::store::campaign
