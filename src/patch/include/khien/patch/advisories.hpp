#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/flow/book.hpp"
#include "khien/model/severity.hpp"
#include "khien/patch/ids.hpp"
#include "khien/patch/state.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

// What is followed, as screens read it. All by scope: an advisory that concerns no unit of
// the scope is not there for it. Functions run on a connection that the caller holds.

namespace khien::patch {

// Machines. A device of the list that has no agent is unknown as well: nobody can say that
// it is fine.
struct PatchCounts {
  std::int64_t open = 0, overdue = 0, mitigated = 0, accepted = 0, patched = 0, not_affected = 0, unknown = 0;

  bool concerns() const { return open + mitigated + accepted + patched + unknown > 0; }
  bool done() const { return open == 0 && unknown == 0; }
  PatchCounts& operator+=(const PatchCounts& other);
  bool operator==(const PatchCounts&) const = default;
};

struct AdvisoryRecord {
  AdvisoryId id;
  AdvisoryKind kind = AdvisoryKind::vulnerability;
  std::string name;   // "CVE-2024-3094", a letter's number
  std::string title;  // text from outside
  Severity severity = Severity::info;
  std::vector<flow::FollowReason> reasons;
  bool ransomware = false;
  std::optional<double> likelihood;  // EPSS, 0 to 1
  std::optional<double> cvss_score;
  Timestamp followed_since;
  std::optional<Timestamp> ended_at;  // nobody follows it any more
  std::optional<Date> due;
  DueBy due_by = DueBy::none;
  // In scope:
  bool overdue = false;
  PatchCounts counts;
  std::int64_t units = 0, units_acknowledged = 0, units_done = 0;
  struct Letter {
    AdvisoryId id;
    std::string name, sender;
  };
  std::vector<Letter> letters;  // that name it; of a vulnerability
};

struct AdvisoryQuery {
  enum class View : unsigned char { open, overdue, exploited, unknown, all };  // exploited: in attacks, and open
  View view = View::open;
  std::optional<UnitId> unit;
  std::optional<AdvisoryKind> kind;
  std::vector<Severity> severities;  // empty: all
  std::string words;                 // name and title; marks do not matter
  std::string cursor;
  std::size_t limit = 200;
};
struct AdvisoryPage {
  std::vector<AdvisoryRecord> items;  // overdue first, then by due day, used in attacks, worst
  std::int64_t total = 0;
  std::optional<std::string> next;
  std::int64_t open = 0, overdue = 0, exploited = 0, unknown = 0, all = 0;  // whatever the view
  std::int64_t machines = 0, without_inventory = 0;          // in scope
  std::int64_t not_followed = 0;                             // different known vulnerabilities of what is installed
};
Result<AdvisoryPage> list_advisories(store::Connection& connection, const store::TenantScope& scope, const AdvisoryQuery& query,
                                     Timestamp now);

struct AdvisoryUnit {
  UnitId unit;
  std::string name;
  PatchCounts counts;
  std::optional<Timestamp> acknowledged_at, reminded_at, escalated_at;
  std::optional<UserId> acknowledged_by;
  bool overdue = false;
};
struct AdvisoryFix {
  std::string package;  // a finding's subject
  std::string fixed;    // empty: no version is known that mends it
  std::string record, rule;
  std::int64_t machines = 0;
};
struct AdvisoryDecision {
  AdvisoryDecisionId id;
  AdvisoryId advisory;
  DecisionKind kind = DecisionKind::accepted;
  std::optional<MachineId> machine;
  std::string machine_name;
  std::optional<UnitId> unit;
  std::string unit_name;
  std::string package;  // empty: any
  std::string reason;
  Date until;           // the last day it holds
  UserId decided_by;
  Timestamp decided_at;
  std::optional<Timestamp> ended_at;
  std::int64_t covers = 0;  // machines in scope that it holds now
};
struct AdvisoryEvent {
  Timestamp at;
  std::optional<UserId> who;  // none: the hub itself
  std::string event;          // as table advisory_event has it
  std::optional<UnitId> unit;
  std::string unit_name;
  std::string note;
};
struct AdvisoryDetail {
  AdvisoryRecord record;
  bool kernel = false;                // a machine is done when it runs the new kernel
  std::vector<AdvisoryFix> fixes;     // most machines first, at most 100
  std::vector<AdvisoryUnit> units;    // overdue first, then by what is open; at most 500
  std::vector<AdvisoryDecision> decisions;  // newest first, at most 200
  std::vector<AdvisoryEvent> history;       // newest first, at most 200
  struct Named {
    std::string name;
    std::optional<AdvisoryId> advisory;
    Severity severity = Severity::info;
  };
  std::vector<Named> vulnerabilities;  // of a letter
};
// Whether it is there for the scope at all, without its figures. Code::not_found: it is not.
Result<AdvisoryId> find_advisory(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id);
Result<AdvisoryDetail> get_advisory(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                                    std::optional<UnitId> unit, Timestamp now);

struct AdvisoryMachine {
  MachineId machine;
  std::string name;
  UnitId unit;
  std::string unit_name;
  PatchState state = PatchState::unknown;
  std::optional<Timestamp> since;
  struct Package {
    std::string subject, name, version, fixed;
  };
  std::vector<Package> packages;     // that show it; of patched, none
  bool reboot_needed = false;        // a kernel that is not affected is installed, and does not run
  std::string kernel_running;
  std::optional<Timestamp> inventory_at;
  std::optional<AdvisoryDecision> decision;
  std::optional<ObservationId> proof;  // the newest observation that spoke for or against it
  std::optional<FindingId> finding;
  // No agent: it stands in for this device or this site.
  std::optional<DeviceId> stands_for_device = {};
  std::optional<SiteId> stands_for_site = {};
};
struct AdvisoryMachineQuery {
  std::optional<UnitId> unit;
  std::optional<PatchState> state;
  std::string cursor;
  std::size_t limit = 200;
};
struct AdvisoryMachinePage {
  std::vector<AdvisoryMachine> items;  // by state, worst first; not_affected only where a decision or a record says so
  std::int64_t total = 0;
  std::optional<std::string> next;
  PatchCounts counts;
};
Result<AdvisoryMachinePage> list_advisory_machines(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                                                   const AdvisoryMachineQuery& query, Timestamp now);

// For Overview and Today.
struct AdvisoryFigures {
  std::int64_t open = 0, overdue = 0, exploited_open = 0;
  std::int64_t machines_open = 0, machines_overdue = 0, without_inventory = 0;
  std::int64_t units_unacknowledged = 0;
};
Result<AdvisoryFigures> count_advisories(store::Connection& connection, const store::TenantScope& scope,
                                         std::optional<UnitId> unit, Timestamp now);
// Units strictly below `unit` of which the one above was told that they are overdue.
struct Escalation {
  AdvisoryId advisory;
  std::string name, title;
  UnitId unit;
  std::string unit_name;
  Timestamp escalated_at;
  std::optional<Date> due;
  std::int64_t open = 0;
};
Result<std::vector<Escalation>> escalations_to(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                               std::size_t limit, Timestamp now);

}  // namespace khien::patch
