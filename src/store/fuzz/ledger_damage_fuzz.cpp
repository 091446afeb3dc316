// Input: damage to a ledger's files as they are after a power cut; see
// test/ledger_damage.hpp for its form and for what must hold.
#include "test/ledger_damage.hpp"

#include <fcntl.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "khien/core/log.hpp"

using namespace khien;
using namespace khien::store;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static damaged::Original original;
  // Damage is logged; here it would be all there is to read.
  static const bool quiet = [] {
    set_log_output(::open("/dev/null", O_WRONLY | O_CLOEXEC), LogLevel::error);
    return true;
  }();
  static_cast<void>(quiet);
  const auto outcome = damaged::damage_and_judge(original, data, size);
  if (outcome.broken.empty()) return 0;
  std::fprintf(stderr, "broken: %s\n", outcome.broken.c_str());
  std::abort();
}
