#include "machine_weighing.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace khien::flow {
namespace {

// The kernels of a machine.
struct Kernels {
  std::string running;                           // as uname -r has it; empty: not told
  std::map<std::int64_t, std::string> images;    // package → its release
  std::set<std::string> subjects;                // of images
  bool known = false;                            // one of the images is the running one
};

Result<Kernels> kernels_of(store::Connection& connection, TenantId tenant, MachineId machine) {
  Kernels kernels;
  TRY_VOID(connection.query("SELECT kernel_running FROM machine WHERE tenant_id = ?1 AND id = ?2", {tenant, machine},
                            [&](const store::Row& row) -> Result<void> {
                              kernels.running = row.text(0);
                              return {};
                            }));
  TRY_VOID(connection.query(
      "SELECT mp.package_id, j.kernel, j.subject FROM machine_package mp JOIN package_judged j ON j.tenant_id = mp.tenant_id "
      "AND j.package_id = mp.package_id WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2 AND j.kernel <> ''",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        kernels.images.emplace(row.integer(0), row.text(1));
        kernels.subjects.emplace(row.text(2));
        return {};
      }));
  kernels.known = std::ranges::any_of(kernels.images, [&](const auto& one) { return one.second == kernels.running; });
  return kernels;
}

bool counts(const Kernels& kernels, std::int64_t package, const std::string& subject) {
  const auto image = kernels.images.find(package);
  if (image != kernels.images.end()) return !kernels.known || image->second == kernels.running;
  // Headers and the like have the kernel's source, and no code that runs.
  return !kernels.subjects.contains(subject);
}

// The record's own view goes before the sum of all; what is used in attacks is never small.
Severity severity_of(std::int64_t of_record, std::int64_t of_all, bool exploited) {
  const auto severity = static_cast<Severity>(of_record != 0 ? of_record : of_all);
  return exploited ? std::max(severity, Severity::high) : severity;
}

using RuleAndSubject = std::pair<std::string, std::string>;
struct Followed {
  std::map<RuleAndSubject, PresentMatch> present;
  std::set<RuleAndSubject> untold;  // a version that cannot be told
};

PresentMatch& add_package(Followed& followed, const RuleAndSubject& key, std::int64_t package, Severity severity) {
  auto& match = followed.present[key];
  match.claim = {.judge = JudgeId::advisory, .standing = Claim::Standing::present, .rule = key.first, .subject = key.second,
                 .severity = std::max(severity, match.claim.severity)};
  match.packages.push_back(package);
  return match;
}

Result<Followed> followed_on(store::Connection& connection, TenantId tenant, MachineId machine, const Kernels& kernels) {
  Followed followed;
  TRY_VOID(connection.query(
      "SELECT v.name, j.subject, pv.package_id, pv.severity, v.severity, v.exploited, pv.state FROM machine_package mp "
      "CROSS JOIN package_vulnerability pv ON pv.tenant_id = mp.tenant_id AND pv.package_id = mp.package_id AND pv.followed = 1 "
      "CROSS JOIN vulnerability v ON v.tenant_id = pv.tenant_id AND v.id = pv.vulnerability_id "
      "CROSS JOIN package_judged j ON j.tenant_id = pv.tenant_id AND j.package_id = pv.package_id "
      "WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        const std::string subject(row.text(1));
        const auto package = row.integer(2);
        if (!counts(kernels, package, subject)) return {};
        const auto rule = advisory_rule(row.text(0));
        if (row.text(6) != "affected") {
          followed.untold.emplace(rule, subject);
          return {};
        }
        auto& match = add_package(followed, {rule, subject}, package, severity_of(row.integer(3), row.integer(4), row.integer(5) != 0));
        match.kernel = kernels.images.contains(package);
        return {};
      }));
  return followed;
}

// As it is judged: see known_package().
std::string version_of(std::string_view purl, std::string_view version) {
  if (!version.empty()) return std::string(version);
  const auto url = advisory::parse_package_url(purl);
  return url ? url->version : std::string();
}

Result<void> add_installed(store::Connection& connection, TenantId tenant, MachineId machine, const Kernels& kernels, Weighing& weighing) {
  return connection.query(
      "SELECT j.package_id, j.subject, p.name, p.purl, p.version FROM machine_package mp CROSS JOIN package p ON p.tenant_id = mp.tenant_id "
      "AND p.id = mp.package_id CROSS JOIN package_judged j ON j.tenant_id = mp.tenant_id AND j.package_id = mp.package_id "
      "WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        if (!counts(kernels, row.integer(0), std::string(row.text(1)))) return {};
        weighing.installed.emplace(row.text(2), version_of(row.text(3), row.text(4)));
        return {};
      });
}

// Of id, rule, subject, state, settled_through, withdrawn.
Result<StoredMatch> stored_from(const store::Row& row) {
  StoredMatch stored{.id = {row.integer(0)}, .rule = std::string(row.text(1)), .subject = std::string(row.text(2)),
                     .settled_through = {row.integer(4)}, .withdrawn = row.integer(5) != 0};
  TRY(stored.state, finding_state_from_string(row.text(3)));
  return stored;
}

Result<std::map<MachineId, Followed>> followed_by(store::Connection& connection, TenantId tenant, const NamedVulnerability& vulnerability,
                                                  const MachineRange& machines) {
  std::map<MachineId, Followed> followed;
  const std::string rule = advisory_rule(vulnerability.name);
  TRY_VOID(connection.query(
      "SELECT mp.machine_id, j.subject, pv.package_id, pv.severity, v.severity, v.exploited, pv.state FROM vulnerability v "
      "CROSS JOIN package_vulnerability pv INDEXED BY package_vulnerability_by_vulnerability ON pv.tenant_id = v.tenant_id "
      "AND pv.vulnerability_id = v.id AND pv.followed = 1 "
      "CROSS JOIN package_judged j ON j.tenant_id = pv.tenant_id AND j.package_id = pv.package_id "
      "CROSS JOIN machine_package mp INDEXED BY machine_package_by_package ON mp.tenant_id = pv.tenant_id "
      "AND mp.package_id = pv.package_id AND mp.machine_id > ?3 AND mp.machine_id <= ?4 WHERE v.tenant_id = ?1 AND v.id = ?2",
      {tenant, vulnerability.id, machines.after, machines.last}, [&](const store::Row& row) -> Result<void> {
        auto& of_machine = followed[MachineId{row.integer(0)}];
        const RuleAndSubject key{rule, row.text(1)};
        if (row.text(6) != "affected") of_machine.untold.insert(key);
        else add_package(of_machine, key, row.integer(2), severity_of(row.integer(3), row.integer(4), row.integer(5) != 0));
        return {};
      }));
  return followed;
}

}  // namespace

Result<std::map<MachineId, Weighing>> weigh_one(store::Connection& connection, TenantId tenant, const NamedVulnerability& vulnerability,
                                                const MachineRange& machines) {
  TRY(auto followed, followed_by(connection, tenant, vulnerability, machines));
  std::map<MachineId, Weighing> weighings;
  TRY_VOID(connection.query(
      "SELECT id, rule, subject, state, settled_through, withdrawn, machine_id FROM finding INDEXED BY finding_of_advisory "
      "WHERE tenant_id = ?1 AND judge = 'advisory' AND rule = ?2 AND state <> 'resolved' AND machine_id > ?3 AND machine_id <= ?4",
      {tenant, advisory_rule(vulnerability.name), machines.after, machines.last}, [&](const store::Row& row) -> Result<void> {
        TRY(auto stored, stored_from(row));
        const MachineId machine{row.integer(6)};
        const auto& now = followed[machine];
        const RuleAndSubject key{stored.rule, stored.subject};
        if (!now.present.contains(key) && !now.untold.contains(key)) weighings[machine].absent.push_back(std::move(stored));
        return {};
      }));
  for (auto& [machine, weighing] : weighings) {
    TRY(const auto kernels, kernels_of(connection, tenant, machine));
    TRY_VOID(add_installed(connection, tenant, machine, kernels, weighing));
  }
  for (auto& [machine, of_machine] : followed) {
    for (auto& [key, match] : of_machine.present) weighings[machine].present.push_back(std::move(match));
  }
  return weighings;
}

Result<Weighing> weigh(store::Connection& connection, TenantId tenant, MachineId machine) {
  TRY(const auto kernels, kernels_of(connection, tenant, machine));
  TRY(auto followed, followed_on(connection, tenant, machine, kernels));
  Weighing weighing;
  TRY_VOID(connection.query(
      "SELECT id, rule, subject, state, settled_through, withdrawn FROM finding WHERE tenant_id = ?1 AND machine_id = ?2 "
      "AND judge = 'advisory' AND state <> 'resolved'",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        TRY(auto stored, stored_from(row));
        const RuleAndSubject key{stored.rule, stored.subject};
        if (!followed.present.contains(key) && !followed.untold.contains(key)) weighing.absent.push_back(std::move(stored));
        return {};
      }));
  if (!weighing.absent.empty()) TRY_VOID(add_installed(connection, tenant, machine, kernels, weighing));
  for (auto& [key, match] : followed.present) weighing.present.push_back(std::move(match));
  // Where there is no room for all, the worst have it.
  std::ranges::sort(weighing.present, [](const PresentMatch& a, const PresentMatch& b) {
    return std::tie(b.claim.severity, a.claim.rule, a.claim.subject) < std::tie(a.claim.severity, b.claim.rule, b.claim.subject);
  });
  return weighing;
}

Result<bool> still_shown(store::Connection& connection, TenantId tenant, const Weighing& weighing, FindingId finding) {
  bool shown = false;
  TRY_VOID(connection.query(
      "SELECT p.name, p.purl, p.version FROM finding_package f CROSS JOIN package p ON p.tenant_id = f.tenant_id "
      "AND p.id = f.package_id WHERE f.tenant_id = ?1 AND f.finding_id = ?2",
      {tenant, finding}, [&](const store::Row& row) -> Result<void> {
        const std::string name(row.text(0));
        shown = shown || weighing.installed.contains({name, version_of(row.text(1), row.text(2))}) ||
                weighing.installed.contains({name, std::string()});
        return {};
      }));
  return shown;
}

Result<bool> shown_by_kernel(store::Connection& connection, TenantId tenant, FindingId finding) {
  bool kernel = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM finding_package f JOIN package_judged j ON j.tenant_id = f.tenant_id AND j.package_id = f.package_id "
      "WHERE f.tenant_id = ?1 AND f.finding_id = ?2 AND j.kernel <> ''",
      {tenant, finding}, [&](const store::Row&) -> Result<void> {
        kernel = true;
        return {};
      }));
  return kernel;
}

Result<void> note_packages(store::Connection& connection, TenantId tenant, FindingId finding,
                           const std::vector<std::int64_t>& packages, bool is_new) {
  std::vector<std::int64_t> known;
  if (!is_new) TRY_VOID(connection.query("SELECT package_id FROM finding_package WHERE tenant_id = ?1 AND finding_id = ?2", {tenant, finding},
                            [&](const store::Row& row) -> Result<void> {
                              known.push_back(row.integer(0));
                              return {};
                            }));
  for (const auto package : packages) {
    if (std::erase(known, package) > 0) continue;
    TRY_VOID(connection.run("INSERT INTO finding_package (tenant_id, finding_id, package_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                            {tenant, finding, package}));
  }
  for (const auto package : known) {
    TRY_VOID(connection.run("DELETE FROM finding_package WHERE tenant_id = ?1 AND finding_id = ?2 AND package_id = ?3",
                            {tenant, finding, package}));
  }
  return {};
}

}  // namespace khien::flow
