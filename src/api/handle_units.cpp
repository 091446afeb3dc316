#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "events.hpp"
#include "khien/estate/units.hpp"
#include "problem.hpp"
#include "unit_detail.hpp"

namespace khien::api {
namespace {

constexpr Words kNameTaken{"Đã có đơn vị trùng tên trong cùng cơ quan cấp trên.", "A unit of that name is there already."};
constexpr Words kUnitInUse{"Đơn vị vẫn còn đơn vị trực thuộc, máy tính hoặc người dùng.",
                           "The unit still has units below it, machines or users."};

std::string unit_object(std::int64_t id) { return "unit:" + std::to_string(id); }

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
  change.code = call.text("code");
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
    const auto day = as_of(call);
    if (!day) return invalid("as_of");
    TRY(const auto units, *day ? estate::list_units(connection, call.scope(), **day)
                               : estate::list_units(connection, call.scope()));
    TRY(auto sums, open_findings(call, connection, units));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& unit : units) write_unit(json, unit, sums[unit.id.value]);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_unit(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from"})) return invalid(*field);
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto kind, estate::unit_kind_from_string(call.text("kind").value_or("")));
    const auto name = call.text("name").value_or("");
    auto id = estate::create_unit(connection, call.scope(),
                                  {.name = name,
                                   .kind = kind,
                                   .parent = {call.integer("parent").value_or(0)},
                                   .code = call.text("code").value_or(""),
                                   .valid_from = day_in(call, "valid_from")},
                                  call.now);
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
