#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "khien/incident/incidents.hpp"
#include "khien/model/table.hpp"

namespace khien::incident {

// Incidents that somebody outside keeps in a list: one row, one incident. Whole or not at all: with a row
// that cannot be read nothing is opened. The same list again opens nothing again.

struct ImportProblem {
  std::int64_t row = 0;  // as the file counts; 0: the whole file
  std::string column;    // as the file heads it
  std::string value;     // text from outside, shortened
  LocalText message;
};
struct ImportRow {
  std::int64_t row = 0;
  std::string unit;       // code, number or name, as written
  std::string reference;  // the sender's number; may be empty
  NewIncident incident;   // without its unit
};
struct ImportReading {
  std::vector<ImportRow> rows;
  std::vector<ImportProblem> problems;  // at most 200
  std::int64_t problems_total = 0;
  std::vector<std::pair<std::string, std::string>> headings;  // key, as the file heads it
};
// Columns by their headings: unit, name, kind, severity, when it was detected (day and hour), what was seen; and where
// they are there the sender's number and whether personal data are concerned. Pure.
ImportReading read_incidents(const Table& table);

struct ImportReport {
  std::int64_t rows = 0;
  std::int64_t opened = 0;
  std::int64_t known = 0;  // that were brought in before
  std::vector<IncidentId> incidents;  // that were opened
  std::int64_t problems_total = 0;
  std::vector<ImportProblem> problems;
};
// A row with a sender's number that is known is that incident, if unit and moment are the same; else it is a problem.
// Without a number unit, name and moment say which it is.
Result<ImportReport> import_incidents(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, const ImportReading& reading,
                                      UserId who, Timestamp now);

}  // namespace khien::incident
