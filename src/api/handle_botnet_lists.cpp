#include <utility>

#include "botnet_call.hpp"
#include "call.hpp"
#include "dto.hpp"
#include "dto_botnet.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kPasted{"Văn bản dán vào", "Pasted words"};

std::string list_object(botnet::ListId id) { return "botnet_list:" + std::to_string(id.value); }

Result<Reply> one_list(const Call& call, store::Connection& connection, botnet::ListId id) {
  TRY(const auto record, botnet::get_list(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  json.begin_object().key("list");
  write_botnet_list(json, record, names);
  json.key("report").raw(record.report_json).end_object();
  return call.json(json);
}

// The file as it came, or the pasted words.
Result<Bytes> received_in(const Call& call) {
  const auto text = call.text("text");
  const auto content = call.text("content");
  if (text.has_value() == content.has_value()) return Error(Code::invalid, "one of them");
  if (!text) return from_base64(*content);
  const auto bytes = as_bytes(*text);
  return Bytes(bytes.begin(), bytes.end());
}

Reply preview(const Call& call, Date listed_on, const botnet::ListReading& reading) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const botnet::NewList list{.source = call.text("source").value_or(""), .listed_on = listed_on, .complete = call.flag("complete").value_or(false),
                               .file_name = call.text("file_name").value_or(kPasted.vi), .by = call.who->user};
    const auto previewed = botnet::preview_list(connection, call.scope(), list, reading, call.now);
    if (!previewed) return refusal(previewed.error());
    TRY_VOID(call.audit(connection, "botnet_list.preview", list_object(previewed->id), std::to_string(previewed->report.rows) + " rows"));
    return one_list(call, connection, previewed->id);
  });
}

}  // namespace

namespace route {

Reply list_botnet_lists(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    auto page = botnet::list_lists(connection, call.scope(), call.query_text("cursor"), call.query_limit());
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    TRY(const auto sources, botnet::known_sources(connection, call.scope()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page->items) write_botnet_list(json, record, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("sources").begin_array();
    for (const auto& source : sources) json.string(source);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply preview_botnet_list(Call& call) {
  // Before anything is read, so that the file costs whoever may not nothing of ours.
  auto seen = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const bool whole, botnet::sees_whole_tenant(connection, call.scope()));
    return whole ? call.done() : denied();
  });
  if (seen.status >= 400) return with_refusal_told(call, std::move(seen), "botnet_list", "preview");
  const auto day = Date::parse(call.text("listed_on").value_or(""));
  if (!day) return invalid("listed_on");
  const auto bytes = received_in(call);
  if (!bytes) return invalid("content");
  const auto table = table_in(call, *bytes);
  if (!table) return unreadable_list(table.error());
  return preview(call, *day, botnet::read_list(*table, *day));
}

Reply get_botnet_list(Call& call) {
  return call.read([&](store::Connection& connection) { return one_list(call, connection, {call.object}); });
}

Reply discard_botnet_list(Call& call) {
  const botnet::ListId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(botnet::get_list(connection, call.scope(), id));
    const auto discarded = botnet::discard_list(connection, call.scope(), id);
    if (!discarded) return refusal(discarded.error());
    TRY_VOID(call.audit(connection, "botnet_list.discard", list_object(id)));
    return call.done();
  });
  return with_refusal_told(call, std::move(reply), list_object(id), "discard");
}

Reply confirm_botnet_list(Call& call) {
  const botnet::ListId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto record, botnet::get_list(connection, call.scope(), id));
    const auto state = botnet::confirm_list(connection, call.scope(), id, call.who->user, playbook_of(call).lookup_days, call.now);
    if (!state) return refusal(state.error());
    TRY_VOID(call.audit(connection, "botnet_list.confirm", list_object(id), *state + ", " + std::to_string(record.addresses) + " addresses"));
    if (*state == "confirmed" && record.complete) {
      TRY(const auto unit, botnet::looking_unit(connection, call.scope(), call.now));
      const auto at = std::min(call.now, vietnam_moment(record.listed_on));
      TRY_VOID(put_into_register(call, connection, unit, at, record.addresses, record.source));
    }
    return one_list(call, connection, id);
  });
  return with_refusal_told(call, std::move(reply), list_object(id), "confirm");
}

}  // namespace route
}  // namespace khien::api
