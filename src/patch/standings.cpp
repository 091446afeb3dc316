#include "khien/patch/standings.hpp"

#include <map>
#include <utility>

#include "board.hpp"
#include "khien/estate/scope_sql.hpp"
#include "patch_states.hpp"

namespace khien::patch {
namespace {

using Key = std::pair<AdvisoryId, UnitId>;

// When an inventory last showed that something of it went, in each unit.
Result<std::map<Key, Timestamp>> read_proofs(store::Connection& connection, const store::TenantScope& scope) {
  std::map<Key, Timestamp> proofs;
  TRY_VOID(connection.query(
      "SELECT a.id, f.unit_id, max(h.at) FROM advisory a "
      "CROSS JOIN advisory_vulnerability av ON av.tenant_id = a.tenant_id AND av.advisory_id = a.id "
      "CROSS JOIN finding f INDEXED BY finding_of_advisory ON f.tenant_id = a.tenant_id AND f.judge = 'advisory' "
      "AND f.rule = 'advisory:' || av.name AND f.state = 'resolved' AND f.withdrawn = 0 "
      "CROSS JOIN finding_history h ON h.tenant_id = f.tenant_id AND h.finding_id = f.id AND h.effect = 'resolved' "
      "WHERE a.tenant_id = ?1 AND a.ended_at IS NULL AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_STILL_OURS("f.machine_id")
      " GROUP BY a.id, f.unit_id",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        proofs[{row.id<AdvisoryTag>(0), row.id<UnitTag>(1)}] = row.time(2);
        return {};
      }));
  return proofs;
}

}  // namespace

Result<std::vector<UnitStanding>> list_standings(store::Connection& connection, const store::TenantScope& scope,
                                                 std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), unit, {}));
  TRY(const auto proofs, read_proofs(connection, scope));
  std::vector<UnitStanding> all;
  for (const auto& [id, units] : board.advisories) {
    TRY(const auto record, load_advisory(connection, scope.tenant(), id));
    for (const auto& [place, counts] : units) {
      const auto name = board.names.find(place);
      if (name == board.names.end()) continue;
      UnitStanding one{.advisory = id, .kind = record.kind, .name = record.name, .title = record.title, .due = record.due, .unit = place,
                       .unit_name = name->second, .counts = counts, .overdue = counts.open > 0 && is_overdue(record.due, now), .proven_at = {}};
      const auto proof = proofs.find({id, place});
      const bool done = counts.open + counts.unknown + counts.mitigated + counts.accepted == 0 && counts.patched > 0;
      if (done && proof != proofs.end()) one.proven_at = proof->second;
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace khien::patch
