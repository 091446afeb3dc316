#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "khien/incident/incident.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::incident {

// All functions run on a connection that the caller holds: in a write they join its
// transaction, so a change and its audit entry are one. Code::invalid and conflict carry a
// Refusal (refusal.hpp); what is outside of the scope is Code::not_found.
//
// Invariants, kept by triggers of the database too
//  (1) A line of the timeline, a report, evidence and an escalation never change and are never
//      removed, by anybody.
//  (2) Nothing of an incident that is closed changes but that it is opened again. Closing ends no
//      clock: reports that are owed are still recorded, and carried up while they are not.
//  (3) T0, the moment of detection, never changes; nor does the moment of a clock once written.
//  (4) Every change is a line of the timeline in the same transaction.

// What incidents are judged by. Borrowed.
struct Rules {
  const law::Catalogue& catalogue;
  const SeverityTable& severities;
};

struct NewIncident {
  UnitId unit;
  std::string title;
  Kind kind = Kind::other;
  Severity severity = Severity::low;
  Timestamp detected_at;
  std::string words;                // what was seen; a suspicion is enough
  std::vector<std::string> traits;  // that a person says
  std::vector<FindingId> findings;
  Source source = Source::person;
  // Of content/incidents/opening.yaml, where a rule opens it.
  std::string rule = {};
  std::string rule_key = {};
  std::string outside_key = {};  // of a list from outside (imports.hpp); one incident each
};
// As it will be written, or the refusal: unit, moment, words, traits. Reads only.
Result<NewIncident> checked_incident(store::Connection& connection, const store::TenantScope& scope, const Rules& rules,
                                     const NewIncident& incident, Timestamp now);
// `who` none: the hub by a rule. T0 is not after the moment that one of its findings was opened.
Result<IncidentId> open_incident(store::Connection& connection, const store::TenantScope& scope, const Rules& rules,
                                 const NewIncident& incident, std::optional<UserId> who, Timestamp now);

struct IncidentChange {
  std::optional<std::string> title;
  std::optional<Kind> kind;
  std::optional<Severity> severity;
  std::optional<std::vector<std::string>> traits;  // what a person says, all of it
  std::vector<FindingId> findings;                 // added to those it has
  std::optional<std::string> cause = {};                    // as far as it is known
};
// Clocks that the change brings run from T0 as all do; one that nothing asks for any more is
// put away unless it was met or is late.
Result<void> update_incident(store::Connection& connection, const store::TenantScope& scope, const Rules& rules, IncidentId id,
                             const IncidentChange& change, std::optional<UserId> who, Timestamp now);

struct IncidentNote {
  std::string words;
  std::optional<Timestamp> happened_at;  // none: now
  std::vector<EvidenceId> evidence;      // of the incident's unit
};
Result<IncidentEntryId> note_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const IncidentNote& note,
                                      UserId who, Timestamp now);

struct NewTask {
  std::string words;
  std::optional<UserId> owner;
  std::optional<Timestamp> due_at;
};
Result<IncidentTaskId> add_task(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const NewTask& task, UserId who,
                                Timestamp now);
struct TaskChange {
  std::optional<UserId> owner;
  std::optional<bool> done;
  std::string words;  // what was done
};
// The incident that the task is of.
Result<IncidentId> update_task(store::Connection& connection, const store::TenantScope& scope, IncidentTaskId id, const TaskChange& change,
                               UserId who, Timestamp now);

struct NewReport {
  std::string clock;
  Step step = Step::unit;
  Timestamp sent_at;
  std::string recipient;
  Channel channel = Channel::other;
  std::string receipt;
  std::optional<std::int64_t> document;  // a report in scope that is no draft: the caller looked
  std::vector<EvidenceId> evidence;
  std::string cause = {};  // that it names; becomes the incident's while it is open
};
// The report that was sent first meets the clock, in whatever order they are recorded, also after the
// incident was closed. One to somebody who is not the clock's receiver is a line of the chain and meets
// nothing. The report of cause names one: its own, or what the incident's is.
Result<void> record_report(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const NewReport& report, UserId who,
                           Timestamp now);

struct Move {
  State state = State::open;
  std::string words;
  std::string cause;                     // to close
  std::string lesson;
  std::optional<Timestamp> happened_at;  // none: now
};
// open → contained → closed, open → closed, and back to open from both. Closing needs the
// cause, and where a clock was not met the words why.
Result<void> move_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const Move& move, UserId who,
                           Timestamp now);

// None: off the incident. One leads; who led before is an analyst then.
Result<void> set_member(store::Connection& connection, const store::TenantScope& scope, IncidentId id, UserId user, std::optional<Part> part,
                        UserId who, Timestamp now);

// Code::not_found outside of the scope.
Result<void> require_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id);
Result<IncidentId> incident_of_task(store::Connection& connection, const store::TenantScope& scope, IncidentTaskId id);

struct IncidentQuery {
  // open: not closed; contained: of these, those that are; late, soon: by the clock that ends first.
  enum class View : unsigned char { open, contained, late, soon, mine, closed, all };
  View view = View::open;  // closed and all: newest first; else the clock that ends first comes first
  UserId me;
  std::optional<UnitId> unit;
  std::string words;                 // of title and unit; marks do not matter
  std::vector<Severity> severities;  // empty: all
  std::string cursor;
  std::size_t limit = 200;
};
struct IncidentCounts {
  std::int64_t open = 0, contained = 0, closed = 0;
  std::int64_t late = 0, soon = 0;  // incidents whose next clock is so; not closed
};
struct IncidentPage {
  std::vector<Incident> items;
  std::int64_t total = 0;
  std::optional<std::string> next;
  IncidentCounts counts;  // of the unit, whatever else was asked
};
Result<IncidentPage> list_incidents(store::Connection& connection, const store::TenantScope& scope, const IncidentQuery& query, Timestamp now);
Result<IncidentCounts> count_incidents(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Timestamp now);

Result<IncidentDetail> get_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id, Timestamp now);

struct TimelinePage {
  std::vector<IncidentEntry> items;  // by when it happened, newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<TimelinePage> list_timeline(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const std::string& cursor,
                                   std::size_t limit);
// The first of them, oldest first, without their evidence; no next page.
Result<TimelinePage> first_lines(store::Connection& connection, const store::TenantScope& scope, IncidentId id, std::size_t limit);
Result<IncidentEntry> get_entry(store::Connection& connection, const store::TenantScope& scope, IncidentId id, IncidentEntryId entry);

}  // namespace khien::incident
