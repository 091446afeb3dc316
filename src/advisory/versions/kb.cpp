#include <algorithm>

#include "versions/orders.hpp"

// Windows: build numbers "10.0.19045.3570", and hotfixes "KB5031356", which replace each
// other in the order of their numbers.
namespace khien::advisory::versions {
namespace {

bool is_hotfix(std::string_view text) { return text.size() > 2 && compare_small(text.substr(0, 2), "kb") == 0; }

Result<void> check(std::string_view text) {
  if (is_hotfix(text)) {
    if (!is_number(text.substr(2))) return Error(Code::invalid, "what follows KB is no number");
    return {};
  }
  const bool dotted = std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
  if (!dotted || !is_digit(text.front())) return Error(Code::invalid, "it is neither a build number nor a hotfix (KB…)");
  return {};
}

// A hotfix and a build number tell nothing of each other; compare_versions() asks first.
Order compare(std::string_view a, std::string_view b) {
  const bool hotfix = is_hotfix(a), other = is_hotfix(b);
  if (hotfix != other) return other <=> hotfix;
  return hotfix ? compare_numbers(a.substr(2), b.substr(2)) : compare_dotted(a, b);
}

}  // namespace

const Rule kKb = {check, compare};

}  // namespace khien::advisory::versions
