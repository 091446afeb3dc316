// Input: one YAML text. What parses is UTF-8, within its budget, and written as
// JSON parses again to the same tree; what does not is refused by a known code
// that names a line.
#include "khien/core/yaml.hpp"

#include <cstdint>
#include <cstdlib>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

using namespace khien;

namespace {

constexpr Budget::Limits kLimits{.bytes_in = 1 << 18, .depth = 12, .entries = 5'000};

void require(bool condition) {
  if (!condition) std::abort();
}

std::uint64_t count(const Yaml& value, std::uint32_t depth) {
  require(depth <= kLimits.depth);
  require(value.line > 0);
  std::uint64_t values = 1;
  const bool nests = !value.is_scalar();
  for (const Yaml& item : value.items) values += count(item, depth + (item.is_scalar() ? 0 : 1));
  for (const auto& [name, member] : value.fields)
    values += count(member, depth + (member.is_scalar() ? 0 : 1));
  require(nests || values == 1);
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Budget budget(kLimits);
  const auto root = parse_yaml(text, budget);
  if (!root) {
    require(root.error().code() == Code::exhausted || root.error().code() == Code::invalid);
    require(root.error().code() == Code::exhausted || root.error().what().starts_with("line "));
    return 0;
  }
  require(is_utf8(text));
  require(count(*root, root->is_scalar() ? 0 : 1) <= kLimits.entries);

  const std::string json = to_json(*root);
  Budget wider({.bytes_in = 8 << 20, .depth = 12, .entries = 5'000});
  const auto again = parse_yaml(json, wider);
  require(again.has_value());
  require(same_value(*root, *again));
  // And it is JSON for others too.
  JsonDocument document;
  Budget widest({.bytes_in = 8 << 20, .depth = 13, .entries = 20'000});
  require(document.parse(json, widest).has_value());
  return 0;
}
