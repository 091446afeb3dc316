#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "khien/duty/catalogues.hpp"
#include "khien/notice/sweep.hpp"

namespace khien::hub {

// Asks once a minute who is to be told of what, for every tenant. `told` hears of each message
// after the commit. From one thread.
class NoticeDesk {
 public:
  struct Options {
    std::shared_ptr<const notice::Rules> rules;  // none: nobody is told of anything
    std::shared_ptr<notice::Post> post;
    std::shared_ptr<const duty::Catalogues> law;
    std::function<void(TenantId, UserId, notice::MessageId)> told;
  };
  NoticeDesk(store::Store& hub, const Clock& clock, Options options);

  // Call every second: it asks when a minute of the clock begins.
  void tick();
  // At once.
  Result<void> ask();

 private:
  Result<void> ask_for(TenantId tenant);

  store::Store& hub_;
  const Clock& clock_;
  Options options_;
  std::optional<std::int64_t> asked_;  // the minute
};

}  // namespace khien::hub
