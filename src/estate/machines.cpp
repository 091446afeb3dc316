#include "khien/estate/machines.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "agent_line.hpp"
#include "machine_identity.hpp"
#include "machine_health.hpp"
#include "machine_on_access.hpp"
#include "machine_statements.hpp"
#include "refusals.hpp"
#include "unit_versions.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "machines";
constexpr std::size_t kMaxPage = 500;

Error no_machine() { return Error(Code::not_found, "there is no such machine"); }

Result<std::vector<std::string>> texts_from(std::string_view json) {
  // One a thread: 200 machines a page have one each.
  thread_local JsonDocument memory;
  std::vector<std::string> texts;
  Budget budget({});
  TRY(const auto list, memory.parse(json, budget));
  TRY_VOID(list.each([&](Json element) -> Result<void> {
    TRY(const auto text, element.string());
    texts.emplace_back(text);
    return {};
  }));
  return texts;
}

std::optional<Timestamp> optional_time(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.time(column);
}

std::uint64_t count(const store::Row& row, int column) { return static_cast<std::uint64_t>(row.integer(column)); }

// Columns from `first`: scan, state, started, finished, and the four counts.
std::optional<ScanSeen> scan_from(const store::Row& row, int first) {
  if (row.is_null(first)) return std::nullopt;
  return ScanSeen{.scan = row.integer(first),
                  .state = row.text(first + 1) == "complete" ? ScanSeen::State::complete : ScanSeen::State::running,
                  .started_at = row.time(first + 2),
                  .finished_at = optional_time(row, first + 3),
                  .files_seen = count(row, first + 4),
                  .files_scanned = count(row, first + 5),
                  .files_skipped = count(row, first + 6),
                  .files_total = count(row, first + 7)};
}

#define KHIEN_MACHINE_COLUMNS                                                                               \
  "m.id, m.unit_id, u.name, m.hostname, m.os_id, m.os_name, m.os_version, m.kernel_running, "               \
  "m.kernel_installed, m.addresses, m.agent_version, " KHIEN_HEALTH_RANK                                    \
  ", m.enrolled_at, m.last_seen, m.certificate_expires_at, m.revoked_at, m.open_findings, "                 \
  "m.last_complete_scan_at, m.files_scanned, m.packages_total, m.scan, m.scan_state, m.scan_started_at, "   \
  "m.scan_finished_at, m.scan_files_seen, m.scan_files_scanned, m.scan_files_skipped, m.scan_files_total, " \
  "m.serial, m.macs, m.sample_at, m.protection_on, m.firewall, m.content_updated_at, m.device_id, m.site_id"

Result<Machine> machine_from(const store::Row& row) {
  Machine machine;
  machine.id = {row.integer(0)};
  machine.unit = {row.integer(1)};
  machine.unit_name = row.text(2);
  machine.seen.hostname = row.text(3);
  machine.seen.os_id = row.text(4);
  machine.seen.os_name = row.text(5);
  machine.seen.os_version = row.text(6);
  machine.seen.kernel_running = row.text(7);
  machine.seen.kernel_installed = row.text(8);
  TRY(machine.seen.addresses, texts_from(row.text(9)));
  machine.seen.agent_version = row.text(10);
  machine.health = health_of_rank(row.integer(11));
  machine.enrolled_at = row.time(12);
  machine.last_seen = row.time(13);
  machine.certificate_expires_at = row.time(14);
  machine.revoked = !row.is_null(15);
  machine.open_findings = row.integer(16);
  machine.last_complete_scan_at = optional_time(row, 17);
  machine.files_scanned = row.integer(18);
  machine.packages_total = row.integer(19);
  machine.scan = scan_from(row, 20);
  machine.seen.serial = row.text(28);
  TRY(machine.seen.macs, texts_from(row.text(29)));
  machine.sample_at = optional_time(row, 30);
  if (!row.is_null(31)) machine.protection_on = row.integer(31) != 0;
  TRY(machine.firewall, firewall_state_from_string(row.text(32)));
  machine.content_updated_at = optional_time(row, 33);
  if (!row.is_null(34)) machine.stands_for_device = row.id<DeviceTag>(34);
  if (!row.is_null(35)) machine.stands_for_site = row.id<SiteTag>(35);
  return machine;
}

Result<std::vector<EngineState>> load_engines(store::Connection& connection, TenantId tenant, MachineId id) {
  std::vector<EngineState> engines;
  TRY_VOID(connection.query(
      "SELECT engine, state, signatures, updated_at, detail FROM machine_engine "
      "WHERE tenant_id = ?1 AND machine_id = ?2",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        EngineState engine;
        TRY(engine.engine, engine_from_string(row.text(0)));
        engine.state = row.text(1) == "running"    ? EngineState::State::running
                       : row.text(1) == "degraded" ? EngineState::State::degraded
                                                   : EngineState::State::absent;
        engine.signatures = row.integer(2);
        engine.updated_at = optional_time(row, 3);
        engine.detail = row.text(4);
        engines.push_back(std::move(engine));
        return {};
      }));
  // In the order of the enumeration: that of the names changes with them.
  std::ranges::sort(engines, {}, &EngineState::engine);
  return engines;
}

Result<std::vector<ProductState>> load_products(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::vector<ProductState> products;
  TRY_VOID(connection.query(
      "SELECT product, name, is_on, updated_at FROM machine_product WHERE tenant_id = ?1 AND machine_id = ?2 "
      "ORDER BY name, product",
      {tenant, machine}, [&](const store::Row& row) -> Result<void> {
        products.push_back({.id = std::string(row.text(0)),
                            .name = std::string(row.text(1)),
                            .on = row.integer(2) != 0,
                            .updated_at = optional_time(row, 3)});
        return {};
      }));
  return products;
}

// The query narrowed to what the SQL binds.
struct Bounds {
  TenantId tenant;
  std::string roots;
  Timestamp silent_before;
  Timestamp scan_old_before;
  std::int64_t rank = -1;  // of the health asked for; -1: any
  SearchWords words;
  std::string os;
  std::string_view kind;          // empty: any
  std::int64_t not_updated = -1;  // -1: any
  Timestamp content_old_before;

  // Does it need more than the index holds?
  bool by_rows() const { return !words.none() || !os.empty() || !kind.empty() || not_updated >= 0; }
};

Bounds bounds_of(const store::TenantScope& scope, std::string roots, const MachineQuery& query, Timestamp now) {
  return {.tenant = scope.tenant(),
          .roots = std::move(roots),
          .silent_before = silent_before(now),
          .scan_old_before = scan_old_before(now),
          .rank = query.health ? rank_of(*query.health) : -1,
          .words = search_words(query.words),
          .os = query.os,
          .kind = query.kind ? to_string(*query.kind) : std::string_view(),
          .not_updated = query.not_updated ? std::int64_t{*query.not_updated} : -1,
          .content_old_before = now - kContentOld};
}

// Where the page begins: behind this row.
struct Behind {
  std::int64_t rank = -1;
  Bytes order;
  std::int64_t id = 0;
};

struct Place {
  MachineId id;
  std::int64_t rank = 0;
  Bytes order;
};

Result<std::int64_t> count_matches(store::Connection& connection, const Bounds& b) {
  std::int64_t total = 0;
  const auto take = [&](const store::Row& row) -> Result<void> {
    total = row.integer(0);
    return {};
  };
  if (!b.by_rows()) {
    TRY_VOID(connection.query_one(kCountRanked,
                                  {b.tenant, b.roots, b.silent_before, b.scan_old_before, b.rank}, take));
  } else {
    TRY_VOID(connection.query_one(kCountRankedByRows,
                                  {b.tenant, b.roots, b.silent_before, b.scan_old_before, b.rank, b.words.each[0],
                                   b.words.each[1], b.words.each[2], b.words.each[3], b.os, b.kind, b.not_updated,
                                   b.content_old_before},
                                  take));
  }
  return total;
}

Result<std::vector<Place>> find_page(store::Connection& connection, const Bounds& b, const Behind& behind,
                                     std::size_t limit) {
  std::vector<Place> places;
  TRY_VOID(connection.query(b.by_rows() ? kRankedPageByRows : kRankedPage,
                            {b.tenant, b.roots, b.silent_before, b.scan_old_before, b.rank, b.words.each[0],
                             b.words.each[1], b.words.each[2], b.words.each[3], b.os, b.kind, b.not_updated,
                             b.content_old_before, behind.rank, ByteView(behind.order), behind.id, std::uint64_t{limit}},
                            [&](const store::Row& row) -> Result<void> {
                              const ByteView order = row.bytes(2);
                              places.push_back({MachineId{row.integer(0)}, row.integer(1),
                                                Bytes(order.begin(), order.end())});
                              return {};
                            }));
  return places;
}

Result<Machine> load_machine(store::Connection& connection, TenantId tenant, std::string_view roots, MachineId id,
                             Timestamp now) {
  std::optional<Machine> machine;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_MACHINE_COLUMNS
      " FROM machine m JOIN unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id "
      "WHERE m.tenant_id = ?1 AND m.id = ?5 AND " KHIEN_IN_SCOPE("m.unit_id"),
      {tenant, roots, silent_before(now), scan_old_before(now), id}, [&](const store::Row& row) -> Result<void> {
        TRY(machine, machine_from(row));
        return {};
      }));
  if (!machine) return no_machine();
  TRY(machine->engines, load_engines(connection, tenant, id));
  TRY(machine->products, load_products(connection, tenant, id));
  return std::move(*machine);
}

Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, from_cursor(cursor, kList, {std::int64_t{}, Bytes(), std::int64_t{}}));
  return Behind{std::get<std::int64_t>(fields[0]), std::get<Bytes>(std::move(fields[1])),
                std::get<std::int64_t>(fields[2])};
}

// Changes one row that must be in scope, or says that there is none.
Result<void> changed_one(Result<std::int64_t> changed) {
  TRY(const auto rows, std::move(changed));
  if (rows == 0) return no_machine();
  khien_assert(rows == 1);
  return {};
}

}  // namespace

Result<MachinePage> list_machines(store::Connection& connection, const store::TenantScope& scope,
                                  const MachineQuery& query, Timestamp now) {
  TRY(auto roots, roots_below(connection, scope, query.unit));
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const Bounds bounds = bounds_of(scope, std::move(roots), query, now);

  MachinePage page;
  TRY(page.total, count_matches(connection, bounds));
  // One more than asked for tells whether there is another page.
  TRY(auto places, find_page(connection, bounds, behind, limit + 1));
  if (places.size() > limit) {
    places.pop_back();
    const Place& last = places.back();
    page.next = to_cursor(kList, {last.rank, last.order, last.id.value});
  }
  for (const Place& place : places) {
    TRY(auto machine, load_machine(connection, bounds.tenant, bounds.roots, place.id, now));
    page.items.push_back(std::move(machine));
  }
  return page;
}

Result<Machine> get_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id,
                            Timestamp now) {
  TRY(Machine machine, load_machine(connection, scope.tenant(), scope.roots_json(), id, now));
  TRY(machine.on_access, load_on_access(connection, scope.tenant(), id));
  TRY(machine.media, load_media(connection, scope.tenant(), id));
  return machine;
}

Result<void> move_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id, UnitId to) {
  TRY(const auto unit, load_unit(connection, scope, to));
  if (unit.valid_to) return refuse(refusals::kUnitEnded);
  TRY_VOID(changed_one(connection.run(
      "UPDATE machine SET unit_id = ?4 WHERE tenant_id = ?1 AND id = ?3 AND stand_in = 0 AND " KHIEN_IN_SCOPE("machine.unit_id"),
      {scope.tenant(), scope.roots_json(), id, to})));
  return identify_machine(connection, scope.tenant(), id);
}

Result<void> revoke_machine(store::Connection& connection, const store::TenantScope& scope, MachineId id,
                            Timestamp now) {
  TRY_VOID(changed_one(connection.run(
      "UPDATE machine SET revoked_at = coalesce(revoked_at, ?4) "
      "WHERE tenant_id = ?1 AND id = ?3 AND stand_in = 0 AND " KHIEN_IN_SCOPE("machine.unit_id"),
      {scope.tenant(), scope.roots_json(), id, now})));
  return release_machine(connection, scope.tenant(), id);
}

}  // namespace khien::estate
