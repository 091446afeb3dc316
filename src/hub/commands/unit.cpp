#include "command.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"

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

int run(Office& office, const Arguments& arguments, Console& console) {
  if (arguments.positional() != std::vector<std::string>{"list"}) {
    return console.misuse({"cần list", "list is needed"});
  }
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

}  // namespace

Command unit_command() {
  return {.name = "unit",
          .synopsis = "unit list [--json]",
          .summary = {"cơ quan, đơn vị và số máy", "units and how many machines they have"},
          .details = {"Mỗi dòng: số hiệu, tên, số máy (kể cả đơn vị trực thuộc).",
                      "A line each: id, name, machines (with those below it)."},
          .options = with_folder({{"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub
