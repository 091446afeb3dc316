#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "khien/duty/calendar_feed.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

void write_holidays(JsonWriter& json, const law::CalendarYear& year) {
  json.key("holidays").begin_array();
  for (const auto& holiday : year.holidays) {
    json.begin_object();
    write_date(json, "from", holiday.from);
    write_date(json, "to", holiday.to);
    json.key("names").begin_array();
    for (const auto& name : holiday.names) write_text(json, name);
    json.end_array().field("status", law::to_string(holiday.status)).key("core").begin_array();
    for (const auto day : holiday.core) json.string(to_string(day));
    json.end_array().end_object();
  }
  json.end_array().key("swaps").begin_array();
  for (const auto& swap : year.swaps) {
    json.begin_object();
    write_date(json, "off", swap.off);
    write_date(json, "work", swap.work);
    json.end_object();
  }
  json.end_array();
}

void write_windows(JsonWriter& json, const std::vector<law::HolidayWindow>& windows) {
  json.key("windows").begin_array();
  for (const auto& window : windows) {
    LocalText note;
    for (const auto& name : window.names) {
      note.vi += (note.vi.empty() ? "" : ", ") + name.vi;
      note.en += (note.en.empty() ? "" : ", ") + name.en;
    }
    json.begin_object();
    write_date(json, "from", window.last_work_before);
    write_date(json, "to", window.first_work_after);
    write_words(json, "note", note);
    json.end_object();
  }
  json.end_array();
}

void write_deadlines(JsonWriter& json, const std::vector<duty::Deadline>& deadlines) {
  json.key("deadlines").begin_array();
  for (const auto& deadline : deadlines) {
    json.begin_object();
    write_date(json, "due", deadline.due);
    json.field("clause", deadline.clause->id).field("duty", deadline.duty->id);
    write_words(json, "title", deadline.duty->title);
    json.field("units", deadline.units).field("met", deadline.met);
    json.field("basis", law::to_string(deadline.duty->basis)).end_object();
  }
  json.end_array();
}

}  // namespace

namespace route {

Reply get_calendar(Call& call) {
  const auto number = static_cast<int>(call.query_integer("year").value_or(0));
  const auto first = Date::of(number, 1, 1);
  const auto last = Date::of(number, 12, 31);
  if (!first || !last) return invalid("year");
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    TRY(const auto unit, unit_in_query(call, connection));
    const auto year = law->catalogue().calendar().year(number);
    TRY(const auto deadlines, duty::read_deadlines(connection, call.scope(), *law, unit, *first, *last, call.now));
    JsonWriter json;
    json.begin_object().field("year", std::int64_t{number}).field("status", law::to_string(year.status));
    write_text_or_null(json, "decision", year.decision.empty() ? std::nullopt : std::optional(year.decision));
    write_holidays(json, year);
    write_windows(json, law->catalogue().calendar().windows(*first, *last));
    write_deadlines(json, deadlines);
    json.end_object();
    return call.json(json);
  });
}

Reply create_calendar_feed(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const UnitId unit{call.integer("unit").value_or(0)};
    TRY(const auto secret, duty::create_calendar_feed(connection, call.scope(), unit, call.who->user, call.now,
                                                      call.services.random));
    TRY_VOID(call.audit(connection, "calendar_feed.create", "unit:" + std::to_string(unit.value)));
    const auto host = call.request.headers.get("host").value_or("");
    JsonWriter json;
    json.begin_object();
    json.field("url", "https://" + std::string(host) + "/api/v1/calendar.ics?key=" + std::string(secret.reveal()));
    json.end_object();
    return call.json(json);
  });
}

// Public by its secret, of which 256 bits are not guessed: no limit of tries, for an
// office's programs all ask from one address. Whoever made it must still be there and
// still see the unit.
Reply get_calendar_feed(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto feed, duty::find_calendar_feed(connection, call.query_text("key")));
    TRY(const auto scope, call.services.authenticator.scope_of_person(connection, feed.tenant, feed.user));
    TRY(const auto law, call.services.law->of(connection, feed.tenant));
    TRY(auto text, duty::calendar_of(connection, scope, *law, feed.unit, call.now));
    Reply reply{.status = call.route.success, .body = std::move(text)};
    reply.media_type = "text/calendar; charset=utf-8";
    reply.download = "khien.ics";
    return reply;
  });
}

}  // namespace route
}  // namespace khien::api
