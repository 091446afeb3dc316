#include <charconv>

#include "command.hpp"
#include "commands/person.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/orders.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

std::string as_json(const std::vector<estate::Unit>& units) {
  JsonWriter out;
  out.begin_array();
  for (const auto& unit : units) {
    out.begin_object().field("id", unit.id.value).field("name", unit.name).field("kind", to_string(unit.kind));
    out.key("parent");
    if (unit.parent) {
      out.integer(unit.parent->value);
    } else {
      out.null();
    }
    out.field("machines", unit.machines).end_object();
  }
  out.end_array();
  return out.take() + "\n";
}

Result<UnitId> unit_from(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return Error(Code::invalid, "'" + printable(text) + "' is not a number");
  }
  return UnitId{number};
}

Result<flow::UnitScan> order_scan(Office& office, const Arguments& arguments) {
  TRY(const auto unit, unit_from(arguments.positional()[1]));
  const Timestamp now = office.env.clock.now();
  flow::UnitScan scan;
  TRY_VOID(office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(scan, flow::order_unit_scan(connection, scope, person, unit, now));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = *arguments.value("as"),
                                  .action = "unit.scan",
                                  .object = "unit:" + std::to_string(unit.value),
                                  .detail = "machines: " + std::to_string(scan.machines),
                                  .address = "local"}));
    return {};
  }));
  return scan;
}

int scan_unit(Office& office, const Arguments& arguments, Console& console) {
  const auto scan = order_scan(office, arguments);
  if (!scan) return console.fail(scan.error());
  const std::string asked = std::to_string(scan->machines), waiting = std::to_string(scan->waiting);
  console.say({asked + " máy sẽ quét, lần lượt 500 máy mỗi phút; " + waiting + " máy đã có lệnh quét đang chờ.",
               asked + " machines will scan, in turns of 500 a minute; " + waiting + " wait for a scan already."});
  return 0;
}

int list(Office& office, const Arguments& arguments, Console& console) {
  std::vector<estate::Unit> units;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(units, estate::list_units(connection, scope));
    return {};
  });
  if (!read) return console.fail(read.error());
  if (arguments.has("json")) {
    console.out(as_json(units));
    return 0;
  }
  for (const auto& unit : units) {
    console.out(std::to_string(unit.id.value) + "\t" + printable(unit.name) + "\t" + std::to_string(unit.machines) + "\n");
  }
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words.size() == 1 && words[0] == "list") return list(office, arguments, console);
  if (words.size() == 2 && words[0] == "scan") return scan_unit(office, arguments, console);
  return console.misuse({"cần list hoặc scan", "list or scan is needed"});
}

}  // namespace

Command unit_command() {
  return {.name = "unit",
          .synopsis = "unit list [--json] | unit scan ID --as USER",
          .summary = {"cơ quan, đơn vị và số máy; quét mọi máy của một đơn vị",
                      "units and how many machines they have; a scan of all of one's machines"},
          .details = {"list: mỗi dòng số hiệu, tên, số máy (kể cả đơn vị trực thuộc).\n"
                      "scan: mọi máy của đơn vị và cấp dưới quét toàn bộ, 500 máy mỗi phút; mỗi đơn vị một lần trong một giờ.",
                      "list: a line each: id, name, machines (with those below it).\n"
                      "scan: all machines of the unit and below scan all files, 500 a minute; once an hour for a unit."},
          .options = with_folder({{"json", "", {"in JSON", "print JSON"}},
                                  {"as", "USER", {"người ra lệnh", "on whose word"}}}),
          .office = run};
}

}  // namespace khien::hub
