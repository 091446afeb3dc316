#include "words.hpp"

#include "khien/core/assert.hpp"

namespace khien::law {
namespace {

constexpr std::array<std::string_view, 13> kUnitKinds{
    "province",   "department", "district", "commune",  "school", "hospital", "public_service",
    "enterprise", "telecom",    "police",   "military", "media",  "other"};

template <class Enum, std::size_t N>
std::string_view word_of(const std::array<Word<Enum>, N>& words, Enum value) {
  for (const auto& entry : words) {
    if (entry.value == value) return entry.word;
  }
  khien_assert(false);
}

}  // namespace

std::span<const std::string_view> unit_kinds() { return kUnitKinds; }

std::string_view to_string(Strength value) { return word_of(kStrengths, value); }
std::string_view to_string(ClauseKind value) { return word_of(kClauseKinds, value); }
std::string_view to_string(Recurrence value) { return word_of(kRecurrences, value); }
std::string_view to_string(Basis value) { return word_of(kBases, value); }
std::string_view to_string(MetBy value) { return word_of(kMetBys, value); }
std::string_view to_string(Approval value) { return word_of(kApprovals, value); }
std::string_view to_string(DueRule::Kind value) { return word_of(kDueRules, value); }
std::string_view to_string(Target::Kind value) { return word_of(kTargets, value); }
std::string_view to_string(Relation::Kind value) { return word_of(kRelations, value); }
std::string_view to_string(Metric::Unit value) { return word_of(kUnits, value); }
std::string_view to_string(Metric::Source value) { return word_of(kSources, value); }
std::string_view to_string(Condition::Kind value) { return word_of(kConditions, value); }
std::string_view to_string(RegisterCheck::Rule value) { return word_of(kCheckRules, value); }
std::string_view to_string(CalendarStatus value) {
  return value == CalendarStatus::computed ? "computed" : word_of(kCalendarStatuses, value);
}

bool Target::holds(double reading) const {
  switch (kind) {
    case Kind::at_least:
      return reading >= value;
    case Kind::at_most:
      return reading <= value;
    case Kind::equals:
      return reading == value;
  }
  return false;
}

}  // namespace khien::law
