#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "finding_writer.hpp"
#include "machine_weighing.hpp"
#include "khien/core/result.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/judge.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/ledger.hpp"

namespace khien::flow {

// An event of the ledger, read. Whose it is comes from the stored row alone.
struct Fresh {
  ObservationId id;
  TenantId tenant;
  MachineId machine;                       // that told it; {0}: the hub's own sensors
  Timestamp received_at;
  std::optional<Observation> observation;  // none: it could not be read
};

// What the event is about: the machine that told it, or the site that the hub's own
// sensor names. None if it could not be read, or is not that teller's to tell: an
// agent that speaks of a site, or a hub's sensor that speaks as a machine. A list that was
// handed in names a device, and the machine that stands in for it is in the database.
std::optional<AssetId> asset_of(const Fresh& event);

// Reads each event; one that cannot be read keeps its place, without observation.
std::vector<Fresh> read_events(const std::vector<store::StoredEvent>& events);

using Judges = std::vector<std::shared_ptr<const Judge>>;

// What one transaction of the road does to the hub's database: facts to estate,
// claims to findings. Lives within one store::Work.
class Application {
 public:
  Application(store::Connection& connection, const Judges& judges) : connection_(connection), judges_(judges) {}

  // Applies one fact. An error is the database's; what is wrong with the event
  // or a judge is counted in failed() and logged (invariant 3 of Flow).
  Result<void> apply(const Fresh& event);
  // A fact that is known already, before a judge that is new.
  Result<void> reconsider(const Fresh& event, const Judge& judge);
  // A machine that a new book or setting may concern, by its newest whole inventory.
  Result<void> weigh_again(TenantId tenant, MachineId machine, Timestamp now);
  // The same of one vulnerability, which is of no kernel, on these machines.
  Result<void> weigh_vulnerability(TenantId tenant, const NamedVulnerability& vulnerability, const MachineRange& machines, Timestamp now);
  Result<void> withdraw(TenantId tenant, AssetId asset, FindingId finding, ObservationId settled_through, Timestamp at);

  // What time alone changes, a bounded piece: allowances that are over, and what
  // one machine said of another, when it is quiet for two weeks or a person recalled
  // what the accuser says.
  Result<void> tend(Timestamp now);

  // Counts anew what changed. Call once, at the end.
  Result<void> finish();

  std::vector<Change> changes() const;
  std::int64_t failed() const { return failed_; }
  // The database refused the event and what it did was undone.
  void leave_out(const Fresh& event, std::string_view why);

 private:
  // An asset as it is in this transaction.
  struct Home {
    UnitId unit;
    Timestamp last_seen;       // of a machine
    std::int64_t open_findings = 0;
    std::int64_t accused = 0;  // of them, what other machines say of it
    std::int64_t advisories = 0;  // of them, of a book
    std::int64_t pages = 0;    // of a site: known pages, as page_fact has them
  };
  using AssetKey = std::pair<TenantId, AssetId>;

  Result<std::optional<Home>> home_of(TenantId tenant, AssetId asset);
  Result<std::optional<Home>> load_machine(TenantId tenant, MachineId machine);
  Result<std::optional<Home>> load_site(TenantId tenant, SiteId site);
  Result<void> apply_to_machine(const Fresh& event, Home& home);
  Result<void> apply_to_site(const Fresh& event, SiteId site);
  Result<void> keep_page_fact(const Fresh& event, const PageSeen& page);
  Result<void> keep_site_fact(const Fresh& event, const SiteSeen& seen);
  Result<void> hear_from(const Fresh& event, Home& home);
  Result<void> apply_machine_facts(const Fresh& event);
  Result<void> apply_packages(const AgentIdentity& agent, PackagesSeen seen);
  Result<void> keep_file_fact(const Fresh& event);
  Result<void> keep_machine_fact(const Fresh& event);
  Result<void> contest(const Fresh& event);
  Result<void> apply_response(const Fresh& event, UnitId unit);
  Result<void> follow_policy(const Fresh& event, UnitId unit);
  Result<void> follow_packages(const Fresh& event, UnitId unit);
  Result<void> follow_inventory(const Sighting& sighting);
  Result<void> follow_device(const Fresh& event, const PackagesSeen& seen);
  Result<void> follow_site(const Fresh& event, const SiteSeen& seen);
  Result<void> follow_stand_in(const Fresh& event, MachineId machine, const PackagesSeen& seen);
  Result<std::vector<Package>> installed_on(TenantId tenant, MachineId machine);
  Result<void> weigh_machine(const Sighting& sighting, Fact fact, bool kernel_only);
  Result<void> take_match(const Sighting& sighting, Home& home, const PresentMatch& match, Fact fact);
  Result<std::optional<Sighting>> newest_inventory(TenantId tenant, MachineId machine, Timestamp now);
  Result<void> end_absent(const Sighting& sighting, Fact fact, const Weighing& weighing, const StoredMatch& match);
  void count_unkept(const Sighting& sighting, const Claim& claim);
  const BookInForce* book() const;
  Result<void> judge(const Judge& judge, const Fresh& event, UnitId unit, Fact fact);
  Result<void> take_claims(const Fresh& event, const Sighting& sighting, const std::vector<Claim>& claims, Fact fact);
  static bool has_room(AssetId asset, const Home& home, const Claim& claim);
  Result<void> take_present(const Fresh& event, const Sighting& sighting, const Claim& claim, Fact fact);
  void note(const Sighting& sighting, const Touched& touched);
  void count_failure(const Fresh& event, std::string_view what);

  store::Connection& connection_;
  const Judges& judges_;
  std::map<AssetKey, std::optional<Home>> homes_;
  std::set<AssetKey> recount_;
  std::set<AssetKey> changed_assets_;
  std::set<AssetKey> overflowing_;
  std::map<std::pair<TenantId, FindingId>, UnitId> changed_findings_;
  std::int64_t failed_ = 0;
};

}  // namespace khien::flow
