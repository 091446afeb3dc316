// Input: a policy as a person or an interface sends it, and the document that a hub
// in wrong hands would make of one.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/model/policy.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto policy = policy_from_json(text)) {
    // Beyond "no crash": within its bounds, and one spelling.
    const auto& settings = policy->settings;
    if (settings.exclusions) {
      for (const auto& one : *settings.exclusions) {
        if (one.path.empty() != one.sha256.has_value() || one.reason.empty() || one.path == "/") std::abort();
      }
    }
    if (settings.cpu_percent && (*settings.cpu_percent < kLeastCpuPercent || *settings.cpu_percent > kMostCpuPercent)) {
      std::abort();
    }
    const auto again = policy_from_json(to_json(*policy));
    if (!again || *again != *policy) std::abort();
  }
  if (const auto document = policy_document_from_json(text)) {
    const auto again = policy_document_from_json(to_json(*document));
    if (!again || *again != *document || document->version < 1) std::abort();
  }
  return 0;
}
