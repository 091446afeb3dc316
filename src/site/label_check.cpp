#include "khien/site/label_check.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/date.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/units.hpp"

namespace khien::site {
namespace {

constexpr std::array<std::string_view, kLabelCriteria> kCriteria{"level", "consent", "encryption", "not_listed"};
constexpr std::array<std::string_view, 4> kStates{"met", "failed", "paper", "unknown"};

// Running systems of the site's unit, and those whose level is approved. ?3 today.
#define KHIEN_RUNNING_SYSTEMS                                                                  \
  "FROM information_system i WHERE i.tenant_id = s.tenant_id AND i.unit_id = s.unit_id AND "   \
  "(i.ended_on IS NULL OR i.ended_on > ?3)"
#define KHIEN_LABEL_CHECK                                                                                        \
  "SELECT s.id, (SELECT count(*) " KHIEN_RUNNING_SYSTEMS "), (SELECT count(*) " KHIEN_RUNNING_SYSTEMS            \
  " AND i.approved_at <= ?3), f.encrypted, f.certificate_expires_at FROM site s LEFT JOIN site_fact f ON "       \
  "f.tenant_id = s.tenant_id AND f.site_id = s.id WHERE s.tenant_id = ?1 "

// A site stands on systems of its unit: while one of them is not approved, nobody can say that it is not that one.
CriterionState level_of(std::int64_t systems, std::int64_t approved) {
  if (systems == 0) return CriterionState::unknown;
  return approved == systems ? CriterionState::met : CriterionState::failed;
}

CriterionState encryption_of(const store::Row& row, Timestamp now) {
  if (!row.is_null(4) && row.time(4) < now) return CriterionState::failed;
  if (row.is_null(3)) return CriterionState::unknown;
  return row.integer(3) != 0 ? CriterionState::met : CriterionState::failed;
}

std::pair<SiteId, LabelCheck> check_from(const store::Row& row, Timestamp now) {
  LabelCheck check{.systems = row.integer(1), .approved = row.integer(2)};
  check.states[static_cast<std::size_t>(LabelCriterion::level)] = level_of(check.systems, check.approved);
  check.states[static_cast<std::size_t>(LabelCriterion::encryption)] = encryption_of(row, now);
  return {SiteId{row.integer(0)}, check};
}

}  // namespace

std::string_view to_string(LabelCriterion criterion) { return kCriteria.at(static_cast<std::size_t>(criterion)); }
std::string_view to_string(CriterionState state) { return kStates.at(static_cast<std::size_t>(state)); }

bool LabelCheck::is_ready() const {
  return std::ranges::all_of(states, [](CriterionState state) { return state == CriterionState::met || state == CriterionState::paper; });
}

Result<LabelCheck> label_check(store::Connection& connection, const store::TenantScope& scope, SiteId site, Timestamp now) {
  TRY_VOID(estate::get_site(connection, scope, site));
  LabelCheck check;
  TRY_VOID(connection.query_one(KHIEN_LABEL_CHECK "AND s.id = ?2", {scope.tenant(), site, std::int64_t{vietnam_day(now).days()}},
                                [&](const store::Row& row) -> Result<void> {
                                  check = check_from(row, now).second;
                                  return {};
                                }));
  return check;
}

Result<std::map<SiteId, LabelCheck>> label_checks(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                                  Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  std::map<SiteId, LabelCheck> checks;
  TRY_VOID(connection.query(KHIEN_LABEL_CHECK "AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND (s.valid_to IS NULL OR s.valid_to >= ?3)",
                            {scope.tenant(), roots, std::int64_t{vietnam_day(now).days()}}, [&](const store::Row& row) -> Result<void> {
                              checks.insert(check_from(row, now));
                              return {};
                            }));
  return checks;
}

}  // namespace khien::site
