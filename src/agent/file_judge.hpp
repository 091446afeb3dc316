#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/scan/engine.hpp"

namespace khien::agent {

// Says what an open file is, by every engine of this machine. The scanner's view
// of Engines; tests have their own.
//
// Not thread-safe: the scanner's thread owns it.
class FileJudge {
 public:
  struct Answer {
    scan::Verdict verdict;
    // False if an engine that should have looked could not: the verdict stands
    // for now, but is not worth keeping.
    bool complete = true;
  };
  virtual ~FileJudge() = default;

  // Fails only if no verdict can be had at all. `own`: the hash that the caller made
  // of these bytes, if it could; an engine that names another one for them lied.
  virtual Result<Answer> judge(const Fd& file, const FileStatus& status, const std::optional<Sha256>& own) = 0;
  // Changes when a file's verdict may change though the file did not.
  virtual std::uint64_t content() = 0;
  // False while an engine is still starting.
  virtual bool ready() = 0;
};

// How the worker is asked; probe::Worker::scan, or a fake.
using WorkerScan = std::function<Result<scan::Verdict>(const Fd& file, std::uint64_t size)>;

// Files over this are the worker's alone.
inline constexpr std::uint64_t kMaxClamAvBytes = 25u << 20;

// The worker's verdict and, unless that is malicious, ClamAV's: the worse of both,
// with what both found. A ClamAV that reached its own limits has not seen the whole
// file: where nothing was found it is not_scanned("budget"), though the worker called
// it clean, for else a file grows until only one engine looks at it. `clamav` may be
// null.
Result<FileJudge::Answer> judge_by_both(const WorkerScan& worker, scan::ClamAv* clamav, const Fd& file,
                                        const FileStatus& status);

// What ClamAV's signature name means; the name comes from outside and is bounded.
FileMatch clamav_match(std::string_view signature);

}  // namespace khien::agent
