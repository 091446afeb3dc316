#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "khien/duty/catalogues.hpp"
#include "khien/notice/messages.hpp"
#include "khien/store/scope.hpp"
#include "khien/store/store.hpp"

namespace khien::notice {

struct Swept {
  std::vector<std::pair<UserId, MessageId>> shown;  // in the page
  std::int64_t mails = 0;
  std::int64_t causes = 0;  // noted now
  bool more = false;        // ask again at once
};

// Reads what changed in the rooms' tables since it was last asked, and tells whom it concerns
// what is due. What was noted, kept and queued is one transaction: killed at any moment, nobody
// is told twice and nobody is left out. Asked every minute; asked less often, messages come
// later and are the same. The very first asking begins from now: what was there before is
// nobody's news.
//
// `whole` must be the tenant's root; `law` may be null. From one thread at a time.
Result<Swept> sweep(store::Store& hub, const store::TenantScope& whole, std::shared_ptr<const duty::TenantLaw> law, const Rules& rules, Post& post,
                    Timestamp now);

}  // namespace khien::notice
