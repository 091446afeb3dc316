// Input: a file of checks or of detectors. Either an error that names the file, or
// checks that keep their own examples and judge any facts without a word too many.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/check/checks.hpp"
#include "khien/check/detectors.hpp"

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Budget budget({.bytes_in = 1u << 20, .depth = 24, .entries = 100'000});
  const auto set = check::CheckSet::load({{"f.yaml", text}}, budget);
  if (set) {
    for (const auto& one : set->all()) {
      require(check::holds(one, one.hit) && !check::holds(one, one.miss) && !one.clauses.empty() && !one.steps.empty());
      const auto claims = set->judge({Timestamp{1}, ConfigurationSeen{one.hit, {}}});
      require(claims.size() <= set->all().size());
    }
  } else {
    require(std::string(set.error().what()).contains("f.yaml"));
  }
  Budget second({.bytes_in = 1u << 20, .depth = 24, .entries = 100'000});
  const auto detectors = check::load_detectors("f.yaml", text, second);
  if (!detectors) require(std::string(detectors.error().what()).contains("f.yaml"));
  return 0;
}
