#include "khien/model/order.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/budget.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::size_t kMaxAnswerBytes = 128u << 10;
constexpr std::array<std::string_view, 14> kSystemFolders{"/bin",  "/boot", "/dev",  "/etc",  "/lib",  "/lib32", "/lib64",
                                                         "/proc", "/root", "/run",  "/sbin", "/sys",  "/usr",   "/var/spool"};

bool is_system_folder(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

void write(JsonWriter& out, const Order& order) {
  out.begin_object().field("id", order.id.value).field("verb", to_string(order.verb));
  out.field("expires_at", order.expires_at).field("reason", order.reason);
  if (order.verb == Verb::quarantine) {
    out.field("path_sha256", order.path_sha256.hex()).field("sha256", order.sha256.hex());
    out.field("insist", order.insist);
  }
  if (order.verb == Verb::restore) {
    out.field("quarantine", order.quarantine).field("sha256", order.sha256.hex());
    out.field("two_persons", order.two_persons).field("allow_until", order.allow_until);
  }
  out.end_object();
}

Result<Sha256> hash_at(const Json& object, std::string_view name) {
  TRY(const auto digits, object.string_at(name));
  return Sha256::from_hex(digits);
}

Result<Timestamp> time_at(const Json& object, std::string_view name) {
  TRY(const auto text, object.string_at(name));
  return from_rfc3339(text);
}

Result<void> read_quarantine(const Json& object, Order& order) {
  TRY(order.path_sha256, hash_at(object, "path_sha256"));
  TRY(order.sha256, hash_at(object, "sha256"));
  TRY(order.insist, object.boolean_at("insist"));
  return {};
}

Result<void> read_restore(const Json& object, Order& order) {
  TRY(const auto name, object.string_at("quarantine"));
  if (!is_quarantine_name(name)) return Error(Code::invalid, "field 'quarantine' is not a name of one");
  order.quarantine = name;
  TRY(order.sha256, hash_at(object, "sha256"));
  TRY(order.two_persons, object.boolean_at("two_persons"));
  TRY(order.allow_until, time_at(object, "allow_until"));
  return {};
}

Result<Order> read_order(const Json& object) {
  Order order;
  TRY(order.id.value, object.integer_at("id"));
  if (order.id.value < 1) return Error(Code::invalid, "field 'id' is not a number of an order");
  TRY(const auto verb, object.string_at("verb"));
  TRY(order.verb, verb_from_string(verb));
  TRY(order.expires_at, time_at(object, "expires_at"));
  TRY(const auto reason, object.string_at("reason"));
  if (reason.size() > kMaxReasonBytes) return Error(Code::exhausted, "field 'reason' is too long");
  order.reason = reason;
  if (order.verb == Verb::quarantine) TRY_VOID(read_quarantine(object, order));
  if (order.verb == Verb::restore) TRY_VOID(read_restore(object, order));
  return order;
}

Result<void> check_version(const Json& root) {
  TRY(const auto version, root.integer_at("version"));
  if (version != kOrderVersion) return Error(Code::invalid, "another version of the list of orders");
  return {};
}

Result<std::vector<Order>> read_orders(std::string_view text) {
  Budget budget({.bytes_in = kMaxAnswerBytes, .depth = 6});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  TRY_VOID(check_version(root));
  TRY(const auto list, root.field("orders"));
  if (!list.is_array()) return Error(Code::invalid, "field 'orders' is not an array");
  if (list.size() > kMaxOrders) return Error(Code::exhausted, "too many orders at once");
  std::vector<Order> orders;
  TRY_VOID(list.each([&](Json element) -> Result<void> {
    TRY(auto order, read_order(element));
    orders.push_back(std::move(order));
    return {};
  }));
  return orders;
}

Result<void> read_request(std::string_view text) {
  Budget budget({.bytes_in = 1'024, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  return check_version(root);
}

}  // namespace

std::string orders_request() {
  JsonWriter out;
  out.begin_object().field("version", std::int64_t{kOrderVersion}).end_object();
  return out.take();
}

Result<void> orders_request_from_json(std::string_view text) {
  auto read = read_request(text);
  if (!read) return malformed(std::move(read).error());
  return read;
}

std::string to_json(const std::vector<Order>& orders) {
  JsonWriter out;
  out.begin_object().field("version", std::int64_t{kOrderVersion}).key("orders").begin_array();
  for (const Order& order : orders) write(out, order);
  out.end_array().end_object();
  return out.take();
}

Result<std::vector<Order>> orders_from_json(std::string_view text) { return malformed(read_orders(text)); }

bool is_quarantine_name(std::string_view text) {
  const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 32 && std::ranges::all_of(text, digit);
}

bool is_system_path(std::string_view path) {
  // The administrator's own branch of /usr holds no system, and shared memory is everybody's.
  if (is_system_folder(path, "/usr/local/share") || is_system_folder(path, "/usr/local/src") ||
      is_system_folder(path, "/dev/shm")) {
    return false;
  }
  return std::ranges::any_of(kSystemFolders, [path](std::string_view folder) { return is_system_folder(path, folder); });
}

}  // namespace khien
