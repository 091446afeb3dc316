#include <algorithm>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "dto_roster.hpp"
#include "duty_call.hpp"
#include "khien/duty/bound.hpp"
#include "khien/duty/roster_windows.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/roster/roster_calendar.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kGaps = "rosters_gap_minutes";
constexpr std::string_view kList = "roster-units";
constexpr int kMostRosterDays = 100;
constexpr int kMostCalendarDays = 400;
constexpr std::size_t kMostCalendarShifts = 5'000;
constexpr std::size_t kMaxPage = 500;

struct Days {
  Date from;
  Date to;

  roster::Span span() const { return {.from = vietnam_moment(from), .to = vietnam_moment(to + 1)}; }
};
// None: no such days, or too many of them.
std::optional<Days> days_in_query(const Call& call, int most) {
  const auto from = Date::parse(call.query_text("from"));
  const auto to = Date::parse(call.query_text("to"));
  if (!from || !to || *to < *from || *to - *from > most) return std::nullopt;
  return Days{*from, *to};
}

// "none", "law", "holidays" or "always"; a setting that asks for more is the stronger word.
std::string_view need_word(roster::Need need, bool by_law) {
  if (need == roster::Need::always) return "always";
  if (by_law) return "law";
  return need == roster::Need::holidays ? "holidays" : "none";
}

void write_window(JsonWriter& json, const law::HolidayWindow& window, const std::vector<duty::RosterRow>& rows, bool is_one_unit) {
  json.begin_object();
  write_date(json, "id", window.first_off);
  json.key("names").begin_array();
  for (const auto& name : window.names) write_text(json, name);
  json.end_array().field("from", window.from).field("to", window.to).field("status", law::to_string(window.status));
  const auto* one = is_one_unit && !rows.empty() ? &rows.front() : nullptr;
  json.key("gap_minutes");
  if (is_one_unit) {
    json.integer(one == nullptr ? 0 : one->coverage.gap_minutes);
  } else {
    json.null();
  }
  write_roster_spans(json, "gaps", one == nullptr ? std::vector<roster::Span>() : one->coverage.gaps);
  const auto with_gaps = std::ranges::count_if(rows, [](const duty::RosterRow& row) { return row.coverage.gap_minutes > 0; });
  json.field("units_with_gaps", std::int64_t{with_gaps}).end_object();
}

std::vector<roster::Duty> duties_of(const std::vector<roster::Shift>& shifts) {
  std::vector<roster::Duty> duties;
  for (const auto& shift : shifts) duties.push_back({.id = shift.id.value, .person = {}, .span = shift.span, .part = shift.part});
  return duties;
}

// Of the one unit: when it needs somebody, and each minute of the days asked about in which nobody is.
Result<void> write_need(JsonWriter& json, const Call& call, store::Connection& connection, const duty::TenantLaw& law, const Days& days, UnitId unit,
                        const std::vector<law::HolidayWindow>& windows, const std::vector<roster::Shift>& shifts) {
  TRY(const auto settings, roster::settings_of(connection, call.scope(), unit));
  TRY(const auto bound, duty::units_bound(connection, call.scope(), law, kGaps, days.from));
  const bool by_law = std::ranges::find(bound, unit) != bound.end();
  const auto coverage = roster::coverage_of(roster::wanted_spans(settings.need, by_law, windows, days.span()), duties_of(shifts));
  json.field("need", need_word(settings.need, by_law));
  write_roster_spans(json, "gaps", coverage.gaps);
  json.field("gap_minutes", coverage.gap_minutes);
  return {};
}

void write_bookings(JsonWriter& json, const std::vector<roster::DoubleBooking>& bookings) {
  json.key("double_bookings").begin_array();
  for (const auto& one : bookings) {
    json.begin_object().field("person", one.person).key("shifts").begin_array().integer(one.first).integer(one.second).end_array().key("span");
    write_roster_span(json, one.span);
    json.end_object();
  }
  json.end_array();
}

void write_shifts(JsonWriter& json, std::string_view name, const Call& call, const std::vector<roster::Shift>& shifts, const NameMap& names) {
  json.key(name).begin_array();
  for (const auto& shift : shifts) write_shift(json, call, shift, names);
  json.end_array();
}

// The one that the query names, or the only one in sight.
Result<std::optional<estate::Unit>> unit_shown(const Call& call, store::Connection& connection) {
  TRY(const auto asked, unit_in_query(call, connection));
  if (asked) {
    TRY(auto unit, estate::get_unit(connection, call.scope(), *asked));
    return std::optional(std::move(unit));
  }
  TRY(auto units, estate::list_units(connection, call.scope()));
  return units.size() == 1 ? std::optional(std::move(units.front())) : std::nullopt;
}

Result<Reply> roster_of(const Call& call, store::Connection& connection, const Days& days) {
  TRY(const auto one, unit_shown(call, connection));
  TRY(const auto law, law_of(call, connection));
  const auto unit = one ? std::optional(one->id) : std::nullopt;
  const auto windows = law->catalogue().calendar().windows(days.from, days.to);
  // A province's shifts of 100 days are not read for a line about its windows.
  const bool windows_only = call.request.query_value("windows_only") == "true";
  std::vector<roster::Shift> shifts;
  std::vector<roster::Shift> on_duty;
  std::vector<roster::DoubleBooking> bookings;
  if (!windows_only || unit) {
    TRY(shifts, roster::list_shifts(connection, call.scope(), {.unit = unit, .span = days.span()}));
  }
  if (!windows_only) {
    TRY(on_duty, roster::list_shifts(connection, call.scope(), {.unit = unit, .span = {.from = call.now, .to = call.now + milliseconds(1)}}));
    TRY(bookings, roster::double_bookings(connection, call.scope(), {.unit = unit, .span = days.span()}));
  }
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  json.begin_object().key("unit");
  if (one) {
    write_ref(json, one->id.value, one->name);
    TRY_VOID(write_need(json, call, connection, *law, days, one->id, windows, shifts));
  } else {
    json.null();
  }
  write_shifts(json, "shifts", call, windows_only ? std::vector<roster::Shift>() : shifts, names);
  json.key("windows").begin_array();
  for (const auto& window : windows) {
    TRY(const auto rows, duty::read_roster_window(connection, call.scope(), *law, window, unit));
    write_window(json, window, rows, unit.has_value());
  }
  json.end_array();
  write_bookings(json, bookings);
  write_shifts(json, "on_duty", call, on_duty, names);
  json.end_object();
  return call.json(json);
}

// Where a page begins: so many rows were shown.
Result<std::size_t> rows_shown(const std::string& cursor) {
  if (cursor.empty()) return std::size_t{0};
  TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{}}));
  const auto shown = std::get<std::int64_t>(fields[0]);
  if (shown < 0) return Error(Code::invalid, "cursor");
  return static_cast<std::size_t>(shown);
}

void write_row(JsonWriter& json, const duty::RosterRow& row) {
  json.begin_object().key("unit");
  write_ref(json, row.unit.value, row.unit_name);
  json.field("need", need_word(row.need, row.by_law)).field("gap_minutes", row.coverage.gap_minutes).field("shifts", row.shifts).key("first_gap");
  if (row.coverage.gaps.empty()) {
    json.null();
  } else {
    write_roster_span(json, row.coverage.gaps.front());
  }
  json.end_object();
}

}  // namespace

namespace route {

Reply get_roster(Call& call) {
  const auto days = days_in_query(call, kMostRosterDays);
  if (!days) return invalid("to");
  return call.read([&](store::Connection& connection) { return roster_of(call, connection, *days); });
}

Reply get_roster_calendar(Call& call) {
  const auto days = days_in_query(call, kMostCalendarDays);
  if (!days) return invalid("to");
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto asked, unit_in_query(call, connection));
    TRY(const auto unit, estate::get_unit(connection, call.scope(), asked.value_or(UnitId{})));
    TRY(const auto shifts, roster::list_shifts(connection, call.scope(), {.unit = unit.id, .span = days->span(), .most = kMostCalendarShifts}));
    Reply reply{.status = call.route.success, .body = roster::calendar_of(shifts, "Lịch trực: " + unit.name, call.now)};
    reply.media_type = "text/calendar; charset=utf-8";
    reply.download = "lich-truc.ics";
    return reply;
  });
}

Reply list_roster_units(Call& call) {
  const auto day = Date::parse(call.query_text("window"));
  if (!day) return invalid("window");
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const auto shown = rows_shown(call.query_text("cursor"));
    if (!shown) return invalid("cursor");
    TRY(const auto law, law_of(call, connection));
    const auto windows = law->catalogue().calendar().windows(*day, *day);
    if (windows.empty() || windows.front().first_off != *day) return not_found();
    TRY(auto rows, duty::read_roster_window(connection, call.scope(), *law, windows.front()));
    if (call.request.query_value("only_gaps") == "true") std::erase_if(rows, [](const duty::RosterRow& row) { return row.coverage.gap_minutes == 0; });
    std::ranges::sort(rows, {}, [](const duty::RosterRow& row) { return std::pair(-row.coverage.gap_minutes, row.unit); });
    const std::size_t end = std::min(rows.size(), *shown + std::min(call.query_limit(), kMaxPage));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (std::size_t i = *shown; i < end; ++i) write_row(json, rows[i]);
    json.end_array();
    write_next(json, std::ssize(rows), end < rows.size() ? std::optional(estate::to_cursor(kList, {static_cast<std::int64_t>(end)})) : std::nullopt);
    json.end_object();
    return call.json(json);
  });
}

Reply get_roster_settings(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto asked, unit_in_query(call, connection));
    TRY(const auto unit, estate::get_unit(connection, call.scope(), asked.value_or(UnitId{})));
    TRY(const auto settings, roster::settings_of(connection, call.scope(), unit.id));
    JsonWriter json;
    write_roster_settings(json, unit.id, unit.name, settings);
    return call.json(json);
  });
}

Reply set_roster_settings(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, estate::get_unit(connection, call.scope(), {call.integer("unit").value_or(0)}));
    roster::UnitSettings settings;
    TRY(settings.need, roster::need_from_string(call.text("need").value_or("")));
    settings.deputy_after_minutes = call.integer("deputy_after_minutes").value_or(0);
    settings.leader_after_minutes = call.integer("leader_after_minutes").value_or(0);
    const auto set = roster::set_settings(connection, call.scope(), unit.id, settings, call.who->user, call.now);
    if (!set) return refusal(set.error(), {.field = set.error().what()});
    TRY_VOID(call.audit(connection, "roster.settings", "unit:" + std::to_string(unit.id.value), roster::to_string(settings.need)));
    JsonWriter json;
    write_roster_settings(json, unit.id, unit.name, settings);
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
