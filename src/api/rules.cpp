#include "rules.hpp"

#include <algorithm>
#include <charconv>

#include "khien/core/text.hpp"

namespace khien::api {
namespace {

std::int64_t code_points(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; });
}

bool allowed(const CharacterRun& run, char c) {
  const auto code = static_cast<unsigned char>(c);
  return code < 128 && (run.allowed[code / 64] >> (code % 64) & 1u) != 0;
}

// Greedy without going back: the generator lets only such patterns through.
bool matches(std::span<const CharacterRun> pattern, std::string_view text) {
  for (const CharacterRun& run : pattern) {
    std::size_t taken = 0;
    while (taken < run.most && taken < text.size() && allowed(run, text[taken])) ++taken;
    if (taken < run.least) return false;
    text.remove_prefix(taken);
  }
  return text.empty();
}

// NUL and other controls have no place in any field of ours; a newline does, in notes.
bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7f;
  });
}

bool string_fits(const ValueRule& rule, std::string_view text) {
  if (!is_utf8(text) || has_control(text)) return false;
  const auto length = code_points(text);
  if (length < rule.least || length > rule.most) return false;
  if (!rule.choices.empty() && std::ranges::find(rule.choices, text) == rule.choices.end()) return false;
  return rule.pattern.empty() || matches(rule.pattern, text);
}

bool integer_fits(const ValueRule& rule, const Json& value) {
  const auto number = value.integer();
  return number && number.value() >= rule.least && number.value() <= rule.most;
}

bool item_fits(const ValueRule& rule, const Json& value, bool is_string) {
  if (!is_string) return integer_fits(rule, value);
  const auto text = value.string();
  return text && string_fits(rule, text.value());
}

bool list_fits(const ValueRule& rule, const Json& value) {
  if (!value.is_array() || value.size() < rule.least_items || value.size() > rule.most_items) return false;
  const bool is_string = rule.kind == ValueKind::string_list;
  const auto visited = value.each([&](Json item) -> Result<void> {
    if (!item_fits(rule, item, is_string)) return Error(Code::invalid, "item");
    return {};
  });
  return visited.has_value();
}

// One level only: the generator lets no object of objects through.
bool object_fits(const ValueRule& rule, const Json& value) { return !broken_body_field(rule.fields, value).has_value(); }

bool objects_fit(const ValueRule& rule, const Json& value) {
  if (!value.is_array() || value.size() < rule.least_items || value.size() > rule.most_items) return false;
  const auto visited = value.each([&](Json item) -> Result<void> {
    if (!object_fits(rule, item)) return Error(Code::invalid, "item");
    return {};
  });
  return visited.has_value();
}

bool value_fits(const ValueRule& rule, const Json& value) {
  switch (rule.kind) {
    case ValueKind::string: return item_fits(rule, value, true);
    case ValueKind::integer: return item_fits(rule, value, false);
    case ValueKind::boolean: {
      const auto flag = value.boolean();
      return flag && (flag.value() || !rule.only_true);
    }
    case ValueKind::string_list:
    case ValueKind::integer_list: return list_fits(rule, value);
    case ValueKind::object: return object_fits(rule, value);
    case ValueKind::object_list: return objects_fit(rule, value);
  }
  return false;
}

const ValueRule* find(std::span<const ValueRule> rules, std::string_view name) {
  const auto found = std::ranges::find(rules, name, &ValueRule::name);
  return found == rules.end() ? nullptr : &*found;
}

// A field's name goes back into our answer: only names that could be ours do.
std::string presentable(std::string_view name) {
  constexpr std::size_t kMostNameBytes = 64;
  return printable(truncate(name, kMostNameBytes));
}

std::string_view first_missing(std::span<const ValueRule> rules, const std::vector<std::string_view>& seen) {
  for (const ValueRule& rule : rules) {
    if (rule.required && std::ranges::find(seen, rule.name) == seen.end()) return rule.name;
  }
  return {};
}

}  // namespace

std::optional<std::string> broken_body_field(std::span<const ValueRule> rules, const Json& body) {
  if (!body.is_object()) return "";
  std::vector<std::string_view> seen;
  std::optional<std::string> broken;
  const auto visited = body.each_field([&](std::string_view name, Json value) -> Result<void> {
    const ValueRule* rule = find(rules, name);
    if (rule == nullptr || !value_fits(*rule, value) || std::ranges::find(seen, name) != seen.end()) {
      broken = presentable(name);
      return Error(Code::invalid, "field");
    }
    seen.push_back(rule->name);
    return {};
  });
  if (!visited) return broken.value_or("");
  const auto missing = first_missing(rules, seen);
  if (!missing.empty()) return std::string(missing);
  return std::nullopt;
}

std::optional<std::int64_t> integer_from(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> list_items(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    items.push_back(text.substr(0, comma));
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  }
  return items;
}

bool fits(const ValueRule& rule, std::string_view text) {
  switch (rule.kind) {
    case ValueKind::string: return string_fits(rule, text);
    case ValueKind::integer: {
      const auto value = integer_from(text);
      return value && *value >= rule.least && *value <= rule.most;
    }
    case ValueKind::boolean: return text == "true" || (text == "false" && !rule.only_true);
    case ValueKind::string_list: {
      const auto items = list_items(text);
      return items.size() >= rule.least_items && items.size() <= rule.most_items &&
             std::ranges::all_of(items, [&](std::string_view item) { return string_fits(rule, item); });
    }
    case ValueKind::integer_list:  // the interface has none of these in a query
    case ValueKind::object:
    case ValueKind::object_list: return false;
  }
  return false;
}

std::optional<std::string> broken_query_field(std::span<const ValueRule> rules, const QueryPairs& query) {
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : query) {
    const ValueRule* rule = find(rules, name);
    if (rule == nullptr || !fits(*rule, value) || std::ranges::find(seen, name) != seen.end()) return presentable(name);
    seen.push_back(rule->name);
  }
  const auto missing = first_missing(rules, seen);
  if (!missing.empty()) return std::string(missing);
  return std::nullopt;
}

}  // namespace khien::api
