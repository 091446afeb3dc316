#include "khien/duty/calendar_feed.hpp"

#include <utility>

#include "khien/core/calendar_text.hpp"
#include "khien/core/hash.hpp"
#include "khien/estate/units.hpp"

namespace khien::duty {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::int64_t kDaysBack = 60;
constexpr std::int64_t kDaysAhead = 400;

std::string line_text(const LocalText& text) { return text.vi + " / " + text.en; }

void write_deadline(CalendarWriter& out, const Deadline& deadline, UnitId unit, std::string_view stamp) {
  const auto day = calendar_text(deadline.due);
  out.plain("BEGIN", "VEVENT");
  out.text("UID", deadline.duty->id + "-" + day + "-unit" + std::to_string(unit.value) + "@khien");
  out.plain("DTSTAMP", stamp);
  out.plain("DTSTART;VALUE=DATE", day);
  out.plain("DTEND;VALUE=DATE", calendar_text(deadline.due + 1));
  out.text("SUMMARY", deadline.duty->title.vi);
  std::string details = deadline.clause->id + " " + line_text(deadline.clause->title) + "\n" + deadline.duty->title.en;
  if (deadline.duty->basis == law::Basis::province) details += "\nHạn do tỉnh đặt. / The date is province-set.";
  details += "\nĐã xong / Met: " + std::to_string(deadline.met) + "/" + std::to_string(deadline.units);
  out.text("DESCRIPTION", details);
  out.plain("TRANSP", "TRANSPARENT");
  out.plain("END", "VEVENT");
}

void write_window(CalendarWriter& out, const law::HolidayWindow& window, std::string_view stamp) {
  std::string names;
  for (const auto& name : window.names) names += (names.empty() ? "" : ", ") + name.vi;
  out.plain("BEGIN", "VEVENT");
  out.text("UID", "holiday-" + calendar_text(window.first_off) + "@khien");
  out.plain("DTSTAMP", stamp);
  out.plain("DTSTART", calendar_text(window.from));
  out.plain("DTEND", calendar_text(window.to));
  out.text("SUMMARY", "Trực 24/7: " + names);
  out.plain("TRANSP", "TRANSPARENT");
  out.plain("END", "VEVENT");
}

}  // namespace

Result<Secret> create_calendar_feed(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                    UserId user, Timestamp now, Random& random) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  Secret secret(to_base64url(random.bytes(kSecretBytes)));
  TRY_VOID(connection.run(
      "UPDATE calendar_feed SET ended_at = ?4 WHERE tenant_id = ?1 AND unit_id = ?2 AND user_id = ?3 AND ended_at IS NULL",
      {scope.tenant(), unit, user, now}));
  const auto digest = sha256(secret.reveal());
  TRY_VOID(connection.run(
      "INSERT INTO calendar_feed (tenant_id, unit_id, user_id, secret_sha256, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
      {scope.tenant(), unit, user, digest.view(), now}));
  return secret;
}

Result<CalendarFeed> find_calendar_feed(store::Connection& connection, std::string_view secret) {
  CalendarFeed feed;
  const auto digest = sha256(secret);
  TRY_VOID(connection.query_one(
      "SELECT tenant_id, unit_id, user_id FROM calendar_feed WHERE secret_sha256 = ?1 AND ended_at IS NULL",
      {digest.view()}, [&](const store::Row& row) -> Result<void> {
        feed = {row.id<TenantTag>(0), row.id<UnitTag>(1), row.id<UserTag>(2)};
        return {};
      }));
  return feed;
}

Result<std::string> calendar_of(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                UnitId unit, Timestamp now) {
  const auto today = vietnam_day(now);
  TRY(const auto known, estate::get_unit(connection, scope, unit));
  TRY(const auto deadlines, read_deadlines(connection, scope, law, unit, today - kDaysBack, today + kDaysAhead, now));
  CalendarWriter out;
  out.plain("BEGIN", "VCALENDAR");
  out.plain("VERSION", "2.0");
  out.plain("PRODID", "-//Khien//Nghia vu//VI");
  out.text("X-WR-CALNAME", "Khiên: " + known.name);
  const auto stamp = calendar_text(now);
  for (const auto& deadline : deadlines) write_deadline(out, deadline, unit, stamp);
  for (const auto& window : law.catalogue().calendar().windows(today - kDaysBack, today + kDaysAhead)) {
    write_window(out, window, stamp);
  }
  out.plain("END", "VCALENDAR");
  return out.take();
}

}  // namespace khien::duty
