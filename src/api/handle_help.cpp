#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_request.hpp"
#include "duty_call.hpp"
#include "noted.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string help_object(std::int64_t id) { return "help_request:" + std::to_string(id); }

request::HelpWords words_in(const Call& call) {
  return {.words = call.text("words").value_or(""), .before = call.text("before").value_or(""), .after = call.text("after").value_or(""),
          .evidence = evidence_in_body(call)};
}

Result<Reply> one_help(const Call& call, store::Connection& connection, request::HelpId id) {
  TRY(const auto help, request::get_help(connection, call.scope(), id));
  TRY(const auto lines, request::help_lines(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  json.begin_object().key("help");
  write_help(json, help, names);
  write_help_lines(json, lines, names);
  json.end_object();
  return call.json(json);
}

Reply say(const Call& call, request::HelpWord word, const request::HelpWords& words) {
  return write_or_note(call, "help.refused", help_object(call.object), [&](store::Connection& connection) -> Result<Reply> {
    const request::HelpId id{call.object};
    TRY_VOID(request::say_help(connection, call.scope(), id, word, words, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "help." + std::string(to_string(word)), help_object(id.value)));
    return one_help(call, connection, id);
  });
}

}  // namespace

namespace route {

Reply list_help_requests(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    request::HelpQuery query{.unit = {}, .words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto view = call.query_text("view"); !view.empty()) {
      TRY(query.view, request::help_view_from_string(view));
    }
    const auto page = request::list_help(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto figures, request::help_figures(connection, call.scope(), query.unit, call.now));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& help : page->items) write_help(json, help, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("figures");
    write_help_figures(json, figures);
    json.end_object();
    return call.json(json);
  });
}

Reply ask_for_help(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    request::NewHelp wanted{.unit = {call.integer("unit").value_or(0)}, .title = call.text("title").value_or(""), .about_id = call.text("about_id").value_or(""),
                            .page = call.text("page").value_or(""), .words = words_in(call)};
    TRY(wanted.about, request::about_from_string(call.text("about").value_or("")));
    TRY(const auto id, request::ask_for_help(connection, call.scope(), wanted, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "help.ask", help_object(id.value), "unit:" + std::to_string(wanted.unit.value)));
    return one_help(call, connection, id);
  });
}

Reply get_help_request(Call& call) {
  return call.read([&](store::Connection& connection) { return one_help(call, connection, {call.object}); });
}

Reply say_to_help_request(Call& call) { return say(call, request::HelpWord::said, words_in(call)); }
Reply take_help_request(Call& call) { return say(call, request::HelpWord::taken, {}); }
Reply answer_help_request(Call& call) { return say(call, request::HelpWord::answered, words_in(call)); }
Reply close_help_request(Call& call) {
  return say(call, call.flag("solved").value_or(false) ? request::HelpWord::solved : request::HelpWord::unsolved, words_in(call));
}

}  // namespace route
}  // namespace khien::api
