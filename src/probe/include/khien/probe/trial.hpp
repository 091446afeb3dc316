#pragma once

#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/probe/worker.hpp"

namespace khien::probe {

struct TrialSample {
  std::string name;
  std::string bytes;
};
struct TrialSet {
  std::vector<TrialSample> must_hit;
  std::vector<TrialSample> must_miss;
};

// What every content must do wherever it is loaded: find EICAR, and nothing in 200
// harmless files of the kinds that machines are full of. The same at each call.
TrialSet built_in_trial();

// The examples of the packs in a bundle: *.hit and *.hit.reversed (the bytes back
// to front) must be found, *.miss must not.
Result<TrialSet> examples_of(ByteView bundle);

struct TrialLimits {
  Duration start = seconds(10);  // until every rule is compiled
  Duration file = seconds(2);
  Duration all = minutes(2);
  std::uint64_t memory_bytes = 512u << 20;  // of address space, mapped tables apart
};

struct TrialReport {
  std::size_t rules = 0;
  std::size_t hashes = 0;
  Duration start;
  Duration scanning;
};

// Loads content in a worker that is thrown away afterwards, and has it judge the
// samples. `worker` says which program and which content; its limits are replaced.
//   Code::invalid      it cannot be read or compiled
//   Code::unavailable  the worker died, hung, or needed more than the limits
//   Code::denied       a sample was not judged as it must be
Result<TrialReport> try_content(Worker::Options worker, const TrialSet& samples, const TrialLimits& limits, const Clock& clock);

}  // namespace khien::probe
