// Input: what clamd says, which parses hostile files and may be captured.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "clamd_reply.hpp"
#include "khien/core/text.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view reply(reinterpret_cast<const char*>(data), size);
  // Beyond "no crash": clean is said by "OK" alone, and a signature's name is
  // short, printable and in the reply.
  if (const auto found = probe::parse_scan_reply(reply)) {
    if (found->empty() && reply.find(": OK") == reply.npos) std::abort();
    if (found->size() > 128 || printable(*found) != *found || reply.find(*found) == reply.npos) std::abort();
  }
  if (const auto version = probe::parse_version_reply(reply)) {
    if (!version->engine.starts_with("ClamAV ") || version->database < 0) std::abort();
    if (version->built && version->database == 0) std::abort();
  }
  if (probe::parse_signature_count(reply) < 0) std::abort();
  return 0;
}
