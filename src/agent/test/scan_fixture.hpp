#pragma once

#include <atomic>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.hpp"
#include "scanner.hpp"

namespace khien::agent {

// Harmless by agreement, and put together here so that no scanner finds this file.
inline std::string eicar() {
  return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$") + "EICAR-STANDARD-ANTI" + "VIRUS-TEST-FILE!$H+H*";
}

// Finds EICAR by reading the descriptor, as the worker does.
class FakeJudge final : public FileJudge {
 public:
  Result<Answer> judge(const Fd& file, const FileStatus& status, const std::optional<Sha256>& = std::nullopt) override {
    ++asked;
    if (broken) return Error(Code::unavailable, "no worker");
    Answer answer;
    answer.complete = complete;
    std::string bytes(status.size, '\0');
    const auto got = ::pread(file.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    answer.verdict.sha256 = sha256(bytes);
    if (while_judging) while_judging();
    if (bytes.size() > too_large) {
      answer.verdict.verdict = FileVerdict::not_scanned;
      answer.verdict.reason = "too_large";
    } else if (bytes.find("EICAR") != bytes.npos) {
      answer.verdict.verdict = FileVerdict::malicious;
      answer.verdict.matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::high}};
    }
    return answer;
  }
  std::uint64_t content() override { return epoch; }
  bool ready() override { return is_ready; }

  int asked = 0;
  bool broken = false;
  bool complete = true;
  bool is_ready = true;
  std::uint64_t epoch = 1;
  std::size_t too_large = 1u << 20;
  std::function<void()> while_judging;
};

// Walks in order of name; enough for a temporary folder.
class FakeWalker final : public probe::FileWalker {
 public:
  Result<std::uint64_t> walk(const std::string& root, const Visit& visit) override {
    if (before_walk) std::exchange(before_walk, nullptr)();
    return FileWalker::walk(root, visit);
  }
  Result<std::uint64_t> walk(DirFd folder, const std::string& path, const Visit& visit) override {
    if (before_walk) std::exchange(before_walk, nullptr)();
    TRY_VOID(below(folder, path, visit));
    return std::uint64_t{0};
  }
  std::function<void()> before_walk;

 private:
  static Result<void> below(const DirFd& folder, const std::string& path, const Visit& visit) {
    std::map<std::string, FileStatus::Kind> names;
    TRY_VOID(folder.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
      names.emplace(name, kind);
      return {};
    }));
    for (const auto& [name, kind] : names) {
      if (kind == FileStatus::Kind::regular) {
        const auto file = folder.open_file(name);
        TRY_VOID(visit(Entry{path + "/" + name, file ? status_of(*file).value() : FileStatus{}, &folder, name}));
      }
      if (kind != FileStatus::Kind::directory) continue;
      TRY(const DirFd inner, folder.open_folder(name));
      TRY_VOID(below(inner, path + "/" + name, visit));
    }
    return {};
  }
};

// Tells what the test tells it.
class FakeWatcher final : public probe::FileWatcher {
 public:
  Result<std::vector<Change>> wait(Duration, std::size_t limit) override {
    if (fails) return Error(Code::unavailable, "gone");
    std::vector<Change> some;
    while (!changes.empty() && some.size() < limit) {
      some.push_back(changes.front());
      changes.pop_front();
    }
    return some;
  }
  bool lost_events() override { return std::exchange(lost, false); }
  std::string describe() const override { return "fake"; }

  void written(const std::string& path) { changes.push_back({Change::Kind::written, path}); }
  void gone(const std::string& path) { changes.push_back({Change::Kind::gone, path}); }

  std::deque<Change> changes;
  bool lost = false;
  bool fails = false;
};

// Tells what the test tells it, and keeps what it was asked and told.
class FakeFleet final : public FleetPort {
 public:
  Result<FleetAnswer> ask(const FleetQuestion& question) override {
    ++questions;
    if (while_asked) while_asked();
    if (away) return Error(Code::unavailable, "away");
    FleetAnswer answer{recall, check_per_mille, {}};
    for (const Sha256& sha256 : question.asked) {
      asked.push_back(sha256);
      const auto word = words.find(sha256);
      answer.words.push_back(word == words.end() ? otherwise : word->second);
    }
    for (const Sha256& sha256 : question.clean) votes.emplace_back(question.content, sha256);
    return answer;
  }

  std::map<Sha256, FleetWord> words;
  FleetWord otherwise = FleetWord::judge;
  std::int64_t recall = 0;
  std::int64_t check_per_mille = 0;
  bool away = false;
  std::function<void()> while_asked;
  int questions = 0;
  std::vector<Sha256> asked;
  std::vector<std::pair<std::uint64_t, Sha256>> votes;  // content, file
};

// A tree, a scanner over it, and what it reported. The clock is a day ahead of
// the files, so that they count as settled.
struct ScanHouse {
  TemporaryFolder tree;
  SpoolHouse spool;
  ManualClock clock{Timestamp{system_clock().now().ms} + days(1)};
  SeededRandom random{1};
  FakeWalker walker;
  FakeWatcher watcher;
  FakeJudge judge;
  FileJudge* other_judge = nullptr;  // instead of `judge`
  std::atomic<bool> stopping{false};
  std::unique_ptr<VerdictCache> cache;
  FakeFleet fleet;
  bool with_fleet = false;
  bool times_tell = true;  // as on a disk, wherever the tree lies
  std::function<bool(const Fd&)> keeps_times = [this](const Fd&) { return times_tell; };
  std::optional<SharedVerdicts> shared;
  std::unique_ptr<Scanner> scanner;
  std::vector<Observation> reported;
  std::vector<std::string> exclude;
  std::uint32_t files_per_second = 0;

  ScanHouse() { start(); }
  void start() {
    cache = VerdictCache::open(*spool.store, spool.folder / "known-files").value();
    shared.reset();
    if (with_fleet) shared.emplace(SharedVerdicts::open(fleet, *cache, clock, random).value());
    scanner = std::make_unique<Scanner>(
        ScanPolicy{{tree.path()}, exclude, 12 * 60, files_per_second},
        ScannerParts{.clock = clock,
                     .random = random,
                     .walker = walker,
                     .watcher = &watcher,
                     .judge = other_judge != nullptr ? *other_judge : judge,
                     .cache = *cache,
                     .shared = shared ? &*shared : nullptr,
                     .keeps_times = keeps_times,
                     .report = [this](const Observation& seen) -> Result<void> {
                       reported.push_back(seen);
                       return {};
                     },
                     .pause = [this](Duration time) { clock.advance(time); },
                     .stopping = stopping});
  }
  void restart() {
    scanner.reset();
    shared.reset();
    cache.reset();
    spool.open();
    start();
  }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = tree / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const std::int64_t before = changed_at(path);
    // File systems that keep times in steps of a few milliseconds would show two
    // writes within a step as one; the scanner's answer to that is its waiting
    // for files to settle, which the clock of this house skips.
    do {
      std::ofstream(path) << text;
    } while (changed_at(path) == before);
    return path;
  }
  static std::int64_t changed_at(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return -1;
    return status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec;
  }
  void remove(const std::string& name) { std::filesystem::remove_all(tree / name); }

  // All reported bodies of a kind since the last call.
  template <class Body>
  std::vector<Body> take() {
    std::vector<Body> bodies;
    for (const Observation& observation : reported) {
      if (const auto* body = std::get_if<Body>(&observation.body)) bodies.push_back(*body);
    }
    reported.clear();
    return bodies;
  }
};

}  // namespace khien::agent
