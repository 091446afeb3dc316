#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// Hostile bytes in, tame text out. What it does is the program's that links both
// ends (apps/khien-worker): this room knows no format. It runs inside the sandbox.
using Conversion = Result<std::string> (*)(ByteView bytes);

struct ConversionOptions {
  std::string executable;             // path of khien-worker
  std::string user = "khien-worker";  // as in Worker::Options
  std::uint64_t memory_bytes = 1u << 30;
  Duration time = seconds(30);
  std::size_t max_answer_bytes = 96u << 20;
};

// Has khien-worker convert the bytes: a process for this one job, under the same
// sandbox as a scan. Its answer is hostile still: bounded here, to be parsed by the
// caller as such. The conversion's own error comes through by code and words (made
// printable); Code::unavailable if the worker died, hung or lied.
Result<std::string> convert_in_worker(const ConversionOptions& options, std::string_view bytes, const Clock& clock);

// A file too large to be held, and its answer as it comes. `ask` is what is wanted of it,
// in the program's own words; pieces are of any size.
using Emit = std::function<Result<void>(std::string_view piece)>;
// `passed`: told how many of the first bytes are not looked at any more, so that their memory goes.
using Passed = std::function<void(std::size_t)>;
using Streaming = Result<void> (*)(std::string_view ask, ByteView bytes, const Emit& emit, const Passed& passed);

inline constexpr std::size_t kMostAskBytes = 60u << 10;

// The same sandbox, with the file mapped in it: `file` is a regular file, open for reading
// alone. What `take` gets is hostile still, and worth nothing before this has succeeded.
// `ask` has at most 60 KiB. Errors as above, and what `take` says.
Result<void> stream_from_worker(const ConversionOptions& options, std::string_view ask, const Fd& file, const Emit& take, const Clock& clock);

// The same for many files, one after another, in a process that lasts: begun with the
// first, begun anew after `jobs` or `bytes`, and after anything but an answer. A file
// that finds a process gone which had served others is given to a new one, once; so
// what came before it costs it nothing. Files of one process can spoil each other's
// answers, if one of them captures it: give it only what has one origin.
//
// Not thread-safe.
class ConversionWorker {
 public:
  struct Limits {
    std::size_t jobs = 1'000;
    std::uint64_t bytes = 512u << 20;  // that it was given
  };
  // `clock` is borrowed. Starts nothing yet.
  ConversionWorker(ConversionOptions options, Limits limits, const Clock& clock);
  ~ConversionWorker();
  ConversionWorker(ConversionWorker&&) noexcept;

  // As convert_in_worker().
  Result<std::string> convert(std::string_view bytes);

  std::size_t started() const;  // processes, until now
  int pid() const;              // of the one that waits; -1: none

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::probe
