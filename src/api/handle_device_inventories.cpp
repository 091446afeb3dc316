#include <algorithm>
#include <utility>

#include "call.hpp"
#include "khien/core/bytes.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/estate/devices.hpp"
#include "khien/inventory/observed.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kShown = 50;
constexpr Words kNoInventory{"Không đọc được danh sách phần mềm trong tệp này.", "No list of software can be read from this file."};
constexpr Words kTooMuch{"Danh sách quá lớn.", "The list is too large."};
constexpr Words kNoProduct{"Chưa có cảnh báo nào nói về sản phẩm có tên này. Hãy kiểm tra tên hãng và tên sản phẩm.",
                           "No advisory speaks of a product of this name. Check its maker and its name."};
constexpr Words kNeedsSystem{"Danh sách không cho biết hệ điều hành, nên không đối chiếu được. Hãy ghi rõ, ví dụ debian:12.",
                             "The list does not tell its operating system, so nothing can be judged. Say which, for example debian:12."};
constexpr Words kNeedsOne{"Cần một tệp hoặc tên một sản phẩm.", "A file, or the name of a product, is needed."};

std::string device_object(DeviceId id) { return "device:" + std::to_string(id.value); }

// What was sent, before it is kept; `refused` where it cannot be.
struct Sent {
  estate::HandedInventory handed;
  inventory::Inventory read;  // of a file
  std::optional<Reply> refused;
};

Sent refused(Reply reply) { return {.handed = {}, .read = {}, .refused = std::move(reply)}; }

Sent from_hand(const Call& call) {
  const std::string product = call.text("product").value_or("");
  auto package = inventory::typed_package(call.text("vendor").value_or(""), product, call.text("version").value_or(""));
  if (!package) return refused(problem(422, "invalid", kNoProduct, "product"));
  Sent sent;
  sent.read.rows = 1;
  sent.handed = {.format = "hand", .file_name = {}, .packages = {*std::move(package)}};
  return sent;
}

Sent from_file(const Call& call, std::string_view content) {
  const auto bytes = from_base64(content);
  if (!bytes) return refused(invalid("content"));
  if (!call.services.options.read_inventory) return refused(unavailable());
  const std::string name = call.text("file_name").value_or("");
  auto read = call.services.options.read_inventory(*bytes, {.file_name = name, .os = call.text("os").value_or("")});
  if (!read && read.error().code() == Code::invalid) return refused(problem(422, "invalid", kNoInventory, "content"));
  if (!read && read.error().code() == Code::exhausted) return refused(problem(422, "invalid", kTooMuch, "content"));
  if (!read) return refused(refusal(read.error()));
  if (inventory::without_release(*read) > 0) return refused(problem(422, "invalid", kNeedsSystem, "os"));
  Sent sent;
  sent.handed = {.format = read->format, .file_name = name, .packages = inventory::packages_of(*read)};
  sent.read = std::move(read).value();
  return sent;
}

Sent sent_in(const Call& call) {
  if (const auto content = call.text("content")) return from_file(call, *content);
  return call.text("product") ? from_hand(call) : refused(problem(422, "invalid", kNeedsOne, "content"));
}

void write_read(JsonWriter& json, const Sent& sent, bool changed, bool taken) {
  const auto& packages = sent.handed.packages;
  const auto bare = std::ranges::count_if(packages, [](const Package& one) { return one.version.empty(); });
  json.begin_object().field("format", sent.handed.format).field("packages", static_cast<std::int64_t>(packages.size()));
  json.field("without_version", static_cast<std::int64_t>(bare)).field("rows", static_cast<std::int64_t>(sent.read.rows));
  json.field("passed_over", static_cast<std::int64_t>(sent.read.passed_over)).key("named").begin_array();
  for (const auto& one : sent.read.named) json.begin_object().field("where", one.where).field("why", one.why).end_object();
  json.end_array().key("first").begin_array();
  for (std::size_t i = 0; i < std::min(packages.size(), kShown); ++i) {
    json.begin_object().field("name", packages[i].name).field("version", packages[i].version).end_object();
  }
  json.end_array().field("changed", changed).field("taken", taken).end_object();
}

}  // namespace

namespace route {

Reply get_device_inventory(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const DeviceId id{call.object};
    TRY_VOID(estate::get_device(connection, call.scope(), id, call.now));
    TRY(const auto fact, estate::handed_in(connection, call.scope(), id));
    JsonWriter json;
    json.begin_object().key("handed");
    if (!fact) return call.json(json.null().end_object());
    json.begin_object().field("format", fact->format).field("file_name", fact->file_name).field("packages", fact->packages);
    json.field("at", fact->at).key("by");
    fact->who ? json.integer(fact->who.value) : json.null();
    json.key("machine");
    fact->machine ? json.integer(fact->machine->value) : json.null();
    return call.json(json.end_object().end_object());
  });
}

Reply hand_in_inventory(Call& call) {
  const DeviceId id{call.object};
  // Foreign before anything is read, so that the file tells nothing of it.
  const auto seen = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(estate::get_device(connection, call.scope(), id, call.now));
    return call.done();
  });
  if (seen.status >= 400) return seen;
  Sent sent = sent_in(call);
  if (sent.refused) return *std::move(sent.refused);
  const bool confirm = call.flag("confirm").value_or(false);
  bool changed = false;
  const auto work = [&](store::Connection& connection) -> Result<Reply> {
    TRY(changed, confirm ? estate::hand_in(connection, call.scope(), id, sent.handed, call.who->user, call.now)
                         : estate::would_change(connection, call.scope(), id, sent.handed, call.now));
    if (confirm && changed) {
      TRY_VOID(call.audit(connection, "device.inventory", device_object(id),
                          sent.handed.format + " " + std::to_string(sent.handed.packages.size()) + " " + sent.handed.file_name));
    }
    JsonWriter json;
    write_read(json, sent, changed, confirm);
    return call.json(json);
  };
  if (!confirm) return call.read(work);
  auto reply = call.write(work);
  if (reply.status < 400 && changed && call.services.options.on_inventory) call.services.options.on_inventory();
  return reply;
}

}  // namespace route
}  // namespace khien::api
