#include <unordered_map>
#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "events.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

constexpr Words kNameTaken{"Đã có đơn vị trùng tên trong cùng cơ quan cấp trên.", "A unit of that name is there already."};
constexpr Words kUnitInUse{"Đơn vị vẫn còn đơn vị trực thuộc, máy tính hoặc người dùng.",
                           "The unit still has units below it, machines or users."};

std::string unit_object(std::int64_t id) { return "unit:" + std::to_string(id); }

using Sums = std::unordered_map<std::int64_t, std::int64_t>;

// Open findings of each unit and what is below it. `units` has parents first, so
// going backwards every child is whole before it is added to its parent.
Result<Sums> open_findings(const Call& call, store::Connection& connection, const std::vector<estate::Unit>& units) {
  TRY(const auto own, estate::machines_by_unit(connection, call.scope(), std::nullopt, call.now));
  Sums sums;
  for (const auto& unit : own) sums[unit.unit.value] += unit.open_findings;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    if (unit->parent) sums[unit->parent->value] += sums[unit->id.value];
  }
  return sums;
}

Result<Reply> one_unit(const Call& call, store::Connection& connection, UnitId id) {
  TRY(const auto units, estate::list_units(connection, call.scope()));
  TRY(auto sums, open_findings(call, connection, units));
  TRY(const auto unit, estate::get_unit(connection, call.scope(), id));
  JsonWriter json;
  write_unit(json, unit, sums[id.value]);
  return call.json(json);
}

// Whoever looks at live events sees by units: they come back with the new tree.
Reply after_change(const Call& call, Reply reply) {
  if (reply.status < 400) call.services.events.close_tenant(call.who->tenant());
  return reply;
}

Result<estate::UnitChange> change_of(const Call& call) {
  estate::UnitChange change;
  change.name = call.text("name");
  if (const auto kind = call.text("kind")) {
    TRY(change.kind, estate::unit_kind_from_string(*kind));
  }
  if (const auto parent = call.integer("parent")) change.parent = UnitId{*parent};
  return change;
}

}  // namespace

namespace route {

Reply list_units(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto units, estate::list_units(connection, call.scope()));
    TRY(auto sums, open_findings(call, connection, units));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& unit : units) write_unit(json, unit, sums[unit.id.value]);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_unit(Call& call) {
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto kind, estate::unit_kind_from_string(call.text("kind").value_or("")));
    const auto name = call.text("name").value_or("");
    auto id = estate::create_unit(connection, call.scope(), name, kind, {call.integer("parent").value_or(0)}, call.now);
    if (!id) return refusal(id.error(), {.conflict = &kNameTaken, .field = "name"});
    TRY_VOID(call.audit(connection, "unit.create", unit_object(id->value), name));
    return one_unit(call, connection, *id);
  });
  return after_change(call, std::move(reply));
}

Reply update_unit(Call& call) {
  const UnitId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto before, estate::get_unit(connection, call.scope(), id));
    TRY(const auto change, change_of(call));
    const auto changed = estate::update_unit(connection, call.scope(), before.id, change, call.now);
    if (!changed) return refusal(changed.error(), {.conflict = &kNameTaken, .field = "parent"});
    TRY_VOID(call.audit(connection, "unit.update", unit_object(id.value), change.name.value_or("")));
    return one_unit(call, connection, id);
  });
  return after_change(call, std::move(reply));
}

Reply delete_unit(Call& call) {
  const UnitId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, estate::get_unit(connection, call.scope(), id));
    const auto removed = estate::delete_unit(connection, call.scope(), id);
    if (!removed) return refusal(removed.error(), {.conflict = &kUnitInUse});
    TRY_VOID(call.audit(connection, "unit.delete", unit_object(id.value), unit.name));
    return call.done();
  });
  return after_change(call, std::move(reply));
}

}  // namespace route
}  // namespace khien::api
