#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_order.hpp"
#include "khien/estate/machines.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kNothingToTake{"Không có tệp để cách ly, hoặc đã có lệnh như vậy đang chờ.",
                               "There is no file to take, or the same was asked and waits."};
constexpr Words kNothingToRestore{"Tệp đã được trả lại, hoặc đã có lệnh trả lại đang chờ.",
                                  "The file was put back already, or the same was asked and waits."};
constexpr Words kScanWaits{"Máy này đã có lệnh quét đang chờ.", "A scan of this machine was asked already and waits."};
constexpr Words kUnitScanned{"Cơ quan này đã được yêu cầu quét trong vòng một giờ.", "This body was asked to scan within the hour."};
constexpr Words kNotWaiting{"Lệnh này không chờ người thứ hai.", "This order does not wait for a second person."};
constexpr Words kSamePerson{"Người duyệt phải khác người ra lệnh.", "The second person must be another one."};

std::string order_object(OrderId id) { return "order:" + std::to_string(id.value); }

Result<Reply> with_order(const Call& call, store::Connection& connection, OrderId id) {
  TRY(const auto order, flow::get_order(connection, call.scope(), id, call.now));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_order(json, order, names);
  return call.json(json);
}

// The order and its audit entry are one transaction: no order without a trace.
Result<Reply> made(const Call& call, store::Connection& connection, const Result<OrderId>& id, const Words& conflict,
                   std::string_view action, std::string_view what, std::string_view field) {
  if (!id) return refusal(id.error(), {.conflict = &conflict, .field = field});
  TRY_VOID(call.audit(connection, action, what, order_object(*id)));
  return with_order(call, connection, *id);
}

}  // namespace

namespace route {

Reply list_quarantine(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    flow::QuarantineQuery query;
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto id = call.query_integer("machine")) {
      TRY(const auto machine, estate::get_machine(connection, call.scope(), {*id}, call.now));
      query.machine = machine.id;
    }
    query.held_only = call.query_text("view") != "all";
    query.words = call.query_text("q");
    query.cursor = call.query_text("cursor");
    query.limit = call.query_limit();
    const auto page = flow::list_quarantine(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& item : page->items) write_quarantine_item(json, item);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply list_orders(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    flow::OrderQuery query;
    TRY(query.unit, unit_in_query(call, connection));
    query.waiting_second = call.query_text("view") == "waiting_second";
    query.cursor = call.query_text("cursor");
    query.limit = call.query_limit();
    const auto page = flow::list_orders(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& order : page->items) write_order(json, order, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply order_quarantine(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const flow::QuarantineWish wish{
        .finding = {call.object}, .insist = call.flag("insist").value_or(false), .reason = call.text("reason").value_or("")};
    const auto id =
        flow::order_quarantine(connection, call.services.ledger, call.scope(), call.who->user, wish, call.now);
    return made(call, connection, id, kNothingToTake, wish.insist ? "quarantine.insist" : "quarantine.order",
                "finding:" + std::to_string(call.object), "reason");
  });
}

Reply order_restore(Call& call) {
  if (const auto field = impossible_day(call, {"allow_until"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    // To the end of that day.
    const flow::RestoreWish wish{.item = {call.object},
                                 .allow_until = vietnam_moment(day_in(call, "allow_until").value_or(Date()) + 1),
                                 .reason = call.text("reason").value_or("")};
    const auto id = flow::order_restore(connection, call.scope(), call.who->user, wish, call.now);
    return made(call, connection, id, kNothingToRestore, "quarantine.restore",
                "quarantine_item:" + std::to_string(call.object), "allow_until");
  });
}

Reply order_scan(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto id = flow::order_scan(connection, call.scope(), call.who->user, {call.object}, call.now);
    return made(call, connection, id, kScanWaits, "machine.scan", "machine:" + std::to_string(call.object), {});
  });
}

Reply order_unit_scan(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto scan = flow::order_unit_scan(connection, call.scope(), call.who->user, {call.object}, call.now);
    if (!scan && scan.error().code() == Code::exhausted) return exhausted(hours(1));
    if (!scan) return refusal(scan.error(), {.conflict = &kUnitScanned});
    TRY_VOID(call.audit(connection, "unit.scan", "unit:" + std::to_string(call.object),
                        "machines: " + std::to_string(scan->machines)));
    JsonWriter json;
    json.begin_object().field("machines", scan->machines).field("waiting", scan->waiting);
    json.field("last_begins_at", scan->last_begins_at).end_object();
    return call.json(json);
  });
}

Reply decide_order(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const OrderId id{call.object};
    const bool approve = call.flag("approve").value_or(false);
    const auto decided = flow::decide_order(connection, call.scope(), call.who->user, id, approve,
                                            call.text("note").value_or(""), call.now);
    if (!decided && decided.error().code() == Code::denied) return problem(409, "conflict", kSamePerson);
    if (!decided) return refusal(decided.error(), {.conflict = &kNotWaiting, .field = "note"});
    TRY_VOID(call.audit(connection, approve ? "order.approve" : "order.decline", order_object(id)));
    return with_order(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
