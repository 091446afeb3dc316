#include "khien/flow/judges/watch_judge.hpp"

namespace khien::flow {
namespace {

constexpr std::string_view kPrefix = "watch:";

// By what it does to those who come by, and how hard it is to see.
Severity severity_of(PageClass page_class) {
  switch (page_class) {
    case PageClass::defaced:
    case PageClass::redirected: return Severity::critical;
    case PageClass::compromised:
    case PageClass::cloaked: return Severity::high;
    case PageClass::reflected:
    case PageClass::user_content: return Severity::medium;
    default: return Severity::low;
  }
}

class WatchJudge final : public Judge {
 public:
  JudgeId id() const override { return JudgeId::watch; }

  Result<std::vector<Claim>> judge(const Observation& observation) const override {
    const auto* page = std::get_if<PageSeen>(&observation.body);
    if (page == nullptr) return std::vector<Claim>();
    if (is_harmful(page->page_class)) {
      return std::vector{Claim{JudgeId::watch, Claim::Standing::present, watch_rule(page->page_class), page->url,
                               severity_of(page->page_class)}};
    }
    if (!is_mended(page->page_class) || !seen_whole(*page)) return std::vector<Claim>();
    return std::vector{Claim{JudgeId::watch, Claim::Standing::gone, {}, page->url, Severity::info}};
  }
};

}  // namespace

std::shared_ptr<const Judge> make_watch_judge() { return std::make_shared<const WatchJudge>(); }

std::string watch_rule(PageClass page_class) { return std::string(kPrefix) + std::string(to_string(page_class)); }

std::optional<PageClass> class_of_watch_rule(std::string_view rule) {
  if (!rule.starts_with(kPrefix)) return std::nullopt;
  const auto page_class = page_class_from_string(rule.substr(kPrefix.size()));
  return page_class ? std::optional(*page_class) : std::nullopt;
}

}  // namespace khien::flow
