#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/law/condition.hpp"
#include "khien/model/local_text.hpp"

// The values a directive is made of. All are plain data that a Catalogue owns; no
// code knows any of them by name.
namespace khien::law {

enum class Strength : unsigned char { must, should, encouraged };
enum class ClauseKind : unsigned char { does, measures, records };
enum class Recurrence : unsigned char {
  once,
  continuous,
  on_event,
  quarterly,
  half_yearly,
  yearly,
  each_holiday
};
enum class Basis : unsigned char { law, province };  // province: a figure the province set itself
enum class MetBy : unsigned char { record, metric, register_record, record_and_metric };
enum class Approval : unsigned char { none, second_person };

std::string_view to_string(Strength value);
std::string_view to_string(ClauseKind value);
std::string_view to_string(Recurrence value);
std::string_view to_string(Basis value);
std::string_view to_string(MetBy value);  // "record", "metric", "register", "record_and_metric"
std::string_view to_string(Approval value);

// A day of any year, as in "14/6".
struct MonthDay {
  int month = 1;
  int day = 1;
  auto operator<=>(const MonthDay&) const = default;
};

// When a duty is due. In all of Khiên "due" is the LAST DAY IN TIME: before the 20th
// is due on the 19th.
struct DueRule {
  enum class Kind : unsigned char {
    none,            // a duty without a clock
    on_date,         // `date` is the last day
    before_day,      // before `day` of `month`
    before_dates,    // before each of `dates`, one a period
    by_dates,        // each of `dates` is the last day
    end_of_period,   // the period's last day, plus `working_days`
    after_event,     // `working_days` or `hours` after the event
    holiday_window,  // each union of holidays
  };
  Kind kind = Kind::none;
  Date date;
  int month = 0;  // before_day: 1 to 12, or 0: the last of the period
  int day = 0;
  std::vector<MonthDay> dates;
  int working_days = 0;
  int hours = 0;
  bool operator==(const DueRule&) const = default;
};
std::string_view to_string(DueRule::Kind value);

struct Target {
  enum class Kind : unsigned char { at_least, at_most, equals };
  Kind kind = Kind::at_least;
  double value = 0;
  bool holds(double reading) const;
  bool operator==(const Target&) const = default;
};
std::string_view to_string(Target::Kind value);

// Only units of which all that is set holds have the duty.
struct AppliesIf {
  std::optional<int> system_level_at_least;  // owns a system of that level
  std::optional<bool> owns_site;
  bool operator==(const AppliesIf&) const = default;
};

struct Duty {
  std::string id;  // unique over the catalogue
  LocalText title;
  Recurrence recurrence = Recurrence::continuous;
  DueRule due;
  Basis basis = Basis::law;
  MetBy met_by = MetBy::record;
  std::string metric;  // id in the catalogue, or empty
  std::optional<Target> target;
  std::string register_name;  // name in the catalogue, or empty
  // Of the register's records only those that fit all of these meet the duty. Not
  // empty only where met_by is register_record.
  std::vector<Condition> where;
  Approval approval = Approval::none;
  AppliesIf applies_if;
  std::optional<int> minutes;    // of work for the person who does it
  std::vector<LocalText> steps;  // plain words, in order
  LocalText proof;
};

struct Verb {
  std::string words;  // the document's own
  Strength strength = Strength::must;
};

struct Clause {
  std::string id;                       // unique over the catalogue
  std::string place;                    // where in the document
  LocalText title;                      // at most 60 characters: a column's heading
  std::string quote;                    // one contiguous piece of the document; empty: second_hand
  // Of a document whose text nobody here has seen: where it was read what it demands.
  std::optional<LocalText> second_hand;
  std::vector<std::string> addressees;  // role ids
  Verb verb;
  std::vector<ClauseKind> kinds;
  std::vector<int> systems;
  bool scope_note = false;  // says to whom the document is addressed; has no duties
  std::vector<Duty> duties;
  int line = 0;  // of the directive's file
};

struct Relation {
  enum class Kind : unsigned char { implements, cites, replaces, amends, supplements };
  Kind kind = Kind::cites;
  std::string number;  // empty: unknown
  std::string issuer;  // empty: unknown
  std::optional<Date> date;
};
std::string_view to_string(Relation::Kind value);

// A document moved the duties of one role to another, from a day on.
struct Retarget {
  std::string from;
  std::string to;
  Date on;
};

struct Directive {
  std::string key;                  // unique over the catalogue; the file's own name for it
  std::optional<LocalText> issuer;  // nothing: unknown
  std::optional<std::string> number;
  std::optional<Date> date;
  std::string kind;      // directive official_letter decision decree circular law other
  std::string language;  // of title and quotes: "vi"
  LocalText title;
  Date valid_from;
  std::optional<Date> valid_to;  // the last day
  std::optional<LocalText> note;
  std::vector<Relation> relations;
  std::vector<Retarget> retargets;
  std::vector<Clause> clauses;
  std::string file;  // the path it was loaded from

  bool in_force(Date day) const { return valid_from <= day && (!valid_to || day <= *valid_to); }
};

}  // namespace khien::law
