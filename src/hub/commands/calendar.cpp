#include <charconv>

#include "command.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/hub/law_content.hpp"

namespace khien::hub {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

// What the calendar command shows of a year.
struct Year {
  law::CalendarYear own;
  std::vector<law::HolidayWindow> windows;
  std::optional<Date> tet;
  std::optional<Date> hung_kings;
};

Year look(const law::Calendar& calendar, int number) {
  return {.own = calendar.year(number),
          .windows = calendar.windows(*Date::of(number, 1, 1), *Date::of(number, 12, 31)),
          .tet = law::solar_of({.year = number, .month = 1, .day = 1}),
          .hung_kings = law::solar_of({.year = number, .month = 3, .day = 10})};
}

// "2026-02-13T17:00:00+07:00".
std::string local_time(Timestamp time) {
  const std::string as_if_utc = to_rfc3339(time + hours(7));
  return as_if_utc.substr(0, 19) + "+07:00";
}

void write_names(JsonWriter& out, const std::vector<LocalText>& names) {
  out.key("names").begin_array();
  for (const LocalText& name : names)
    out.begin_object().field("vi", name.vi).field("en", name.en).end_object();
  out.end_array();
}

void write_text_or_null(JsonWriter& out, std::string_view name, const std::string& text) {
  out.key(name);
  if (text.empty()) {
    out.null();
  } else {
    out.string(text);
  }
}

void write_day_or_null(JsonWriter& out, std::string_view name, std::optional<Date> day) {
  write_text_or_null(out, name, day ? to_string(*day) : "");
}

void write_holiday(JsonWriter& out, const law::Holiday& holiday) {
  out.begin_object().field("from", to_string(holiday.from)).field("to", to_string(holiday.to));
  write_names(out, holiday.names);
  out.field("status", law::to_string(holiday.status));
  write_text_or_null(out, "decision", holiday.decision);
  out.key("core").begin_array();
  for (const Date day : holiday.core) out.string(to_string(day));
  out.end_array().end_object();
}

std::string as_json(const Year& year) {
  JsonWriter out;
  out.begin_object().field("year", static_cast<std::int64_t>(year.own.year));
  out.field("status", law::to_string(year.own.status));
  write_text_or_null(out, "decision", year.own.decision);
  out.key("note");
  if (year.own.note) {
    out.begin_object().field("vi", year.own.note->vi).field("en", year.own.note->en).end_object();
  } else {
    out.null();
  }
  out.key("lunar").begin_object();
  write_day_or_null(out, "tet", year.tet);
  write_day_or_null(out, "hung_kings", year.hung_kings);
  out.end_object().key("holidays").begin_array();
  for (const law::Holiday& holiday : year.own.holidays) write_holiday(out, holiday);
  out.end_array().key("swaps").begin_array();
  for (const law::Swap& swap : year.own.swaps) {
    out.begin_object().field("off", to_string(swap.off)).field("work", to_string(swap.work)).end_object();
  }
  out.end_array().key("windows").begin_array();
  for (const law::HolidayWindow& window : year.windows) {
    out.begin_object().field("from", local_time(window.from)).field("to", local_time(window.to));
    out.field("first_off", to_string(window.first_off)).field("last_off", to_string(window.last_off));
    write_names(out, window.names);
    out.field("status", law::to_string(window.status)).end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

LocalText status_words(law::CalendarStatus status) {
  switch (status) {
    case law::CalendarStatus::enacted:
      return {"đã có quyết định", "decided"};
    case law::CalendarStatus::announced:
      return {"đã thông báo, chưa thấy quyết định", "announced, no decision seen"};
    case law::CalendarStatus::unknown:
      return {"chưa rõ", "not known"};
    case law::CalendarStatus::computed:
      return {"tính theo luật, chưa có lịch của năm",
              "computed from the law; the year's decision is not there"};
  }
  return {};
}

std::string names_of(const std::vector<LocalText>& names, Language language) {
  std::string line;
  for (const LocalText& name : names) line += (line.empty() ? "" : ", ") + pick(name, language);
  return printable(line);
}

void show(const Year& year, Console& console) {
  const Language language = console.language();
  const std::string number = std::to_string(year.own.year);
  const std::string decision = year.own.decision.empty() ? "" : " (" + printable(year.own.decision) + ")";
  const LocalText status = status_words(year.own.status);
  console.say(
      {"Năm " + number + ": " + status.vi + decision, "Year " + number + ": " + status.en + decision});
  if (year.tet && year.hung_kings) {
    console.say(
        {"Mùng 1 Tết: " + to_string(*year.tet) + ". Giỗ Tổ Hùng Vương: " + to_string(*year.hung_kings),
         "First day of Tết: " + to_string(*year.tet) + ". Hùng Kings: " + to_string(*year.hung_kings)});
  }
  for (const law::Holiday& holiday : year.own.holidays) {
    console.out("  " + to_string(holiday.from) + " – " + to_string(holiday.to) + "\t" +
                names_of(holiday.names, language) + "\t" + pick(status_words(holiday.status), language) +
                "\n");
  }
  for (const law::Swap& swap : year.own.swaps) {
    console.say({"  Hoán đổi: nghỉ " + to_string(swap.off) + ", làm bù " + to_string(swap.work),
                 "  Swapped: " + to_string(swap.off) + " off, " + to_string(swap.work) + " worked"});
  }
  console.say({"Khoảng trực (từ giờ làm việc cuối đến giờ làm việc đầu):",
               "Duty windows (last working hour to first):"});
  for (const law::HolidayWindow& window : year.windows) {
    console.out("  " + local_time(window.from).substr(0, 16) + " – " + local_time(window.to).substr(0, 16) +
                "\t" + names_of(window.names, language) + "\n");
  }
}

int run(const Arguments& arguments, Console& console) {
  if (!arguments.positional().empty())
    return console.misuse(
        {"'" + printable(arguments.positional()[0]) + "' thừa; năm viết là --year 2027",
         "'" + printable(arguments.positional()[0]) + "' is a word too many; a year is --year 2027"});
  int number = vietnam_day(system_clock().now()).year();
  if (const auto text = arguments.value("year")) {
    const auto end = std::from_chars(text->data(), text->data() + text->size(), number);
    if (end.ec != std::errc() || end.ptr != text->data() + text->size() || number < kFirstYear ||
        number > kLastYear) {
      return console.misuse({"--year phải nằm trong khoảng 1900–2199", "--year must be within 1900–2199"});
    }
  }
  const auto catalogue = installed_law();
  if (!catalogue) return console.unreadable(catalogue.error());
  const Year year = look((*catalogue)->calendar(), number);
  if (arguments.has("json")) {
    console.out(as_json(year));
  } else {
    show(year, console);
  }
  return 0;
}

}  // namespace

Command calendar_command() {
  return {
      .name = "calendar",
      .synopsis = "calendar [--year Y] [--json]",
      .summary = {"ngày nghỉ lễ, tết, hoán đổi, khoảng trực của một năm",
                  "a year's holidays, swapped days and duty windows"},
      .details =
          {"Ngày âm lịch tính ở múi giờ +7. Năm chưa có quyết định chỉ có những ngày chắc chắn theo luật.",
           "Lunar dates are those at UTC+7. A year without a decision has only the days that the law makes "
           "certain."},
      .options = {{"year",
                   "Y",
                   {"năm dương lịch, 1900–2199 (mặc định: năm nay)", "year, 1900–2199 (default: this one)"}},
                  {"json", "", {"in JSON", "print JSON"}}},
      .here = run};
}

}  // namespace khien::hub
