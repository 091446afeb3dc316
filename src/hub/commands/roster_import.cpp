#include <algorithm>
#include <array>

#include "commands/person.hpp"
#include "commands/roster.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/encoding.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/roster/shifts.hpp"
#include "khien/store/audit_log.hpp"
#include "table_reader.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostRows = 20'000;
constexpr std::size_t kMostFaults = 200;

enum Column : std::size_t { unit, from, to, person, phone, part, user, kColumns };
// Folded headings, of each column.
constexpr std::array<std::array<std::string_view, 3>, kColumns> kHeadings{{{"don vi", "unit", "ma don vi"},
                                                                          {"tu", "from", "bat dau"},
                                                                          {"den", "to", "ket thuc"},
                                                                          {"nguoi truc", "person", "ho ten"},
                                                                          {"dien thoai", "phone", "so dien thoai"},
                                                                          {"vai", "part", "vai tro"},
                                                                          {"tai khoan", "user", "ten dang nhap"}}};

struct Fault {
  std::int64_t row = 0;
  std::string what;  // the column, or why
};
struct Outcome {
  std::int64_t shifts = 0;
  std::vector<Fault> faults;
};

using Places = std::array<std::optional<std::size_t>, kColumns>;

Result<Places> places_of(const TableRow& headings) {
  Places places;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const auto found = std::ranges::find_if(headings.cells, [&](const std::string& cell) { return std::ranges::find(kHeadings[column], fold(cell)) != kHeadings[column].end(); });
    if (found != headings.cells.end()) places[column] = static_cast<std::size_t>(found - headings.cells.begin());
  }
  for (const Column needed : {Column::unit, Column::from, Column::to, Column::person}) {
    if (!places[needed]) return Error(Code::invalid, "there is no column '" + std::string(kHeadings[needed][1]) + "'");
  }
  return places;
}

std::string cell_of(const TableRow& row, const Places& places, Column column) {
  const auto place = places[column];
  return place && *place < row.cells.size() ? row.cells[*place] : std::string();
}

// "2027-02-04 17:00" as clocks here show it, or RFC 3339.
Result<Timestamp> moment_of(std::string text) {
  if (auto moment = from_rfc3339(text)) return *moment;
  if (text.size() == 16 && (text[10] == ' ' || text[10] == 'T')) {
    text[10] = 'T';
    return from_rfc3339(text + ":00+07:00");
  }
  return Error(Code::invalid, "");
}

Result<roster::Part> part_of(const std::string& word) {
  const auto folded = fold(word);
  if (folded.empty() || folded == "truc" || folded == "main") return roster::Part::main;
  if (folded == "truc thay" || folded == "deputy" || folded == "du phong") return roster::Part::deputy;
  return Error(Code::invalid, "");
}

Result<std::optional<UserId>> user_of(const std::vector<api::AccountRecord>& accounts, const std::string& name) {
  if (name.empty()) return std::optional<UserId>();
  const auto found = std::ranges::find(accounts, name, &api::AccountRecord::username);
  if (found == accounts.end()) return Error(Code::invalid, "");
  return std::optional(found->id);
}

// The shift of a row; an error's words are the column that is wrong.
Result<roster::NewShift> shift_of(store::Connection& connection, const store::TenantScope& scope, const std::vector<api::AccountRecord>& accounts,
                                  const TableRow& row, const Places& places) {
  const auto of_unit = unit_named(connection, scope, cell_of(row, places, Column::unit));
  if (!of_unit) return Error(Code::invalid, "unit");
  const auto begins = moment_of(cell_of(row, places, Column::from));
  if (!begins) return Error(Code::invalid, "from");
  const auto ends = moment_of(cell_of(row, places, Column::to));
  if (!ends) return Error(Code::invalid, "to");
  const auto in_part = part_of(cell_of(row, places, Column::part));
  if (!in_part) return Error(Code::invalid, "part");
  const auto signs_in = user_of(accounts, cell_of(row, places, Column::user));
  if (!signs_in) return Error(Code::invalid, "user");
  return roster::NewShift{.unit = *of_unit, .span = {.from = *begins, .to = *ends}, .part = *in_part, .person = cell_of(row, places, Column::person),
                          .phone = cell_of(row, places, Column::phone), .user = *signs_in};
}

Result<Outcome> take(store::Connection& connection, Office& office, const Table& table, UserId by) {
  const Timestamp now = office.env.clock.now();
  TRY(const auto scope, api::owner_scope(connection, office.tenant));
  TRY(const auto accounts, api::list_accounts(connection, office.tenant));
  if (table.sheets.empty() || table.sheets.front().rows.empty()) return Error(Code::invalid, "the file is empty");
  const auto& rows = table.sheets.front().rows;
  if (rows.size() > kMostRows) return Error(Code::exhausted, "more than 20000 rows");
  TRY(const auto places, places_of(rows.front()));
  Outcome outcome;
  for (std::size_t i = 1; i < rows.size() && outcome.faults.size() < kMostFaults; ++i) {
    const auto made = shift_of(connection, scope, accounts, rows[i], places);
    const auto added = made ? roster::add_shift(connection, scope, *made, by, now) : Result<roster::ShiftId>(made.error());
    if (added) {
      ++outcome.shifts;
    } else {
      outcome.faults.push_back({rows[i].number, added.error().what()});
    }
  }
  return outcome;
}

// Tried as it would be done; taken back where it is only a trial, or a row is wrong.
Result<Outcome> run_import(Office& office, const Arguments& arguments) {
  TRY(const auto bytes, from_base64(arguments.value_or("content", "")));
  if (bytes.empty()) return Error(Code::invalid, "the file is empty");
  TRY(const auto table, read_table_in_worker(bytes));
  Outcome outcome;
  bool is_trial = false;
  auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto by, person_named(connection, office.tenant, arguments.value("as")));
    TRY(outcome, take(connection, office, table, by));
    is_trial = !arguments.has("confirm") || !outcome.faults.empty();
    if (is_trial) return Error(Code::conflict, "only tried");
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = office.env.clock.now(), .who = arguments.value_or("as", ""), .action = "shift.import", .object = "roster",
                                  .detail = std::to_string(outcome.shifts) + " " + printable(truncate(arguments.positional()[1], 200)), .address = "local"}));
    return {};
  });
  if (!done && !is_trial) return std::move(done).error();
  return outcome;
}

std::string as_json(const Outcome& outcome, bool applied) {
  JsonWriter json;
  json.begin_object().field("applied", applied).field("shifts", outcome.shifts).key("problems").begin_array();
  for (const auto& fault : outcome.faults) json.begin_object().field("row", fault.row).field("what", fault.what).end_object();
  json.end_array().end_object();
  return json.take() + "\n";
}

}  // namespace

int roster_import(Office& office, const Arguments& arguments, Console& console) {
  const auto outcome = run_import(office, arguments);
  if (!outcome) return console.fail(outcome.error());
  const bool is_whole = outcome->faults.empty();
  const bool applied = is_whole && arguments.has("confirm");
  if (arguments.has("json")) {
    console.out(as_json(*outcome, applied));
    return is_whole ? 0 : 1;
  }
  for (const auto& fault : outcome->faults) {
    const std::string row = std::to_string(fault.row);
    console.say({"dòng " + row + ": sai " + printable(fault.what), "row " + row + ": wrong " + printable(fault.what)});
  }
  const std::string shifts = std::to_string(outcome->shifts);
  if (applied) {
    console.say({"Đã xếp " + shifts + " ca trực.", shifts + " shifts were put in."});
  } else if (is_whole) {
    console.say({shifts + " ca trực hợp lệ. Thêm --confirm để ghi.", shifts + " shifts are right. Add --confirm to put them in."});
  }
  return is_whole ? 0 : 1;
}

}  // namespace khien::hub
