#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto_estate.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string contact_object(ContactId id) { return "contact:" + std::to_string(id.value); }

Result<estate::ContactChange> change_of(const Call& call) {
  estate::ContactChange change{.name = call.text("name"), .title = call.text("title"), .phone = call.text("phone"),
                               .email = call.text("email"), .around_the_clock = call.flag("around_the_clock")};
  if (const auto unit = call.integer("unit")) change.unit = UnitId{*unit};
  if (const auto purpose = call.text("purpose")) {
    TRY(change.purpose, estate::contact_purpose_from_string(*purpose));
  }
  change.valid_from = day_in(call, "valid_from");
  change.valid_to = day_or_none_in(call, "valid_to");
  return change;
}

Result<Reply> one_contact(const Call& call, store::Connection& connection, ContactId id) {
  TRY(const auto contact, estate::get_contact(connection, call.scope(), id));
  JsonWriter json;
  write_contact(json, contact);
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_contacts(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    estate::ContactQuery query{.words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    auto page = estate::list_contacts(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& contact : page->items) write_contact(json, contact);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply create_contact(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto change, change_of(call));
    TRY(const auto id, estate::create_contact(connection, call.scope(), change, call.now));
    TRY_VOID(call.audit(connection, "contact.create", contact_object(id), call.text("purpose").value_or("")));
    return one_contact(call, connection, id);
  });
}

Reply update_contact(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from", "valid_to"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const ContactId id{call.object};
    TRY(const auto change, change_of(call));
    TRY_VOID(estate::update_contact(connection, call.scope(), id, change));
    TRY_VOID(call.audit(connection, "contact.update", contact_object(id), call.text("valid_to").value_or("")));
    return one_contact(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
