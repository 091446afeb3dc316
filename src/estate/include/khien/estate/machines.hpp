#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// infected: an open malware finding (flow keeps the count); silent: no word for
// kSilentAfter; attention: an engine is not running, or the last complete scan
// is older than a week; pending: no complete scan yet.
enum class MachineHealth : unsigned char { protected_, attention, infected, silent, pending };
std::string_view to_string(MachineHealth health);
Result<MachineHealth> machine_health_from_string(std::string_view text);

inline constexpr Duration kHeartbeatInterval = seconds(60);
inline constexpr Duration kSilentAfter = seconds(180);

inline constexpr Duration kContentOld = days(15);  // letter 2290/BTTTT-CATTT of 2018

struct Machine {
  MachineId id;
  UnitId unit;
  std::string unit_name;
  MachineSeen seen;  // as the agent said last; hostname is that of enrolment until then
  MachineHealth health = MachineHealth::pending;
  Timestamp enrolled_at;
  Timestamp last_seen;
  Timestamp certificate_expires_at;
  bool revoked = false;
  std::int64_t open_findings = 0;
  std::vector<EngineState> engines;
  std::optional<AccessState> on_access;  // of get_machine() only, as are the media
  std::vector<ScanSeen> media;        // mounted lately, newest first
  std::optional<ScanSeen> scan;
  std::optional<Timestamp> last_complete_scan_at;
  std::int64_t files_scanned = 0;  // in the last complete scan
  std::int64_t packages_total = 0;
  std::vector<ProductState> products;           // protection of other makers
  std::optional<bool> protection_on;            // none: not said yet
  FirewallState firewall = FirewallState::unknown;
  std::optional<Timestamp> content_updated_at;  // of the newest content of what protects it
  // It stands in for a device without an agent, or a site: no list of machines has it.
  std::optional<DeviceId> stands_for_device;
  std::optional<SiteId> stands_for_site;
  std::optional<Timestamp> sample_at;  // made up: nobody speaks for it, its clock stands still here

  // The moment as of which it is judged: a real one's is `now`.
  Timestamp judged_at(Timestamp now) const { return sample_at.value_or(now); }
  // The national format's "not updated for 15 days"; what was never updated is not.
  bool not_updated(Timestamp now) const {
    return !content_updated_at || judged_at(now) - *content_updated_at >= kContentOld;
  }
};

// What a machine is by the list of devices: the kind of its line, or that it has none.
enum class MachineKind : unsigned char { workstation, server, other, unlisted };
std::string_view to_string(MachineKind kind);
Result<MachineKind> machine_kind_from_string(std::string_view text);

struct MachineQuery {
  std::optional<UnitId> unit;
  std::string words;  // folded by the callee; hostname, address, unit name
  std::optional<MachineHealth> health;
  std::string os;                    // its name as the agent says it; empty: any
  std::optional<MachineKind> kind;
  // As count_protection() counts them: machines whose certificate is revoked are neither.
  std::optional<bool> not_updated;
  std::string cursor;
  std::size_t limit = 200;
};
struct MachinePage {
  std::vector<Machine> items;  // infected, attention, silent, pending, protected; then by name
  std::int64_t total = 0;
  std::optional<std::string> next;
};
// Code::invalid for a cursor that we did not make. `now` decides who is silent.
Result<MachinePage> list_machines(store::Connection& connection, const store::TenantScope& scope,
                                  const MachineQuery& query, Timestamp now);
Result<Machine> get_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id, Timestamp now);

// How many machines each choice would leave, the query's other choices kept; words and
// unit count for all. Cursor and limit are not looked at.
struct MachineFacets {
  struct Os {
    std::string name;
    std::int64_t machines = 0;
  };
  struct InUnit {
    UnitId unit;
    std::string name;
    std::int64_t machines = 0;  // of the unit itself, not below
  };
  std::vector<Os> os;                       // most machines first, at most kMostFacetValues
  std::vector<InUnit> units;                // the same
  std::array<std::int64_t, 4> by_kind{};    // by MachineKind
  std::int64_t updated = 0, not_updated = 0;
};
inline constexpr std::size_t kMostFacetValues = 50;
Result<MachineFacets> machine_facets(store::Connection& connection, const store::TenantScope& scope,
                                     const MachineQuery& query, Timestamp now);

struct PackagePage {
  std::vector<Package> items;
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<PackagePage> list_packages(store::Connection& connection, const store::TenantScope& scope, MachineId id,
                                  std::string_view words, std::string_view cursor, std::size_t limit);

// Counts in scope (and below `unit`, if given) by health, and files of the last complete scans.
struct MachineCounts {
  std::int64_t total = 0, protected_ = 0, attention = 0, infected = 0, silent = 0, pending = 0;
  std::int64_t files_scanned = 0;
  std::optional<Timestamp> last_scan_at;
};
Result<MachineCounts> count_machines(store::Connection& connection, const store::TenantScope& scope,
                                     std::optional<UnitId> unit, Timestamp now);
struct UnitMachines {
  UnitId unit;
  std::string name;
  MachineCounts counts;      // of the unit itself, not below
  std::int64_t open_findings = 0;
};
Result<std::vector<UnitMachines>> machines_by_unit(store::Connection& connection, const store::TenantScope& scope,
                                                   std::optional<UnitId> unit, Timestamp now);

// What the national format sums up, in scope (and below `unit`, if given); machines
// whose certificate is revoked are left out.
struct ProtectionCounts {
  std::int64_t machines = 0;
  std::int64_t on = 0;             // protected: by us or by another maker
  std::int64_t firewall_on = 0;
  std::int64_t firewall_off = 0;
  std::int64_t not_updated = 0;    // for 15 days
};
Result<ProtectionCounts> count_protection(store::Connection& connection, const store::TenantScope& scope,
                                          std::optional<UnitId> unit, Timestamp now);

Result<void> move_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id, UnitId to);
Result<void> revoke_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id, Timestamp now);

// What the road writes about a machine. By identity, not by scope: the
// certificate is the agent's only authority. Idempotent; older facts
// (by `observed`, then order) do not overwrite newer ones.
Result<void> apply_machine_seen(store::Connection&, const AgentIdentity&, const MachineSeen&, Timestamp received);
Result<void> apply_packages(store::Connection&, const AgentIdentity&, const PackagesSeen&);
Result<void> apply_protection(store::Connection&, const AgentIdentity&, const ProtectionSeen&);
Result<void> apply_scan(store::Connection&, const AgentIdentity&, const ScanSeen&);
Result<void> apply_heard_from(store::Connection&, const AgentIdentity&, Timestamp received);
Result<void> set_open_findings(store::Connection&, const AgentIdentity&, std::int64_t open, std::int64_t open_malware);

// Is the agent's certificate still good? Code::denied if revoked, not_found if
// the machine is not this tenant's or has another key.
Result<void> check_agent(store::Connection&, const AgentIdentity&, const Sha256& certificate_sha256);

}  // namespace khien::estate
