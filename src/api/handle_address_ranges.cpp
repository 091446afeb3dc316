#include <utility>

#include "call.hpp"
#include "dto_estate.hpp"
#include "khien/botnet/cases.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string range_object(AddressRangeId id) { return "address_range:" + std::to_string(id.value); }

}  // namespace

namespace route {

Reply list_address_ranges(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    estate::AddressRangeQuery query{.cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    auto page = estate::list_address_ranges(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& range : page->items) write_address_range(json, range);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply create_address_range(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto id, estate::create_address_range(connection, call.scope(), {call.integer("unit").value_or(0)},
                                                    call.text("range").value_or(""), call.text("purpose").value_or(""),
                                                    call.now));
    TRY(const auto range, estate::get_address_range(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "address_range.create", range_object(id), range.range));
    // Addresses of a list that were nobody's may lie in it.
    TRY_VOID(botnet::attribute_unknown(connection, call.scope(), {range.range}, call.who->user, call.now));
    JsonWriter json;
    write_address_range(json, range);
    return call.json(json);
  });
}

Reply delete_address_range(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const AddressRangeId id{call.object};
    TRY(const auto range, estate::get_address_range(connection, call.scope(), id));
    TRY_VOID(estate::delete_address_range(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "address_range.delete", range_object(id), range.range));
    return call.done();
  });
}

}  // namespace route
}  // namespace khien::api
