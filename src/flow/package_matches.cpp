#include "package_matches.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::flow {
namespace {

// A kernel has ten thousand matches: so many packages are held in memory at once.
constexpr std::size_t kPackagesAtOnce = 16;
// Ten kernels with their headers and all else of a machine are a third of it.
constexpr std::size_t kMostRowsAnInventory = 300'000;

struct KeptMatch {
  std::string state, fixed, record, rule;
  std::int64_t standing = 0, basis = 0, severity = 0;
  bool followed = false;

  bool operator==(const KeptMatch&) const = default;
};

KeptMatch kept_from(const advisory::Match& match, bool followed) {
  return {.state = match.state == advisory::Match::State::affected ? "affected" : "unknown",
          .fixed = match.fixed,
          .record = match.record,
          .rule = match.rule,
          .standing = static_cast<std::int64_t>(match.standing),
          .basis = static_cast<std::int64_t>(match.basis),
          .severity = static_cast<std::int64_t>(match.severity),
          .followed = followed};
}

using KeptMatches = std::map<std::int64_t, KeptMatch>;  // by vulnerability

Result<KeptMatches> kept_of(store::Connection& connection, TenantId tenant, std::int64_t package) {
  KeptMatches kept;
  TRY_VOID(connection.query(
      "SELECT vulnerability_id, state, fixed, record, rule, standing, basis, severity, followed FROM package_vulnerability "
      "WHERE tenant_id = ?1 AND package_id = ?2",
      {tenant, package}, [&](const store::Row& row) -> Result<void> {
        kept.emplace(row.integer(0), KeptMatch{std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                                               std::string(row.text(4)), row.integer(5), row.integer(6), row.integer(7),
                                               row.integer(8) != 0});
        return {};
      }));
  return kept;
}

// What a machine's list is made of, apart from words.
bool weighs_alike(const KeptMatch& a, const KeptMatch& b) {
  return a.followed == b.followed && a.state == b.state && a.severity == b.severity;
}

}  // namespace

std::vector<std::vector<advisory::Match>> match_each(const advisory::Book& book, std::span<const KnownPackage> packages) {
  std::vector<advisory::Installed> asked;
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (packages[i].installed.key.type.empty()) continue;
    asked.push_back(packages[i].installed);
    of.push_back(i);
  }
  std::vector<std::vector<advisory::Match>> each(packages.size());
  for (auto& match : book.match(asked)) {
    khien_assert(match.package < of.size());
    // The distribution's word against a wider claim: not a match, whatever a book hands out.
    if (match.standing == advisory::Affected::Standing::not_affected) continue;
    each[of[match.package]].push_back(std::move(match));
  }
  return each;
}

Result<void> PackageMatches::judge_new(TenantId tenant, MachineId machine) {
  std::vector<KnownPackage> packages;
  TRY_VOID(connection_.query(
      "SELECT p.id, p.purl, p.name, p.version, p.source, p.source_version FROM machine_package mp "
      "JOIN package p ON p.tenant_id = mp.tenant_id AND p.id = mp.package_id WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2 "
      "AND NOT EXISTS (SELECT 1 FROM package_judged j WHERE j.tenant_id = mp.tenant_id AND j.package_id = mp.package_id)",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        packages.push_back(known_package(row.integer(0), {row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)}));
        return {};
      }));
  std::size_t rows = 0;
  for (std::span<const KnownPackage> rest = packages; !rest.empty();) {
    const auto some = rest.first(std::min(kPackagesAtOnce, rest.size()));
    rest = rest.subspan(some.size());
    const auto matches = match_each(book_.book, some);
    for (const auto& of_one : matches) rows += of_one.size();
    if (rows > kMostRowsAnInventory) return Error(Code::invalid, "an inventory with more matches than any machine has");
    // Whoever else has such a package is weighed when its own inventory is whole.
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (auto kept = keep(tenant, some[i], matches[i]); !kept) return std::move(kept).error();
    }
  }
  return {};
}

Result<void> PackageMatches::put_judged(TenantId tenant, const KnownPackage& package) {
  TRY(const auto added, connection_.run("INSERT INTO package_judged (tenant_id, package_id, subject, kernel) "
                                        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                                        {tenant, package.id, package.subject, package.kernel}));
  if (added == 0) return {};
  for (const std::string& lookup : package.lookups) {
    TRY_VOID(connection_.run("INSERT INTO package_lookup (tenant_id, lookup, package_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                             {tenant, lookup, package.id}));
  }
  return {};
}

Result<void> PackageMatches::put_match(TenantId tenant, const KnownPackage& package, const advisory::Match& match,
                                       std::int64_t vulnerability, bool followed) {
  const auto kept = kept_from(match, followed);
  TRY_VOID(connection_.run(
      "INSERT INTO package_vulnerability (tenant_id, package_id, vulnerability_id, state, standing, basis, severity, followed, "
      "fixed, record, rule) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
      "ON CONFLICT (tenant_id, package_id, vulnerability_id) DO UPDATE SET state = excluded.state, standing = excluded.standing, "
      "basis = excluded.basis, severity = excluded.severity, followed = excluded.followed, fixed = excluded.fixed, "
      "record = excluded.record, rule = excluded.rule",
      {tenant, package.id, vulnerability, kept.state, kept.standing, kept.basis, kept.severity, followed, kept.fixed, kept.record,
       kept.rule}));
  return {};
}

Result<std::vector<std::int64_t>> PackageMatches::keep(TenantId tenant, const KnownPackage& package, std::span<const advisory::Match> matches) {
  TRY_VOID(put_judged(tenant, package));
  TRY(auto before, kept_of(connection_, tenant, package.id));
  std::vector<std::int64_t> weighs_otherwise;
  for (const auto& match : matches) {
    TRY(const auto row, vulnerabilities_.row_of(tenant, match.id));
    const auto now = kept_from(match, makes_finding(row.follow, match.state == advisory::Match::State::affected ? "affected" : "unknown",
                                                    match.fixed));
    const auto old = before.find(row.id);
    const bool is_new = old == before.end();
    if (is_new ? now.followed : !weighs_alike(old->second, now)) weighs_otherwise.push_back(row.id);
    if (is_new || old->second != now) TRY_VOID(put_match(tenant, package, match, row.id, now.followed));
    if (!is_new) before.erase(old);
  }
  for (const auto& [vulnerability, old] : before) {
    if (old.followed) weighs_otherwise.push_back(vulnerability);
    TRY_VOID(connection_.run(
        "DELETE FROM package_vulnerability WHERE tenant_id = ?1 AND package_id = ?2 AND vulnerability_id = ?3",
        {tenant, package.id, vulnerability}));
  }
  return weighs_otherwise;
}

}  // namespace khien::flow
