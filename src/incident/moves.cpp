#include <utility>

#include "stored.hpp"
#include "sweep.hpp"

// Reports that go out, and an incident's way to its end.

namespace khien::incident {
namespace {

constexpr std::size_t kMostWords = 4'000;
constexpr std::size_t kMostCause = 2'000;
constexpr std::size_t kMostRecipient = 300;
constexpr std::int64_t kMostReports = 1'000;

Result<Clock> load_clock(store::Connection& connection, const Stored& incident, std::string_view clock) {
  std::optional<Clock> found;
  TRY_VOID(connection.query("SELECT " KHIEN_CLOCK_COLUMNS " FROM incident_clock k WHERE k.tenant_id = ?1 AND k.incident_id = ?2 AND k.clock = ?3 "
                            "AND (k.applies = 1 OR k.met_at IS NOT NULL)",
                            {incident.tenant, incident.id, clock}, [&](const store::Row& row) -> Result<void> {
                              found = clock_from(row, 0);
                              return {};
                            }));
  if (!found) return refuse(refusals::kNoSuchClock);
  return *std::move(found);
}

LocalText channel_words(Channel channel) {
  switch (channel) {
    case Channel::phone: return {"điện thoại", "phone"};
    case Channel::document_axis: return {"trục liên thông văn bản", "the document axis"};
    case Channel::official_email: return {"thư điện tử công vụ", "official mail"};
    case Channel::paper: return {"bản giấy", "paper"};
    case Channel::portal: return {"cổng thông tin", "a portal"};
    case Channel::other: break;
  }
  return {"cách khác", "another way"};
}

// A report as it stands to its clock.
LocalText told_of(const Clock& clock, const NewReport& report, bool to_receiver, Timestamp now) {
  const bool counts = to_receiver && (!clock.times.met || report.sent_at < *clock.times.met);
  const bool late = counts && clock.times.late && report.sent_at > *clock.times.late;
  // In time by the word of who writes it down, after the time was over.
  const bool told_late = counts && !late && clock.times.late && now > *clock.times.late;
  const auto channel = channel_words(report.channel);
  const std::string at = local_words(report.sent_at);
  LocalText told{clock.words.name.vi + ": đã gửi " + report.recipient + " lúc " + at + ", " + channel.vi,
                 clock.words.name.en + ": sent to " + report.recipient + " at " + at + ", by " + channel.en};
  if (!to_receiver) {
    told.vi += " (không tính vào hạn: nơi nhận theo quy định là " + clock.words.receiver.vi + ")";
    told.en += " (does not meet the clock: it goes to " + clock.words.receiver.en + ")";
  }
  if (late) {
    told.vi += " (quá hạn " + local_words(*clock.times.late) + ")";
    told.en += " (late: it was due " + local_words(*clock.times.late) + ")";
  }
  if (told_late) {
    told.vi += " (đúng hạn theo giờ gửi; ghi vào hệ thống lúc " + local_words(now) + ", sau hạn " + local_words(*clock.times.late) + ")";
    told.en += " (in time by when it was sent; written down " + local_words(now) + ", after it was due " + local_words(*clock.times.late) + ")";
  }
  return told;
}

Result<void> insert_report(store::Connection& connection, const Stored& incident, const NewReport& report, UserId who, Timestamp now) {
  const auto document = report.document ? store::Value(*report.document) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO incident_report (tenant_id, incident_id, clock, step, sent_at, recipient, channel, receipt, document, "
                          "recorded_at, user_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                          {incident.tenant, incident.id, report.clock, to_string(report.step), report.sent_at, report.recipient,
                           to_string(report.channel), report.receipt, document, now, who}));
  return {};
}

Result<void> meet(store::Connection& connection, const Stored& incident, const NewReport& report) {
  TRY_VOID(connection.run("UPDATE incident_clock SET met_at = ?4, next_escalation_at = NULL WHERE tenant_id = ?1 AND incident_id = ?2 "
                          "AND clock = ?3 AND (met_at IS NULL OR met_at > ?4)",
                          {incident.tenant, incident.id, report.clock, report.sent_at}));
  TRY_VOID(connection.run("UPDATE incident SET first_reported_at = min(coalesce(first_reported_at, ?3), ?3) WHERE tenant_id = ?1 AND id = ?2",
                          {incident.tenant, incident.id, report.sent_at}));
  return refresh_next_clock(connection, incident.tenant, incident.id);
}

// What a report names becomes the incident's own; of one that is closed the cause stands.
Result<void> keep_cause(store::Connection& connection, const Stored& stored, const std::string& cause, UserId who, Timestamp now) {
  if (cause.empty() || cause == stored.cause || stored.state == State::closed) return {};
  TRY_VOID(connection.run("UPDATE incident SET cause = ?3 WHERE tenant_id = ?1 AND id = ?2", {stored.tenant, stored.id, cause}));
  TRY_VOID(put_line(connection, stored, {.what = What::changed, .happened_at = now, .who = who, .told = {"Nguyên nhân: " + cause, "Cause: " + cause}}, now));
  return {};
}

Result<std::int64_t> count_reports(store::Connection& connection, const Stored& incident) {
  std::int64_t count = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM incident_report WHERE tenant_id = ?1 AND incident_id = ?2", {incident.tenant, incident.id},
                                [&](const store::Row& row) -> Result<void> {
                                  count = row.integer(0);
                                  return {};
                                }));
  return count;
}

Result<bool> has_clock_not_met(store::Connection& connection, const Stored& incident) {
  bool has = false;
  TRY_VOID(connection.query("SELECT 1 FROM incident_clock WHERE tenant_id = ?1 AND incident_id = ?2 AND applies = 1 AND met_at IS NULL LIMIT 1",
                            {incident.tenant, incident.id}, [&](const store::Row&) -> Result<void> {
                              has = true;
                              return {};
                            }));
  return has;
}

struct Said {
  std::string words, cause, lesson;
  Timestamp at;
};
Result<Said> checked(const Stored& stored, const Move& move, Timestamp now) {
  Said said;
  TRY(said.words, checked_text(move.words, kMostWords));
  TRY(said.cause, checked_text(move.cause, kMostCause));
  TRY(said.lesson, checked_text(move.lesson, kMostCause));
  said.at = move.happened_at.value_or(now);
  if (said.at > now || said.at < stored.detected_at) return refuse(refusals::kMovedOutside);
  return said;
}

Result<void> contain(store::Connection& connection, const Stored& stored, const Said& said, UserId who, Timestamp now) {
  if (stored.state != State::open) return refuse(refusals::kNoSuchMove);
  TRY_VOID(put_line(connection, stored,
                    {.what = What::contained, .happened_at = said.at, .who = who, .words = said.words, .told = {"Đã khống chế", "Contained"}}, now));
  TRY_VOID(connection.run("UPDATE incident SET state = 'contained', contained_at = ?3 WHERE tenant_id = ?1 AND id = ?2", {stored.tenant, stored.id, said.at}));
  return {};
}

Result<void> close(store::Connection& connection, const Stored& stored, const Said& said, UserId who, Timestamp now) {
  if (said.cause.empty()) return refuse(refusals::kNeedsCause);
  TRY(const bool open, has_clock_not_met(connection, stored));
  if (open && said.words.empty()) return refuse(refusals::kClocksOpen);
  LocalText told{"Đóng sự cố. Nguyên nhân: " + said.cause, "Closed. Cause: " + said.cause};
  if (!said.lesson.empty()) {
    told.vi += ". Bài học: " + said.lesson;
    told.en += ". Lesson: " + said.lesson;
  }
  // Everything but the state first: nothing is written to an incident that is closed.
  TRY_VOID(put_line(connection, stored, {.what = What::closed, .happened_at = said.at, .who = who, .words = said.words, .told = told}, now));
  TRY_VOID(connection.run("UPDATE incident SET state = 'closed', closed_at = ?3, cause = ?4, lesson = ?5 WHERE tenant_id = ?1 AND id = ?2",
                          {stored.tenant, stored.id, said.at, said.cause, said.lesson}));
  return {};
}

Result<void> reopen(store::Connection& connection, const Stored& stored, const Said& said, UserId who, Timestamp now) {
  if (stored.state == State::open) return refuse(refusals::kNoSuchMove);
  TRY_VOID(connection.run("UPDATE incident SET state = 'open', closed_at = NULL, contained_at = NULL WHERE tenant_id = ?1 AND id = ?2",
                          {stored.tenant, stored.id}));
  TRY_VOID(plan_escalations(connection, stored.tenant, stored.id));
  TRY_VOID(put_line(connection, stored,
                    {.what = What::reopened, .happened_at = said.at, .who = who, .words = said.words, .told = {"Mở lại sự cố", "Opened again"}}, now));
  return {};
}

}  // namespace

Result<void> record_report(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const NewReport& report, UserId who,
                           Timestamp now) {
  TRY(const auto stored, load_any(connection, scope, id, now));
  NewReport checked = report;
  TRY(checked.recipient, checked_text(report.recipient, kMostRecipient, &refusals::kNeedsRecipient));
  TRY(checked.receipt, checked_text(report.receipt, kMostRecipient));
  if (report.sent_at < stored.detected_at || report.sent_at > now) return refuse(refusals::kSentOutside);
  TRY(const auto clock, load_clock(connection, stored, report.clock));
  TRY(const auto count, count_reports(connection, stored));
  if (count >= kMostReports) return refuse(refusals::kTooMuchWork);
  TRY(checked.cause, checked_text(report.cause, kMostCause));
  const bool to_receiver = names_receiver(clock.words.receiver_words, checked.recipient);
  if (to_receiver && report.clock == kReportOfCause && checked.cause.empty() && stored.cause.empty()) return refuse(refusals::kReportNeedsCause);
  TRY_VOID(insert_report(connection, stored, checked, who, now));
  if (to_receiver) TRY_VOID(meet(connection, stored, checked));
  TRY_VOID(keep_cause(connection, stored, checked.cause, who, now));
  TRY(const auto entry, put_line(connection, stored,
                                 {.what = What::reported, .happened_at = report.sent_at, .who = who, .words = checked.receipt, .told = told_of(clock, checked, to_receiver, now)},
                                 now));
  return put_evidence(connection, scope, stored, entry, report.evidence, who, now);
}

Result<void> move_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const Move& move, UserId who,
                           Timestamp now) {
  TRY(const auto stored, load_any(connection, scope, id, now));
  if (stored.state == State::closed && move.state != State::open) return refuse(refusals::kClosed);
  TRY(const auto said, checked(stored, move, now));
  switch (move.state) {
    case State::contained: return contain(connection, stored, said, who, now);
    case State::closed: return close(connection, stored, said, who, now);
    case State::open: break;
  }
  return reopen(connection, stored, said, who, now);
}

}  // namespace khien::incident
