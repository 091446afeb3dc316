#include "khien/flow/judges/check_judge.hpp"

#include <utility>

#include "khien/core/assert.hpp"

namespace khien::flow {
namespace {

class CheckJudge final : public Judge {
 public:
  explicit CheckJudge(std::shared_ptr<const check::CheckSet> checks) : checks_(std::move(checks)) {}

  JudgeId id() const override { return JudgeId::law; }

  Result<std::vector<Claim>> judge(const Observation& observation) const override { return checks_->judge(observation); }

 private:
  std::shared_ptr<const check::CheckSet> checks_;
};

}  // namespace

std::shared_ptr<const Judge> make_check_judge(std::shared_ptr<const check::CheckSet> checks) {
  khien_assert(checks != nullptr);
  return std::make_shared<const CheckJudge>(std::move(checks));
}

}  // namespace khien::flow
