#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "khien/law/catalogue.hpp"

// The words by which content names the values of an enumeration: one table for
// reading and writing.
namespace khien::law {

template <class Enum>
struct Word {
  Enum value;
  std::string_view word;
};

inline constexpr std::array<Word<Strength>, 3> kStrengths{
    {{Strength::must, "must"}, {Strength::should, "should"}, {Strength::encouraged, "encouraged"}}};
inline constexpr std::array<Word<ClauseKind>, 3> kClauseKinds{
    {{ClauseKind::does, "does"}, {ClauseKind::measures, "measures"}, {ClauseKind::records, "records"}}};
inline constexpr std::array<Word<Recurrence>, 7> kRecurrences{{{Recurrence::once, "once"},
                                                               {Recurrence::continuous, "continuous"},
                                                               {Recurrence::on_event, "on_event"},
                                                               {Recurrence::quarterly, "quarterly"},
                                                               {Recurrence::half_yearly, "half_yearly"},
                                                               {Recurrence::yearly, "yearly"},
                                                               {Recurrence::each_holiday, "each_holiday"}}};
inline constexpr std::array<Word<Basis>, 2> kBases{{{Basis::law, "law"}, {Basis::province, "province"}}};
inline constexpr std::array<Word<MetBy>, 4> kMetBys{{{MetBy::record, "record"},
                                                     {MetBy::metric, "metric"},
                                                     {MetBy::register_record, "register"},
                                                     {MetBy::record_and_metric, "record_and_metric"}}};
inline constexpr std::array<Word<Approval>, 2> kApprovals{
    {{Approval::none, "none"}, {Approval::second_person, "second_person"}}};
inline constexpr std::array<Word<DueRule::Kind>, 8> kDueRules{
    {{DueRule::Kind::none, "none"},
     {DueRule::Kind::on_date, "on_date"},
     {DueRule::Kind::before_day, "before_day"},
     {DueRule::Kind::before_dates, "before_dates"},
     {DueRule::Kind::by_dates, "by_dates"},
     {DueRule::Kind::end_of_period, "end_of_period"},
     {DueRule::Kind::after_event, "after_event"},
     {DueRule::Kind::holiday_window, "holiday_window"}}};
inline constexpr std::array<Word<Target::Kind>, 3> kTargets{{{Target::Kind::at_least, "at_least"},
                                                             {Target::Kind::at_most, "at_most"},
                                                             {Target::Kind::equals, "equals"}}};
inline constexpr std::array<Word<Relation::Kind>, 5> kRelations{
    {{Relation::Kind::implements, "implements"},
     {Relation::Kind::cites, "cites"},
     {Relation::Kind::replaces, "replaces"},
     {Relation::Kind::amends, "amends"},
     {Relation::Kind::supplements, "supplements"}}};
inline constexpr std::array<Word<Role::By>, 2> kRoleBys{
    {{Role::By::assignment, "assignment"}, {Role::By::kind, "kind"}}};
inline constexpr std::array<Word<Metric::Unit>, 4> kUnits{{{Metric::Unit::ratio, "ratio"},
                                                           {Metric::Unit::count, "count"},
                                                           {Metric::Unit::days, "days"},
                                                           {Metric::Unit::minutes, "minutes"}}};
inline constexpr std::array<Word<Metric::Source>, 3> kSources{{{Metric::Source::live, "live"},
                                                               {Metric::Source::register_, "register"},
                                                               {Metric::Source::later, "later"}}};
inline constexpr std::array<Word<Condition::Kind>, 10> kConditions{
    {{Condition::Kind::equals, "equals"},
     {Condition::Kind::differs, "not"},
     {Condition::Kind::before, "before"},
     {Condition::Kind::not_before, "not_before"},
     {Condition::Kind::after, "after"},
     {Condition::Kind::not_after, "not_after"},
     {Condition::Kind::at_least, "at_least"},
     {Condition::Kind::at_most, "at_most"},
     {Condition::Kind::present, "present"},
     {Condition::Kind::any_of, "any_of"}}};
inline constexpr std::array<Word<RegisterCheck::Rule>, 4> kCheckRules{
    {{RegisterCheck::Rule::differs, "differs"},
     {RegisterCheck::Rule::not_before, "not_before"},
     {RegisterCheck::Rule::at_most, "at_most"},
     {RegisterCheck::Rule::required, "required"}}};
inline constexpr std::array<Word<RegisterField::Type>, 4> kFieldTypes{
    {{RegisterField::Type::string, "string"},
     {RegisterField::Type::integer, "integer"},
     {RegisterField::Type::number, "number"},
     {RegisterField::Type::boolean, "boolean"}}};
inline constexpr std::array<Word<RegisterField::Format>, 5> kFormats{
    {{RegisterField::Format::date, "date"},
     {RegisterField::Format::email, "email"},
     {RegisterField::Format::phone, "phone"},
     {RegisterField::Format::unit, "unit"},
     {RegisterField::Format::system, "system"}}};
inline constexpr std::array<Word<LevelQuestion::Kind>, 2> kQuestionKinds{
    {{LevelQuestion::Kind::boolean, "boolean"}, {LevelQuestion::Kind::integer, "integer"}}};
// "computed" is no word of a file: it is what is said where there is none.
inline constexpr std::array<Word<CalendarStatus>, 3> kCalendarStatuses{
    {{CalendarStatus::enacted, "enacted"},
     {CalendarStatus::announced, "announced"},
     {CalendarStatus::unknown, "unknown"}}};
inline constexpr std::array<std::string_view, 7> kDirectiveKinds{
    "directive", "official_letter", "decision", "decree", "circular", "law", "other"};

}  // namespace khien::law
