#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_site.hpp"
#include "khien/site/rendering.hpp"
#include "khien/site/watch.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostPages = 500;
constexpr std::size_t kMostCases = 50;
constexpr std::size_t kMostLooks = 30;

std::string site_object(SiteId id) { return "site:" + std::to_string(id.value); }

Result<void> write_cases(JsonWriter& json, const Call& call, store::Connection& connection, SiteId id) {
  TRY(const auto cases, site::list_cases(connection, call.scope(), {.site = id, .alive_only = false, .limit = kMostCases}));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  json.key("cases").begin_array();
  for (const auto& record : cases.items) write_site_case(json, record, names);
  json.end_array();
  return {};
}

Result<Reply> site_detail(const Call& call, store::Connection& connection, SiteId id) {
  TRY(const auto watched, site::get_watched(connection, call.scope(), id, call.now));
  TRY(const auto watch, site::watch_of(connection, call.scope(), id, call.now));
  TRY(const auto pages, site::pages_of(connection, call.scope(), id, kMostPages));
  TRY(const auto facts, site::facts_of(connection, call.services.ledger, call.scope(), id));
  JsonWriter json;
  json.begin_object().key("watched");
  write_watched_site(json, watched);
  json.key("watch");
  write_watch(json, watch);
  json.key("last_look");
  if (facts) {
    write_site_facts(json, *facts);
  } else {
    json.null();
  }
  const auto book = call.services.options.advisories ? call.services.options.advisories->book() : nullptr;
  json.key("known_vulnerabilities");
  write_known_vulnerabilities(json, facts ? &*facts : nullptr, book ? &book->book : nullptr);
  TRY(const auto check, site::label_check(connection, call.scope(), id, call.now));
  json.key("label_check");
  write_label_check(json, check);
  TRY(const auto listed, site::listed_of(connection, call.scope(), id));
  json.key("listed");
  write_listed(json, listed);
  TRY(const auto looks, site::looks_of(connection, call.scope(), id, kMostLooks));
  json.key("looks").begin_array();
  for (const auto& look : looks) write_past_look(json, look);
  json.end_array().key("pages").begin_array();
  for (const auto& page : pages) write_known_page(json, page);
  json.end_array();
  TRY_VOID(write_cases(json, call, connection, id));
  json.end_object();
  return call.json(json);
}

void write_browser(JsonWriter& json, const site::BrowserState& state) {
  const auto count = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  json.begin_object().field("enabled", state.on).field("fails", state.fails()).field("pages_a_day", count(state.pages_a_day));
  json.field("opened_today", count(state.opened_today)).field("sites_today", count(state.sites_today));
  json.field("sites_at_end", count(state.sites_at_end));
  write_time(json, "opened_at", state.opened_at);
  json.field("error", state.error);
  write_time(json, "error_at", state.error_at);
  json.end_object();
}

}  // namespace

namespace route {

Reply list_watched_sites(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    site::WatchedQuery query{.words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto status = call.request.query_value("status")) {
      TRY(query.status, site::site_status_from_string(*status));
    }
    if (const auto label = call.request.query_value("label")) {
      TRY(query.label, site::label_state_from_string(*label));
    }
    if (const auto certificate = call.request.query_value("certificate")) {
      TRY(query.certificate, site::certificate_state_from_string(*certificate));
    }
    if (const auto page_class = call.request.query_value("class")) {
      TRY(query.page_class, page_class_from_string(*page_class));
    }
    query.overdue = call.request.query_value("overdue") == "true";
    query.waiting = call.request.query_value("waiting") == "true";
    auto page = site::list_watched(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto counts, site::count_watched(connection, call.scope(), query.unit, call.now));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& one : page->items) write_watched_site(json, one);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("counts");
    write_site_counts(json, counts);
    json.end_object();
    return call.json(json);
  });
}

Reply get_site_browser(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const auto& browser_state = call.services.options.browser_state;
    TRY(const auto state, site::browser_within(connection, call.scope(), browser_state ? browser_state() : site::BrowserState()));
    JsonWriter json;
    write_browser(json, state);
    return call.json(json);
  });
}

Reply get_site(Call& call) {
  return call.read([&](store::Connection& connection) { return site_detail(call, connection, {call.object}); });
}

Reply look_at_site(Call& call) {
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteId id{call.object};
    TRY_VOID(site::wish_look(connection, call.scope(), id, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "site.look", site_object(id)));
    return site_detail(call, connection, id);
  });
  if (call.services.options.on_look_wished) call.services.options.on_look_wished();
  return reply;
}

Reply add_listed_pages(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteId id{call.object};
    const auto added = site::list_pages(connection, call.scope(), id, call.who->user, call.text("text").value_or(""), call.now);
    if (!added) return refusal(added.error(), {.field = "text"});
    TRY_VOID(call.audit(connection, "site.listed", site_object(id), std::to_string(added->added)));
    TRY(const auto listed, site::listed_of(connection, call.scope(), id));
    JsonWriter json;
    json.begin_object().field("added", added->added).field("known", added->known).field("elsewhere", added->elsewhere);
    json.field("left_out", added->left_out).key("listed");
    write_listed(json, listed);
    json.end_object();
    return call.json(json);
  });
}

Reply forget_listed_pages(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteId id{call.object};
    TRY(const auto gone, site::forget_listed(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "site.listed", site_object(id), std::to_string(-gone)));
    return call.done();
  });
}

Reply set_site_interval(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteId id{call.object};
    const auto every = call.integer("every_hours").value_or(0);
    TRY_VOID(site::set_interval(connection, call.scope(), id, every == 0 ? std::nullopt : std::optional(hours(every)), call.now));
    TRY_VOID(call.audit(connection, "site.interval", site_object(id), std::to_string(every) + " h"));
    return site_detail(call, connection, id);
  });
}

Reply set_site_rendering(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteId id{call.object};
    auto reason = call.text("reason").value_or("");
    const bool wanted = !reason.empty();
    TRY_VOID(call.audit(connection, "site.rendering", site_object(id), wanted ? reason : "-"));
    TRY_VOID(site::set_rendering(connection, call.scope(), id, call.who->user, wanted ? std::optional(std::move(reason)) : std::nullopt, call.now));
    return site_detail(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
