#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/incident/refusal.hpp"
#include "khien/reporting/reports.hpp"
#include "of_incident.hpp"
#include "proving.hpp"
#include "report_rows.hpp"

namespace khien::reporting {
namespace {

Error not_frozen() {
  return duty::refuse(Code::conflict, "", {"Văn bản chưa chốt.", "The document is not frozen yet."});
}

Result<std::string> checked_evidence(store::Connection& connection, const store::TenantScope& scope, const std::vector<EvidenceId>& all) {
  JsonWriter json;
  json.begin_array();
  for (const auto id : all) {
    TRY_VOID(duty::get_evidence(connection, scope, id));
    json.integer(id.value);
  }
  json.end_array();
  return json.take();
}

// Who signed ("A; B"), beside whom the document names: another may sign for him, but not unseen.
std::string beside_named(std::string_view signer, const std::string& named) {
  std::string words(signer);
  if (("; " + words + "; ").find("; " + named + "; ") == words.npos) words += " – khác với người ký ghi trong văn bản: " + named;
  return words;
}

constexpr std::size_t kMostCauseBytes = 2'000;  // of an incident

std::string cause_in(const ReportDetail& detail) {
  const auto said = detail.snapshot.words.find("cause");
  return said == detail.snapshot.words.end() ? std::string() : std::string(truncate(said->second, kMostCauseBytes));
}

// Asks for the cause, and does not say it.
bool leaves_cause_open(const ReportDetail& detail) {
  const bool asks = std::ranges::any_of(detail.kind.fields, [](const auto& field) { return field.id == "cause"; });
  const auto said = detail.snapshot.words.find("cause");
  return asks && (said == detail.snapshot.words.end() || said->second.find_first_not_of(" \t\r\n") == std::string::npos);
}

incident::Channel channel_of(std::string_view text) {
  const auto channel = incident::channel_from_string(text);
  return channel ? *channel : incident::Channel::other;
}

// One act: what was sent meets the incident's clock. What the incident refuses
// does not keep the sending back; the history says so.
Result<std::string> meet_clock(store::Connection& connection, const store::TenantScope& scope, const ReportDetail& detail, const Sending& sending,
                               UserId who, Timestamp now) {
  const auto id = *detail.report.incident;
  TRY(const auto incident, incident::get_incident(connection, scope, id, now));
  // What corrects another tells of the same deadline: by itself it meets no further one.
  const std::string clock = sending.clock.empty() && !detail.report.replaces ? clock_met_by(detail.kind, incident) : sending.clock;
  const std::string of = "Sự cố " + std::to_string(id.value) + ": ";
  if (clock.empty()) return of + "không còn hạn báo cáo nào mà văn bản này đáp ứng.";
  const auto named = std::ranges::find_if(incident.clocks, [&](const auto& one) { return one.words.id == clock; });
  const std::string name = named == incident.clocks.end() ? clock : named->words.name.vi;
  if (clock == incident::kReportOfCause && leaves_cause_open(detail)) return of + "chưa tính là «" + name + "»: văn bản chưa nêu nguyên nhân.";
  const auto end = vietnam_moment(sending.sent_on + 1) - milliseconds(1);
  // What was not frozen yet was not sent.
  const auto sent_at = sending.sent_at.value_or(std::max(std::min(end, now), detail.frozen_at().value_or(Timestamp{})));
  const auto recorded = incident::record_report(connection, scope, id,
                                                {.clock = clock, .step = detail.report.of_whole ? incident::Step::province : incident::Step::unit,
                                                 .sent_at = sent_at, .recipient = sending.recipient, .channel = channel_of(sending.channel),
                                                 .receipt = sending.receipt, .document = detail.report.id.value, .evidence = {},
                                                 .cause = clock == incident::kReportOfCause ? cause_in(detail) : std::string()},
                                                who, now);
  if (recorded) {
    TRY(const auto after, incident::get_incident(connection, scope, id, now));
    const auto one = std::ranges::find_if(after.clocks, [&](const auto& each) { return each.words.id == clock; });
    const bool met = one != after.clocks.end() && one->times.met;
    if (!met) return of + "đã ghi việc gửi nhưng chưa tính là «" + name + "»: nơi nhận theo quy định là " + named->words.receiver.vi + ".";
  }
  if (recorded) return of + "đã ghi nhận «" + name + "», gửi lúc " + report::describe(sent_at).vi + ".";
  const auto* refusal = incident::refusal_of(recorded.error());
  if (refusal == nullptr) return recorded.error();
  return of + "không ghi nhận được «" + name + "». " + refusal->vi;
}

}  // namespace

bool continues(ByteView issued, ByteView copy) {
  return copy.size() > issued.size() && std::ranges::equal(issued, copy.first(issued.size()));
}

Result<void> keep_signed(store::Connection& connection, const store::TenantScope& scope, ReportId id, const Bytes& copy,
                         std::string_view signer, UserId who, Timestamp now) {
  khien_assert(who);
  // What a certificate says is a stranger's word, and so is that it says nothing.
  if (signer.empty()) {
    return duty::refuse(Code::invalid, "content", {"Chứng thư của người ký không ghi tên ai.", "The signer's certificate names nobody."});
  }
  TRY(const auto detail, get_report(connection, scope, id));
  if (detail.report.state == ReportState::draft) return not_frozen();
  if (detail.report.state != ReportState::frozen) {
    return duty::refuse(Code::conflict, "", {"Văn bản này đã có bản ký số hoặc đã gửi.", "The document is signed or sent already."});
  }
  if (copy.size() > kMostDocumentBytes) {
    return duty::refuse(Code::invalid, "content", {"Bản ký số lớn hơn 10 MiB.", "The signed copy is larger than 10 MiB."});
  }
  TRY(const auto issued, issued_pdf(connection, scope, id));
  if (!continues(issued, copy)) {
    return duty::refuse(Code::invalid, "content", {"Tệp này không phải bản ký số của đúng văn bản đã chốt: nội dung trước chữ ký đã khác.",
                                                   "This is no signed copy of the frozen document: what stands before the signature differs."});
  }
  TRY_VOID(connection.run("INSERT INTO report_document (tenant_id, report_id, what, sha256, bytes) VALUES (?1, ?2, 'signed', ?3, ?4)",
                          {scope.tenant(), id, sha256(copy).view(), ByteView(copy)}));
  TRY_VOID(connection.run("UPDATE report SET state = 'signed', signer = ?3 WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id, signer}));
  return put_event(connection, scope.tenant(), {.report = id, .what = "signed", .at = now, .by = who, .words = beside_named(signer, detail.snapshot.issuer.signer_name)});
}

Result<void> record_sent(store::Connection& connection, const store::TenantScope& scope, const duty::TenantLaw& law, ReportId id,
                         const Sending& sending, const duty::Actor& actor, Timestamp now) {
  khien_assert(actor.user);
  TRY(const auto detail, get_report(connection, scope, id));
  const auto& report = detail.report;
  if (report.state == ReportState::draft) return not_frozen();
  const bool first = report.state == ReportState::frozen || report.state == ReportState::signed_;
  if (first && report.replaced_by) {
    return duty::refuse(Code::conflict, "", {"Văn bản này đã được thay thế (văn bản " + std::to_string(report.replaced_by->value) + "), hãy gửi văn bản thay thế.",
                                             "This document was replaced (document " + std::to_string(report.replaced_by->value) + "); send that one."});
  }
  if (sending.sent_on > vietnam_day(now) || sending.sent_on < *report.issued_on) {
    return duty::refuse(Code::invalid, "sent_on", {"Ngày gửi phải từ ngày ban hành đến hôm nay.", "The day it was sent lies between its issue and today."});
  }
  TRY_VOID(duty::refuse_marked_text("recipient", sending.recipient));
  TRY_VOID(duty::refuse_marked_text("receipt", sending.receipt));
  if (sending.sent_at && (vietnam_day(*sending.sent_at) != sending.sent_on || *sending.sent_at > now)) {
    return duty::refuse(Code::invalid, "sent_at", {"Giờ gửi phải nằm trong ngày gửi và không ở tương lai.", "The hour lies on the day it was sent, and not ahead."});
  }
  if (sending.sent_at && *sending.sent_at < detail.frozen_at().value_or(Timestamp{})) {
    return duty::refuse(Code::invalid, "sent_at", {"Giờ gửi không được trước lúc chốt văn bản.", "It cannot have been sent before it was frozen."});
  }
  TRY(const auto evidence, checked_evidence(connection, scope, sending.evidence));
  // What left the house proves; a second recipient, or a receipt that came later, adds nothing.
  Proof proof;
  if (first) {
    TRY(proof, prove_duties(connection, scope, law, detail, sending, actor, now));
  }
  if (first && report.incident) {
    TRY(const auto met, meet_clock(connection, scope, detail, sending, actor.user, now));
    proof.told += (proof.told.empty() ? "" : "\n") + met;
  }
  const bool received = !sending.receipt.empty() || report.state == ReportState::received;
  // The first day stands: a second recipient, or a receipt that came later, changes nothing of it.
  TRY_VOID(connection.run("UPDATE report SET state = ?3, sent_day = coalesce(sent_day, ?4) WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, to_string(received ? ReportState::received : ReportState::sent), std::int64_t{sending.sent_on.days()}}));
  TRY_VOID(put_event(connection, scope.tenant(),
                     {.report = id, .what = "sent", .at = now, .by = actor.user,
                      .words = sending.recipient + " · " + sending.channel + (proof.told.empty() ? "" : "\n" + proof.told), .evidence = evidence}));
  if (sending.receipt.empty()) return {};
  return put_event(connection, scope.tenant(), {.report = id, .what = "received", .at = now, .by = actor.user, .words = sending.receipt});
}

}  // namespace khien::reporting
