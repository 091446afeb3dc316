// Input: what a captured worker says to the agent, the more privileged end.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "khien/core/text.hpp"
#include "worker_protocol.hpp"

using namespace khien;

namespace {

// The number that the message claims to answer, so that the fuzzer gets past it.
std::uint64_t claimed_number(ByteView message) {
  std::uint64_t number = 1;
  if (message.size() >= 12) std::memcpy(&number, message.data() + 4, sizeof number);
  return number;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView message(reinterpret_cast<const std::byte*>(data), size);
  const std::uint64_t number = claimed_number(message);

  // Beyond "no crash": a verdict that is taken makes sense, can do no harm in a
  // log, and is said again in the very same bytes.
  if (const auto verdict = probe::decode_verdict(message, number)) {
    if (probe::encode(number, *verdict) != as_text(message)) std::abort();
    if (verdict->verdict == FileVerdict::clean && !verdict->matches.empty()) std::abort();
    for (const FileMatch& match : verdict->matches) {
      if (printable(match.inside) != match.inside) std::abort();
      if (printable(match.rule) != match.rule || match.engine == Engine::clamav) std::abort();
    }
    for (const scan::Gap& gap : verdict->gaps) {
      if (printable(gap.inside) != gap.inside || verdict->verdict == FileVerdict::clean) std::abort();
    }
    if (probe::decode_verdict(message, number + 1)) std::abort();
  }
  if (const auto hello = probe::decode_hello(message)) {
    if (printable(hello->sandbox) != hello->sandbox || printable(hello->failure) != hello->failure) std::abort();
  }
  (void)probe::decode_job(message);
  return 0;
}
