#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "application.hpp"
#include "following.hpp"
#include "khien/core/clock.hpp"
#include "khien/flow/flow.hpp"

namespace khien::flow {

// Rung by the ledger's writer, heard by the applier. Shared with the ledger's
// callback, which may outlive the road.
class Bell {
 public:
  void ring();
  // Until rung, told to stop, or `at_most` is over; forgets the ring.
  void wait(Duration at_most);

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool rung_ = false;
};

// In reconsider.cpp.
struct KnownFact;
struct OpenFinding;
// In book_review.cpp.
struct TenantPackage;
struct JudgedPackage {
  TenantId tenant;
  std::int64_t id = 0;
  auto operator<=>(const JudgedPackage&) const = default;
};
using Progress = std::function<void(std::size_t)>;  // facts and findings done since the last call

struct Flow::Impl {
  store::Ledger& ledger;
  store::Store& hub;
  const Clock& clock;
  Options options;
  std::shared_ptr<Bell> bell = std::make_shared<Bell>();

  std::mutex judges_mutex;
  Judges judges;

  std::mutex applying;  // one apply_pending() at a time
  std::atomic<std::int64_t> failed = 0;
  std::atomic<bool> stopping = false;
  std::atomic<bool> broken_off = false;
  JudgedPackage looked_through;  // by forget_packages(), on who tends
  std::thread applier;

  Judges judges_now();
  void put_judge(std::shared_ptr<const Judge> judge);

  Result<ObservationId> position() const;
  // Events applied; 0 at the ledger's end.
  Result<std::int64_t> apply_chunk();
  Result<void> apply_fresh(const std::vector<Fresh>& fresh, ObservationId after);
  Result<void> tend();
  void run_applier();

  // The passes of reconsider().
  Result<void> try_facts(const Judge& judge, const Progress& progress);
  Result<void> try_chunk(const Judge& judge, const std::vector<KnownFact>& facts);
  Result<void> withdraw_unsupported(const Judge& judge, const Progress& progress);
  Result<void> withdraw_chunk(const Judge& judge, const std::vector<OpenFinding>& open);

  // In book_review.cpp.
  Result<void> reconsider_book(const BookInForce& book, const std::function<void(std::int64_t, std::int64_t)>& progress);
  Result<void> judge_packages(const BookInForce& book, const std::vector<TenantPackage>& packages, Weighed weighed);
  Result<void> refresh(const BookInForce& book, const std::vector<std::string>& names, Weighed weighed);
  Result<std::int64_t> weigh_by_vulnerability();
  Result<std::int64_t> weigh_some();
  Result<void> forget_packages();

  // Works that began under another judge are committed when it returns: facts that they bring
  // would be read neither by that judge's successor nor behind it.
  Result<void> let_works_end();
  // One transaction of the road; what it changed is told after the commit.
  Result<void> write(const std::function<Result<void>(Application&, store::Connection&)>& work);
};

}  // namespace khien::flow
