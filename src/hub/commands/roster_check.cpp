#include <algorithm>

#include "commands/person.hpp"
#include "commands/roster.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/roster_windows.hpp"
#include "khien/estate/units.hpp"
#include "khien/hub/law_content.hpp"
#include "khien/roster/shifts.hpp"

namespace khien::hub {
namespace {

struct Standing {
  std::string name;  // of the holiday, or empty: every day
  std::string name_en;
  law::CalendarStatus status = law::CalendarStatus::enacted;
  roster::Span span;
  std::vector<duty::RosterRow> rows;
};
struct Found {
  std::vector<Standing> standings;
  std::vector<roster::DoubleBooking> bookings;

  std::int64_t gap_minutes() const {
    std::int64_t sum = 0;
    for (const auto& one : standings) {
      for (const auto& row : one.rows) sum += row.coverage.gap_minutes;
    }
    return sum;
  }
};

Standing of_window(const law::HolidayWindow& window, std::vector<duty::RosterRow> rows) {
  Standing one{.name = {}, .name_en = {}, .status = window.status, .span = {.from = window.from, .to = window.to}, .rows = std::move(rows)};
  for (const auto& name : window.names) {
    one.name += (one.name.empty() ? "" : ", ") + name.vi;
    one.name_en += (one.name_en.empty() ? "" : ", ") + name.en;
  }
  // Those are looked at on every day.
  std::erase_if(one.rows, [](const duty::RosterRow& row) { return row.need == roster::Need::always; });
  return one;
}

Result<Standing> every_day(store::Connection& connection, const store::TenantScope& scope, const roster::Span& span, std::optional<UnitId> unit) {
  Standing one{.name = {}, .name_en = {}, .span = span, .rows = {}};
  TRY(const auto settings, roster::all_settings(connection, scope));
  TRY(const auto covered, roster::coverage_by_unit(connection, scope, span));
  TRY(const auto units, estate::list_units(connection, scope));
  for (const auto& known : units) {
    const auto setting = settings.find(known.id);
    if (setting == settings.end() || setting->second.need != roster::Need::always || (unit && *unit != known.id)) continue;
    duty::RosterRow row{.unit = known.id, .unit_name = known.name, .need = roster::Need::always, .shifts = 0,
                        .coverage = {.gaps = {span}, .gap_minutes = roster::minutes_of(span)}};
    if (const auto found = covered.find(known.id); found != covered.end()) {
      row.shifts = found->second.shifts;
      row.coverage = found->second.coverage;
    }
    one.rows.push_back(std::move(row));
  }
  return one;
}

Result<Found> look(Office& office, const Arguments& arguments, const RosterDays& days) {
  if (!office.law) {
    TRY(office.law, installed_catalogues());
    TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(duty::adopt_shipped(connection, *office.law, office.tenant, office.env.clock.now()));
      return {};
    }));
  }
  Found found;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto law, office.law->of(connection, office.tenant));
    std::optional<UnitId> unit;
    if (const auto words = arguments.value("unit")) {
      TRY(unit, unit_named(connection, scope, *words));
    }
    for (const auto& window : law->catalogue().calendar().windows(days.from, days.to)) {
      TRY(auto rows, duty::read_roster_window(connection, scope, *law, window, unit));
      found.standings.push_back(of_window(window, std::move(rows)));
    }
    TRY(auto always, every_day(connection, scope, days.span(), unit));
    if (!always.rows.empty()) found.standings.push_back(std::move(always));
    TRY(found.bookings, roster::double_bookings(connection, scope, {.unit = unit, .span = days.span()}));
    return {};
  }));
  return found;
}

void write_span(JsonWriter& json, const roster::Span& span) {
  json.begin_object().field("from", roster_time(span.from)).field("to", roster_time(span.to)).field("minutes", roster::minutes_of(span)).end_object();
}

void write_row(JsonWriter& json, const duty::RosterRow& row) {
  json.begin_object().field("unit", row.unit_name).field("unit_id", row.unit.value).field("need", to_string(row.need)).field("by_law", row.by_law);
  json.field("shifts", row.shifts).field("gap_minutes", row.coverage.gap_minutes).key("gaps").begin_array();
  for (const auto& gap : row.coverage.gaps) write_span(json, gap);
  json.end_array().end_object();
}

std::string as_json(const Found& found, const RosterDays& days) {
  JsonWriter json;
  json.begin_object().field("from", to_string(days.from)).field("to", to_string(days.to)).field("gap_minutes", found.gap_minutes());
  json.key("windows").begin_array();
  for (const auto& one : found.standings) {
    json.begin_object().field("name", one.name).field("name_en", one.name_en).field("status", law::to_string(one.status));
    json.field("from", roster_time(one.span.from)).field("to", roster_time(one.span.to)).key("units").begin_array();
    for (const auto& row : one.rows) write_row(json, row);
    json.end_array().end_object();
  }
  json.end_array().key("double_bookings").begin_array();
  for (const auto& one : found.bookings) {
    json.begin_object().field("person", one.person).key("shifts").begin_array().integer(one.first).integer(one.second).end_array();
    json.key("span");
    write_span(json, one.span);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

std::string clock_times(const roster::Span& span) { return roster_time(span.from).substr(0, 16) + " – " + roster_time(span.to).substr(0, 16); }

void show(const Found& found, Console& console) {
  for (const auto& one : found.standings) {
    const LocalText name = one.name.empty() ? LocalText{"Luôn trực", "Always on duty"} : LocalText{printable(one.name), printable(one.name_en)};
    console.say({name.vi + ": " + clock_times(one.span), name.en + ": " + clock_times(one.span)});
    for (const auto& row : one.rows) {
      if (row.coverage.gap_minutes == 0) continue;
      const std::string minutes_left = std::to_string(row.coverage.gap_minutes);
      console.say({"  " + printable(row.unit_name) + "\t" + minutes_left + " phút không có người trực", "  " + printable(row.unit_name) + "\t" + minutes_left + " minutes without anyone on duty"});
      for (const auto& gap : row.coverage.gaps) console.out("    " + clock_times(gap) + "\t" + std::to_string(roster::minutes_of(gap)) + "\n");
    }
  }
  for (const auto& one : found.bookings) {
    console.say({"Trùng ca: " + printable(one.person) + "\t" + clock_times(one.span), "Twice at once: " + printable(one.person) + "\t" + clock_times(one.span)});
  }
  if (found.gap_minutes() == 0) console.say({"Không có khoảng trống.", "No gap."});
}

}  // namespace

int roster_check(Office& office, const Arguments& arguments, Console& console) {
  const auto days = roster_days(arguments);
  if (!days) return wrong_roster_days(days.error(), console);
  const auto found = look(office, arguments, *days);
  if (!found) return console.fail(found.error());
  if (arguments.has("json")) {
    console.out(as_json(*found, *days));
  } else {
    show(*found, console);
  }
  return found->gap_minutes() == 0 ? 0 : 1;
}

}  // namespace khien::hub
