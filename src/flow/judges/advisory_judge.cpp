#include "khien/flow/judges/advisory_judge.hpp"

#include <utility>

#include "khien/core/assert.hpp"

namespace khien::flow {
namespace {

class AdvisoryJudge final : public Judge {
 public:
  explicit AdvisoryJudge(std::shared_ptr<const BookInForce> book) : book_(std::move(book)) {}

  JudgeId id() const override { return JudgeId::advisory; }
  Result<std::vector<Claim>> judge(const Observation&) const override { return std::vector<Claim>(); }
  const BookInForce* book() const override { return book_.get(); }

 private:
  std::shared_ptr<const BookInForce> book_;
};

}  // namespace

std::shared_ptr<const Judge> make_advisory_judge(std::shared_ptr<const BookInForce> book) {
  khien_assert(book != nullptr);
  return std::make_shared<const AdvisoryJudge>(std::move(book));
}

}  // namespace khien::flow
