#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flow_impl.hpp"
#include "khien/core/assert.hpp"
#include "package_matches.hpp"

// Flow::reconsider for a book of advisories: new records, known inventories. What the book
// says depends on the package alone, so that distinct packages are put before it and not
// machines. In transactions of their own, so that the road goes on between them:
//  1. packages that the difference between two books may concern, or all of them; machines
//     where what is followed changed are marked;
//  2. the position moves: from here on a restart has no package to judge;
//  3. what is marked is weighed (weigh_some(), also by the applier's thread). Where few
//     vulnerabilities changed, these are marked and not machines: a machine is weighed by
//     one of them alone.

namespace khien::flow {

struct TenantPackage {
  TenantId tenant;
  KnownPackage package;
};

namespace {

using PackageRow = JudgedPackage;
// A minute's piece of the packages that are judged.
constexpr std::uint64_t kLookedAtOnce = 2'000;
constexpr std::size_t kForgottenAtOnce = 10;

// One that its machine invented can have ten thousand matches, and all of these are held at once.
constexpr std::size_t kPackagesAtOnce = 50;
constexpr std::size_t kNamesAtOnce = 500;
constexpr std::uint64_t kMachinesAtOnce = 50;
// Weighed by one vulnerability.
constexpr std::uint64_t kMachinesOfOne = 500;
// So many changed names and more: to look at every package is less work.
constexpr std::size_t kMostNames = 2'000;

TenantPackage package_from(const store::Row& row) {
  return {TenantId{row.integer(0)},
          known_package(row.integer(1), {row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)})};
}

Result<std::vector<TenantPackage>> packages_after(store::Store& hub, std::int64_t after, std::size_t limit) {
  std::vector<TenantPackage> packages;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query(
        "SELECT tenant_id, id, purl, name, version, source, source_version FROM package p WHERE id > ?1 "
        "AND (EXISTS (SELECT 1 FROM machine_package mp INDEXED BY machine_package_by_package WHERE mp.tenant_id = p.tenant_id "
        "AND mp.package_id = p.id) OR EXISTS (SELECT 1 FROM package_judged j WHERE j.tenant_id = p.tenant_id AND j.package_id = p.id)) "
        "ORDER BY id LIMIT ?2",
        {after, std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
          packages.push_back(package_from(row));
          return {};
        });
  }));
  return packages;
}

// On no machine any more, and no finding's proof: what was patched stays known.
#define KHIEN_NOBODYS(tenant, package)                                                                              \
  "NOT EXISTS (SELECT 1 FROM machine_package mp INDEXED BY machine_package_by_package WHERE mp.tenant_id = " tenant \
  " AND mp.package_id = " package ") AND NOT EXISTS (SELECT 1 FROM finding_package fp INDEXED BY finding_package_by_package " \
  "WHERE fp.tenant_id = " tenant " AND fp.package_id = " package ")"

Result<std::vector<PackageRow>> nobodys_packages(store::Connection& connection, const PackageRow& after, PackageRow& last) {
  std::vector<PackageRow> rows;
  last = {};
  TRY_VOID(connection.query(
      "SELECT j.tenant_id, j.package_id, " KHIEN_NOBODYS("j.tenant_id", "j.package_id") " FROM package_judged j "
      "WHERE (j.tenant_id, j.package_id) > (?1, ?2) ORDER BY j.tenant_id, j.package_id LIMIT ?3",
      {after.tenant, after.id, kLookedAtOnce}, [&](const store::Row& row) -> Result<void> {
        last = {TenantId{row.integer(0)}, row.integer(1)};
        if (row.integer(2) != 0) rows.push_back(last);
        return {};
      }));
  return rows;
}

// Where the names may concern a package: by the book's keys, and by what is known of them.
Result<std::set<PackageRow>> packages_named(store::Store& hub, const BookInForce& book) {
  std::set<PackageRow> rows;
  const auto take = [&rows](const store::Row& row) -> Result<void> {
    rows.insert({TenantId{row.integer(0)}, row.integer(1)});
    return {};
  };
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    std::vector<TenantId> tenants;
    TRY_VOID(connection.query("SELECT id FROM tenant", {}, [&](const store::Row& row) -> Result<void> {
      tenants.push_back(TenantId{row.integer(0)});
      return {};
    }));
    for (const std::string& name : *book.changed) {
      std::set<std::string> lookups;
      for (const auto& key : book.book.packages_of(name)) lookups.insert(lookup_of(key));
      for (const TenantId tenant : tenants) {
        for (const std::string& lookup : lookups) {
          TRY_VOID(connection.query("SELECT tenant_id, package_id FROM package_lookup WHERE tenant_id = ?1 AND lookup = ?2",
                                    {tenant, lookup}, take));
        }
        TRY_VOID(connection.query(
            "SELECT pv.tenant_id, pv.package_id FROM vulnerability v JOIN package_vulnerability pv ON pv.tenant_id = v.tenant_id "
            "AND pv.vulnerability_id = v.id WHERE v.tenant_id = ?1 AND v.name = ?2",
            {tenant, name}, take));
      }
    }
    return {};
  }));
  return rows;
}

Result<std::vector<TenantPackage>> load_packages(store::Store& hub, std::span<const PackageRow> rows) {
  std::vector<TenantPackage> packages;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    for (const PackageRow& row : rows) {
      TRY_VOID(connection.query(
          "SELECT tenant_id, id, purl, name, version, source, source_version FROM package WHERE tenant_id = ?1 AND id = ?2",
          {row.tenant, row.id}, [&](const store::Row& found) -> Result<void> {
            packages.push_back(package_from(found));
            return {};
          }));
    }
    return {};
  }));
  return packages;
}

Result<std::vector<std::string>> names_known(store::Store& hub) {
  std::vector<std::string> names;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query("SELECT DISTINCT name FROM vulnerability", {}, [&](const store::Row& row) -> Result<void> {
      names.emplace_back(row.text(0));
      return {};
    });
  }));
  return names;
}

Result<std::int64_t> count_packages(store::Store& hub) {
  std::int64_t count = 0;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query_one("SELECT count(*) FROM package", {}, [&](const store::Row& row) -> Result<void> {
      count = row.integer(0);
      return {};
    });
  }));
  return count;
}

// Before the position moved, or with machines that are marked: the next start goes on.
Error left_off() { return Error(Code::unavailable, "the book is not put before all that is known: the hub ends"); }

bool says_what_changed(const BookInForce& book, const std::optional<Sha256>& judged) {
  return judged && book.before == judged && book.changed && book.changed->size() <= kMostNames;
}

}  // namespace

Result<std::optional<Sha256>> judged_by(store::Connection& connection) {
  std::optional<Sha256> digest;
  TRY_VOID(connection.query_one("SELECT digest FROM book_position WHERE id = 1", {}, [&](const store::Row& row) -> Result<void> {
    if (row.is_null(0)) return {};
    TRY(digest, Sha256::from_bytes(row.bytes(0)));
    return {};
  }));
  return digest;
}

Result<std::int64_t> count_marked(store::Connection& connection) {
  std::int64_t count = 0;
  TRY_VOID(connection.query_one("SELECT (SELECT count(*) FROM machine_to_weigh) + (SELECT count(*) FROM vulnerability_to_weigh)", {}, [&](const store::Row& row) -> Result<void> {
    count = row.integer(0);
    return {};
  }));
  return count;
}

Result<void> Flow::Impl::judge_packages(const BookInForce& book, const std::vector<TenantPackage>& packages, Weighed weighed) {
  std::vector<KnownPackage> asked;
  for (const auto& one : packages) asked.push_back(one.package);
  const auto matches = match_each(book.book, asked);
  return write([&](Application&, store::Connection& connection) -> Result<void> {
    PackageMatches kept(connection, book);
    std::set<std::pair<TenantId, std::int64_t>> marked;
    for (std::size_t i = 0; i < packages.size(); ++i) {
      const TenantId tenant = packages[i].tenant;
      TRY(const auto changed, kept.keep(tenant, packages[i].package, matches[i]));
      if (weighed == Weighed::by_machine && !changed.empty()) TRY_VOID(mark_machines(connection, tenant, packages[i].package.id));
      if (weighed == Weighed::by_vulnerability) {
        for (const std::int64_t one : changed) marked.emplace(tenant, one);
      }
    }
    for (const auto& [tenant, one] : marked) TRY_VOID(mark_vulnerability(connection, tenant, one));
    return {};
  });
}

// Severity, use in attacks and likelihood are of the vulnerability, whatever its packages.
Result<void> Flow::Impl::refresh(const BookInForce& book, const std::vector<std::string>& names, Weighed weighed) {
  for (std::size_t from = 0; from < names.size(); from += kNamesAtOnce) {
    if (broken_off) return left_off();
    const std::size_t to = std::min(names.size(), from + kNamesAtOnce);
    TRY_VOID(write([&](Application&, store::Connection& connection) -> Result<void> {
      Vulnerabilities vulnerabilities(connection, book);
      std::vector<TenantId> tenants;
      TRY_VOID(connection.query("SELECT id FROM tenant", {}, [&](const store::Row& row) -> Result<void> {
        tenants.push_back(TenantId{row.integer(0)});
        return {};
      }));
      for (const TenantId tenant : tenants) {
        for (std::size_t i = from; i < to; ++i) TRY_VOID(vulnerabilities.refresh(tenant, names[i], weighed));
      }
      return {};
    }));
  }
  return {};
}

Result<void> Flow::Impl::reconsider_book(const BookInForce& book,
                                         const std::function<void(std::int64_t, std::int64_t)>& progress) {
  std::optional<Sha256> judged;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(judged, judged_by(connection));
    return {};
  }));
  std::int64_t done = 0, total = 0;
  const auto advance = [&](std::size_t count) {
    done += static_cast<std::int64_t>(count);
    if (progress) progress(std::min(done, total), total);
  };
  if (says_what_changed(book, judged)) {
    TRY(const auto rows, packages_named(hub, book));
    const std::vector<PackageRow> all(rows.begin(), rows.end());
    total = static_cast<std::int64_t>(all.size());
    const auto weighed = book.changed->size() <= kMostByThemselves ? Weighed::by_vulnerability : Weighed::by_machine;
    TRY_VOID(refresh(book, *book.changed, weighed));
    for (std::size_t from = 0; from < all.size(); from += kPackagesAtOnce) {
      if (broken_off) return left_off();
      const auto chunk = std::span(all).subspan(from, std::min(kPackagesAtOnce, all.size() - from));
      TRY(const auto packages, load_packages(hub, chunk));
      TRY_VOID(judge_packages(book, packages, weighed));
      advance(chunk.size());
    }
  } else if (judged != book.digest) {
    TRY(total, count_packages(hub));
    TRY(const auto names, names_known(hub));
    TRY_VOID(refresh(book, names, Weighed::by_machine));
    std::int64_t after = 0;
    for (;;) {
      if (broken_off) return left_off();
      TRY(const auto packages, packages_after(hub, after, kPackagesAtOnce));
      if (packages.empty()) break;
      TRY_VOID(judge_packages(book, packages, Weighed::by_machine));
      after = packages.back().package.id;
      advance(packages.size());
    }
  }
  TRY_VOID(write([&](Application&, store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("UPDATE book_position SET digest = ?1 WHERE id = 1", {book.digest.view()}));
    return {};
  }));
  std::int64_t marked = 0;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(marked, count_marked(connection));
    return {};
  }));
  total = done + marked;
  while (!stopping) {
    if (broken_off) return left_off();
    TRY(const auto weighed, weigh_some());
    if (weighed == 0) break;
    advance(static_cast<std::size_t>(weighed));
  }
  return {};
}

// What the book says of them goes with them, and is asked anew when a machine has one again.
Result<void> Flow::Impl::forget_packages() {
  const JudgedPackage after = looked_through;
  std::vector<JudgedPackage> nobodys;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(nobodys, nobodys_packages(connection, after, looked_through));
    return {};
  }));
  for (std::size_t from = 0; from < nobodys.size(); from += kForgottenAtOnce) {
    if (broken_off || stopping) return {};
    const auto some = std::span(nobodys).subspan(from, std::min(kForgottenAtOnce, nobodys.size() - from));
    TRY_VOID(write([&](Application&, store::Connection& connection) -> Result<void> {
      for (const JudgedPackage& one : some) {
        TRY_VOID(connection.run(
            "DELETE FROM package_judged WHERE tenant_id = ?1 AND package_id = ?2 AND " KHIEN_NOBODYS("?1", "?2"),
            {one.tenant, one.id}));
      }
      return {};
    }));
  }
  return {};
}

namespace {

struct MarkedVulnerability {
  TenantId tenant;
  std::int64_t id = 0;
  std::string name;
  MachineId through;
};

Result<std::vector<MarkedVulnerability>> marked_vulnerabilities(store::Connection& connection) {
  std::vector<MarkedVulnerability> marked;
  TRY_VOID(connection.query(
      "SELECT t.tenant_id, t.vulnerability_id, v.name, t.weighed_through FROM vulnerability_to_weigh t "
      "CROSS JOIN vulnerability v ON v.tenant_id = t.tenant_id AND v.id = t.vulnerability_id LIMIT ?1",
      {std::uint64_t{kMostByThemselves + 1}}, [&](const store::Row& row) -> Result<void> {
        marked.push_back({TenantId{row.integer(0)}, row.integer(1), std::string(row.text(2)), MachineId{row.integer(3)}});
        return {};
      }));
  return marked;
}

// The last of the next machines that have it, or showed it; none: there are no more.
Result<std::pair<MachineId, std::int64_t>> next_machines(store::Connection& connection, const MarkedVulnerability& one) {
  std::pair<MachineId, std::int64_t> last{};
  TRY_VOID(connection.query_one(
      "SELECT max(machine_id), count(*) FROM (SELECT mp.machine_id FROM package_vulnerability pv "
      "INDEXED BY package_vulnerability_by_vulnerability CROSS JOIN machine_package mp INDEXED BY machine_package_by_package "
      "ON mp.tenant_id = pv.tenant_id AND mp.package_id = pv.package_id AND mp.machine_id > ?4 "
      "WHERE pv.tenant_id = ?1 AND pv.vulnerability_id = ?2 AND pv.followed = 1 "
      "UNION SELECT f.machine_id FROM finding f INDEXED BY finding_of_advisory WHERE f.tenant_id = ?1 AND f.judge = 'advisory' "
      "AND f.rule = ?3 AND f.state <> 'resolved' AND f.machine_id > ?4 ORDER BY 1 LIMIT ?5)",
      {one.tenant, one.id, advisory_rule(one.name), one.through, kMachinesOfOne}, [&](const store::Row& row) -> Result<void> {
        if (!row.is_null(0)) last = {MachineId{row.integer(0)}, row.integer(1)};
        return {};
      }));
  return last;
}

}  // namespace

// By one of those that are marked; where they are many, machines are marked for them. Which
// machines are next is asked in the transaction: packages are judged meanwhile.
Result<std::int64_t> Flow::Impl::weigh_by_vulnerability() {
  std::vector<MarkedVulnerability> marked;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(marked, marked_vulnerabilities(connection));
    return {};
  }));
  if (marked.empty()) return std::int64_t{0};
  const Timestamp now = clock.now();
  std::int64_t weighed = 0;
  TRY_VOID(write([&](Application& application, store::Connection& connection) -> Result<void> {
    TRY(marked, marked_vulnerabilities(connection));
    if (marked.empty()) return {};
    const auto& one = marked.front();
    if (marked.size() > kMostByThemselves) {
      TRY_VOID(mark_all_machines(connection, one.tenant));
      TRY_VOID(connection.run("DELETE FROM vulnerability_to_weigh WHERE tenant_id = ?1", {one.tenant}));
      return {};
    }
    TRY(const auto next, next_machines(connection, one));
    const auto [last, count] = next;
    weighed = count;
    if (count > 0) TRY_VOID(application.weigh_vulnerability(one.tenant, {one.id, one.name}, {one.through, last}, now));
    if (count == static_cast<std::int64_t>(kMachinesOfOne)) {
      TRY_VOID(connection.run("UPDATE vulnerability_to_weigh SET weighed_through = ?3 WHERE tenant_id = ?1 AND vulnerability_id = ?2",
                              {one.tenant, one.id, last}));
    } else {
      TRY_VOID(connection.run("DELETE FROM vulnerability_to_weigh WHERE tenant_id = ?1 AND vulnerability_id = ?2", {one.tenant, one.id}));
    }
    return {};
  }));
  return std::max<std::int64_t>(1, weighed);
}

Result<std::int64_t> Flow::Impl::weigh_some() {
  TRY(const auto by_vulnerability, weigh_by_vulnerability());
  if (by_vulnerability > 0) return by_vulnerability;
  struct Marked {
    TenantId tenant;
    MachineId machine;
  };
  std::vector<Marked> marked;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query("SELECT tenant_id, machine_id FROM machine_to_weigh LIMIT ?1", {kMachinesAtOnce},
                            [&](const store::Row& row) -> Result<void> {
                              marked.push_back({TenantId{row.integer(0)}, MachineId{row.integer(1)}});
                              return {};
                            });
  }));
  if (marked.empty()) return std::int64_t{0};
  const Timestamp now = clock.now();
  TRY_VOID(write([&](Application& application, store::Connection& connection) -> Result<void> {
    for (const Marked& one : marked) {
      TRY_VOID(application.weigh_again(one.tenant, one.machine, now));
      TRY_VOID(connection.run("DELETE FROM machine_to_weigh WHERE tenant_id = ?1 AND machine_id = ?2", {one.tenant, one.machine}));
    }
    return {};
  }));
  return static_cast<std::int64_t>(marked.size());
}

}  // namespace khien::flow
