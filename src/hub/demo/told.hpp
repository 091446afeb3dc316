#pragma once

#include <functional>
#include <span>

#include "findings.hpp"
#include "ground.hpp"
#include "khien/core/result.hpp"
#include "words.hpp"

namespace khien::hub::demo {

// What the made-up machines tell: first what they found, in the order of time …
Result<void> tell_findings(Words& words, std::span<const SampleMachine> machines,
                           std::span<const SampleFinding> findings);
// … then, after the people decided, what became of it …
Result<void> tell_afterwards(Words& words, std::span<const SampleMachine> machines,
                             std::span<const SampleFinding> findings);
// … and last how each machine stands. Progress as machines done.
Result<void> tell_states(Words& words, std::span<const SampleMachine> machines,
                         const std::function<void(std::size_t)>& progress);

}  // namespace khien::hub::demo
