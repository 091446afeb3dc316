#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/law/catalogue.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/severity.hpp"

namespace khien::incident {

// What each severity says of an incident in the law's words. A province's own table: the
// law defines none of it. content/incidents/severities.yaml.
struct SeverityTable {
  struct Row {
    Severity severity = Severity::low;
    LocalText title;
    LocalText when;
    std::vector<std::string> traits;
  };
  LocalText label;  // printed beside it: internal, not the law's
  Duration at_once = minutes(60);  // a clock that runs "at once" is late after it
  Duration quiet = minutes(60);    // a clock that was late when it began is carried up after it
  std::vector<Row> rows;

  const Row* row(Severity severity) const;
};
// Code::invalid names the line; a severity that stands twice is refused.
Result<SeverityTable> read_severities(std::string_view yaml, Budget& budget);

// By when whom is to be told, or that the law names no number.
struct ReportingClock {
  std::string id;  // "preliminary"; "duty": the duty alone, without a number
  LocalText name;
  std::optional<Timestamp> due;  // the last moment in time
  LocalText receiver;
  std::vector<std::string> receiver_words;  // law::IncidentClock's
  LocalText content;
  std::string basis;  // article
  std::string rule;   // id of the version; empty: none covers the day
};

struct Clocks {
  std::string rule;
  LocalText title;    // of the version
  LocalText duty;
  LocalText caution;  // empty words where there is none
  std::vector<ReportingClock> clocks;  // soonest first, those without a number last; never empty
};

// The clocks of an incident detected at that moment, by the version of the rules in force on
// its day at UTC+7. A later version changes nothing of an incident detected before it.
// `traits`: what is true of it, from its severity and by a person's word.
Clocks clocks_of(const law::Catalogue& catalogue, Timestamp detected, const std::vector<std::string>& traits);

// Whether what a person wrote names the clock's receiver: one of its words stands in it, marks and case aside.
bool names_receiver(const std::vector<std::string>& receiver_words, std::string_view recipient);

// The clock whose report is of cause, extent and remedy: it names the cause.
inline constexpr std::string_view kReportOfCause = "report";

// What severity and a person's word say together, each once, sorted.
std::vector<std::string> traits_of(const SeverityTable& table, Severity severity, std::vector<std::string> said);

}  // namespace khien::incident
