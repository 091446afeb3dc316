#include "application.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/stand_ins.hpp"
#include "khien/fleet/fleet.hpp"
#include "khien/policy/machine_policies.hpp"
#include "package_matches.hpp"
#include "quarantine_writer.hpp"
#include "site_software.hpp"

namespace khien::flow {
namespace {

// A machine with more is known to be in trouble; a hostile one must not bury
// the findings of all others. What is not kept is in the ledger, and the next
// scan tells it again.
constexpr std::int64_t kMostOpenAMachine = 10'000;
// Of them what a book of advisories says has places of its own: it is said by the thousand,
// and must not take those of malware.
constexpr std::int64_t kMostAdvisoriesAMachine = 5'000;
// An infected site has tens of thousands of pages of the same kind: what is wrong
// with it is known by the first.
constexpr std::int64_t kMostOpenASite = 500;
constexpr std::int64_t kMostPagesASite = 2'000;
// What others say of it has places of its own, or a liar could fill those above.
constexpr std::int64_t kMostAccusers = 16;

// One machine says of another that it called malware clean: one finding a pair,
// however many files it is about. The subject is the accuser.
constexpr std::string_view kFalseClean = "fleet:false_clean";
constexpr std::string_view kAccuser = "machine:";
constexpr Duration kAccusationLives = days(14);
constexpr std::uint64_t kTendedAtOnce = 200;

bool same_subject(const Claim& a, const Claim& b) { return a.judge == b.judge && a.subject == b.subject; }

// A judge that finds the subject both clean and not clean means: not clean.
bool contradicted(const Claim& gone, const std::vector<Claim>& claims) {
  return std::ranges::any_of(claims, [&](const Claim& claim) {
    return claim.standing == Claim::Standing::present && same_subject(claim, gone);
  });
}

// What of the body a machine's page shows.
bool describes_machine(const ObservationBody& body) {
  return !std::holds_alternative<Heartbeat>(body) && !std::holds_alternative<FileSeen>(body) &&
         !std::holds_alternative<FileGone>(body) && !std::holds_alternative<QuarantineSeen>(body) &&
         !std::holds_alternative<OrderSeen>(body) && !std::holds_alternative<ConfigurationSeen>(body) &&
         !std::holds_alternative<AccessSeen>(body) && !std::holds_alternative<PolicySeen>(body) &&
         told_by_agents(body);
}

// How the claims of this body came to be gone, in a word of the road.
std::string_view note_of(const ObservationBody& body) {
  return std::holds_alternative<QuarantineSeen>(body) ? "quarantined" : "";
}

std::optional<Sha256> bytes_of(const Observation& observation) {
  if (const auto* seen = std::get_if<FileSeen>(&observation.body)) return seen->sha256;
  const auto* access = std::get_if<AccessSeen>(&observation.body);
  return access != nullptr ? access->sha256 : std::nullopt;
}

// The path that this body says is no longer there, if it says so of any.
const std::string* path_gone(const ObservationBody& body) {
  if (const auto* gone = std::get_if<FileGone>(&body)) return &gone->path;
  const auto* seen = std::get_if<QuarantineSeen>(&body);
  return seen != nullptr && seen->state == QuarantineSeen::State::held ? &seen->path : nullptr;
}

// No part of a newer inventory waits for others.
Result<bool> is_whole(store::Connection& connection, TenantId tenant, MachineId machine) {
  bool waits = false;
  TRY_VOID(connection.query("SELECT 1 FROM machine_inventory_part WHERE tenant_id = ?1 AND machine_id = ?2 LIMIT 1",
                            {tenant, machine}, [&](const store::Row&) -> Result<void> {
                              waits = true;
                              return {};
                            }));
  return !waits;
}

// When the bytes were got: new rules on old bytes do not make them newer.
Timestamp got_at(const PageSeen& page, Timestamp received) {
  for (const SeenView& view : page.views) received = std::min(received, view.fetched_at);
  return received;
}

// Of a site's looks, hourly ones included: two weeks and more.
constexpr std::int64_t kLooksKept = 400;

std::optional<Timestamp> certificate_end(const SiteSeen& seen) {
  const auto fact = std::ranges::find(seen.facts, "tls.expires_at", &::khien::Fact::name);
  if (fact == seen.facts.end()) return std::nullopt;
  const auto time = from_rfc3339(fact->value);
  return time ? std::optional(*time) : std::nullopt;
}

// Trusted, for this name, by a protocol of today, and nobody is left on http.
std::optional<bool> encrypted(const SiteSeen& seen) {
  constexpr std::array<std::string_view, 5> kOld{"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"};
  bool trusted = false;
  bool failed = false;
  for (const auto& [name, value] : seen.facts) {
    if (name == "tls.chain_ok" && value == "true") trusted = true;
    if ((name == "tls.chain_ok" || name == "tls.name_ok" || name == "http.https") && value == "false") failed = true;
    if (name == "tls.protocol" && std::ranges::find(kOld, value) != kOld.end()) failed = true;
  }
  if (failed) return false;
  return trusted ? std::optional(true) : std::nullopt;
}

}  // namespace

std::vector<Fresh> read_events(const std::vector<store::StoredEvent>& events) {
  std::vector<Fresh> fresh;
  fresh.reserve(events.size());
  JsonDocument memory;
  for (const store::StoredEvent& event : events) {
    Fresh one{event.id, event.tenant, event.machine, event.received_at, {}};
    Budget budget({});
    auto observation = observation_from_json(event.text, memory, budget);
    if (observation) {
      one.observation = std::move(observation).value();
    } else {
      log_warning("flow.unreadable_event",
                  {{"observation", event.id.value}, {"error", observation.error().what()}});
    }
    fresh.push_back(std::move(one));
  }
  return fresh;
}

std::optional<AssetId> asset_of(const Fresh& event) {
  if (!event.observation) return std::nullopt;
  const ObservationBody& body = event.observation->body;
  if (event.machine) return told_by_agents(body) ? std::optional<AssetId>(event.machine) : std::nullopt;
  if (const auto* page = std::get_if<PageSeen>(&body)) return page->site;
  if (const auto* site = std::get_if<SiteSeen>(&body)) return site->site;
  return std::nullopt;
}

void Application::count_failure(const Fresh& event, std::string_view what) {
  ++failed_;
  log_warning("flow.event_failed", {{"observation", event.id.value},
                                    {"tenant", event.tenant.value},
                                    {"machine", event.machine.value},
                                    {"error", what}});
}

void Application::leave_out(const Fresh& event, std::string_view why) {
  count_failure(event, why);
  const auto home = homes_.find({event.tenant, asset_of(event).value_or(AssetId{})});
  // Its last word was undone as well: the next event tells it anew.
  if (home != homes_.end() && home->second) home->second->last_seen = {};
}

Result<void> Application::apply(const Fresh& event) {
  if (!event.observation) {
    ++failed_;
    return {};
  }
  const auto* packages = std::get_if<PackagesSeen>(&event.observation->body);
  if (!event.machine && packages != nullptr) return follow_device(event, *packages);
  const auto asset = asset_of(event);
  if (!asset) {
    count_failure(event, "not this teller's to tell");
    return {};
  }
  TRY(auto home, home_of(event.tenant, *asset));
  if (!home) {
    count_failure(event, asset->site() ? "no such site" : "no such machine");
    return {};
  }
  TRY_VOID(asset->site() ? apply_to_site(event, *asset->site()) : apply_to_machine(event, *home));
  for (const auto& one : judges_) TRY_VOID(judge(*one, event, home->unit, Fact::fresh));
  return {};
}

Result<void> Application::apply_to_machine(const Fresh& event, Home& home) {
  TRY_VOID(hear_from(event, home));
  TRY_VOID(apply_machine_facts(event));
  TRY_VOID(keep_file_fact(event));
  TRY_VOID(keep_machine_fact(event));
  TRY_VOID(contest(event));
  TRY_VOID(apply_response(event, home.unit));
  TRY_VOID(follow_policy(event, home.unit));
  return follow_packages(event, home.unit);
}

Result<void> Application::apply_to_site(const Fresh& event, SiteId site) {
  changed_assets_.insert({event.tenant, site});
  if (const auto* page = std::get_if<PageSeen>(&event.observation->body)) return keep_page_fact(event, *page);
  const auto& seen = std::get<SiteSeen>(event.observation->body);
  TRY_VOID(keep_site_fact(event, seen));
  return follow_site(event, seen);
}

// What a person handed in for a device without an agent.
Result<void> Application::follow_device(const Fresh& event, const PackagesSeen& seen) {
  if (!seen.device) {
    count_failure(event, "not this teller's to tell");
    return {};
  }
  TRY(const auto machine, estate::stand_in_for(connection_, event.tenant, seen.device, event.received_at));
  if (!machine) {
    count_failure(event, "no such device");
    return {};
  }
  TRY(const bool counts, estate::stands_in(connection_, event.tenant, *machine));
  if (counts) return follow_stand_in(event, *machine, seen);
  // Retired, or its own agent speaks, since the list was handed in.
  return estate::passed_over(connection_, event.tenant, seen.device, static_cast<std::int64_t>(seen.inventory));
}

// What a site was made with is its inventory. A look that shows nothing of it takes nothing
// back: a name that is hidden is no patch, and its version is not told any more.
Result<void> Application::follow_site(const Fresh& event, const SiteSeen& seen) {
  if (!seen.answered) return {};
  PackagesSeen packages{.inventory = event.id.value, .packages = software_of(seen)};
  TRY(auto machine, estate::stand_in_of(connection_, event.tenant, seen.site));
  if (machine) {
    TRY(auto known, installed_on(event.tenant, *machine));
    keep_hidden(packages.packages, std::move(known));
  }
  if (packages.packages.empty()) return {};
  TRY(machine, estate::stand_in_for(connection_, event.tenant, seen.site, event.received_at));
  if (!machine) return {};
  TRY(const bool counts, estate::stands_in(connection_, event.tenant, *machine));
  return counts ? follow_stand_in(event, *machine, packages) : Result<void>();
}

Result<std::vector<Package>> Application::installed_on(TenantId tenant, MachineId machine) {
  std::vector<Package> all;
  TRY_VOID(connection_.query(
      "SELECT p.purl, p.name, p.version, p.source, p.source_version FROM machine_package mp CROSS JOIN package p "
      "ON p.tenant_id = mp.tenant_id AND p.id = mp.package_id WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        all.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                       std::string(row.text(4))});
        return {};
      }));
  return all;
}

Result<void> Application::follow_stand_in(const Fresh& event, MachineId machine, const PackagesSeen& seen) {
  TRY(const auto home, home_of(event.tenant, machine));
  khien_assert(home.has_value());
  changed_assets_.insert({event.tenant, machine});
  TRY_VOID(estate::apply_packages(connection_, {event.tenant, machine}, seen));
  TRY_VOID(estate::set_stand_in_seen(connection_, event.tenant, machine, event.received_at));
  return follow_inventory({event.tenant, machine, home->unit, event.id, event.received_at});
}

Result<void> Application::reconsider(const Fresh& event, const Judge& judge_now) {
  if (!event.observation) return {};
  const auto asset = asset_of(event);
  if (!asset) return {};
  TRY(const auto home, home_of(event.tenant, *asset));
  if (!home) return {};
  return judge(judge_now, event, home->unit, Fact::again);
}

Result<void> Application::withdraw(TenantId tenant, AssetId asset, FindingId finding, ObservationId settled_through,
                                   Timestamp at) {
  TRY(const auto home, home_of(tenant, asset));
  if (!home) return {};
  TRY(const auto touched, flow::withdraw(connection_, tenant, finding, settled_through, at));
  if (touched) note({tenant, asset, home->unit, settled_through, at}, *touched);
  return {};
}

Result<void> Application::tend(Timestamp now) {
  struct Due {
    TenantId tenant;
    MachineId machine;
    FindingId id;
    bool allowance = false;
  };
  std::vector<Due> due;
  const auto take = [&due](bool allowance) {
    return [&due, allowance](const store::Row& row) -> Result<void> {
      due.push_back({TenantId{row.integer(0)}, MachineId{row.integer(1)}, FindingId{row.integer(2)}, allowance});
      return {};
    };
  };
  TRY_VOID(connection_.query(
      "SELECT tenant_id, machine_id, id FROM finding WHERE allowed_until <= ?1 ORDER BY allowed_until LIMIT ?2",
      {now, kTendedAtOnce}, take(true)));
  TRY_VOID(connection_.query(
      "SELECT f.tenant_id, f.machine_id, f.id FROM finding f WHERE f.rule = 'fleet:false_clean' AND f.state IN ('new', "
      "'in_progress') AND (f.last_seen <= ?1 OR EXISTS (SELECT 1 FROM fleet_distrusted d WHERE d.tenant_id = f.tenant_id "
      "AND d.machine_id = CAST(substr(f.subject, ?2) AS INTEGER))) LIMIT ?3",
      {now - kAccusationLives, std::uint64_t{kAccuser.size() + 1}, kTendedAtOnce}, take(false)));
  for (const Due& one : due) {
    TRY(const auto home, home_of(one.tenant, one.machine));
    if (!home) continue;
    TRY(const auto touched, one.allowance ? end_allowance(connection_, one.tenant, one.id, now)
                                          : close(connection_, one.tenant, one.id, now));
    if (touched) note({one.tenant, one.machine, home->unit, {}, now}, *touched);
  }
  return {};
}

Result<std::optional<Application::Home>> Application::home_of(TenantId tenant, AssetId asset) {
  const auto known = homes_.find({tenant, asset});
  if (known != homes_.end()) return known->second;
  TRY(const auto home, asset.site() ? load_site(tenant, *asset.site()) : load_machine(tenant, *asset.machine()));
  homes_[{tenant, asset}] = home;
  return home;
}

Result<std::optional<Application::Home>> Application::load_machine(TenantId tenant, MachineId machine) {
  std::optional<Home> home;
  TRY_VOID(connection_.query(
      "SELECT unit_id, last_seen, open_findings, (SELECT count(*) FROM finding f WHERE f.tenant_id = ?1 AND "
      "f.machine_id = ?2 AND f.rule = 'fleet:false_clean' AND f.state IN ('new', 'in_progress')), (SELECT count(*) FROM finding f "
      "WHERE f.tenant_id = ?1 AND f.machine_id = ?2 AND f.judge = 'advisory' AND f.state IN ('new', 'in_progress')) FROM machine "
      "WHERE tenant_id = ?1 AND id = ?2",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        home = Home{UnitId{row.integer(0)}, row.time(1), row.integer(2), row.integer(3), row.integer(4)};
        return {};
      }));
  return home;
}

Result<std::optional<Application::Home>> Application::load_site(TenantId tenant, SiteId site) {
  std::optional<Home> home;
  TRY_VOID(connection_.query(
      "SELECT unit_id, open_findings, (SELECT count(*) FROM page_fact p WHERE p.tenant_id = ?1 AND p.site_id = ?2) "
      "FROM site WHERE tenant_id = ?1 AND id = ?2",
      {tenant, site}, [&](const store::Row& row) -> Result<void> {
        home = Home{.unit = UnitId{row.integer(0)}, .last_seen = {}, .open_findings = row.integer(1), .pages = row.integer(2)};
        return {};
      }));
  return home;
}

// Once a moment and machine, not once an event: a batch carries one time of receipt.
Result<void> Application::hear_from(const Fresh& event, Home& home) {
  if (event.received_at <= home.last_seen) return {};
  // Screens that show it as silent want to know; a usual heartbeat changes none.
  if (event.received_at - home.last_seen > estate::kSilentAfter) {
    changed_assets_.insert({event.tenant, event.machine});
  }
  home.last_seen = event.received_at;
  homes_[{event.tenant, event.machine}] = home;
  return estate::apply_heard_from(connection_, {event.tenant, event.machine}, event.received_at);
}

Result<void> Application::apply_machine_facts(const Fresh& event) {
  const AgentIdentity agent{event.tenant, event.machine};
  const ObservationBody& body = event.observation->body;
  if (!describes_machine(body)) return {};
  changed_assets_.insert({event.tenant, event.machine});
  if (const auto* seen = std::get_if<MachineSeen>(&body)) {
    return estate::apply_machine_seen(connection_, agent, *seen, event.received_at);
  }
  if (const auto* seen = std::get_if<ProtectionSeen>(&body)) {
    return estate::apply_protection(connection_, agent, *seen);
  }
  if (const auto* seen = std::get_if<ScanSeen>(&body)) return estate::apply_scan(connection_, agent, *seen);
  return apply_packages(agent, std::get<PackagesSeen>(body));
}

Result<void> Application::apply_packages(const AgentIdentity& agent, PackagesSeen seen) {
  TRY_VOID(connection_.query("SELECT os_id, os_version FROM machine WHERE tenant_id = ?1 AND id = ?2", {agent.tenant, agent.machine},
                             [&](const store::Row& row) -> Result<void> {
                               name_release(seen.packages, row.text(0), row.text(1));
                               return {};
                             }));
  return estate::apply_packages(connection_, agent, seen);
}

Result<void> Application::keep_file_fact(const Fresh& event) {
  const ObservationBody& body = event.observation->body;
  if (const auto* seen = std::get_if<FileSeen>(&body)) {
    TRY_VOID(connection_.run(
        "INSERT INTO file_fact (tenant_id, machine_id, path, observation_id) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (tenant_id, machine_id, path) DO UPDATE SET observation_id = excluded.observation_id "
        "WHERE excluded.observation_id > observation_id",
        {event.tenant, event.machine, seen->path, event.id}));
  }
  if (const std::string* path = path_gone(body)) {
    TRY_VOID(connection_.run(
        "DELETE FROM file_fact WHERE tenant_id = ?1 AND machine_id = ?2 AND path = ?3 AND observation_id < ?4",
        {event.tenant, event.machine, *path, event.id}));
  }
  return {};
}

Result<void> Application::keep_machine_fact(const Fresh& event) {
  const ObservationBody& body = event.observation->body;
  const bool tells = std::holds_alternative<ConfigurationSeen>(body) || std::holds_alternative<MachineSeen>(body) ||
                     std::holds_alternative<ProtectionSeen>(body);
  if (!tells) return {};
  TRY_VOID(connection_.run(
      "INSERT INTO machine_fact (tenant_id, machine_id, kind, observation_id) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, machine_id, kind) DO UPDATE SET observation_id = excluded.observation_id "
      "WHERE excluded.observation_id > observation_id",
      {event.tenant, event.machine, kind_of(body), event.id}));
  return {};
}

// Of pages that were not clean once, and of no more than a site needs.
Result<void> Application::keep_page_fact(const Fresh& event, const PageSeen& page) {
  TRY(const auto updated, connection_.run("UPDATE page_fact SET class = ?4, score = ?5, whole = ?6, evidence_id = ?7, "
                                          "seen_at = ?8, observation_id = ?9 WHERE tenant_id = ?1 AND site_id = ?2 "
                                          "AND url = ?3 AND observation_id < ?9",
                                          {event.tenant, page.site, page.url, to_string(page.page_class), page.score,
                                           seen_whole(page), page.evidence, got_at(page, event.received_at), event.id}));
  auto& home = homes_.at({event.tenant, page.site});
  if (updated > 0 || !is_harmful(page.page_class) || home->pages >= kMostPagesASite) return {};
  TRY(const auto inserted,
      connection_.run("INSERT INTO page_fact (tenant_id, site_id, url, class, score, whole, evidence_id, seen_at, "
                      "observation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
                      {event.tenant, page.site, page.url, to_string(page.page_class), page.score, seen_whole(page),
                       page.evidence, got_at(page, event.received_at), event.id}));
  home->pages += inserted;
  return {};
}

Result<void> Application::keep_site_fact(const Fresh& event, const SiteSeen& seen) {
  // A look without an answer says nothing of the certificate: what was seen last stays.
  const auto expires = certificate_end(seen);
  const auto safe = encrypted(seen);
  TRY_VOID(connection_.run(
      "INSERT INTO site_fact (tenant_id, site_id, answered, pages, looked_at, observation_id, certificate_expires_at, encrypted) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
      "ON CONFLICT (tenant_id, site_id) DO UPDATE SET answered = excluded.answered, pages = excluded.pages, "
      "looked_at = excluded.looked_at, observation_id = excluded.observation_id, certificate_expires_at = "
      "CASE WHEN excluded.answered = 1 THEN excluded.certificate_expires_at ELSE certificate_expires_at END, "
      "encrypted = CASE WHEN excluded.answered = 1 THEN excluded.encrypted ELSE encrypted END "
      "WHERE excluded.observation_id > observation_id",
      {event.tenant, seen.site, seen.answered, seen.pages, event.received_at, event.id,
       expires ? store::Value(*expires) : store::Value(nullptr), safe ? store::Value(*safe) : store::Value(nullptr)}));
  TRY_VOID(connection_.run(
      "INSERT INTO site_look (tenant_id, site_id, look, started_at, finished_at, answered, pages, views, limited, observation_id) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (tenant_id, site_id, look) DO NOTHING",
      {event.tenant, seen.site, seen.look, seen.started_at, seen.finished_at, seen.answered, seen.pages, seen.views, seen.limited,
       event.id}));
  TRY_VOID(connection_.run("DELETE FROM site_look WHERE tenant_id = ?1 AND site_id = ?2 AND look <= ?3",
                           {event.tenant, seen.site, seen.look - kLooksKept}));
  return {};
}

// What one machine found malicious is not shared as clean any more; and who judged
// it so by the same content said what is not so, or the one who found it did.
Result<void> Application::contest(const Fresh& event) {
  const auto* seen = std::get_if<FileSeen>(&event.observation->body);
  if (seen == nullptr || seen->verdict != FileVerdict::malicious || !seen->sha256) return {};
  TRY(const auto others, fleet::contest(connection_, {event.tenant, event.machine}, *seen->sha256, seen->content,
                                        event.received_at));
  const Claim claim{.judge = JudgeId::detect,
                    .standing = Claim::Standing::present,
                    .rule = std::string(kFalseClean),
                    .subject = std::string(kAccuser) + std::to_string(event.machine.value),
                    .severity = Severity::medium};
  for (const MachineId other : others) {
    TRY(const auto home, home_of(event.tenant, other));
    if (!home || other == event.machine) continue;
    TRY_VOID(take_present(event, {event.tenant, other, home->unit, event.id, event.received_at}, claim, Fact::fresh));
  }
  return {};
}

Result<void> Application::apply_response(const Fresh& event, UnitId unit) {
  const ObservationBody& body = event.observation->body;
  const Sighting sighting{event.tenant, event.machine, unit, event.id, event.received_at};
  if (const auto* seen = std::get_if<QuarantineSeen>(&body)) {
    TRY(const auto all, apply_quarantine_seen(connection_, sighting, *seen));
    for (const Touched& touched : all) note(sighting, touched);
    return {};
  }
  if (const auto* seen = std::get_if<OrderSeen>(&body)) return apply_order_seen(connection_, sighting, *seen);
  return {};
}

// What the machine does beside what it was asked to. An agent says it each hour, so
// one that stays behind speaks against itself in time.
Result<void> Application::follow_policy(const Fresh& event, UnitId unit) {
  const auto* seen = std::get_if<PolicySeen>(&event.observation->body);
  if (seen == nullptr) return {};
  const AgentIdentity agent{event.tenant, event.machine};
  TRY_VOID(policy::apply_policy_seen(connection_, agent, *seen, event.id, event.received_at));
  changed_assets_.insert({event.tenant, event.machine});
  TRY(const auto desired, policy::desired_policy(connection_, agent));
  return take_claims(event, {event.tenant, event.machine, unit, event.id, event.received_at},
                     policy::drift(*seen, desired, event.received_at), Fact::fresh);
}

const BookInForce* Application::book() const {
  for (const auto& one : judges_) {
    if (one->book() != nullptr) return one->book();
  }
  return nullptr;
}

// A part of an inventory says nothing: only the whole tells what is no longer there. Of
// what a machine says of itself, the kernel that runs decides of the kernels it has.
Result<void> Application::follow_packages(const Fresh& event, UnitId unit) {
  const ObservationBody& body = event.observation->body;
  const Sighting sighting{event.tenant, event.machine, unit, event.id, event.received_at};
  if (std::holds_alternative<MachineSeen>(body)) {
    return book() == nullptr ? Result<void>() : weigh_machine(sighting, Fact::fresh, true);
  }
  return std::holds_alternative<PackagesSeen>(body) ? follow_inventory(sighting) : Result<void>();
}

Result<void> Application::follow_inventory(const Sighting& sighting) {
  const TenantId tenant = sighting.tenant;
  const MachineId machine = *sighting.asset.machine();
  TRY(const bool whole, is_whole(connection_, tenant, machine));
  if (!whole) return {};
  TRY_VOID(connection_.run(
      "INSERT INTO inventory_fact (tenant_id, machine_id, received_at, observation_id) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, machine_id) DO UPDATE SET received_at = excluded.received_at, "
      "observation_id = excluded.observation_id WHERE excluded.observation_id > observation_id",
      {tenant, machine, sighting.at, sighting.observation}));
  if (book() == nullptr) return {};
  PackageMatches matches(connection_, *book());
  TRY_VOID(matches.judge_new(tenant, machine));
  return weigh_machine(sighting, Fact::fresh, false);
}

// Nothing: no such machine, or it never told what it has.
Result<std::optional<Sighting>> Application::newest_inventory(TenantId tenant, MachineId machine, Timestamp now) {
  TRY(const auto home, home_of(tenant, machine));
  std::optional<Sighting> newest;
  if (!home) return newest;
  TRY_VOID(connection_.query("SELECT observation_id FROM inventory_fact WHERE tenant_id = ?1 AND machine_id = ?2", {tenant, machine},
                             [&](const store::Row& row) -> Result<void> {
                               newest = Sighting{tenant, machine, home->unit, ObservationId{row.integer(0)}, now};
                               return {};
                             }));
  return newest;
}

Result<void> Application::weigh_again(TenantId tenant, MachineId machine, Timestamp now) {
  TRY(const auto newest, newest_inventory(tenant, machine, now));
  if (!newest || book() == nullptr) return {};
  return weigh_machine(*newest, Fact::again, false);
}

Result<void> Application::weigh_vulnerability(TenantId tenant, const NamedVulnerability& vulnerability, const MachineRange& machines, Timestamp now) {
  if (book() == nullptr) return {};
  TRY(const auto weighings, weigh_one(connection_, tenant, vulnerability, machines));
  for (const auto& [machine, weighing] : weighings) {
    TRY(const auto newest, newest_inventory(tenant, machine, now));
    if (!newest) continue;
    auto& home = homes_.at({tenant, machine});
    for (const PresentMatch& match : weighing.present) TRY_VOID(take_match(*newest, *home, match, Fact::again));
    for (const StoredMatch& match : weighing.absent) TRY_VOID(end_absent(*newest, Fact::again, weighing, match));
  }
  return {};
}

Result<void> Application::take_match(const Sighting& sighting, Home& home, const PresentMatch& match, Fact fact) {
  TRY(const auto seen, see(connection_, sighting, match.claim, {fact, has_room(sighting.asset, home, match.claim), {}}));
  if (seen.touched) {
    note(sighting, *seen.touched);
    TRY_VOID(note_packages(connection_, sighting.tenant, seen.touched->id, match.packages, seen.is_new));
  }
  if (seen.is_new) ++home.open_findings;
  if (seen.is_new) ++home.advisories;
  if (seen.no_room) count_unkept(sighting, match.claim);
  return {};
}

Result<void> Application::weigh_machine(const Sighting& sighting, Fact fact, bool kernel_only) {
  auto& home = homes_.at({sighting.tenant, sighting.asset});
  khien_assert(home.has_value());
  TRY(const auto weighing, weigh(connection_, sighting.tenant, *sighting.asset.machine()));
  for (const PresentMatch& match : weighing.present) {
    if (kernel_only && !match.kernel) continue;
    TRY_VOID(take_match(sighting, *home, match, fact));
  }
  for (const StoredMatch& match : weighing.absent) {
    // What a machine says of itself names no package: only a kernel can have ended by it.
    TRY(const bool of_kernel, kernel_only ? shown_by_kernel(connection_, sighting.tenant, match.id) : Result<bool>(true));
    if (of_kernel) TRY_VOID(end_absent(sighting, fact, weighing, match));
  }
  return {};
}

void Application::count_unkept(const Sighting& sighting, const Claim& claim) {
  ++failed_;
  if (!overflowing_.insert({sighting.tenant, sighting.asset}).second) return;
  log_warning("flow.advisories_not_kept", {{"observation", sighting.observation.value},
                                           {"tenant", sighting.tenant.value},
                                           {"machine", sighting.asset.value},
                                           {"first", claim.rule}});
}

// Mended only if what showed it went. By the same packages as before, it is the rule
// that does not hold any more: of that no machine is proof.
Result<void> Application::end_absent(const Sighting& sighting, Fact fact, const Weighing& weighing, const StoredMatch& match) {
  if (fact == Fact::fresh && sighting.observation <= match.settled_through) return {};
  TRY(const bool shown, still_shown(connection_, sighting.tenant, weighing, match.id));
  TRY(const auto touched, end_match(connection_, sighting, match.id, !shown));
  note(sighting, touched);
  return {};
}

Result<void> Application::judge(const Judge& judge, const Fresh& event, UnitId unit, Fact fact) {
  auto claims = judge.judge(*event.observation);
  if (!claims) {
    count_failure(event, claims.error().what());
    return {};
  }
  const bool honest =
      std::ranges::all_of(*claims, [&](const Claim& claim) { return claim.judge == judge.id(); });
  if (!honest) {
    count_failure(event, "a judge spoke for another");
    return {};
  }
  const auto asset = asset_of(event);
  khien_assert(asset.has_value());
  return take_claims(event, {event.tenant, *asset, unit, event.id, event.received_at}, *claims, fact);
}

Result<void> Application::take_claims(const Fresh& event, const Sighting& sighting, const std::vector<Claim>& claims,
                                      Fact fact) {
  for (const Claim& claim : claims) {
    if (claim.standing == Claim::Standing::present) {
      TRY_VOID(take_present(event, sighting, claim, fact));
    } else if (!contradicted(claim, claims)) {
      TRY(const auto all, settle_gone(connection_, sighting, claim, note_of(event.observation->body)));
      for (const Touched& touched : all) note(sighting, touched);
    }
  }
  return {};
}

bool Application::has_room(AssetId asset, const Home& home, const Claim& claim) {
  if (asset.site()) return home.open_findings < kMostOpenASite;
  if (claim.rule == kFalseClean) return home.accused < kMostAccusers;
  if (claim.judge == JudgeId::advisory) return home.advisories < kMostAdvisoriesAMachine;
  return home.open_findings - home.accused - home.advisories < kMostOpenAMachine;
}

Result<void> Application::take_present(const Fresh& event, const Sighting& sighting, const Claim& claim, Fact fact) {
  auto& home = homes_.at({sighting.tenant, sighting.asset});
  khien_assert(home.has_value());
  TRY(const auto seen, see(connection_, sighting, claim, {fact, has_room(sighting.asset, *home, claim), bytes_of(*event.observation)}));
  if (seen.touched) note(sighting, *seen.touched);
  if (seen.is_new) ++home->open_findings;
  if (seen.is_new && claim.rule == kFalseClean) ++home->accused;
  if (!seen.no_room) return {};
  // Told once a transaction: the log has an end as well.
  if (overflowing_.insert({sighting.tenant, sighting.asset}).second) {
    count_failure(event, "too many open findings; more are not kept");
  } else {
    ++failed_;
  }
  return {};
}

void Application::note(const Sighting& sighting, const Touched& touched) {
  changed_findings_[{sighting.tenant, touched.id}] = sighting.unit;
  if (!touched.counts_changed) return;
  recount_.insert({sighting.tenant, sighting.asset});
  changed_assets_.insert({sighting.tenant, sighting.asset});
}

Result<void> Application::finish() {
  for (const auto& [tenant, asset] : recount_) TRY_VOID(recount(connection_, tenant, asset));
  return {};
}

std::vector<Change> Application::changes() const {
  std::vector<Change> all;
  for (const auto& [key, unit] : changed_findings_) {
    all.push_back({Change::Kind::finding, key.first, unit, key.second.value});
  }
  for (const AssetKey& key : changed_assets_) {
    const auto& home = homes_.at(key);
    khien_assert(home.has_value());
    const auto kind = key.second.site() ? Change::Kind::site : Change::Kind::machine;
    all.push_back({kind, key.first, home->unit, key.second.value});
  }
  return all;
}

}  // namespace khien::flow
