#include <algorithm>
#include <map>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/reporting/reports.hpp"
#include "report_rows.hpp"
#include "succession.hpp"

namespace khien::reporting {
namespace {

// A document is numbered the day it is signed on paper, or some days later; not half a year.
constexpr int kMostDaysBack = 31;

Result<void> check_day(const Report& report, Date issued_on, Timestamp now) {
  if (issued_on > vietnam_day(now)) {
    return duty::refuse(Code::invalid, "issued_on", {"Ngày ban hành nằm ở tương lai.", "The day of issue lies ahead."});
  }
  if (issued_on < vietnam_day(now) - kMostDaysBack) {
    return duty::refuse(Code::invalid, "issued_on", {"Ngày ban hành sớm hơn hôm nay quá 31 ngày.", "The day of issue lies more than 31 days back."});
  }
  if (issued_on < vietnam_day(report.cut_off)) {
    return duty::refuse(Code::invalid, "issued_on", {"Ngày ban hành trước ngày chốt số liệu.", "The day of issue lies before the day up to which it counts."});
  }
  return {};
}

Result<void> check_number(store::Connection& connection, TenantId tenant, const Report& report, const Freezing& freezing) {
  std::optional<ReportId> holder;
  TRY_VOID(connection.query(
      "SELECT id FROM report WHERE tenant_id = ?1 AND unit_id = ?2 AND symbol = ?3 AND issued_year = ?4 AND number = ?5",
      {tenant, report.unit, report.symbol, freezing.issued_on.year(), freezing.number}, [&](const store::Row& row) -> Result<void> {
        holder = row.id<ReportTag>(0);
        return {};
      }));
  if (!holder) return {};
  const std::string year = std::to_string(freezing.issued_on.year());
  return duty::refuse(Code::conflict, "number",
                      {"Số này đã dùng cho văn bản khác cùng ký hiệu trong năm " + year + " (văn bản " + std::to_string(holder->value) + ").",
                       "Another document of the same symbol has this number in " + year + " (document " + std::to_string(holder->value) + ")."});
}

}  // namespace

std::vector<LocalText> missing_of(const ReportDetail& detail) {
  std::vector<LocalText> missing;
  const auto& issuer = detail.snapshot.issuer;
  const auto want = [&](bool there, LocalText what) {
    if (!there) missing.push_back(std::move(what));
  };
  want(!issuer.agency.empty(), {"Tên cơ quan ban hành", "The issuing agency"});
  want(!issuer.place.empty(), {"Địa danh", "The place"});
  want(!issuer.symbol.empty(), {"Ký hiệu văn bản", "The document's symbol"});
  want(!issuer.signer_title.empty(), {"Chức vụ người ký", "The signer's title"});
  want(!issuer.signer_name.empty(), {"Họ tên người ký", "The signer's name"});
  for (const auto& field : detail.kind.fields) {
    const auto word = detail.snapshot.words.find(field.id);
    const bool there = word != detail.snapshot.words.end() && word->second.find_first_not_of(" \n\t") != std::string::npos;
    if (field.required) want(there, field.label);
  }
  return missing;
}

Result<Bytes> print(const ReportDetail& detail, const Freezing& freezing, const report::Faces& faces) {
  if (const auto missing = missing_of(detail); !missing.empty()) {
    return duty::refuse(Code::invalid, "", {"Còn thiếu: " + missing.front().vi + ".", "Still missing: " + missing.front().en + "."});
  }
  TRY_VOID(report::check(detail.kind, detail.snapshot));
  TRY(const auto document, report::compose(detail.kind, detail.snapshot,
                                           {.number = freezing.number, .day = freezing.issued_on, .draft = false}, report::Language::vi));
  TRY(auto pdf, report::write_pdf(document, faces));
  if (pdf.size() <= kMostIssuedBytes) return pdf;
  return duty::refuse(Code::invalid, "", {"Văn bản lớn hơn 9 MiB.", "The document is larger than 9 MiB."});
}

Result<void> freeze_report(store::Connection& connection, const store::TenantScope& scope, ReportId id, const Freezing& freezing,
                           const Sha256& printed_from, const Bytes& pdf, const duty::Actor& actor, Timestamp now) {
  khien_assert(actor.user && !pdf.empty());
  TRY(const auto detail, get_report(connection, scope, id));
  if (detail.report.state != ReportState::draft || detail.report.digest != printed_from) {
    return duty::refuse(Code::conflict, "", {"Dự thảo đã thay đổi hoặc đã chốt. Tải lại rồi thử lại.",
                                             "The draft changed or is frozen. Reload and try again."});
  }
  khien_assert(missing_of(detail).empty());
  TRY_VOID(check_day(detail.report, freezing.issued_on, now));
  TRY_VOID(check_number(connection, scope.tenant(), detail.report, freezing));
  TRY_VOID(check_place(connection, scope.tenant(), detail));
  const std::string name = detail.report.kind + "-" + detail.report.period + "-" + std::to_string(freezing.number) + ".pdf";
  TRY(const auto evidence, duty::keep_evidence(connection, scope,
                                               {.unit = detail.report.unit, .file_name = name, .bytes = pdf, .effective_on = freezing.issued_on,
                                                .by = actor.user},
                                               now));
  TRY_VOID(connection.run("INSERT INTO report_document (tenant_id, report_id, what, sha256, bytes) VALUES (?1, ?2, 'frozen', ?3, ?4)",
                          {scope.tenant(), id, sha256(pdf).view(), ByteView(pdf)}));
  TRY_VOID(connection.run(
      "UPDATE report SET state = 'frozen', number = ?3, issued_day = ?4, issued_year = ?5, evidence_id = ?6 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, freezing.number, std::int64_t{freezing.issued_on.days()}, freezing.issued_on.year(),
       evidence}));
  auto numbered = detail.report;
  numbered.number = freezing.number;
  return put_event(connection, scope.tenant(), {.report = id, .what = "frozen", .at = now, .by = actor.user, .words = numbered.number_words()});
}

}  // namespace khien::reporting
