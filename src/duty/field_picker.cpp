#include "field_picker.hpp"

#include <algorithm>
#include <utility>

namespace khien::duty {
namespace {

constexpr Budget::Limits kRecordLimits{.bytes_in = 200'000, .depth = 2, .entries = 400};

}  // namespace

void FieldPicker::want(const std::string& name) {
  if (!name.empty() && std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
}

void FieldPicker::want(const std::vector<law::Condition>& conditions) {
  for (const auto& condition : conditions) want(condition.field);
}

std::optional<Fields> FieldPicker::of(std::string_view json) {
  Budget budget(kRecordLimits);
  const auto object = memory_.parse(json, budget);
  if (!object) return std::nullopt;
  std::vector<FieldEntry> entries;
  for (const auto& name : names_) {
    const auto value = object->field(name);
    if (!value) continue;
    if (const auto number = value->number()) {
      entries.push_back({name, *number});
    } else if (const auto flag = value->boolean()) {
      entries.push_back({name, *flag});
    } else if (const auto text = value->string()) {
      entries.push_back({name, std::string(*text)});
    }
  }
  return Fields(std::move(entries));
}

bool all_hold(const std::vector<law::Condition>& conditions, const Fields& fields, Date as_of) {
  return std::ranges::all_of(conditions, [&](const law::Condition& condition) { return holds(condition, fields, as_of); });
}

}  // namespace khien::duty
