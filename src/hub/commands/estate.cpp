#include <algorithm>
#include <charconv>

#include "shipped_units.hpp"
#include "table_reader.hpp"
#include "command.hpp"
#include "commands/person.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMaxFileBytes = 12u << 20;

// The reason in the person's own language, where estate has one.
int fail(Console& console, const Error& error) {
  if (const auto* known = estate::refusal_of(error)) return console.fail(LocalText{known->vi, known->en});
  return console.fail(error);
}

struct List {
  Table table;
  estate::ImportKind kind = estate::ImportKind::units;
  std::string name;
};

constexpr std::string_view kEmpty = "the file is empty";
constexpr std::string_view kNoKind = "the headings do not say what kind of list this is; name it by --kind";
constexpr std::string_view kTooLargeUnpacked = "the file unpacks to too much";

Result<Table> read_table(const Bytes& bytes) {
  if (bytes.empty()) return Error(Code::invalid, std::string(kEmpty));
  auto table = read_table_in_worker(bytes);
  if (!table && table.error().code() == Code::exhausted &&
      table.error().what().find("budget") != std::string::npos) {
    return Error(Code::exhausted, std::string(kTooLargeUnpacked));
  }
  return table;
}

// Which file, what is wrong with it, and what to do.
int fail_to_read(Console& console, const Arguments& arguments, const Error& error) {
  const auto& words = arguments.positional();
  const std::string file = words.size() > 1 ? printable(words[1]) + ": " : "";
  if (error.what() == kEmpty) return console.fail(LocalText{file + "tệp rỗng.", file + "the file is empty."});
  if (error.what() == kTooLargeUnpacked) {
    return console.fail(LocalText{
        file + "tệp bung ra quá lớn (tệp nén độc hại, hoặc danh sách quá dài); hãy chia thành nhiều tệp.",
        file + "it unpacks to too much (a compression bomb, or too long a list); split it."});
  }
  if (error.what() == kNoKind) {
    return console.fail(LocalText{
        file + "tiêu đề cột (dòng 1) không cho biết đây là danh sách gì. Nêu rõ bằng --kind units, devices, "
               "dhcp_leases, "
               "systems, sites, contacts, address_ranges hoặc appliances; tên cột: docs/howto/import-a-province.md",
        file + "the headings (row 1) do not say what kind of list this is. Name it by --kind units, devices, "
               "dhcp_leases, systems, sites, contacts, address_ranges or appliances; names of columns: "
               "docs/howto/import-a-province.md"});
  }
  if (const auto* known = estate::refusal_of(error))
    return console.fail(LocalText{file + known->vi, file + known->en});
  return console.fail(Error(error.code(), file + error.what()));
}

Result<List> list_of(const Arguments& arguments) {
  List list;
  if (const auto province = arguments.value("province")) {
    TRY(list.table, shipped_communes(*province));
    list.name = "content/units/communes.csv";
    return list;
  }
  list.name = arguments.positional()[1];
  TRY(const auto bytes, from_base64(arguments.value_or("content", "")));
  TRY(list.table, read_table(bytes));
  if (const auto kind = arguments.value("kind")) {
    TRY(list.kind, estate::import_kind_from_string(*kind));
    return list;
  }
  const auto guessed = estate::guess_import_kind(list.table);
  if (!guessed) return Error(Code::invalid, std::string(kNoKind));
  list.kind = *guessed;
  return list;
}

struct Outcome {
  estate::ImportReport report;
  bool applied = false;
};

Result<estate::ImportPlan> plan_on(store::Connection& connection, Office& office, const Arguments& arguments,
                                   const List& list) {
  TRY(const auto scope, api::owner_scope(connection, office.tenant));
  const auto words = arguments.value("unit");
  TRY(const auto unit, words ? unit_named(connection, scope, *words) : Result<UnitId>(scope.roots().front()));
  return estate::plan_import(connection, scope, list.kind, unit, list.table, office.env.clock.now());
}

// What the preview says is what is done, in one transaction; to look alone holds
// nobody up.
Result<Outcome> run_import(Office& office, const Arguments& arguments, const List& list) {
  Outcome outcome;
  const Timestamp now = office.env.clock.now();
  if (!arguments.has("confirm")) {
    TRY_VOID(office.hub.rehearse(office.tenant, estate::kImportTables, [&](store::Connection& connection) -> Result<void> {
      TRY(auto plan, plan_on(connection, office, arguments, list));
      outcome.report = std::move(plan.report);
      return {};
    }));
    return outcome;
  }
  TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    const auto words = arguments.value("unit");
    TRY(const auto unit, words ? unit_named(connection, scope, *words) : Result<UnitId>(scope.roots().front()));
    TRY(auto plan, estate::plan_import(connection, scope, list.kind, unit, list.table, now));
    outcome.report = std::move(plan.report);
    if (outcome.report.problems_total > 0) return {};
    TRY_VOID(estate::apply_import(connection, scope, list.kind, unit, list.table, plan.digest, now,
                                    {.who = {}, .file_name = list.name}));
    outcome.applied = true;
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "import.confirm",
                                  .object = "unit:" + std::to_string(unit.value),
                                  .detail = std::string(to_string(list.kind)) + " " + printable(truncate(list.name, 200)),
                                  .address = "local"}));
    return {};
  }));
  return outcome;
}

void print_json(const List& list, const Outcome& outcome, Console& console) {
  const auto& report = outcome.report;
  JsonWriter json;
  json.begin_object().field("kind", to_string(list.kind)).field("applied", outcome.applied).field("rows", report.rows);
  json.field("adds", report.adds).field("changes", report.changes).field("same", report.same);
  json.field("problems_total", report.problems_total).key("problems").begin_array();
  for (const auto& problem : report.problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value);
    json.key("message").begin_object().field("vi", problem.message.vi).field("en", problem.message.en).end_object();
    json.end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const auto& note : report.notes) json.begin_object().field("vi", note.vi).field("en", note.en).end_object();
  json.end_array().end_object();
  console.out(json.take() + "\n");
}

void print_table(const List& list, const Outcome& outcome, Console& console) {
  const auto& report = outcome.report;
  for (const auto& note : report.notes) console.say(note);
  const auto counts = [&](const char* rows, const char* adds, const char* changes, const char* same, const char* bad) {
    return std::to_string(report.rows) + rows + std::to_string(report.adds) + adds + std::to_string(report.changes) +
           changes + std::to_string(report.same) + same + std::to_string(report.problems_total) + bad;
  };
  console.say({std::string(to_string(list.kind)) + ": " + counts(" dòng, ", " thêm mới, ", " thay đổi, ", " giữ nguyên, ", " lỗi"),
               std::string(to_string(list.kind)) + ": " + counts(" rows, ", " to add, ", " to change, ", " the same, ", " wrong")});
  for (const auto& problem : report.problems) {
    const std::string column = problem.column.empty() ? "" : " · " + printable(problem.column);
    const std::string value = problem.value.empty() ? "" : " · '" + printable(problem.value) + "'";
    // Row 0 is the file as a whole.
    const std::string row = problem.row > 0 ? std::to_string(problem.row) : "";
    console.say(
        {(row.empty() ? "  cả tệp" : "  dòng " + row) + column + value + ": " + problem.message.vi,
         (row.empty() ? "  the whole file" : "  row " + row) + column + value + ": " + problem.message.en});
  }
  const auto hidden = report.problems_total - static_cast<std::int64_t>(report.problems.size());
  if (hidden > 0) {
    console.say({"  … và " + std::to_string(hidden) + " lỗi nữa",
                 "  … and " + std::to_string(hidden) + " more that are wrong"});
  }
  if (report.problems_total > 0) {
    console.say({"Chưa thay đổi gì. Sửa tệp rồi chạy lại.",
                 "Nothing was changed. Mend the file and run this again."});
    return;
  }
  if (report.rows == 0) {
    console.say({"Tệp chỉ có dòng tiêu đề, không có dòng nào để nhập.",
                 "The file has headings only; there is nothing to import."});
    return;
  }
  std::int64_t shown = 0;
  for (const auto& sample : report.sample) {
    if (sample.action == "same") continue;
    console.out("  " + sample.action + "\t" + printable(sample.text) + "\n");
    ++shown;
  }
  if (const auto more = report.adds + report.changes - shown; more > 0) {
    console.say({"  … và " + std::to_string(more) + " dòng nữa", "  … and " + std::to_string(more) + " more"});
  }
  if (outcome.applied) {
    console.say({"Đã nhập.", "Imported."});
  } else {
    console.say({"Chưa thay đổi gì. Thêm --confirm để nhập.", "Nothing was changed. Add --confirm to import."});
  }
}

int import(Office& office, const Arguments& arguments, Console& console) {
  const auto kind = arguments.value("kind");
  if (kind && !estate::import_kind_from_string(*kind)) {
    return console.misuse(
        {"--kind phải là units, devices, dhcp_leases, systems, sites, contacts, address_ranges hoặc appliances",
         "--kind must be units, devices, dhcp_leases, systems, sites, contacts, address_ranges or appliances"});
  }
  const auto list = list_of(arguments);
  if (!list) return fail_to_read(console, arguments, list.error());
  const auto outcome = run_import(office, arguments, *list);
  if (!outcome) return fail(console, outcome.error());
  const bool changed = outcome->report.adds + outcome->report.changes > 0;
  if (outcome->applied && changed && list->kind == estate::ImportKind::appliances && office.on_inventory) office.on_inventory();
  if (arguments.has("json")) {
    print_json(*list, *outcome, console);
  } else {
    print_table(*list, *outcome, console);
  }
  return outcome->report.problems_total > 0 ? 1 : 0;
}

void write_day(JsonWriter& json, std::string_view name, const std::optional<Date>& date) {
  json.key(name);
  if (date) {
    json.string(to_string(*date));
  } else {
    json.null();
  }
}

std::string as_json(const std::vector<estate::Unit>& units) {
  JsonWriter json;
  json.begin_array();
  for (const auto& unit : units) {
    json.begin_object().field("id", unit.id.value).field("code", unit.code).field("name", unit.name);
    json.field("kind", to_string(unit.kind)).key("parent");
    if (unit.parent) {
      json.integer(unit.parent->value);
    } else {
      json.null();
    }
    write_day(json, "valid_from", unit.valid_from);
    write_day(json, "valid_to", unit.valid_to);
    json.field("machines", unit.machines).end_object();
  }
  json.end_array();
  return json.take() + "\n";
}

int list_units(Office& office, const Arguments& arguments, Console& console) {
  Date day = vietnam_day(office.env.clock.now());
  if (const auto wanted = arguments.value("as-of")) {
    const auto parsed = Date::parse(*wanted);
    if (!parsed) return console.misuse({"--as-of cần một ngày có thật, như 2025-06-30", "--as-of needs a day, such as 2025-06-30"});
    day = *parsed;
  }
  std::vector<estate::Unit> units;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(units, estate::list_units(connection, scope, day));
    return {};
  });
  if (!read) return console.fail(read.error());
  if (arguments.has("json")) {
    console.out(as_json(units));
    return 0;
  }
  for (const auto& unit : units) {
    console.out(std::to_string(unit.id.value) + "\t" + unit.code + "\t" + std::string(to_string(unit.kind)) + "\t" +
                printable(unit.name) + "\n");
  }
  return 0;
}

bool is_import(const Arguments& arguments) {
  return !arguments.positional().empty() && arguments.positional()[0] == "import";
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words == std::vector<std::string>{"units"}) return list_units(office, arguments, console);
  const bool has_file = words.size() == 2 && arguments.has("content");
  const bool has_province = words.size() == 1 && arguments.has("province");
  if (is_import(arguments) && (has_file || has_province)) return import(office, arguments, console);
  return console.misuse({"cần units, import TỆP hoặc import --province MÃ", "units, import FILE or import --province CODE is needed"});
}

// The file lies with whoever calls: its bytes travel, as the hub may not read it.
Result<void> prepare(const Arguments& arguments, std::vector<std::string>& words) {
  if (!is_import(arguments) || arguments.positional().size() != 2 || arguments.has("content")) return {};
  TRY(const auto bytes, system_files().read(arguments.positional()[1], kMaxFileBytes));
  words.push_back("--content=" + to_base64(as_bytes(bytes)));
  return {};
}

}  // namespace

Command estate_command() {
  return {
      .name = "estate",
      .synopsis =
          "estate import FILE [--kind KIND] [--unit UNIT] [--confirm] [--json] | "
          "estate import --province CODE [--confirm] | estate units [--as-of DATE] [--json]",
      .summary = {"nhập danh sách đơn vị, thiết bị, hệ thống…; cây đơn vị theo ngày",
                  "import lists of units, devices, systems…; the unit tree of a day"},
      .details =
          {"import đọc CSV hoặc XLSX (trong tiến trình cách ly), cho xem trước từng dòng sai và chưa đổi gì; "
           "--confirm mới nhập.\nMã kết thúc: 1 nếu có dòng sai.\n"
           "Ví dụ: khien estate import --province 91 --confirm",
           "import reads CSV or XLSX (in a sandboxed process) and shows every wrong row; nothing changes "
           "without --confirm.\nExit code: 1 if a row is wrong.\n"
           "Example: khien estate import --province 91 --confirm"},
      .options = with_folder({{"kind",
                               "KIND",
                               {"units, devices, dhcp_leases, systems, sites, contacts, address_ranges, appliances (mặc "
                                "định: theo tiêu đề cột)",
                                "units, devices, dhcp_leases, systems, sites, contacts, address_ranges, appliances "
                                "(default: by the headings)"}},
                              {"unit",
                               "UNIT",
                               {"nhập vào dưới đơn vị này: mã, số hiệu hoặc tên",
                                "rows land below this unit: code, id or name"}},
                              {"province",
                               "CODE",
                               {"các xã, phường đi kèm của tỉnh này: mã hoặc tên",
                                "the communes shipped of this province: code or name"}},
                              {"as-of", "DATE", {"cây đơn vị của ngày này", "the tree of this day"}},
                              {"confirm", "", {"nhập thật", "really import"}},
                              {"json", "", {"in JSON", "print JSON"}},
                              {.name = "content",
                               .value = "BASE64",
                               .help = {"nội dung tệp", "the file's content"},
                               .own = true}}),
      .office = run,
      .prepare = prepare};
}

}  // namespace khien::hub
