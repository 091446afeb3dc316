#include "khien/reporting/reports.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "periods.hpp"
#include "report_rows.hpp"

namespace khien::reporting {
namespace {

constexpr std::string_view kList = "report";
constexpr std::size_t kMostPage = 500;
constexpr std::array<std::string_view, 5> kStates{"draft", "frozen", "signed", "sent", "received"};

Result<void> load_snapshot(store::Connection& connection, TenantId tenant, ReportDetail& detail) {
  return connection.query_one("SELECT kind, snapshot FROM report_snapshot WHERE tenant_id = ?1 AND report_id = ?2",
                              {tenant, detail.report.id}, [&](const store::Row& row) -> Result<void> {
                                detail.kind_text = row.text(0);
                                TRY(detail.kind, report::read_kind(detail.kind_text));
                                TRY(detail.snapshot, report::read_snapshot(row.text(1)));
                                if (sha256(row.text(1)) == detail.report.digest) return {};
                                return Error(Code::corrupt, "a document's figures are not those that were kept");
                              });
}

Result<void> load_history(store::Connection& connection, TenantId tenant, ReportDetail& detail) {
  TRY_VOID(connection.query(
      "SELECT what, at, user_id, words FROM report_event WHERE tenant_id = ?1 AND report_id = ?2 ORDER BY number DESC",
      {tenant, detail.report.id}, [&](const store::Row& row) -> Result<void> {
        detail.history.push_back({std::string(row.text(0)), row.time(1), row.id<UserTag>(2), std::string(row.text(3))});
        return {};
      }));
  return connection.query("SELECT record_id, duty FROM report_duty WHERE tenant_id = ?1 AND report_id = ?2 ORDER BY record_id",
                          {tenant, detail.report.id}, [&](const store::Row& row) -> Result<void> {
                            detail.duties.push_back({row.id<DutyRecordTag>(0), std::string(row.text(1))});
                            return {};
                          });
}

Result<std::optional<Bytes>> document(store::Connection& connection, const store::TenantScope& scope, ReportId id,
                                      std::string_view what) {
  std::optional<Bytes> bytes;
  TRY_VOID(connection.query(
      "SELECT d.sha256, d.bytes FROM report_document d JOIN report r ON r.tenant_id = d.tenant_id AND r.id = d.report_id "
      "WHERE d.tenant_id = ?1 AND d.report_id = ?3 AND d.what = ?4 AND " KHIEN_IN_SCOPE("r.unit_id"),
      {scope.tenant(), scope.roots_json(), id, what}, [&](const store::Row& row) -> Result<void> {
        const auto kept = row.bytes(1);
        TRY(const auto digest, Sha256::from_bytes(row.bytes(0)));
        if (sha256(kept) != digest) return Error(Code::corrupt, "a document is not what was issued");
        bytes.emplace(kept.begin(), kept.end());
        return {};
      }));
  return bytes;
}

}  // namespace

std::string_view to_string(ReportState state) { return kStates[static_cast<std::size_t>(state)]; }

Result<ReportState> report_state_from_string(std::string_view text) {
  const auto found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return Error(Code::invalid, "no such state of a document");
  return static_cast<ReportState>(found - kStates.begin());
}

// A number of one digit has a leading zero (Decree 30/2020/NĐ-CP, appendix I).
std::string Report::number_words() const {
  if (!number) return {};
  return (*number < 10 ? "0" : "") + std::to_string(*number) + "/" + symbol;
}

std::optional<Timestamp> ReportDetail::frozen_at() const {
  const auto frozen = std::ranges::find(history, "frozen", &ReportEvent::what);
  return frozen == history.end() ? std::nullopt : std::optional(frozen->at);
}

report::Issue ReportDetail::issue() const {
  return {.number = report.number, .day = report.issued_on, .draft = report.state == ReportState::draft};
}

std::string day_words(Date day) {
  const auto iso = to_string(day);
  return iso.substr(8) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
}

report::Period period_of(const Report& report) {
  const auto named = report::read_period(report.period);
  if (named && named->from == report.period_from && named->to == report.period_to) return *named;
  return holiday_period(report.period_from, report.period_to);
}

Error no_report() { return Error(Code::not_found, "there is no such document"); }

Result<Report> report_from(const store::Row& row) {
  Report report;
  report.id = row.id<ReportTag>(0);
  report.kind = row.text(1);
  report.unit = row.id<UnitTag>(2);
  report.unit_name = row.text(3);
  report.of_whole = row.integer(4) != 0;
  report.period = row.text(5);
  TRY(report.state, report_state_from_string(row.text(6)));
  report.cut_off = row.time(7);
  TRY(report.digest, Sha256::from_bytes(row.bytes(8)));
  report.made_by = row.id<UserTag>(9);
  report.made_at = row.time(10);
  report.symbol = row.text(11);
  if (!row.is_null(12)) report.number = static_cast<int>(row.integer(12));
  if (!row.is_null(13)) report.issued_on = Date::from_days(row.integer(13));
  if (!row.is_null(14)) report.evidence = row.id<EvidenceTag>(14);
  report.signer = row.text(15);
  if (!row.is_null(16)) report.sent_on = Date::from_days(row.integer(16));
  report.period_from = Date::from_days(row.integer(17));
  report.period_to = Date::from_days(row.integer(18));
  if (!row.is_null(19)) report.replaces = row.id<ReportTag>(19);
  if (!row.is_null(21)) report.incident = incident::IncidentId{row.integer(21)};
  if (!row.is_null(20)) report.replaced_by = row.id<ReportTag>(20);
  return report;
}

Result<void> put_event(store::Connection& connection, TenantId tenant, const NewEvent& event) {
  TRY_VOID(connection.run(
      "INSERT INTO report_event (tenant_id, report_id, number, what, at, user_id, words, evidence) "
      "SELECT tenant_id, id, events + 1, ?3, ?4, ?5, ?6, ?7 FROM report WHERE tenant_id = ?1 AND id = ?2",
      {tenant, event.report, event.what, event.at, event.by, event.words, event.evidence}));
  TRY(const auto counted, connection.run("UPDATE report SET events = events + 1 WHERE tenant_id = ?1 AND id = ?2", {tenant, event.report}));
  khien_assert(counted == 1);
  return {};
}

Result<ReportPage> list_reports(store::Connection& connection, const store::TenantScope& scope, const ReportQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  const std::string_view state = query.state ? to_string(*query.state) : std::string_view();
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  ReportPage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM report r WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
                                " AND (?3 = '' OR r.kind = ?3) AND (?4 = '' OR r.state = ?4)",
                                {scope.tenant(), roots, query.kind, state}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query(KHIEN_REPORT "WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
                                         " AND (?3 = '' OR r.kind = ?3) AND (?4 = '' OR r.state = ?4) AND r.id < ?5 "
                                         "ORDER BY r.id DESC LIMIT ?6",
                            {scope.tenant(), roots, query.kind, state, before, static_cast<std::int64_t>(limit + 1)},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto one, report_from(row));
                              page.items.push_back(std::move(one));
                              return {};
                            }));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  return page;
}

Result<ReportDetail> get_report(store::Connection& connection, const store::TenantScope& scope, ReportId id) {
  std::optional<ReportDetail> detail;
  TRY_VOID(connection.query(KHIEN_REPORT "WHERE r.tenant_id = ?1 AND r.id = ?3 AND " KHIEN_IN_SCOPE("r.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              detail.emplace();
                              TRY(detail->report, report_from(row));
                              return {};
                            }));
  if (!detail) return no_report();
  TRY_VOID(load_snapshot(connection, scope.tenant(), *detail));
  TRY_VOID(load_history(connection, scope.tenant(), *detail));
  return *std::move(detail);
}

Result<Bytes> issued_pdf(store::Connection& connection, const store::TenantScope& scope, ReportId id) {
  TRY(auto bytes, document(connection, scope, id, "frozen"));
  if (!bytes) return no_report();
  return *std::move(bytes);
}

Result<std::optional<Bytes>> signed_pdf(store::Connection& connection, const store::TenantScope& scope, ReportId id) {
  return document(connection, scope, id, "signed");
}

Result<std::optional<ReportId>> find_issued(store::Connection& connection, const store::TenantScope& scope, const Sha256& digest) {
  std::optional<ReportId> found;
  TRY_VOID(connection.query(
      "SELECT d.report_id FROM report_document d JOIN report r ON r.tenant_id = d.tenant_id AND r.id = d.report_id "
      "WHERE d.tenant_id = ?1 AND d.sha256 = ?3 AND " KHIEN_IN_SCOPE("r.unit_id") " ORDER BY d.report_id",
      {scope.tenant(), scope.roots_json(), digest.view()}, [&](const store::Row& row) -> Result<void> {
        if (!found) found = row.id<ReportTag>(0);
        return {};
      }));
  return found;
}

Result<std::optional<ReportId>> find_snapshot(store::Connection& connection, const store::TenantScope& scope, const Sha256& digest) {
  std::optional<ReportId> found;
  TRY_VOID(connection.query("SELECT r.id FROM report r WHERE r.tenant_id = ?1 AND r.digest = ?3 AND r.state <> 'draft' AND " KHIEN_IN_SCOPE("r.unit_id")
                            " ORDER BY r.id DESC",
                            {scope.tenant(), scope.roots_json(), digest.view()}, [&](const store::Row& row) -> Result<void> {
                              found = row.id<ReportTag>(0);
                              return {};
                            }));
  return found;
}

}  // namespace khien::reporting
