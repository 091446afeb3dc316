#include "content_gate.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/probe/bundle.hpp"
#include "khien/probe/content.hpp"
#include "khien/probe/trial.hpp"

namespace khien::hub {
namespace {

constexpr std::uint64_t kLargestHarmless = 1u << 20;
constexpr int kDeepest = 12;

probe::Worker::Options worker_with(const std::string& program, const std::string& content) {
  probe::Worker::Options options;
  options.executable = program;
  options.content_folder = content;
  options.start_time = seconds(10);
  options.memory_bytes = 512u << 20;
  options.file_time = seconds(5);
  return options;
}

struct Harmless {
  std::string name;  // below the gate's folder
  std::uint64_t size;
};
struct HarmlessSet {
  std::optional<DirFd> folder;  // none: there is no such folder here
  std::vector<Harmless> files;
};

// Files of this machine, in no order that matters but the same each time.
void gather(const DirFd& folder, const std::string& prefix, std::size_t most, int depth, std::vector<Harmless>& found) {
  std::vector<std::pair<std::string, FileStatus::Kind>> names;
  (void)folder.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
    names.emplace_back(name, kind);
    return {};
  });
  std::ranges::sort(names);
  // A few of each folder: a thousand manuals say less than ten of everything.
  std::size_t here = 0;
  for (const auto& [name, kind] : names) {
    if (found.size() >= most) return;
    if (kind == FileStatus::Kind::regular && here < 10) {
      const auto file = folder.open_file(name);
      const auto status = file ? status_of(*file) : Result<FileStatus>(file.error());
      if (!status || status->size == 0 || status->size > kLargestHarmless) continue;
      found.push_back({prefix + name, status->size});
      ++here;
    }
  }
  for (const auto& [name, kind] : names) {
    if (found.size() >= most || depth >= kDeepest) return;
    if (kind != FileStatus::Kind::directory) continue;
    if (const auto below = folder.open_folder(name)) gather(*below, prefix + name + "/", most, depth + 1, found);
  }
}

// When the gate's time is over, or the hub's.
struct Until {
  Duration moment;
  const std::atomic<bool>* stop = nullptr;

  Result<void> check(const Clock& clock) const {
    if (stop != nullptr && *stop) return Error(Code::unavailable, "the hub shuts down");
    if (clock.monotonic() > moment) return Error(Code::unavailable, "the gate's time is over: too slow");
    return {};
  }
};

// The time that the files take; a match is a refusal, and so is a worker that fails.
Result<Duration> judge_harmless(const std::string& program, const std::string& content, const HarmlessSet& set,
                                const Until& until, const Clock& clock, bool must_be_silent) {
  TRY(const auto worker, probe::Worker::start(worker_with(program, content), clock));
  const Duration before = clock.monotonic();
  for (const Harmless& harmless : set.files) {
    TRY_VOID(until.check(clock));
    const auto file = set.folder->open_file(harmless.name);
    if (!file) continue;  // gone since
    TRY(const auto verdict, worker->scan(*file, harmless.size));
    if (!must_be_silent) continue;
    if (worker->failures() > 0) return Error(Code::unavailable, harmless.name + ": the worker failed");
    if (!verdict.matches.empty()) {
      return Error(Code::denied, harmless.name + ": " + verdict.matches.front().rule + " matches a harmless file");
    }
  }
  return Duration{clock.monotonic().ms - before.ms};
}

Result<probe::TrialSet> samples_for(const std::string& bundle_path) {
  TRY(const auto bundle, probe::MappedFile::open(bundle_path, probe::kMaxBundleBytes));
  TRY(auto samples, probe::examples_of(bundle->bytes()));
  auto built_in = probe::built_in_trial();
  std::ranges::move(built_in.must_hit, std::back_inserter(samples.must_hit));
  std::ranges::move(built_in.must_miss, std::back_inserter(samples.must_miss));
  return samples;
}

}  // namespace

Result<std::string> pass_gate(const Gate& gate, const std::string& bundle_path, const Clock& clock) {
  const Until until{{clock.monotonic().ms + gate.time.ms}, gate.stop};
  auto samples = samples_for(bundle_path);
  if (!samples) return std::move(samples).error().within("gate");
  HarmlessSet harmless;
  if (auto folder = DirFd::open(gate.harmless_folder)) {
    harmless.folder.emplace(std::move(folder).value());
    gather(*harmless.folder, "", gate.harmless_files, 0, harmless.files);
  }
  std::string note;
  for (const std::string& program : gate.workers) {
    auto trial = probe::try_content(worker_with(program, bundle_path), *samples, {}, clock);
    if (!trial) return std::move(trial).error().within("gate");
    auto taken = judge_harmless(program, bundle_path, harmless, until, clock, true);
    if (!taken) return std::move(taken).error().within("gate");
    note += (note.empty() ? "" : "; ") + std::to_string(trial->rules) + " rules, " + std::to_string(trial->hashes) + " hashes, " +
            std::to_string(samples->must_hit.size()) + " hits, " + std::to_string(samples->must_miss.size() + harmless.files.size()) +
            " misses, loaded in " + std::to_string(trial->start.ms) + " ms, judged in " + std::to_string(taken->ms) + " ms";
    if (gate.content_before.empty()) continue;
    const auto before = judge_harmless(program, gate.content_before, harmless, until, clock, false);
    if (!before) continue;  // what is at work now cannot be measured any more
    if (taken->ms > before->ms * 115 / 100 + 500) {
      return Error(Code::denied, "gate: slower than what is at work: " + std::to_string(taken->ms) + " ms, not " +
                                     std::to_string(before->ms) + " ms");
    }
    note += " (before: " + std::to_string(before->ms) + " ms)";
  }
  return note;
}

}  // namespace khien::hub
