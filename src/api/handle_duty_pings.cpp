#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_roster.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kNobody{"Lúc này đơn vị không có ai trực. Hãy xếp ca trực trước.", "Nobody is on duty in the unit now. Put somebody on duty first."};
constexpr Words kJustAsked{"Vừa gọi thử đơn vị này và đang chờ trả lời.", "The unit was called just now and its answer is awaited."};
constexpr Words kOver{"Cuộc gọi thử đã có người trả lời hoặc đã hết thời gian chờ.", "The test call was answered already, or waits no more."};

std::string ping_object(roster::DutyPingId id) { return "duty_ping:" + std::to_string(id.value); }

Result<Reply> one_ping(const Call& call, store::Connection& connection, roster::DutyPingId id) {
  TRY(const auto ping, roster::get_ping(connection, call.scope(), id, call.now));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_duty_ping(json, call, ping, names);
  return call.json(json);
}

}  // namespace

namespace route {

Reply ping_roster(Call& call) {
  const UnitId unit{call.integer("unit").value_or(0)};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto id = roster::ask(connection, call.scope(), unit, call.who->user, call.now);
    if (!id && id.error().code() == Code::exhausted) return problem(409, "conflict", kJustAsked);
    if (!id) return refusal(id.error(), {.conflict = &kNobody, .field = "unit"});
    TRY_VOID(call.audit(connection, "duty_ping.ask", ping_object(*id), "unit:" + std::to_string(unit.value)));
    return one_ping(call, connection, *id);
  });
  return told_if_refused(call, std::move(reply), "duty_ping.refused", "unit:" + std::to_string(unit.value), "ask");
}

Reply list_duty_pings(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    roster::PingQuery query{.unit = {}, .to_user = {}, .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (call.query_text("view") == "to_me") query.to_user = call.who->user;
    const auto page = roster::list_pings(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& ping : page->items) write_duty_ping(json, call, ping, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply answer_duty_ping(Call& call) {
  const roster::DutyPingId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto answered = roster::answer(connection, call.scope(), id, call.who->user, call.now);
    if (!answered) return refusal(answered.error(), {.conflict = &kOver});
    TRY_VOID(call.audit(connection, "duty_ping.answer", ping_object(id)));
    return one_ping(call, connection, id);
  });
  return told_if_refused(call, std::move(reply), "duty_ping.refused", ping_object(id), "answer");
}

}  // namespace route
}  // namespace khien::api
