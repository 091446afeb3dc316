#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/duty/measuring.hpp"
#include "khien/duty/owed.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/incident.hpp"
#include "khien/patch/standings.hpp"
#include "khien/reporting/gather.hpp"
#include "khien/roster/duty_book.hpp"

namespace khien::reporting {

// What one gathering counts from, each read once when a figure first asks for it.
class Gathering {
 public:
  Gathering(store::Connection& connection, const store::TenantScope& scope, std::shared_ptr<const duty::TenantLaw> law,
            const Asking& asking, const report::Window& window);

  store::Connection& connection() { return connection_; }
  const store::TenantScope& scope() const { return scope_; }
  TenantId tenant() const { return scope_.tenant(); }
  const std::shared_ptr<const duty::TenantLaw>& law() const { return law_; }
  const law::Catalogue& catalogue() const { return law_->catalogue(); }
  std::optional<UnitId> unit() const { return unit_; }
  // The register's name; empty, which no register has, where the content names none.
  std::string register_of(std::string_view source) const;
  Timestamp now() const { return now_; }
  Timestamp from() const { return from_; }        // first moment of the window
  Timestamp cut_off() const { return cut_off_; }  // last moment that counts
  Date day() const { return vietnam_day(cut_off_); }
  const report::Window& window() const { return window_; }
  // Which registers' records are the window's: those dated after the first day; and those dated
  // from the second on that were approved at `from` or later, for the document before, which
  // counted up to the first, had not seen them.
  Date dated_after() const { return dated_after_; }
  Date dated_late_from() const { return dated_late_from_; }
  // What is seen now is what was at the cut-off.
  bool is_live() const { return cut_off_ == now_; }

  // It is counted before the window begins.
  bool is_ahead() const { return cut_off_ < from_; }

  // Roots of what is counted, as SQL takes them.
  Result<const std::string*> roots();
  // Of the day of the cut-off, by name; and where none of that name is left, by id.
  Result<const std::vector<estate::Unit>*> units();
  Result<std::string> unit_name(UnitId unit);
  // Lines of a table by unit: units(), and then every unit of `counted` that is none of them,
  // as what was another's on that day is counted where it belongs now.
  struct Line {
    UnitId unit;
    std::string name;
  };
  Result<std::vector<Line>> lines_of(const std::set<UnitId>& counted);

  Result<const std::vector<estate::Device>*> devices();    // expected ones
  Result<const std::vector<estate::Machine>*> machines();
  Result<const std::vector<estate::System>*> systems();
  Result<const std::vector<duty::Owed>*> owed();
  Result<const std::vector<patch::UnitStanding>*> standings();

  // Malware findings that were open at some time of the window or first seen in it, and that
  // nobody called harmless before the cut-off.
  struct Detection {
    FindingId id;
    MachineId machine;
    UnitId unit;
    std::string rule;
    Timestamp first_seen;
    bool open = false;               // at the cut-off
    bool closed_in_window = false;   // and not opened again
    bool open_in_window = false;     // at some time of it
    bool first_in_window = false;
  };
  Result<const std::vector<Detection>*> detections();
  // Machines whose state was known at some time of the window, by their unit: they were heard
  // from since it began, and a whole scan had ended, or malware was open, by the cut-off.
  Result<const std::map<MachineId, UnitId>*> known_in_window();

  Result<const duty::Measured*> metric(const std::string& id);

  // The incident that the document tells of, as it stands now; null: of none.
  Result<const incident::IncidentDetail*> incident();
  // Its newest lines, at most 60, oldest first.
  // Its first lines, oldest first; `lines` is how many it has in all, known after it.
  Result<const std::vector<incident::IncidentEntry>*> timeline();
  std::int64_t lines() const { return lines_; }
  // "Nguyễn Văn An"; without a person "Hệ thống Khiên".
  Result<std::string> person(const std::optional<UserId>& user);
  // Of the holiday or the days of the window, of each unit that has to be on duty then or has a
  // shift, by name. Of a unit's document that unit alone.
  Result<const std::vector<roster::DutyBook>*> duty_books();

 private:
  store::Connection& connection_;
  const store::TenantScope& scope_;
  std::shared_ptr<const duty::TenantLaw> law_;
  std::optional<UnitId> unit_;
  const Registers& registers_;
  report::Window window_;
  Timestamp now_, from_, cut_off_;
  Date dated_after_, dated_late_from_;
  std::optional<std::string> roots_;
  std::optional<std::vector<estate::Unit>> units_;
  std::optional<std::vector<estate::Device>> devices_;
  std::optional<std::vector<estate::Machine>> machines_;
  std::optional<std::vector<estate::System>> systems_;
  std::optional<std::vector<duty::Owed>> owed_;
  std::optional<std::vector<patch::UnitStanding>> standings_;
  std::optional<std::vector<Detection>> detections_;
  std::optional<std::map<MachineId, UnitId>> known_;
  std::map<std::string, duty::Measured> metrics_;
  std::optional<incident::IncidentId> incident_id_;
  std::optional<incident::IncidentDetail> incident_;
  std::optional<std::vector<incident::IncidentEntry>> timeline_;
  std::int64_t lines_ = 0;
  std::map<UserId, std::string> people_;
  std::optional<std::vector<roster::DutyBook>> books_;
};

// A figure's number and the rows that it counts. A set: no row counts twice.
struct Counted {
  report::Value value;
  std::set<std::string> rows;
  bool of_rows = false;  // the value is the number of the rows; gather() holds it to that
};
Counted unknown(LocalText why);
// The number of the rows.
Counted number_of(std::set<std::string> rows);
Counted share_of(std::set<std::string> rows, std::size_t whole, LocalText why_none);
Counted not_begun();
// How it stood on a day that is over, and nobody read it.
Counted not_read(const Gathering& gathering);

// That a register's record r counted at the moment: approved by then, and not replaced or
// withdrawn before it (as duty's readings of a past day ask it).
#define KHIEN_COUNTED_AT(moment) " r.counted_from <= " moment " AND (r.ended_at IS NULL OR r.ended_at > " moment ") "

// That it is one of the window's: Gathering::dated_after(), dated_late_from(), from(), day().
#define KHIEN_DATED_IN(after, late_from, from, day)                                                  \
  " r.dated_on <= " day " AND (r.dated_on > " after " OR (r.dated_on >= " late_from " AND r.counted_from >= " from ")) "

// Rows of a table, or why there are none to tell of.
struct Filled {
  std::vector<report::Table::Row> rows;
  std::optional<report::Unknown> unknown;

  Filled() = default;
  Filled(std::vector<report::Table::Row> told) : rows(std::move(told)) {}
  Filled(report::Unknown why) : unknown(std::move(why)) {}
};

// One line of the table of all that can be counted.
struct FigureRule {
  std::string_view id;
  const char* vi;
  const char* en;
  const char* unit_vi;
  const char* unit_en;
  std::string_view query;  // name and version of the statement; the version rises with its meaning
  Result<Counted> (*count)(Gathering& gathering, std::string_view id);
  bool ahead = false;  // it is known before the window begins: what is planned
};
struct ColumnRule {
  std::string_view id;
  const char* vi;
  const char* en;
  report::ColumnType type;
  int width;
};
struct TableRule {
  std::string_view id;
  const char* vi;
  const char* en;
  std::string_view query;
  std::span<const ColumnRule> columns;
  Result<Filled> (*fill)(Gathering& gathering);
  // Why it can never be filled; null: it can.
  const char* unknown_vi = nullptr;
  const char* unknown_en = nullptr;
  bool ahead = false;     // as FigureRule
  bool of_today = false;  // part of it has no history: under a past day it is today's, and says so
};

// One group a file.
std::span<const FigureRule> machine_figures();
std::span<const FigureRule> malware_figures();
std::span<const FigureRule> site_figures();
std::span<const FigureRule> advisory_figures();
std::span<const FigureRule> system_figures();
std::span<const FigureRule> duty_figures();
std::span<const FigureRule> register_figures();
std::span<const FigureRule> sharing_figures();
std::span<const FigureRule> incident_figures();
std::span<const FigureRule> roster_figures();
std::span<const TableRule> machine_tables();
std::span<const TableRule> site_tables();
std::span<const TableRule> advisory_tables();
std::span<const TableRule> system_tables();
std::span<const TableRule> duty_tables();
std::span<const TableRule> register_tables();
std::span<const TableRule> sharing_tables();
std::span<const TableRule> incident_tables();
std::span<const TableRule> roster_tables();

// A metric of content/law/metrics.yaml: the number duties are judged by. Its rows are those
// of `rows`, where what it measures is seen now, else the reading or the records it is of.
Result<Counted> count_metric(Gathering& gathering, std::string_view id);
Result<Counted> count_metric(Gathering& gathering, std::string_view id, Result<std::set<std::string>> (*rows)(Gathering&, std::string_view));

// "machine:17".
template <class Tag>
std::string key_of(std::string_view what, Id<Tag> id) {
  return std::string(what) + ":" + std::to_string(id.value);
}

}  // namespace khien::reporting
