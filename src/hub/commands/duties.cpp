#include <algorithm>
#include <charconv>

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/owed.hpp"
#include "khien/hub/law_content.hpp"

namespace khien::hub {
namespace {

struct Asked {
  Date as_of;
  std::optional<UnitId> unit;
};

Result<UnitId> unit_from(const std::string& text) {
  UnitId unit;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), unit.value);
  if (problem != std::errc() || end != text.data() + text.size() || unit.value < 1) {
    return Error(Code::invalid, "not a number");
  }
  return unit;
}

std::string line_of(const duty::Owed& one) {
  JsonWriter json;
  json.begin_object().field("unit", one.unit_name).field("unit_id", one.unit.value);
  json.field("directive", one.directive->key).field("clause", one.clause->id).field("duty", one.duty->id);
  json.field("title", one.duty->title.vi).field("period_from", to_string(one.period_from)).key("due");
  one.due ? json.string(to_string(*one.due)) : json.null();
  json.field("state", to_string(one.state)).field("basis", law::to_string(one.duty->basis));
  json.field("reason", one.reason.vi).key("evidence").begin_array();
  for (const auto& file : one.evidence) {
    json.begin_object().field("file_name", file.file_name).field("sha256", file.sha256.hex()).end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

std::string text_of(const duty::Owed& one, Language language) {
  const auto due = one.due ? to_string(*one.due) : std::string("-");
  return printable(one.unit_name) + "\t" + one.clause->id + "\t" + due + "\t" + std::string(to_string(one.state)) + "\t" +
         printable(pick(one.duty->title, language)) + "\t" + printable(pick(one.reason, language)) + "\n";
}

Result<std::vector<duty::Owed>> read(Office& office, const Asked& asked) {
  if (!office.law) {
    TRY(office.law, installed_catalogues());
    const auto now = office.env.clock.now();
    TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
      TRY_VOID(duty::adopt_shipped(connection, *office.law, office.tenant, now));
      return {};
    }));
  }
  std::vector<duty::Owed> owed;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto law, office.law->of(connection, office.tenant));
    TRY(owed, duty::list_owed(connection, scope, law, asked.unit, asked.as_of, office.env.clock.now()));
    return {};
  }));
  return owed;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  if (!arguments.positional().empty()) return console.misuse({"lệnh này không có tham số", "this command takes no words"});
  Asked asked{.as_of = vietnam_day(office.env.clock.now()), .unit = {}};
  if (const auto text = arguments.value("as-of")) {
    const auto day = Date::parse(*text);
    if (!day) {
      return console.misuse(
          {"--as-of cần một ngày có thật, như 2026-12-04, không phải '" + printable(*text) + "'",
           "--as-of needs a day, such as 2026-12-04, not '" + printable(*text) + "'"});
    }
    asked.as_of = *day;
  }
  if (const auto text = arguments.value("unit")) {
    const auto unit = unit_from(*text);
    if (!unit) {
      return console.misuse(
          {"--unit cần số hiệu đơn vị (xem: khien unit list), không phải '" + printable(*text) + "'",
           "--unit needs a unit's id (see: khien unit list), not '" + printable(*text) + "'"});
    }
    asked.unit = *unit;
  }
  const auto owed = read(office, asked);
  if (!owed) return console.fail(owed.error());
  std::string out;
  for (const auto& one : *owed) out += arguments.has("json") ? line_of(one) : text_of(one, console.language());
  console.out(out);
  // On the other stream: a script that reads no line is not told a falsehood.
  if (owed->empty()) {
    console.warn({"Vào ngày " + to_string(asked.as_of) +
                      " không đơn vị nào có nghĩa vụ. Vai trò của đơn vị quyết định "
                      "nghĩa vụ: xem trang «Đơn vị».",
                  "On " + to_string(asked.as_of) +
                      " no unit owes anything. Roles of units decide what is owed: see "
                      "the page «Units»."});
  }
  return 0;
}

}  // namespace

Command duties_command() {
  return {.name = "duties",
          .synopsis = "duties [--as-of DATE] [--unit ID] [--json]",
          .summary = {"nghĩa vụ của từng đơn vị vào một ngày", "what each unit owes on a day"},
          .details = {"Mỗi dòng: đơn vị, điều khoản, hạn (ngày cuối còn đúng hạn), tình trạng, nghĩa vụ, lý do.\n"
                      "Với --json mỗi dòng là một đối tượng: unit, directive, clause, duty, due, state, basis, evidence.\n"
                      "Ví dụ: khien duties --as-of 2026-12-04 --unit 7 --json",
                      "A line each: unit, clause, due (the last day in time), state, duty, reason.\n"
                      "With --json each line is an object: unit, directive, clause, duty, due, state, basis, evidence.\n"
                      "Example: khien duties --as-of 2026-12-04 --unit 7 --json"},
          .options = with_folder({{"as-of", "DATE", {"ngày hỏi, NĂM-THÁNG-NGÀY (mặc định: hôm nay)", "the day, YYYY-MM-DD (today where absent)"}},
                                  {"unit", "ID", {"chỉ đơn vị này và trực thuộc", "only this unit and what is below it"}},
                                  {"json", "", {"in JSON, mỗi dòng một đối tượng", "print JSON, one object a line"}}}),
          .office = run};
}

}  // namespace khien::hub
