#include "succession.hpp"

#include "khien/duty/refusal.hpp"
#include "periods.hpp"

namespace khien::reporting {
namespace {

struct Frozen {
  ReportId id;
  Timestamp from;
  Timestamp cut_off;
};

// The newest: what replaces another has the greater id.
Result<std::optional<Frozen>> frozen_of(store::Connection& connection, TenantId tenant, std::string_view kind, UnitId unit, bool of_whole,
                                        std::string_view period) {
  std::optional<Frozen> found;
  TRY_VOID(connection.query(
      "SELECT r.id, r.counted_from, r.cut_off, r.period_from FROM report r WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.unit_id = ?3 "
      "AND r.of_whole = ?4 AND r.state <> 'draft' AND r.period = ?5 ORDER BY r.id DESC LIMIT 1",
      {tenant, kind, unit, of_whole, period}, [&](const store::Row& row) -> Result<void> {
        // Those of before that column counted from the first day of their period.
        const auto from = row.is_null(1) ? vietnam_moment(Date::from_days(row.integer(3))) : row.time(1);
        found = Frozen{row.id<ReportTag>(0), from, row.time(2)};
        return {};
      }));
  return found;
}

Error count_again() {
  return duty::refuse(Code::conflict, "", {"Văn bản kỳ trước hoặc kỳ sau đã chốt sau khi tính số liệu của dự thảo này. Hãy tính lại số liệu rồi chốt.",
                                           "The document before or after this one was frozen since this draft was counted. Count it again, then freeze."});
}

Result<void> check_same_period(store::Connection& connection, TenantId tenant, const Report& report) {
  TRY(const auto same, frozen_of(connection, tenant, report.kind, report.unit, report.of_whole, report.period));
  if (!same || report.replaces == same->id) return {};
  return duty::refuse(Code::conflict, "", {"Kỳ này đã có văn bản được chốt (văn bản " + std::to_string(same->id.value) + "). Muốn sửa, hãy lập văn bản thay thế văn bản đó.",
                                           "The period has a frozen document (document " + std::to_string(same->id.value) + "). To correct it, make one that replaces it."});
}

}  // namespace

Result<Bounds> bounds_of(store::Connection& connection, TenantId tenant, const report::Kind& kind, UnitId unit, bool of_whole,
                         const report::Period& period) {
  if (!kind.since_last) return Bounds{};
  TRY(const auto earlier, frozen_of(connection, tenant, kind.id, unit, of_whole, report::before(period).id));
  TRY(const auto later, frozen_of(connection, tenant, kind.id, unit, of_whole, period_id(kind.every, period.to + 1)));
  Bounds bounds;
  if (earlier) bounds.since = earlier->cut_off + milliseconds(1);
  if (later) bounds.until = later->from;
  return bounds;
}

Timestamp counted_from(const report::Snapshot& snapshot) { return snapshot.since.value_or(vietnam_moment(snapshot.data_from)); }

Result<void> check_place(store::Connection& connection, TenantId tenant, const ReportDetail& detail) {
  const auto& report = detail.report;
  if (report.replaces) {
    bool replaced = false;
    TRY_VOID(connection.query("SELECT 1 FROM report r WHERE r.tenant_id = ?1 AND r.replaces_id = ?2 AND r.state <> 'draft'", {tenant, *report.replaces},
                              [&](const store::Row&) -> Result<void> {
                                replaced = true;
                                return {};
                              }));
    if (replaced) return duty::refuse(Code::conflict, "", {"Văn bản cần thay thế đã có văn bản khác thay thế.", "What it replaces was replaced already."});
  }
  if (!detail.kind.since_last) return {};
  TRY_VOID(check_same_period(connection, tenant, report));
  const auto& snapshot = detail.snapshot;
  TRY(const auto bounds, bounds_of(connection, tenant, detail.kind, report.unit, report.of_whole, snapshot.period));
  const auto first = bounds.since.value_or(vietnam_moment(report::window_of(detail.kind, snapshot.period).from));
  if (counted_from(snapshot) != first) return count_again();
  if (bounds.until && snapshot.cut_off + milliseconds(1) != *bounds.until) return count_again();
  return {};
}

}  // namespace khien::reporting
