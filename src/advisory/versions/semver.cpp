#include <utility>

#include "versions/orders.hpp"

// Semantic Versioning 2.0.0 §11, with what packages of npm, Go and others have besides: a
// "v", fewer or more numbers than three, a label without its hyphen. NuGet: four numbers,
// labels without case.
namespace khien::advisory::versions {
namespace {

struct Parts {
  std::string_view numbers, labels;
};

std::string_view without_v(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  return text;
}

Parts split(std::string_view text) {
  text = without_v(text);
  text = text.substr(0, text.find('+'));
  Parts parts;
  parts.numbers = take_while(text, [](char c) { return is_digit(c) || c == '.'; });
  if (text.starts_with('-')) text.remove_prefix(1);
  parts.labels = text;
  return parts;
}

Result<void> check(std::string_view text) {
  text = without_v(text);
  if (text.empty() || !is_digit(text.front())) return Error(Code::invalid, "it does not begin with a digit");
  return {};
}

Order compare_parts(const Parts& a, const Parts& b, Order (*texts)(std::string_view, std::string_view)) {
  if (const Order order = compare_dotted(a.numbers, b.numbers); order != 0) return order;
  if (a.labels.empty() || b.labels.empty()) return a.labels.empty() <=> b.labels.empty();
  return compare_labels(a.labels, b.labels, texts);
}

Order compare_semver(std::string_view a, std::string_view b) { return compare_parts(split(a), split(b), compare_texts); }
Order compare_nuget(std::string_view a, std::string_view b) { return compare_parts(split(a), split(b), compare_small); }

}  // namespace

const Rule kSemver = {check, compare_semver};
const Rule kNuget = {check, compare_nuget};

}  // namespace khien::advisory::versions
