#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <utility>

#include "command.hpp"
#include "commands/person.hpp"
#include "feed_reading.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/refusal.hpp"
#include "khien/inventory/observed.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostFileBytes = 10u << 20;
constexpr std::size_t kShown = 50;

// The reason in the person's own language, where estate has one.
int fail(Console& console, const Error& error) {
  if (const auto* known = estate::refusal_of(error)) return console.fail(LocalText{known->vi, known->en});
  return console.fail(error);
}

std::string number(std::int64_t value) { return std::to_string(value); }

void write_device(JsonWriter& json, const estate::Device& one) {
  json.begin_object().field("id", one.id.value).field("name", one.name).field("unit", one.unit_name).field("kind", to_string(one.kind));
  json.field("state", to_string(one.state)).key("machine");
  one.machine ? json.integer(one.machine->value) : json.null();
  json.end_object();
}

Result<std::vector<estate::Device>> devices_in(Office& office, const Arguments& arguments) {
  std::vector<estate::Device> all;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    estate::DeviceQuery query{.unit = {}, .words = arguments.value_or("words", ""), .limit = 500};
    if (const auto words = arguments.value("unit")) {
      TRY(query.unit, unit_named(connection, scope, *words));
    }
    for (;;) {
      TRY(auto page, estate::list_devices(connection, scope, query, office.env.clock.now()));
      std::ranges::move(page.items, std::back_inserter(all));
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  }));
  return all;
}

int list(Office& office, const Arguments& arguments, Console& console) {
  const auto all = devices_in(office, arguments);
  if (!all) return fail(console, all.error());
  if (arguments.has("json")) {
    JsonWriter json;
    json.begin_array();
    for (const auto& one : *all) write_device(json, one);
    json.end_array();
    console.out(json.take() + "\n");
    return 0;
  }
  for (const auto& one : *all) {
    console.out(number(one.id.value) + "\t" + std::string(to_string(one.kind)) + "\t" + std::string(to_string(one.state)) + "\t" +
                printable(one.name) + "\t" + printable(one.unit_name) + "\n");
  }
  if (all->empty()) console.say({"Không có thiết bị nào.", "There is none."});
  return 0;
}

std::optional<DeviceId> device_of(const Arguments& arguments) {
  const std::string& word = arguments.positional()[1];
  DeviceId id;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), id.value);
  if (problem != std::errc() || end != word.data() + word.size() || id.value <= 0) return std::nullopt;
  return id;
}

int show(Office& office, DeviceId id, const Arguments& arguments, Console& console) {
  std::optional<estate::HandedFact> fact;
  const auto read = office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY_VOID(estate::get_device(connection, scope, id, office.env.clock.now()));
    TRY(fact, estate::handed_in(connection, scope, id));
    return {};
  });
  if (!read) return fail(console, read.error());
  if (arguments.has("json")) {
    JsonWriter json;
    json.begin_object().key("handed");
    if (!fact) json.null();
    else json.begin_object().field("format", fact->format).field("file_name", fact->file_name).field("packages", fact->packages).field("at", fact->at).end_object();
    console.out(json.end_object().take() + "\n");
    return 0;
  }
  if (!fact) console.say({"Chưa nhận danh sách phần mềm nào của thiết bị này.", "No list of software of this device was taken yet."});
  else console.out(fact->format + "\t" + number(fact->packages) + "\t" + to_rfc3339(fact->at) + "\t" + printable(fact->file_name) + "\n");
  return 0;
}

// What was given, before it is kept.
struct Given {
  estate::HandedInventory handed;
  inventory::Inventory read;  // of a file
};

// As the interface refuses it (api/handle_device_inventories.cpp).
constexpr std::string_view kNoProduct = "no advisory speaks of a product of this name; check its maker and its name";
constexpr std::string_view kNeedsSystem = "the list does not tell its operating system, so nothing can be judged; say which: --os debian:12";

Result<Given> typed(const Arguments& arguments) {
  auto package = inventory::typed_package(arguments.value_or("vendor", ""), arguments.value_or("product", ""), arguments.value_or("version", ""));
  if (!package) return Error(Code::invalid, std::string(kNoProduct));
  Given given;
  given.read.rows = 1;
  given.handed = {.format = "hand", .file_name = {}, .packages = {*std::move(package)}};
  return given;
}

Result<Given> from_file(const Arguments& arguments) {
  TRY(const auto bytes, from_base64(arguments.value_or("content", "")));
  const std::string name = std::filesystem::path(arguments.positional()[2]).filename();
  auto read = read_inventory_in_worker(bytes, {.file_name = name, .os = arguments.value_or("os", "")});
  if (!read) return std::move(read).error().within(printable(name));
  if (inventory::without_release(*read) > 0) return Error(Code::invalid, std::string(kNeedsSystem));
  Given given;
  given.handed = {.format = read->format, .file_name = name, .packages = inventory::packages_of(*read)};
  given.read = std::move(read).value();
  return given;
}

// True where it is another list than the last. What the preview says is what is done.
Result<bool> take(Office& office, DeviceId id, const Given& given, const Arguments& arguments) {
  bool changed = false;
  const Timestamp now = office.env.clock.now();
  const auto work = [&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    if (!arguments.has("confirm")) {
      TRY(changed, estate::would_change(connection, scope, id, given.handed, now));
      return {};
    }
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(changed, estate::hand_in(connection, scope, id, given.handed, person, now));
    if (!changed) return {};
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "device.inventory",
                                  .object = "device:" + number(id.value),
                                  .detail = given.handed.format + " " + std::to_string(given.handed.packages.size()) + " " +
                                            printable(given.handed.file_name) + " as " + arguments.value_or("as", ""),
                                  .address = "local"}));
    return {};
  };
  TRY_VOID(arguments.has("confirm") ? office.hub.write(work) : office.hub.read(work));
  return changed;
}

std::size_t without_version(const std::vector<Package>& packages) {
  return static_cast<std::size_t>(std::ranges::count_if(packages, [](const Package& one) { return one.version.empty(); }));
}

void print_json(const Given& given, bool changed, bool taken, Console& console) {
  const auto& packages = given.handed.packages;
  JsonWriter json;
  json.begin_object().field("format", given.handed.format).field("packages", static_cast<std::int64_t>(packages.size()));
  json.field("without_version", static_cast<std::int64_t>(without_version(packages))).field("rows", static_cast<std::int64_t>(given.read.rows));
  json.field("passed_over", static_cast<std::int64_t>(given.read.passed_over)).key("named").begin_array();
  for (const auto& one : given.read.named) json.begin_object().field("where", one.where).field("why", one.why).end_object();
  json.end_array().field("changed", changed).field("taken", taken).end_object();
  console.out(json.take() + "\n");
}

void print_table(const Given& given, bool changed, bool taken, Console& console) {
  const auto& packages = given.handed.packages;
  const std::string all = std::to_string(packages.size()), bare = std::to_string(without_version(packages)), over = std::to_string(given.read.passed_over);
  console.say({given.handed.format + ": " + all + " phần mềm, " + bare + " chưa rõ phiên bản, " + over + " dòng bị bỏ qua",
               given.handed.format + ": " + all + " pieces of software, " + bare + " without a version, " + over + " rows passed over"});
  for (const auto& one : given.read.named) console.out("  " + printable(one.where) + ": " + printable(one.why) + "\n");
  for (std::size_t i = 0; i < std::min(packages.size(), kShown); ++i) console.out("  " + printable(packages[i].name) + "\t" + printable(packages[i].version) + "\n");
  if (packages.size() > kShown) console.out("  …\n");
  if (!changed) console.say({"Giống danh sách đã nhận lần trước; không có gì thay đổi.", "It is the list that was taken last; nothing changes."});
  else if (taken) console.say({"Đã nhận danh sách.", "The list is taken."});
  else console.say({"Chưa thay đổi gì. Thêm --confirm --as NGƯỜI_DÙNG để nhận.", "Nothing was changed. Add --confirm --as USER to take it."});
}

int hand_in(Office& office, DeviceId id, const Arguments& arguments, Console& console) {
  const auto given = arguments.has("content") ? from_file(arguments) : typed(arguments);
  if (!given) return console.fail(given.error());
  const auto changed = take(office, id, *given, arguments);
  if (!changed) return fail(console, changed.error());
  // Without a hub it is told at the next start.
  if (arguments.has("confirm") && *changed && office.on_inventory) office.on_inventory();
  arguments.has("json") ? print_json(*given, *changed, arguments.has("confirm"), console) : print_table(*given, *changed, arguments.has("confirm"), console);
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const auto& words = arguments.positional();
  if (words == std::vector<std::string>{"list"}) return list(office, arguments, console);
  const bool of_device = (words.size() == 2 || words.size() == 3) && words[0] == "inventory";
  if (!of_device || (words.size() == 3) != arguments.has("content")) {
    return console.misuse({"cần list, inventory SỐ, inventory SỐ TỆP hoặc inventory SỐ --product TÊN", "list, inventory ID, inventory ID FILE or inventory ID --product NAME is needed"});
  }
  const auto id = device_of(arguments);
  if (!id) return console.misuse({"cần số của thiết bị (xem: khien device list)", "a device's number is needed (see: khien device list)"});
  return arguments.has("content") || arguments.has("product") ? hand_in(office, *id, arguments, console) : show(office, *id, arguments, console);
}

// The file lies with whoever calls: its bytes travel, as the hub may not read it.
Result<void> prepare(const Arguments& arguments, std::vector<std::string>& words) {
  const auto& given = arguments.positional();
  if (given.size() != 3 || given[0] != "inventory" || arguments.has("content")) return {};
  TRY(const auto bytes, system_files().read(given[2], kMostFileBytes));
  words.push_back("--content=" + to_base64(as_bytes(bytes)));
  return {};
}

}  // namespace

Command device_command() {
  return {.name = "device",
          .synopsis = "device list [--unit UNIT] [--words TEXT] [--json] | device inventory ID [--json] | "
                      "device inventory ID FILE [--os OS] [--confirm --as USER] [--json] | "
                      "device inventory ID --product NAME [--vendor NAME] [--version VERSION] [--confirm --as USER] [--json]",
          .summary = {"thiết bị trong danh sách của cơ quan; phần mềm của thiết bị chưa cài trình bảo vệ",
                      "devices on the lists of agencies; the software of those without an agent"},
          .details = {"inventory SỐ: danh sách phần mềm đã nhận lần trước. Kèm TỆP (CSV, SBOM, osquery, dpkg, rpm: docs/reference/inventories.md)\n"
                      "hoặc --product: cho xem trước những gì sẽ nhận; --confirm mới nhận, theo lời của người nêu ở --as. Danh sách mới thay danh sách cũ.\n"
                      "Ví dụ: khien device inventory 17 --vendor Fortinet --product FortiOS --version 7.4.3 --confirm --as lan",
                      "inventory ID: what was taken last. With a FILE (CSV, SBOM, osquery, dpkg, rpm: docs/reference/inventories.md)\n"
                      "or --product: shows what would be taken; --confirm takes it, on the word of whom --as names. A new list replaces the old one.\n"
                      "Example: khien device inventory 17 --vendor Fortinet --product FortiOS --version 7.4.3 --confirm --as lan"},
          .options = with_folder({{"unit", "UNIT", {"thiết bị của đơn vị này: mã, số hiệu hoặc tên", "devices of this unit: code, id or name"}},
                                  {"words", "TEXT", {"tìm theo tên, số sê-ri, địa chỉ", "words of name, serial number, address"}},
                                  {"os", "OS", {"hệ điều hành mà danh sách không cho biết: debian:12", "the operating system that the list does not tell: debian:12"}},
                                  {"vendor", "NAME", {"hãng", "the maker"}},
                                  {"product", "NAME", {"sản phẩm", "the product"}},
                                  {"version", "VERSION", {"phiên bản", "the version"}},
                                  {"confirm", "", {"nhận thật", "really take it"}},
                                  {"as", "USER", {"theo lời của ai", "on whose word"}},
                                  {"json", "", {"in JSON", "print JSON"}},
                                  {.name = "content", .value = "BASE64", .help = {"nội dung tệp", "the file's content"}, .own = true}}),
          .office = run,
          .prepare = prepare};
}

}  // namespace khien::hub
