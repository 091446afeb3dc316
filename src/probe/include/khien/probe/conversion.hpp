#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
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

}  // namespace khien::probe
