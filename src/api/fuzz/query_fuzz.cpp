// Input: a byte that chooses the operation, then pairs "name=value" ended by '&'.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules.hpp"

using namespace khien;

namespace {

api::QueryPairs pairs_of(std::string_view text) {
  api::QueryPairs pairs;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    const auto equals = pair.find('=');
    pairs.emplace_back(pair.substr(0, equals), equals == pair.npos ? "" : pair.substr(equals + 1));
  }
  return pairs;
}

// What was let through keeps the interface's word, by a second reading of it.
void check_accepted(const api::Route& route, const api::QueryPairs& pairs) {
  for (const auto& [name, value] : pairs) {
    const auto rule = std::ranges::find(route.query, name, &api::ValueRule::name);
    if (rule == route.query.end()) std::abort();
    if (std::ranges::count(pairs, name, &std::pair<std::string, std::string>::first) != 1) std::abort();
    if (rule->kind == api::ValueKind::integer) {
      const auto number = std::stoll(value);
      if (number < rule->least || number > rule->most || value.find_first_not_of("0123456789") != value.npos) std::abort();
    } else if (value.find('\0') != value.npos || value.size() > 1'000) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& route = api::routes()[data[0] % api::routes().size()];
  const auto pairs = pairs_of({reinterpret_cast<const char*>(data) + 1, size - 1});
  if (!api::broken_query_field(route.query, pairs)) check_accepted(route, pairs);
  return 0;
}
