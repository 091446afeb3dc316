#include "unit_detail.hpp"

#include <algorithm>

#include "dto_estate.hpp"
#include "khien/estate/machines.hpp"
#include "law_titles.hpp"

namespace khien::api {
namespace {

// As it was that day; as it is if it did not exist then.
estate::Unit face_of(const std::vector<estate::Unit>& units, const estate::Unit& now) {
  const auto found = std::ranges::find(units, now.id, &estate::Unit::id);
  return found == units.end() ? now : *found;
}

Result<void> write_counts(const Call& call, store::Connection& connection, UnitId id, Date day, JsonWriter& json) {
  TRY(const auto devices, estate::count_devices(connection, call.scope(), id, call.now));
  TRY(const auto systems, estate::list_systems(connection, call.scope(), {.unit = id, .limit = 1}, call.now));
  TRY(const auto sites, estate::list_sites(connection, call.scope(), {.unit = id, .limit = 1}, call.now));
  TRY(const auto contacts, estate::list_contacts(connection, call.scope(), {.unit = id, .valid_on = day, .limit = 1}));
  json.key("counts").begin_object().field("devices", devices.expected).field("protected", devices.protected_);
  json.field("systems", systems.total).field("sites", sites.total).field("contacts", contacts.total).end_object();
  return {};
}

Result<void> write_accountable(const Call& call, store::Connection& connection, UnitId id, Date day,
                               JsonWriter& json) {
  TRY(const auto leaders, estate::contacts_of(connection, call.scope(), id, estate::ContactPurpose::leader, day));
  json.key("accountable");
  if (leaders.empty()) {
    json.null();
    return {};
  }
  json.begin_object().field("name", leaders.front().name).field("title", leaders.front().title);
  write_day(json, "valid_from", leaders.front().valid_from);
  json.end_object();
  return {};
}

}  // namespace

Result<UnitSums> open_findings(const Call& call, store::Connection& connection,
                               const std::vector<estate::Unit>& units) {
  TRY(const auto own, estate::machines_by_unit(connection, call.scope(), std::nullopt, call.now));
  UnitSums sums;
  for (const auto& unit : own) sums[unit.unit.value] += unit.open_findings;
  // Going backwards every child is whole before it is added to its parent.
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    if (unit->parent) sums[unit->parent->value] += sums[unit->id.value];
  }
  return sums;
}

Result<Reply> unit_detail(const Call& call, store::Connection& connection, UnitId id, std::optional<Date> as_of) {
  const Date day = as_of.value_or(vietnam_day(call.now));
  TRY(const auto now, estate::get_unit(connection, call.scope(), id));
  TRY(const auto units, estate::list_units(connection, call.scope(), day));
  TRY(auto sums, open_findings(call, connection, units));
  TRY(auto roles, estate::list_unit_roles(connection, call.scope(), id));
  TRY(const auto successions, estate::list_successions(connection, call.scope(), id));
  JsonWriter json;
  json.begin_object().key("unit");
  write_unit(json, face_of(units, now), sums[id.value]);
  write_day(json, "as_of", day);
  json.key("roles").begin_array();
  std::ranges::reverse(roles);
  for (const auto& role : roles) write_unit_role(json, role, role_title(call, role.role));
  json.end_array().key("succession").begin_array();
  for (auto it = successions.rbegin(); it != successions.rend(); ++it) write_succession(json, *it);
  json.end_array();
  TRY_VOID(write_counts(call, connection, id, day, json));
  TRY_VOID(write_accountable(call, connection, id, day, json));
  json.end_object();
  return call.json(json);
}

}  // namespace khien::api
