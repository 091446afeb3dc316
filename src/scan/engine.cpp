#include "khien/scan/engine.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "khien/core/assert.hpp"
#include "yara.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kMaxMatches = 64;

using Packs = std::vector<std::shared_ptr<const RulePack>>;

void add_known_hashes(const Packs& packs, Verdict& verdict) {
  for (const auto& pack : packs) {
    const IocSet::Entry* entry = pack->iocs.find(verdict.sha256);
    if (entry == nullptr) continue;
    verdict.matches.push_back({khien::Engine::ioc, entry->name, pack->name, entry->severity});
  }
}

// The verdict that the matches add up to.
void conclude(Verdict& verdict) {
  std::ranges::sort(verdict.matches, [](const FileMatch& a, const FileMatch& b) {
    return std::tie(b.severity, a.engine, a.origin, a.rule) < std::tie(a.severity, b.engine, b.origin, b.rule);
  });
  // Cut after sorting: what goes is the least severe.
  if (verdict.matches.size() > kMaxMatches) verdict.matches.resize(kMaxMatches);
  if (verdict.matches.empty()) return;
  const bool bad = verdict.matches.front().severity >= Severity::high;
  verdict.verdict = bad ? FileVerdict::malicious : FileVerdict::suspicious;
  verdict.reason.clear();
}

void leave_unscanned(Verdict& verdict, std::string_view reason) {
  verdict.verdict = FileVerdict::not_scanned;
  verdict.reason = reason;
}

Result<void> check_names(const Packs& packs) {
  for (std::size_t i = 0; i < packs.size(); ++i) {
    khien_assert(packs[i] != nullptr);
    for (std::size_t j = 0; j < i; ++j) {
      if (packs[i]->name == packs[j]->name) {
        return Error(Code::invalid, "pack '" + packs[i]->name + "': there are two of this name");
      }
    }
  }
  return {};
}

}  // namespace

struct Engine::Impl {
  Packs packs;
  Yara yara;
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::create(Packs packs) {
  TRY_VOID(check_names(packs));
  TRY(Yara yara, Yara::compile(packs));
  return Engine(std::make_unique<Impl>(Impl{std::move(packs), std::move(yara)}));
}

Verdict Engine::judge(ByteView bytes, Budget& budget) {
  Verdict verdict;
  verdict.sha256 = sha256(bytes);
  add_known_hashes(impl_->packs, verdict);
  if (!budget.take_in(bytes.size())) {
    leave_unscanned(verdict, "too_large");
  } else if (!budget.check_time()) {
    leave_unscanned(verdict, "budget");
  } else if (auto found = impl_->yara.scan(bytes, budget.limits().time); !found) {
    leave_unscanned(verdict, found.error().code() == Code::exhausted ? "budget" : "engine");
  } else {
    for (Yara::Match& match : *found) {
      verdict.matches.push_back(
          {khien::Engine::yara, std::move(match.rule), std::move(match.pack), match.severity});
    }
  }
  conclude(verdict);
  return verdict;
}

Verdict Engine::judge_hash(const Sha256& sha256, std::string_view reason) const {
  Verdict verdict;
  verdict.sha256 = sha256;
  leave_unscanned(verdict, reason);
  add_known_hashes(impl_->packs, verdict);
  conclude(verdict);
  return verdict;
}

std::size_t Engine::rule_count() const { return impl_->yara.rule_count(); }

std::size_t Engine::ioc_count() const {
  std::size_t count = 0;
  for (const auto& pack : impl_->packs) count += pack->iocs.size();
  return count;
}

}  // namespace khien::scan
