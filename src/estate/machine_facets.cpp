#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "machine_statements.hpp"

namespace khien::estate {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"workstation", "server", "other", "unlisted"};

// One machine, as each of the choices sees it.
struct Seen {
  bool health = false, os = false, kind = false, content = false;
};

struct Sums {
  std::map<std::string, std::int64_t, std::less<>> os;
  std::map<UnitId, std::int64_t> units;
  MachineFacets facets;
};

std::optional<bool> flag_or_none(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column) != 0;
}

// Columns: rank, system, kind, unit, not updated (NULL: revoked).
Result<void> add(Sums& sums, const MachineQuery& query, const store::Row& row) {
  TRY(const auto kind, machine_kind_from_string(row.text(2)));
  const auto not_updated = flag_or_none(row, 4);
  const Seen fits{.health = !query.health || rank_of(*query.health) == row.integer(0),
                  .os = query.os.empty() || query.os == row.text(1),
                  .kind = !query.kind || *query.kind == kind,
                  .content = !query.not_updated || query.not_updated == not_updated};
  const int missed = !fits.health + !fits.os + !fits.kind + !fits.content;
  // A choice's own condition is left out of its count, and no other.
  const auto counts = [missed](bool own) { return missed == 0 || (missed == 1 && !own); };
  if (counts(fits.os)) {
    const auto found = sums.os.find(row.text(1));
    ++(found == sums.os.end() ? sums.os.emplace(row.text(1), 0).first : found)->second;
  }
  if (counts(fits.kind)) ++sums.facets.by_kind.at(static_cast<std::size_t>(kind));
  if (counts(fits.content) && not_updated) ++(*not_updated ? sums.facets.not_updated : sums.facets.updated);
  if (missed == 0) ++sums.units[{row.integer(3)}];
  return {};
}

template <class T>
void keep_largest(std::vector<T>& values) {
  std::ranges::sort(values, {}, [](const T& value) { return std::pair(-value.machines, std::string_view(value.name)); });
  if (values.size() > kMostFacetValues) values.resize(kMostFacetValues);
}

}  // namespace

std::string_view to_string(MachineKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Result<MachineKind> machine_kind_from_string(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) return Error(Code::invalid, "not a kind of machine");
  return static_cast<MachineKind>(found - kKinds.begin());
}

// One pass over the machines of the scope, counted here: five groupings by SQL would read them five times.
Result<MachineFacets> machine_facets(store::Connection& connection, const store::TenantScope& scope,
                                     const MachineQuery& query, Timestamp now) {
  TRY(const auto roots, roots_below(connection, scope, query.unit));
  const SearchWords words = search_words(query.words);
  Sums sums;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_HEALTH_RANK ", m.os_name, " KHIEN_MACHINE_KIND
      ", m.unit_id, CASE WHEN m.revoked_at IS NULL THEN " KHIEN_MACHINE_NOT_UPDATED " END FROM machine m "
      "WHERE m.tenant_id = ?1 AND m.stand_in = 0 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_MACHINE_HAS_WORDS,
      {scope.tenant(), roots, silent_before(now), scan_old_before(now), nullptr, words.each[0], words.each[1], words.each[2],
       words.each[3], nullptr, nullptr, nullptr, now - kContentOld},
      [&](const store::Row& row) { return add(sums, query, row); }));
  for (auto& [name, machines] : sums.os) sums.facets.os.push_back({name, machines});
  TRY(const auto units, list_units(connection, scope));
  for (const Unit& unit : units) {
    const auto found = sums.units.find(unit.id);
    if (found != sums.units.end()) sums.facets.units.push_back({unit.id, unit.name, found->second});
  }
  keep_largest(sums.facets.os);
  keep_largest(sums.facets.units);
  return std::move(sums.facets);
}

}  // namespace khien::estate
