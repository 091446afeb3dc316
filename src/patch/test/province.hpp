#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../flow/test/road.hpp"
#include "khien/flow/judges/advisory_judge.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/decisions.hpp"
#include "khien/patch/review.hpp"
#include "khien/patch/software.hpp"

namespace khien::patch {

using flow::kAnalyst;
using flow::kNow;

inline Settings shipped_settings() {
  return {.least_severity = Severity::critical, .least_likelihood = 10, .days_exploited = 14, .days_ransomware = 7, .days_likely = 15,
          .days_critical = 15, .days_high = 30, .days_medium = 90, .days_low = 180, .remind_days = 3};
}

// What feeds say, before it is compiled.
struct Feeds {
  std::vector<advisory::Advisory> advisories;
  std::vector<advisory::Exploited> exploited;
  std::vector<advisory::Likelihood> likelihoods;

  // A Debian package, vulnerable before `fixed`; empty: no version mends it.
  void debian(std::string cve, std::string package, std::string fixed, Severity severity = Severity::high) {
    advisory::Affected affected{.package = {"deb", "debian", std::move(package), "12"},
                                .basis = advisory::Basis::distribution,
                                .ranges = {{.introduced = {}, .fixed = std::move(fixed)}},
                                .versions = {},
                                .cpe = {}};
    advisories.push_back({.id = cve, .feed = "debian", .cves = {cve}, .title = "About " + cve, .description = {},
                          .severity = severity, .cvss_score = {}, .cvss_vector = {}, .published = {}, .modified = {},
                          .affected = {std::move(affected)}, .references = {}});
  }
  void attacked(std::string cve, bool ransomware = false) {
    exploited.push_back({.cve = std::move(cve), .vendor = "v", .product = "p", .name = "n", .added_on = {}, .due_on = {},
                         .ransomware = ransomware, .action = "Apply updates."});
  }
};

inline std::shared_ptr<const flow::BookInForce> compiled(const Feeds& feeds) {
  Budget budget({});
  auto bytes = advisory::Book::compile(feeds.advisories, feeds.exploited, feeds.likelihoods, budget);
  REQUIRE_MESSAGE(bytes, bytes.error().what());
  auto kept = std::make_shared<const std::string>(std::move(bytes).value());
  auto book = advisory::Book::open(*kept);
  REQUIRE_MESSAGE(book, book.error().what());
  return std::make_shared<const flow::BookInForce>(flow::BookInForce{
      .book = *book, .digest = sha256(*kept), .bytes = kept, .shipped = following_of(shipped_settings())});
}

struct Installed {
  std::string name, version;
  std::string source = {};
};
inline PackagesSeen inventory(std::int64_t number, const std::vector<Installed>& all) {
  PackagesSeen seen{.inventory = number, .packages = {}};
  for (const auto& one : all) {
    seen.packages.push_back({.purl = "pkg:deb/debian/" + one.name + "@" + one.version + "?arch=amd64&distro=debian-12",
                             .name = one.name, .version = one.version, .source = one.source, .source_version = {}});
  }
  return seen;
}
inline MachineSeen running(std::string hostname, std::string kernel) {
  return {.hostname = std::move(hostname), .os_id = "debian", .os_name = "Debian", .os_version = "12",
          .kernel_running = std::move(kernel), .kernel_installed = {}, .addresses = {}, .agent_version = "0.1"};
}

// A province on the real road, with the room above it.
class Province {
 public:
  Province() : road({}), follower(road.hub(), road.clock(), {.shipped = shipped_settings(), .on_change = {}}) {}

  // A new book, as an import brings it.
  void bring(std::optional<std::vector<std::string>> changed = {}) {
    auto book = compiled(feeds);
    auto next = *book;
    if (changed && in_force_) {
      next.before = in_force_->digest;
      next.changed = std::move(changed);
    }
    in_force_ = std::make_shared<const flow::BookInForce>(std::move(next));
    REQUIRE(road.flow().reconsider(flow::make_advisory_judge(in_force_)));
    tend();
  }
  void tend() {
    REQUIRE(road.flow().weigh_marked());
    const auto done = follower.tend();
    REQUIRE_MESSAGE(done, done.error().what());
  }
  void tell(const AgentIdentity& agent, const std::vector<Installed>& all) {
    road.see(agent, {inventory(++inventories_[agent.machine], all)});
    tend();
  }
  AdvisoryPage list(AdvisoryQuery query = {.view = AdvisoryQuery::View::all}) { return list(query, road.scope()); }
  AdvisoryPage list(const AdvisoryQuery& query, const store::TenantScope& scope) {
    auto page = road.read([&](store::Connection& c) { return list_advisories(c, scope, query, road.clock().now()); });
    REQUIRE_MESSAGE(page, page.error().what());
    return std::move(page).value();
  }
  AdvisoryRecord named(std::string_view name) {
    for (auto& one : list().items) {
      if (one.name == name) return one;
    }
    FAIL("nobody follows ", std::string(name));
    return {};
  }
  AdvisoryDetail detail(std::string_view name) {
    const auto id = named(name).id;
    return road.read([&](store::Connection& c) { return get_advisory(c, road.scope(), id, {}, road.clock().now()); }).value();
  }
  std::vector<AdvisoryMachine> machines(std::string_view name, AdvisoryMachineQuery query = {}) {
    const auto id = named(name).id;
    return road.read([&](store::Connection& c) { return list_advisory_machines(c, road.scope(), id, query, road.clock().now()); })
        .value().items;
  }
  AdvisoryMachine machine(std::string_view name, const AgentIdentity& agent) {
    for (auto& one : machines(name)) {
      if (one.machine == agent.machine) return one;
    }
    return {.machine = agent.machine, .name = {}, .unit = {}, .unit_name = {}, .state = PatchState::not_affected, .since = {},
            .packages = {}, .kernel_running = {}, .inventory_at = {}, .decision = {}, .proof = {}, .finding = {}};
  }
  PatchState state(std::string_view name, const AgentIdentity& agent) { return machine(name, agent).state; }
  Result<AdvisoryDecisionId> decide(std::string_view name, const NewDecision& decision) {
    const auto id = named(name).id;
    return road.write([&](store::Connection& c) { return patch::decide(c, road.scope(), id, kAnalyst, decision, road.clock().now()); });
  }
  Date day(int later) { return vietnam_day(road.clock().now()) + later; }
  store::TenantScope scope_of(UnitId unit) { return store::TenantScope::for_test(road.tenant(), {unit}); }

  flow::Road road;
  Follower follower;
  Feeds feeds;

 private:
  std::shared_ptr<const flow::BookInForce> in_force_;
  std::map<MachineId, std::int64_t> inventories_;
};

}  // namespace khien::patch
