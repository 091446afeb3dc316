#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/env.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/observation.hpp"
#include "khien/scan/engine.hpp"

#include "content_book.hpp"
#include "file_judge.hpp"

namespace khien::agent {

// khien-worker as the agent sees it; probe::Worker, or a fake.
class WorkerPort {
 public:
  virtual ~WorkerPort() = default;
  virtual Result<scan::Verdict> scan(const Fd& file, std::uint64_t size) = 0;
  virtual std::size_t rule_count() const = 0;
  virtual std::size_t ioc_count() const = 0;
  virtual std::string sandbox() const = 0;
  // Of the program and its libraries: on what else than rules its verdicts depend.
  virtual std::string version() const { return {}; }
  // It said what is not so: it ends, and another one takes the next file.
  virtual void distrust() {}
  // How many of its processes died or hung at a file.
  virtual std::size_t failures() const { return 0; }
};

// clamd as the agent sees it: the process and its socket, or a fake. `scan` is
// called from other threads than the rest, and by several at once.
class ClamdPort : public scan::ClamAv {
 public:
  struct Version {
    std::string engine;
    std::int64_t database = 0;
    std::optional<Timestamp> built;
  };
  // Restarts it if it died. True while it answers.
  virtual bool check() = 0;
  virtual Result<Version> version() = 0;
  virtual std::int64_t signatures() = 0;
  // Our own signatures changed. Returns when nothing is judged by the old ones any
  // more; it may take a while until check() is true again.
  virtual void reload() {}
  // The same, for whoever has somebody waiting: gives up soon.
  virtual scan::ClamAv& hurried() { return *this; }
};

// The engines of this machine, their processes and their content.
//
// content() names all that a verdict depends on beside the file: the content's files,
// the versions of the agent, of the worker and its libraries, of ClamAV and its
// database. A name is given when every engine has what it names, or is told to be
// away: a verdict is not complete then.
//
// judge() and ready() belong to the scanner's thread, tend() to another one; the
// rest to any.
class Engines final : public FileJudge {
 public:
  struct Parts {
    const Clock& clock;
    Files& files;
    std::string content_folder;
    std::function<Result<std::unique_ptr<WorkerPort>>(const std::string& content)> start_worker;
    std::unique_ptr<ClamdPort> clamd;  // null: not installed, or switched off
    std::string clamd_absent;          // why it is null
    std::string agent_version = {};
    ContentBook* book = nullptr;       // which content; null: always content_folder
    // Content in a worker that is thrown away; without it nothing is tried.
    std::function<Result<void>(const std::string& content)> try_content = {};
  };
  // Starts the worker and reads the content's hash.
  static Result<std::unique_ptr<Engines>> start(Parts parts);

  Result<Answer> judge(const Fd& file, const FileStatus& status, const std::optional<Sha256>& own) override;
  std::uint64_t content() override;
  bool ready() override;

  // The folder of the content in force. From any thread.
  std::string content_path() const;
  // Does clamd answer? From any thread.
  bool clamd_up() const;
  // May be null. Its scan() may be called by several threads.
  ClamdPort* clamd() const { return parts_.clamd.get(); }
  // Safe mode: no content can be loaded, so nothing is judged.
  bool safe() const { return parts_.book != nullptr && parts_.book->safe(); }

  // Looks after clamd and after new content; call every few seconds.
  void tend();
  std::vector<EngineState> states() const;

 private:
  explicit Engines(Parts parts) : parts_(std::move(parts)) {}
  Result<void> start_worker();
  Result<scan::Verdict> ask_worker(const Fd& file, std::uint64_t size, const std::optional<Sha256>& own);
  void name_worker();
  Result<void> start_first_worker();
  Result<void> ensure_worker();
  void look_for_failures(const Fd& file, std::uint64_t size);
  bool content_is_to_blame(const Fd& file, std::uint64_t size);
  void take_active();
  void blame_content(std::string_view how);
  void tend_clamd();
  void tend_content();
  void reload_clamd(const Sha256& own_signatures);
  void name_content();  // under mutex_
  EngineState clamd_state() const;

  Parts parts_;
  std::unique_ptr<WorkerPort> worker_;  // the scanner's thread
  Sha256 worker_content_;               // what it was started with
  std::vector<std::byte> buffer_;       // the scanner's thread
  std::size_t worker_failures_ = 0;     // of it, as seen last
  Duration next_content_look_{0};       // tend()'s thread
  Sha256 clamd_signatures_hash_;        // our own; tend()'s thread

  std::atomic<std::uint64_t> content_{0};     // changes under mutex_; read by any thread
  std::atomic<std::uint64_t> generation_{0};  // of the book, as taken last

  mutable std::mutex mutex_;  // guards all below
  Sha256 factory_hash_;
  Sha256 content_hash_;
  std::string worker_version_;
  std::string content_path_;
  std::optional<Timestamp> content_since_;
  bool clamd_up_ = false;
  bool clamd_was_up_ = false;
  ClamdPort::Version clamd_version_;
  std::int64_t clamd_signatures_ = 0;
  std::size_t rules_ = 0;
  std::size_t iocs_ = 0;
  std::string worker_detail_;
  bool worker_up_ = false;
};

// Our own signatures for ClamAV lie there in the content's folder.
inline constexpr std::string_view kClamAvFolder = "clamav";

// SHA-256 over the names and bytes of all files below the folder: any change of
// a rule pack changes it. Reads files, parses none. Bounded: Code::exhausted.
Result<Sha256> hash_of_content(const std::string& folder, Files& files);

}  // namespace khien::agent
