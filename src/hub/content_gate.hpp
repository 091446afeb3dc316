#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"

namespace khien::hub {

struct Gate {
  std::vector<std::string> workers;   // programs of this version and the one before it
  std::string content_before;         // what is at work now, to measure against; may be empty
  std::string harmless_folder = "/usr";
  std::size_t harmless_files = 2'000;
  Duration time = minutes(5);         // for all of it
  const std::atomic<bool>* stop = nullptr;  // set: it is over, Code::unavailable; may be null
};

// Loads content in each of the workers, as machines will, and has it judge its own
// examples, EICAR, 200 harmless samples and the harmless files of this machine.
// Nothing may be found where nothing is; it may not be slower than 15 % and half a
// second beyond what is at work. What was measured, in words, or why it is refused.
Result<std::string> pass_gate(const Gate& gate, const std::string& bundle_path, const Clock& clock);

}  // namespace khien::hub
