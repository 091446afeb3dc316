#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_site.hpp"
#include "khien/estate/sites.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kNoSuchStep{"Vụ việc đang ở bước không cho phép thao tác này. Tải lại rồi thử lại.",
                            "The case's state does not allow this. Reload and try again."};
constexpr std::size_t kMostPages = 500;

std::string case_object(SiteCaseId id) { return "site_case:" + std::to_string(id.value); }

Result<Reply> case_detail(const Call& call, store::Connection& connection, SiteCaseId id) {
  TRY(const auto record, site::get_case(connection, call.scope(), id));
  TRY(const auto history, site::case_history(connection, call.scope(), id));
  TRY(const auto pages, site::pages_of(connection, call.scope(), record.site, kMostPages));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  const auto words = words_for_case(record);
  JsonWriter json;
  json.begin_object().key("case");
  write_site_case(json, record, names);
  json.key("what_to_do").begin_array();
  for (const auto& step : words.steps) write_text(json, step);
  json.end_array().key("pages").begin_array();
  for (const auto& page : pages) write_known_page(json, page);
  json.end_array().key("history");
  write_case_history(json, history, names);
  json.end_object();
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_site_cases(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    site::CaseQuery query{.cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto id = call.query_integer("site")) {
      TRY(const auto site, estate::get_site(connection, call.scope(), {*id}));
      query.site = site.id;
    }
    const auto view = call.query_text("view");
    query.alive_only = view != "all";
    query.waits_only = view == "waiting";
    auto page = site::list_cases(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page->items) write_site_case(json, record, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply get_site_case(Call& call) {
  return call.read([&](store::Connection& connection) { return case_detail(call, connection, {call.object}); });
}

Reply decide_site_case(Call& call) {
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteCaseId id{call.object};
    site::CaseDecision decision{.text = call.text("text").value_or("")};
    TRY(decision.event, site::case_event_from_string(call.text("event").value_or("")));
    if (const auto cause = call.text("cause")) {
      TRY(decision.cause, site::cause_from_string(*cause));
    }
    const auto decided = site::decide_case(connection, call.scope(), id, call.who->user, decision, call.now);
    const std::string_view field = decision.event == site::CaseEvent::cause && !decision.cause ? "cause" : "text";
    if (!decided) return refusal(decided.error(), {.conflict = &kNoSuchStep, .field = field});
    const std::string cause = decision.cause ? ": " + std::string(to_string(*decision.cause)) : "";
    TRY_VOID(call.audit(connection, "site_case.decide", case_object(id), std::string(to_string(decision.event)) + cause));
    return case_detail(call, connection, id);
  });
  // Most of these words wish for a look.
  if (call.services.options.on_look_wished) call.services.options.on_look_wished();
  return reply;
}

}  // namespace route
}  // namespace khien::api
