#include "commands/roster.hpp"

#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/encoding.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/roster/shifts.hpp"
#include "commands/person.hpp"

namespace khien::hub {
namespace {

constexpr int kMostDays = 400;
constexpr std::size_t kMostListed = 50'000;
constexpr std::size_t kMaxFileBytes = 12u << 20;

bool is_import(const Arguments& arguments) { return !arguments.positional().empty() && arguments.positional()[0] == "import"; }

// The file lies where the caller stands, not the hub.
Result<void> prepare(const Arguments& arguments, std::vector<std::string>& words) {
  if (!is_import(arguments) || arguments.positional().size() != 2 || arguments.has("content")) return {};
  TRY(const auto bytes, system_files().read(arguments.positional()[1], kMaxFileBytes));
  words.push_back("--content=" + to_base64(as_bytes(bytes)));
  return {};
}

std::string line_of(const roster::Shift& shift) {
  JsonWriter json;
  json.begin_object().field("id", shift.id.value).field("unit", shift.unit_name).field("unit_id", shift.unit.value);
  json.field("from", roster_time(shift.span.from)).field("to", roster_time(shift.span.to)).field("part", to_string(shift.part));
  json.field("person", shift.person).field("phone", shift.phone).key("handover");
  if (shift.handover) {
    json.string(shift.handover->words);
  } else {
    json.null();
  }
  json.end_object();
  return json.take() + "\n";
}

std::string text_of(const roster::Shift& shift, Language language) {
  const bool is_deputy = shift.part == roster::Part::deputy;
  const LocalText part = is_deputy ? LocalText{"trực thay", "deputy"} : LocalText{"trực", "on duty"};
  return roster_time(shift.span.from).substr(0, 16) + " – " + roster_time(shift.span.to).substr(0, 16) + "\t" + printable(shift.unit_name) + "\t" +
         pick(part, language) + "\t" + printable(shift.person) + "\t" + printable(shift.phone) + "\n";
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words.size() == 1 && words[0] == "check") return roster_check(office, arguments, console);
  if (words.size() == 1 && words[0] == "list") return roster_list(office, arguments, console);
  if (words.size() == 2 && words[0] == "import") return roster_import(office, arguments, console);
  return console.misuse({"cách dùng: khien roster check|list --from NGÀY --to NGÀY, hoặc khien roster import TỆP --as NGƯỜI",
                         "usage: khien roster check|list --from DATE --to DATE, or khien roster import FILE --as USER"});
}

}  // namespace

Result<RosterDays> roster_days(const Arguments& arguments) {
  const auto from = Date::parse(arguments.value_or("from", ""));
  if (!from) return Error(Code::invalid, "--from");
  const auto to = Date::parse(arguments.value_or("to", ""));
  if (!to || *to < *from || *to - *from > kMostDays) return Error(Code::invalid, "--to");
  return RosterDays{*from, *to};
}

int wrong_roster_days(const Error& error, Console& console) {
  return console.misuse({"thiếu hoặc sai " + error.what() + "; ví dụ --from 2027-02-01 --to 2027-02-15 (nhiều nhất 400 ngày)",
                         "missing or wrong: " + error.what() + "; say --from 2027-02-01 --to 2027-02-15 (at most 400 days)"});
}

std::string roster_time(Timestamp time) { return to_rfc3339(time + hours(7)).substr(0, 19) + "+07:00"; }

int roster_list(Office& office, const Arguments& arguments, Console& console) {
  const auto days = roster_days(arguments);
  if (!days) return wrong_roster_days(days.error(), console);
  std::vector<roster::Shift> shifts;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    roster::ShiftQuery query{.unit = {}, .span = days->span(), .most = kMostListed};
    if (const auto words = arguments.value("unit")) {
      TRY(query.unit, unit_named(connection, scope, *words));
    }
    TRY(shifts, roster::list_shifts(connection, scope, query));
    return {};
  });
  if (!read) return console.fail(read.error());
  std::string out;
  for (const auto& shift : shifts) out += arguments.has("json") ? line_of(shift) : text_of(shift, console.language());
  console.out(out);
  return 0;
}

Command roster_command() {
  return {
      .name = "roster",
      .synopsis = "roster check|list --from DATE --to DATE [--unit CODE] [--json] | import FILE --as USER [--confirm]",
      .summary = {"lịch trực: khoảng không có người trực, ca trực, nạp lịch", "duty rosters: gaps, shifts, a list to read in"},
      .details = {"check: với mỗi kỳ nghỉ có ngày trong khoảng, đơn vị nào phải trực 24/7 mà còn phút không có người; đơn vị đặt «luôn trực» "
                  "thì xét mọi ngày. Mã thoát: 0 kín lịch, 1 còn khoảng trống, 2 dùng sai.\n"
                  "import: CSV hoặc XLSX có các cột đơn vị, từ, đến, người trực, điện thoại, vai (trực hoặc trực thay), tài khoản; không có "
                  "--confirm thì chỉ xem thử. Một dòng sai thì không dòng nào được nạp.\n"
                  "Ví dụ: khien roster check --from 2027-02-01 --to 2027-02-15 --json",
                  "check: for each holiday with a day between, which units must be on duty 24/7 and have minutes without anyone; units that "
                  "are always on duty are looked at on every day. Exit codes: 0 no gap, 1 gaps, 2 wrong use.\n"
                  "import: CSV or XLSX with the columns unit, from, to, person, phone, part (main or deputy), user; without --confirm it is "
                  "only tried. One wrong row, and none is taken.\n"
                  "Example: khien roster check --from 2027-02-01 --to 2027-02-15 --json"},
      .options = with_folder({{"from", "DATE", {"ngày đầu, NĂM-THÁNG-NGÀY", "first day, YYYY-MM-DD"}},
                              {"to", "DATE", {"ngày cuối", "last day"}},
                              {"unit", "CODE", {"chỉ đơn vị này: mã, số hiệu hoặc tên", "only this unit: its code, number or name"}},
                              {"as", "USER", {"ai nạp lịch: tên đăng nhập", "who reads it in: a user name"}},
                              {"confirm", "", {"ghi thật, không chỉ xem thử", "do it, not only try"}},
                              {"content", "BASE64", {"nội dung tệp (lệnh tự điền)", "the file's bytes (filled in by the command)"}},
                              {"json", "", {"in JSON", "print JSON"}}}),
      .office = run,
      .prepare = prepare};
}

}  // namespace khien::hub
