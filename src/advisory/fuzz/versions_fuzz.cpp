// Input: a byte that chooses an order, then texts, a line each. Oracle: what may be compared is
// ordered totally: reflexive, antisymmetric, transitive, and equal ones are
// interchangeable; what may not be is refused from both sides.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "khien/advisory/version.hpp"

using namespace khien;
using namespace khien::advisory;

namespace {

constexpr std::size_t kMostTexts = 12;

void check_pair(VersionOrder order, std::string_view a, std::string_view b) {
  const auto forth = compare_versions(order, a, b), back = compare_versions(order, b, a);
  if (forth.has_value() != back.has_value()) std::abort();
  if (!check_version(order, a) || !check_version(order, b)) {
    if (forth) std::abort();
    return;
  }
  if (!forth) {
    if (order != VersionOrder::kb) std::abort();  // a hotfix beside a build number
    return;
  }
  if (*forth != (0 <=> *back)) std::abort();
  if (a == b && *forth != 0) std::abort();
}

void check_triple(VersionOrder order, std::string_view a, std::string_view b, std::string_view c) {
  const auto ab = compare_versions(order, a, b), bc = compare_versions(order, b, c), ac = compare_versions(order, a, c);
  if (!ab || !bc || !ac) return;
  if (*ab <= 0 && *bc <= 0 && *ac > 0) std::abort();
  if (*ab == 0 && *bc != *ac) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto order = static_cast<VersionOrder>(data[0] % (static_cast<unsigned>(VersionOrder::hackage) + 1));
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)order_of_ecosystem(rest);
  std::vector<std::string_view> texts;
  while (!rest.empty() && texts.size() < kMostTexts) {
    const std::size_t end = rest.find('\n');
    texts.push_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  for (const auto a : texts) {
    for (const auto b : texts) {
      check_pair(order, a, b);
      for (const auto c : texts) check_triple(order, a, b, c);
    }
  }
  return 0;
}
