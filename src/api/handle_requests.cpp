#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_request.hpp"
#include "duty_call.hpp"
#include "khien/core/bytes.hpp"
#include "noted.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kRefused = "request.refused";

std::string request_object(std::int64_t id) { return "request:" + std::to_string(id); }
std::string unit_object(std::int64_t id) { return "request_unit:" + std::to_string(id); }

template <class Tag>
std::vector<Id<Tag>> ids_in(const Call& call, std::string_view name) {
  std::vector<Id<Tag>> ids;
  for (const auto id : call.integers(name)) ids.push_back({id});
  return ids;
}

std::vector<std::string> texts_in(const Call& call, std::string_view name) {
  std::vector<std::string> texts;
  const auto list = call.body->field(name);
  if (!list) return texts;
  (void)list->each([&](Json item) -> Result<void> {
    TRY(const auto text, item.string());
    texts.emplace_back(text);
    return {};
  });
  return texts;
}

Result<request::Audience> audience_in(const Call& call) {
  request::Audience audience{.units = ids_in<UnitTag>(call, "units"), .kinds = {}, .below = {}};
  for (const auto& kind : texts_in(call, "kinds")) {
    TRY(const auto one, estate::unit_kind_from_string(kind));
    audience.kinds.push_back(one);
  }
  if (const auto below = call.integer("below")) audience.below = UnitId{*below};
  return audience;
}

Result<request::NewRequest> request_in(const Call& call, std::optional<Date> due) {
  request::NewRequest wanted{.unit = {call.integer("unit").value_or(call.scope().roots().front().value)}, .title = call.text("title").value_or(""),
                             .text = call.text("text").value_or(""), .basis = call.text("basis").value_or(""), .due = due,
                             .fields = texts_in(call, "fields"), .attachments = ids_in<EvidenceTag>(call, "attachments"), .audience = {}};
  TRY(wanted.answer, request::answer_from_string(call.text("answer").value_or("")));
  TRY(wanted.audience, audience_in(call));
  return wanted;
}

Result<Reply> one_request(const Call& call, store::Connection& connection, request::RequestId id) {
  TRY(const auto found, request::get_request(connection, call.scope(), id, call.now));
  TRY(const auto attachments, request::attachments_of(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_request_detail(json, found, attachments, names);
  return call.json(json);
}

Result<Reply> one_asked(const Call& call, store::Connection& connection, request::RequestUnitId id) {
  TRY(const auto asked, request::get_asked(connection, call.scope(), id, call.now));
  TRY(const auto history, request::asked_history(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_asked_detail(json, asked, history, names);
  return call.json(json);
}

// A step of one unit, told to the audit log with the state that came of it.
template <class Step>
Reply take_step(Call& call, std::string_view action, Step step) {
  return write_or_note(call, kRefused, unit_object(call.object), [&](store::Connection& connection) -> Result<Reply> {
    const request::RequestUnitId id{call.object};
    TRY_VOID(step(connection, id));
    TRY(const auto asked, request::get_asked(connection, call.scope(), id, call.now));
    TRY_VOID(call.audit(connection, action, unit_object(id.value), request_object(asked.request.value) + " unit:" + std::to_string(asked.unit.value)));
    return one_asked(call, connection, id);
  });
}

Result<request::AskedQuery> asked_query(const Call& call, store::Connection& connection) {
  request::AskedQuery query{.state = {}, .late_only = !call.query_text("late").empty(), .unit = {}, .words = call.query_text("q"),
                            .cursor = call.query_text("cursor"), .limit = call.query_limit()};
  TRY(query.unit, unit_in_query(call, connection));
  if (const auto state = call.query_text("state"); !state.empty()) {
    TRY(query.state, request::state_from_string(state));
  }
  return query;
}

}  // namespace

namespace route {

Reply list_requests(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    request::RequestQuery query{.unit = {}, .words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto view = call.query_text("view"); !view.empty()) {
      TRY(query.view, request::request_view_from_string(view));
    }
    const auto page = request::list_requests(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& one : page->items) write_request(json, one, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("counts").begin_object().field("open", page->open).field("waiting", page->waiting).field("late", page->late);
    json.field("to_decide", page->to_decide).end_object().end_object();
    return call.json(json);
  });
}

Reply send_request(Call& call) {
  if (const auto field = impossible_day(call, {"due_on"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto wanted, request_in(call, day_in(call, "due_on")));
    TRY(const auto id, request::send_request(connection, call.scope(), wanted, call.who->user, call.now));
    TRY(const auto sent, request::get_request(connection, call.scope(), id, call.now));
    TRY_VOID(call.audit(connection, "request.send", request_object(id.value), "units:" + std::to_string(sent.counts.total)));
    return one_request(call, connection, id);
  });
}

Reply get_request(Call& call) {
  return call.read([&](store::Connection& connection) { return one_request(call, connection, {call.object}); });
}

Reply list_request_units(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto query, asked_query(call, connection));
    const auto page = request::list_asked(connection, call.scope(), {call.object}, query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& one : page->items) write_asked(json, one, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply export_request(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const request::RequestId id{call.object};
    TRY(const auto names, account_names(connection, call.who->tenant()));
    const bool vietnamese = call.query_text("language") != "en";
    TRY(auto csv, request::request_as_csv(connection, call.scope(), id, vietnamese, names_of(names), call.now));
    TRY_VOID(call.audit(connection, "request.export", request_object(id.value), "sha256:" + sha256(csv).hex()));
    Reply reply{.status = call.route.success, .body = std::move(csv)};
    reply.media_type = "text/csv; charset=utf-8";
    reply.download = "yeu-cau-" + std::to_string(id.value) + ".csv";
    return reply;
  });
}

Reply remind_of_request(Call& call) {
  return write_or_note(call, kRefused, request_object(call.object), [&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto units, request::remind(connection, call.scope(), {call.object}, call.text("words").value_or(""), call.who->user, call.now));
    TRY_VOID(call.audit(connection, "request.remind", request_object(call.object), "units:" + std::to_string(units)));
    JsonWriter json;
    json.begin_object().field("units", units).end_object();
    return call.json(json);
  });
}

Reply close_request(Call& call) {
  return write_or_note(call, kRefused, request_object(call.object), [&](store::Connection& connection) -> Result<Reply> {
    const request::RequestId id{call.object};
    TRY_VOID(request::close_request(connection, call.scope(), id, call.text("words").value_or(""), call.who->user, call.now));
    TRY_VOID(call.audit(connection, "request.close", request_object(id.value)));
    return one_request(call, connection, id);
  });
}

Reply download_request_attachment(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto found, request::read_attachment(connection, call.scope(), {call.object}));
    Reply reply{.status = call.route.success, .body = std::string(as_text(found.bytes))};
    reply.media_type = "application/octet-stream";
    reply.download = found.file.file_name;
    return reply;
  });
}

Reply get_request_unit(Call& call) {
  return call.read([&](store::Connection& connection) { return one_asked(call, connection, {call.object}); });
}

Reply confirm_request_read(Call& call) {
  return take_step(call, "request.read", [&](store::Connection& connection, request::RequestUnitId id) {
    return request::confirm_reading(connection, call.scope(), id, call.who->user, call.now);
  });
}

Reply answer_request(Call& call) {
  const request::GivenAnswer answer{.words = call.text("words").value_or(""), .numbers = call.integers("numbers"), .evidence = evidence_in_body(call)};
  return take_step(call, "request.answer", [&](store::Connection& connection, request::RequestUnitId id) {
    return request::give_answer(connection, call.scope(), id, answer, call.who->user, call.now);
  });
}

Reply decide_request_answer(Call& call) {
  const request::AnswerDecision decision{.accept = call.flag("accept").value_or(false), .words = call.text("words").value_or("")};
  return take_step(call, decision.accept ? "request.accept" : "request.return", [&](store::Connection& connection, request::RequestUnitId id) {
    return request::decide_answer(connection, call.scope(), id, decision, call.who->user, call.now);
  });
}

}  // namespace route
}  // namespace khien::api
