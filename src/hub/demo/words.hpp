#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/flow/flow.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/observation.hpp"

namespace khien::hub::demo {

// What made-up machines say, by the one way in: each event is labelled as made up
// in the bytes that the ledger hashes, and comes on a stream ("sample") that no
// agent has. Call from one thread.
class Words {
 public:
  explicit Words(flow::Flow& road) : road_(road) {}

  // The machine says this at one moment; what it said before must be no younger.
  Result<void> say(const AgentIdentity& machine, Timestamp at, const std::vector<ObservationBody>& bodies);
  // Returns when all of it is durable and the road has applied it.
  Result<void> arrive();

 private:
  // Outlives this where the ledger answers late.
  struct Waiting {
    std::mutex mutex;
    std::condition_variable answered;
    std::size_t count = 0;
    std::optional<Error> first_error;
  };
  Result<void> wait_until_at_most(std::size_t count);

  flow::Flow& road_;
  std::map<std::int64_t, std::uint64_t> next_;  // sequence number by machine
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
};

}  // namespace khien::hub::demo
