#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "packages";
constexpr std::size_t kMaxPage = 1'000;
constexpr std::uint32_t kMaxParts = 1'000;

// Of all five texts, each with its length, so that no two packages share one.
Sha256 digest_of(const Package& package) {
  Sha256Stream hash;
  for (const std::string* text :
       {&package.purl, &package.name, &package.version, &package.source, &package.source_version}) {
    hash.update(as_bytes(std::to_string(text->size()) + ":"));
    hash.update(as_bytes(*text));
  }
  return hash.finish();
}

Result<std::int64_t> number_of(store::Connection& connection, TenantId tenant, const Package& package) {
  const Sha256 digest = digest_of(package);
  std::int64_t number = 0;
  TRY_VOID(connection.query("SELECT id FROM package WHERE tenant_id = ?1 AND digest = ?2", {tenant, digest.view()},
                            [&](const store::Row& row) -> Result<void> {
                              number = row.integer(0);
                              return {};
                            }));
  if (number != 0) return number;
  TRY_VOID(connection.run(
      "INSERT INTO package (tenant_id, digest, purl, name, version, source, source_version, search_key) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      {tenant, digest.view(), package.purl, package.name, package.version, package.source, package.source_version,
       fold(package.name + "\n" + package.version)}));
  return connection.last_insert_id();
}

Result<void> put_packages(store::Connection& connection, const AgentIdentity& agent, const PackagesSeen& seen) {
  for (const Package& package : seen.packages) {
    TRY(const auto number, number_of(connection, agent.tenant, package));
    TRY_VOID(connection.run(
        "INSERT INTO machine_package (tenant_id, machine_id, package_id, inventory) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (tenant_id, machine_id, package_id) DO UPDATE SET inventory = excluded.inventory",
        {agent.tenant, agent.machine, number, seen.inventory}));
  }
  return {};
}

// Notes the part and says how many parts of the inventory are there now. Parts
// of another inventory that never became whole are given up.
Result<std::int64_t> note_part(store::Connection& connection, const AgentIdentity& agent, const PackagesSeen& seen) {
  TRY_VOID(connection.run(
      "DELETE FROM machine_inventory_part WHERE tenant_id = ?1 AND machine_id = ?2 AND inventory <> ?3",
      {agent.tenant, agent.machine, seen.inventory}));
  TRY_VOID(connection.run(
      "INSERT INTO machine_inventory_part (tenant_id, machine_id, inventory, part) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, machine_id, inventory, part) DO NOTHING",
      {agent.tenant, agent.machine, seen.inventory, seen.part}));
  std::int64_t parts = 0;
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM machine_inventory_part WHERE tenant_id = ?1 AND machine_id = ?2",
      {agent.tenant, agent.machine}, [&](const store::Row& row) -> Result<void> {
        parts = row.integer(0);
        return {};
      }));
  return parts;
}

// The inventory is whole: what it did not name is no longer installed.
Result<void> finish_inventory(store::Connection& connection, const AgentIdentity& agent, std::int64_t inventory) {
  TRY_VOID(connection.run(
      "DELETE FROM machine_package WHERE tenant_id = ?1 AND machine_id = ?2 AND inventory <> ?3",
      {agent.tenant, agent.machine, inventory}));
  TRY_VOID(connection.run("DELETE FROM machine_inventory_part WHERE tenant_id = ?1 AND machine_id = ?2",
                          {agent.tenant, agent.machine}));
  return {};
}

Result<void> require_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id) {
  bool found = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM machine m WHERE m.tenant_id = ?1 AND m.id = ?3 AND " KHIEN_IN_SCOPE("m.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row&) -> Result<void> {
        found = true;
        return {};
      }));
  if (!found) return Error(Code::not_found, "there is no such machine");
  return {};
}

// ?3 to ?6: words.
#define KHIEN_PACKAGE_HAS_WORD(word) " AND (" word " = '' OR instr(p.search_key, " word ") > 0)"
#define KHIEN_PACKAGES_OF_MACHINE                                                  \
  "FROM machine_package mp JOIN package p ON p.tenant_id = mp.tenant_id AND p.id = mp.package_id " \
  "WHERE mp.tenant_id = ?1 AND mp.machine_id = ?2"                                                 \
  KHIEN_PACKAGE_HAS_WORD("?3") KHIEN_PACKAGE_HAS_WORD("?4") KHIEN_PACKAGE_HAS_WORD("?5") KHIEN_PACKAGE_HAS_WORD("?6")

struct Behind {
  Bytes name;
  std::int64_t id = 0;
};

Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, from_cursor(cursor, kList, {Bytes(), std::int64_t{}}));
  return Behind{std::get<Bytes>(std::move(fields[0])), std::get<std::int64_t>(fields[1])};
}

std::string cursor_behind(const Package& last, std::int64_t id) {
  const ByteView name = as_bytes(last.name);
  return to_cursor(kList, {Bytes(name.begin(), name.end()), id});
}

Package package_from(const store::Row& row) {
  return {std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)),
          std::string(row.text(5))};
}

}  // namespace

Result<void> apply_packages(store::Connection& connection, const AgentIdentity& agent, const PackagesSeen& seen) {
  if (seen.part < 1 || seen.part > seen.parts || seen.parts > kMaxParts) {
    return Error(Code::invalid, "an inventory has 1 to " + std::to_string(kMaxParts) + " parts");
  }
  TRY_VOID(put_packages(connection, agent, seen));
  TRY(const auto parts, note_part(connection, agent, seen));
  // Parts that came again after the last are whole again only with all others.
  if (parts >= std::int64_t{seen.parts}) TRY_VOID(finish_inventory(connection, agent, seen.inventory));
  TRY_VOID(connection.run(
      "UPDATE machine SET packages_total = (SELECT count(*) FROM machine_package p WHERE p.tenant_id = ?1 "
      "AND p.machine_id = ?2) WHERE tenant_id = ?1 AND id = ?2",
      {agent.tenant, agent.machine}));
  return {};
}

Result<PackagePage> list_packages(store::Connection& connection, const store::TenantScope& scope, MachineId id,
                                  std::string_view words, std::string_view cursor, std::size_t limit) {
  TRY_VOID(require_machine(connection, scope, id));
  TRY(const auto behind, behind_cursor(cursor));
  const SearchWords wanted = search_words(words);
  const auto& word = wanted.each;
  limit = std::clamp<std::size_t>(limit, 1, kMaxPage);

  PackagePage page;
  TRY_VOID(connection.query_one("SELECT count(*) " KHIEN_PACKAGES_OF_MACHINE, {scope.tenant(), id, word[0], word[1], word[2], word[3]},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  std::int64_t last = 0;
  TRY_VOID(connection.query(
      "SELECT p.id, p.purl, p.name, p.version, p.source, p.source_version " KHIEN_PACKAGES_OF_MACHINE
      " AND (p.name, p.id) > (?7, ?8) ORDER BY p.name, p.id LIMIT ?9",
      {scope.tenant(), id, word[0], word[1], word[2], word[3], as_text(behind.name), behind.id,
       std::uint64_t{limit + 1}},
      [&](const store::Row& row) -> Result<void> {
        if (page.items.size() == limit) {
          page.next = cursor_behind(page.items.back(), last);
          return {};
        }
        page.items.push_back(package_from(row));
        last = row.integer(0);
        return {};
      }));
  return page;
}

}  // namespace khien::estate
