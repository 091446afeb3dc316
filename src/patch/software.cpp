#include "khien/patch/software.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/bytes.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"

namespace khien::patch {
namespace {

constexpr std::string_view kList = "software";
constexpr std::size_t kMaxPage = 500;
constexpr std::int64_t kMostNamed = 200;

// ?1 the tenant, ?2 the machine, ?3 to ?6 words, ?7 the view.
#define KHIEN_HAS_WORD(word) " AND (" word " = '' OR instr(p.search_key, " word ") > 0)"
#define KHIEN_SOFTWARE                                                                                                      \
  "FROM machine_package mp JOIN package p ON p.tenant_id = mp.tenant_id AND p.id = mp.package_id "                          \
  "WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2" KHIEN_HAS_WORD("?3") KHIEN_HAS_WORD("?4") KHIEN_HAS_WORD("?5")          \
  KHIEN_HAS_WORD("?6") " AND (?7 = 0 OR EXISTS (SELECT 1 FROM package_vulnerability pv WHERE pv.tenant_id = mp.tenant_id " \
  "AND pv.package_id = mp.package_id AND (?7 = 1 OR pv.followed = 1)))"

Result<void> read_machine(store::Connection& connection, const store::TenantScope& scope, MachineId machine, SoftwarePage& page) {
  bool found = false;
  TRY_VOID(connection.query(
      "SELECT m.kernel_running, m.kernel_installed, i.received_at, (SELECT digest IS NOT NULL FROM book_position WHERE id = 1) "
      "FROM machine m LEFT JOIN inventory_fact i ON i.tenant_id = m.tenant_id AND i.machine_id = m.id "
      "WHERE m.tenant_id = ?1 AND m.id = ?3 AND " KHIEN_IN_SCOPE("m.unit_id"),
      {scope.tenant(), scope.roots_json(), machine}, [&](const store::Row& row) -> Result<void> {
        found = true;
        page.kernel_running = row.text(0);
        page.kernel_installed = row.text(1);
        if (!row.is_null(2)) page.inventory_at = row.time(2);
        page.judged = row.integer(3) != 0;
        return {};
      }));
  return found ? Result<void>() : Error(Code::not_found, "there is no such machine");
}

Result<void> count(store::Connection& connection, TenantId tenant, MachineId machine, SoftwarePage& page) {
  TRY_VOID(connection.query_one("SELECT count(*) FROM machine_package WHERE tenant_id = ?1 AND machine_id = ?2", {tenant, machine},
                                [&](const store::Row& row) -> Result<void> {
                                  page.packages = row.integer(0);
                                  return {};
                                }));
  return connection.query_one(
      "SELECT count(DISTINCT pv.package_id), count(DISTINCT pv.vulnerability_id), "
      "count(DISTINCT CASE WHEN pv.followed = 1 THEN pv.vulnerability_id END) FROM machine_package mp "
      "CROSS JOIN package_vulnerability pv ON pv.tenant_id = mp.tenant_id AND pv.package_id = mp.package_id "
      "WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        page.vulnerable = row.integer(0);
        page.vulnerabilities = row.integer(1);
        page.followed = row.integer(2);
        return {};
      });
}

Result<void> add_vulnerabilities(store::Connection& connection, TenantId tenant, std::int64_t package, Software& software) {
  return connection.query(
      "SELECT v.name, CASE pv.severity WHEN 0 THEN v.severity ELSE pv.severity END, pv.state = 'unknown', pv.standing, pv.fixed, "
      "pv.record, pv.rule, pv.followed, v.exploited, v.likelihood, a.id FROM package_vulnerability pv "
      "JOIN vulnerability v ON v.tenant_id = pv.tenant_id AND v.id = pv.vulnerability_id "
      "LEFT JOIN advisory a ON a.tenant_id = v.tenant_id AND a.kind = 'vulnerability' AND a.name = v.name AND a.ended_at IS NULL "
      "WHERE pv.tenant_id = ?1 AND pv.package_id = ?2 ORDER BY pv.followed DESC, 2 DESC, v.name LIMIT ?3",
      {tenant, package, kMostNamed}, [&](const store::Row& row) -> Result<void> {
        KnownVulnerability one{.name = std::string(row.text(0)), .severity = static_cast<Severity>(row.integer(1)),
                               .unknown = row.integer(2) != 0, .standing = row.integer(3), .fixed = std::string(row.text(4)),
                               .record = std::string(row.text(5)), .rule = std::string(row.text(6)), .followed = row.integer(7) != 0,
                               .exploited = row.integer(8) != 0, .likelihood = {}, .advisory = {}};
        if (!row.is_null(9)) one.likelihood = static_cast<double>(row.integer(9)) / 1'000'000;
        if (!row.is_null(10)) one.advisory = row.id<AdvisoryTag>(10);
        software.vulnerabilities.push_back(std::move(one));
        return {};
      });
}

struct Behind {
  Bytes name;
  std::int64_t id = 0;
};
Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, estate::from_cursor(cursor, kList, {Bytes(), std::int64_t{}}));
  return Behind{std::get<Bytes>(std::move(fields[0])), std::get<std::int64_t>(fields[1])};
}

}  // namespace

Result<SoftwarePage> list_software(store::Connection& connection, const store::TenantScope& scope, MachineId machine,
                                   const SoftwareQuery& query) {
  SoftwarePage page;
  TRY_VOID(read_machine(connection, scope, machine, page));
  TRY(const auto behind, behind_cursor(query.cursor));
  const auto wanted = estate::search_words(query.words);
  const auto& word = wanted.each;
  const auto view = static_cast<int>(query.view);
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  TRY_VOID(count(connection, scope.tenant(), machine, page));
  TRY_VOID(connection.query_one("SELECT count(*) " KHIEN_SOFTWARE, {scope.tenant(), machine, word[0], word[1], word[2], word[3], view},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  std::vector<std::int64_t> ids;
  TRY_VOID(connection.query(
      "SELECT p.id, p.purl, p.name, p.version, p.source, p.source_version " KHIEN_SOFTWARE
      " AND (p.name, p.id) > (?8, ?9) ORDER BY p.name, p.id LIMIT ?10",
      {scope.tenant(), machine, word[0], word[1], word[2], word[3], view, as_text(behind.name), behind.id, std::uint64_t{limit + 1}},
      [&](const store::Row& row) -> Result<void> {
        if (ids.size() == limit) {
          const ByteView name = as_bytes(page.items.back().package.name);
          page.next = estate::to_cursor(kList, {Bytes(name.begin(), name.end()), ids.back()});
          return {};
        }
        ids.push_back(row.integer(0));
        page.items.push_back({{std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)),
                               std::string(row.text(5))}, {}});
        return {};
      }));
  for (std::size_t i = 0; i < ids.size(); ++i) TRY_VOID(add_vulnerabilities(connection, scope.tenant(), ids[i], page.items[i]));
  return page;
}

}  // namespace khien::patch
