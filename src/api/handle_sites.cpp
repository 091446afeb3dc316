#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto_estate.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string site_object(SiteId id) { return "site:" + std::to_string(id.value); }

estate::SiteChange change_of(const Call& call) {
  estate::SiteChange change{.address = call.text("address"), .title = call.text("title"), .label = call.text("label")};
  if (const auto unit = call.integer("unit")) change.unit = UnitId{*unit};
  change.label_valid_to = day_or_none_in(call, "label_valid_to");
  change.domain_valid_to = day_or_none_in(call, "domain_valid_to");
  change.valid_to = day_or_none_in(call, "valid_to");
  return change;
}

Result<Reply> one_site(const Call& call, store::Connection& connection, SiteId id) {
  TRY(const auto site, estate::get_site(connection, call.scope(), id));
  JsonWriter json;
  write_site(json, site);
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_sites(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    estate::SiteQuery query{.words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    auto page = estate::list_sites(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& site : page->items) write_site(json, site);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply create_site(Call& call) {
  if (const auto field = impossible_day(call, {"label_valid_to", "domain_valid_to"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto id, estate::create_site(connection, call.scope(), change_of(call), call.now));
    TRY_VOID(call.audit(connection, "site.create", site_object(id), call.text("address").value_or("")));
    return one_site(call, connection, id);
  });
}

Reply update_site(Call& call) {
  if (const auto field = impossible_day(call, {"label_valid_to", "domain_valid_to", "valid_to"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const SiteId id{call.object};
    TRY_VOID(estate::update_site(connection, call.scope(), id, change_of(call)));
    TRY_VOID(call.audit(connection, "site.update", site_object(id), call.text("valid_to").value_or("")));
    return one_site(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
