#include "khien/flow/judges/scan_judge.hpp"

#include <utility>

#include "khien/scan/judge.hpp"

namespace khien::flow {
namespace {

class ScanJudge final : public Judge {
 public:
  explicit ScanJudge(scan::IocSet iocs) : iocs_(std::move(iocs)) {}

  JudgeId id() const override { return JudgeId::scan; }

  Result<std::vector<Claim>> judge(const Observation& observation) const override {
    if (const auto* seen = std::get_if<FileSeen>(&observation.body)) return scan::judge(*seen, iocs_);
    if (const auto* gone = std::get_if<FileGone>(&observation.body)) return scan::judge(*gone);
    if (const auto* held = std::get_if<QuarantineSeen>(&observation.body)) return scan::judge(*held);
    if (const auto* access = std::get_if<AccessSeen>(&observation.body)) return scan::judge(*access);
    return std::vector<Claim>();
  }

 private:
  scan::IocSet iocs_;
};

}  // namespace

std::shared_ptr<const Judge> make_scan_judge(const std::vector<std::shared_ptr<const scan::RulePack>>& packs) {
  std::vector<scan::IocSet::Entry> entries;
  for (const auto& pack : packs) {
    entries.insert(entries.end(), pack->iocs.entries().begin(), pack->iocs.entries().end());
  }
  return std::make_shared<const ScanJudge>(scan::IocSet::of(std::move(entries)));
}

}  // namespace khien::flow
