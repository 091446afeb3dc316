#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "khien/botnet/edges.hpp"
#include "khien/botnet/ids.hpp"
#include "khien/botnet/playbook.hpp"
#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::botnet {

// One address of one source, as its unit has to deal with it. Of nobody's the unit is the
// tenant's root, so that whoever sees the whole tenant sees it, and nobody else.
struct CaseRecord {
  CaseId id;
  std::string address;
  std::string source;
  UnitId unit;
  std::string unit_name;
  bool known_unit = true;
  std::string range;    // CIDR that it lies in; empty of nobody's
  std::string purpose;  // of that range now: "NAT of the office"
  State state = State::new_;
  Timestamp opened_at, entered_at;
  Date first_listed, open_since, last_listed;
  std::optional<Timestamp> last_seen_at;
  int absences = 0;
  std::int64_t recurrences = 0;
  std::string malware, controller;  // text from outside
  std::optional<MachineId> machine;
  std::string machine_name;

  bool is_open() const { return state != State::delisted; }
  // Whole days that it has been on lists, this time; of one that left, until it was last seen.
  int age_days(Date today) const { return (is_open() ? today : last_listed) - open_since; }
};

struct CaseQuery {
  // open: not delisted. working: sent, cleaning or said to be clean. unknown: open and nobody's.
  enum class View : unsigned char { open, waiting, working, delisted, unknown, all };
  View view = View::open;
  std::optional<UnitId> unit;
  std::string words;  // of address, malware, controller, unit; marks do not matter
  std::string cursor;
  std::size_t limit = 200;
};
Result<CaseQuery::View> view_from_string(std::string_view text);

struct CaseCounts {
  std::int64_t open = 0, waiting = 0, working = 0, delisted = 0, unknown = 0, all = 0;
  std::int64_t recurred = 0;          // of the open ones, that had been over
  std::optional<Date> oldest;         // open_since of the oldest open one
};
struct CasePage {
  std::vector<CaseRecord> items;  // the longest on lists first; delisted and all: newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
  CaseCounts counts;              // of the unit or scope, whatever the view
};
Result<CasePage> list_cases(store::Connection& connection, const store::TenantScope& scope, const CaseQuery& query);
Result<CaseRecord> get_case(store::Connection& connection, const store::TenantScope& scope, CaseId id);

struct Sighting {  // a row of a list that counted
  ListId list;
  Date listed_on;
  std::optional<Timestamp> seen_at;
  std::optional<int> port;
  std::string malware, controller, origin;
  std::optional<int> controller_port;
};
struct HistoryLine {
  Timestamp at;
  std::optional<UserId> who;  // none: a list, or the hub itself
  Event event = Event::note;
  State state = State::new_;
  std::int64_t round = 0;
  std::string step;
  std::optional<ListId> list;
  std::string note;
};
struct Connection {
  std::string matched;  // "controller", "translated"
  std::string inside, outside;
  std::optional<int> port;
  Timestamp first_at, last_at;
  std::int64_t times = 0;
  std::optional<MachineId> machine;
  std::string machine_name;
  std::int64_t machines = 0;
};
struct CaseDetail {
  CaseRecord record;
  std::vector<Sighting> sightings;      // newest list first, at most 100
  std::vector<Connection> connections;  // the most often first, at most 100
  std::vector<HistoryLine> history;     // newest first, at most 500
  // Steps that are done since it came (back) or became its unit's, by the history.
  std::vector<std::string> steps_done() const;
};
// Whoever does not see the whole tenant has no part of what concerns another unit: people's lines
// from before the address became its present unit's, and connections of a log and a machine that
// are both out of scope.
Result<CaseDetail> get_case_detail(store::Connection& connection, const store::TenantScope& scope, CaseId id);

// A person's word. Code::conflict if the state does not take it (edges.hpp); refused
// (duty::Refusal) while a step is missing that comes before "it is clean", for a step that the
// playbook does not have, a unit or machine that is not in scope, or a case that is known to be
// a unit's already when somebody without the whole tenant gives it away.
struct Decision {
  Event event = Event::note;
  std::string step;
  std::string note;
  std::optional<UnitId> unit;        // attributed
  std::optional<MachineId> machine;  // host; none: not known after all
};
Result<void> decide(store::Connection& connection, const store::TenantScope& scope, const Playbook& playbook, CaseId id,
                    UserId who, const Decision& decision, Timestamp now);

// The ranges of the tenant as they are registered (CIDR): what an import adds is what was not there before.
Result<std::set<std::string>> registered_ranges(store::Connection& connection, const store::TenantScope& scope);
// Nobody's addresses that lie in one of `ranges` (CIDR as registered) become its unit's, by the word of
// who registered it. How many. Of somebody who does not see the whole tenant none: whose an address
// is they may propose, and the next list's preview shows it to who confirms.
Result<std::int64_t> attribute_unknown(store::Connection& connection, const store::TenantScope& scope, const std::set<std::string>& ranges, UserId who, Timestamp now);

// For reports: what became of addresses of a unit and what is below it in a period, both days
// included. `unit`: none is the whole scope.
struct PeriodFigures {
  std::int64_t listed = 0;    // came on a list for the first time
  std::int64_t recurred = 0;  // came back
  std::int64_t delisted = 0;
  std::int64_t open_at_end = 0;
  std::optional<Date> oldest_open;  // of those: since when it is on lists
};
Result<PeriodFigures> figures_of_period(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                        Date from, Date to);

}  // namespace khien::botnet
