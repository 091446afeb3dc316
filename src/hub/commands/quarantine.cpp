#include <charconv>
#include <optional>

#include "command.hpp"
#include "commands/person.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/date.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/flow/orders.hpp"
#include "khien/flow/quarantine.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::hub {
namespace {

Result<std::vector<flow::QuarantineItem>> all_items(Office& office, bool held_only) {
  std::vector<flow::QuarantineItem> items;
  TRY_VOID(office.hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    flow::QuarantineQuery query{.held_only = held_only, .limit = 500};
    for (;;) {
      TRY(auto page, flow::list_quarantine(connection, scope, query));
      for (auto& item : page.items) items.push_back(std::move(item));
      if (!page.next) return {};
      query.cursor = *page.next;
    }
  }));
  return items;
}

std::string json_of(const std::vector<flow::QuarantineItem>& items) {
  JsonWriter out;
  out.begin_array();
  for (const auto& item : items) {
    out.begin_object().field("id", item.id.value).field("state", item.held ? "held" : "restored");
    out.field("machine", item.machine_name).field("unit", item.unit_name).field("path", item.path);
    out.field("sha256", item.sha256.hex()).field("size", static_cast<std::int64_t>(item.size)).field("rule", item.rule);
    out.field("held_at", item.held_at).end_object();
  }
  out.end_array();
  return out.take() + "\n";
}

int list(Office& office, const Arguments& arguments, Console& console) {
  const auto items = all_items(office, !arguments.has("all"));
  if (!items) return console.fail(items.error());
  if (arguments.has("json")) {
    console.out(json_of(*items));
    return 0;
  }
  for (const auto& item : *items) {
    console.out(std::to_string(item.id.value) + "\t" + (item.held ? "held" : "restored") + "\t" + to_rfc3339(item.held_at) +
                "\t" + printable(item.machine_name) + "\t" + printable(item.rule) + "\t" + printable(item.path) + "\n");
  }
  return 0;
}

Result<flow::RestoreWish> wish_of(const Arguments& arguments) {
  flow::RestoreWish wish;
  const std::string digits = arguments.positional().size() == 2 ? arguments.positional()[1] : "";
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), wish.item.value);
  if (problem != std::errc() || end != digits.data() + digits.size() || wish.item.value < 1) {
    return Error(Code::invalid, "the number of a file in quarantine is needed (khien quarantine list)");
  }
  TRY(const auto day, Date::parse(arguments.value_or("until", "")));
  wish.allow_until = vietnam_moment(day + 1);
  wish.reason = arguments.value_or("reason", "");
  return wish;
}

int restore(Office& office, const Arguments& arguments, Console& console) {
  const auto wish = wish_of(arguments);
  if (!wish) return console.fail(wish.error());
  const Timestamp now = office.env.clock.now();
  std::optional<flow::OrderRecord> order;
  const auto done = office.hub.write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, office.tenant));
    TRY(const auto person, person_named(connection, office.tenant, arguments.value("as")));
    TRY(const auto id, flow::order_restore(connection, scope, person, *wish, now));
    TRY(order, flow::get_order(connection, scope, id, now));
    TRY_VOID(store::append_audit(connection, office.tenant,
                                 {.at = now,
                                  .who = "system",
                                  .action = "quarantine.restore",
                                  .object = "quarantine_item:" + std::to_string(wish->item.value),
                                  .detail = "order:" + std::to_string(id.value) + " as " + arguments.value_or("as", ""),
                                  .address = "local"}));
    return {};
  });
  if (!done) return console.fail(done.error());
  if (order->state == flow::OrderState::waiting_second) {
    console.say({"Thư mục hệ thống: lệnh chờ người thứ hai duyệt trên giao diện.",
                 "A system folder: the order waits for a second person, who agrees in the interface."});
  } else {
    console.say({"Đã ra lệnh; máy thực hiện trong khoảng một phút.", "Ordered; the machine does it within a minute or so."});
  }
  return 0;
}

int run(Office& office, const Arguments& arguments, Console& console) {
  const std::string verb = arguments.positional().empty() ? "" : arguments.positional()[0];
  if (verb == "list") return list(office, arguments, console);
  if (verb == "restore") return restore(office, arguments, console);
  return console.misuse({"cần list hoặc restore", "list or restore is needed"});
}

}  // namespace

Command quarantine_command() {
  return {.name = "quarantine",
          .synopsis = "quarantine list [--all] [--json] | quarantine restore ID --as USER --reason TEXT --until DAY",
          .summary = {"tệp đang cách ly trên các máy", "files in quarantine on machines"},
          .details = {"Trả lại tệp là một lệnh: máy đưa tệp về đúng chỗ cũ, không ghi đè, và không tự cách ly lại trước ngày "
                      "--until. Tệp của thư mục hệ thống phải có người thứ hai duyệt trên giao diện.",
                      "To restore is an order: the machine puts the file back where it was, over nothing, and does not take "
                      "it again by itself before the day --until. In a system folder a second person must agree, in the "
                      "interface."},
          .options = with_folder({{"all", "", {"kể cả tệp đã trả lại", "also what was put back"}},
                                  {"as", "USER", {"theo lời của ai", "on whose word"}},
                                  {"reason", "TEXT", {"vì sao", "why"}},
                                  {"until", "DAY", {"không tự cách ly lại đến hết ngày này (năm-tháng-ngày)", "not taken again before the end of this day (year-month-day)"}},
                                  {"json", "", {"in JSON", "print JSON"}}}),
          .office = run};
}

}  // namespace khien::hub
