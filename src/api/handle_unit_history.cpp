#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto_estate.hpp"
#include "events.hpp"
#include "law_titles.hpp"
#include "problem.hpp"
#include "unit_detail.hpp"

namespace khien::api {
namespace {

std::string unit_object(UnitId id) { return "unit:" + std::to_string(id.value); }

Result<estate::NewSuccession> succession_of(const Call& call) {
  estate::NewSuccession succession;
  TRY(succession.kind, estate::succession_kind_from_string(call.text("kind").value_or("")));
  succession.on = day_in(call, "on").value_or(Date());
  succession.decision = call.text("decision").value_or("");
  succession.new_name = call.text("new_name").value_or("");
  for (const auto id : call.integers("into")) succession.into.push_back(UnitId{id});
  return succession;
}

}  // namespace

namespace route {

Reply get_unit(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const auto day = as_of(call);
    if (!day) return invalid("as_of");
    return unit_detail(call, connection, {call.object}, *day);
  });
}

Reply succeed_unit(Call& call) {
  if (const auto field = impossible_day(call, {"on"})) return invalid(*field);
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const UnitId id{call.object};
    TRY(const auto succession, succession_of(call));
    TRY_VOID(estate::succeed_unit(connection, call.scope(), id, succession, call.now));
    TRY_VOID(call.audit(connection, "unit.succession", unit_object(id),
                        std::string(to_string(succession.kind)) + " " + to_string(succession.on) + " " + succession.decision));
    return unit_detail(call, connection, id, std::nullopt);
  });
  // Whoever looks at live events sees by units: they come back with the new tree.
  if (reply.status < 400) call.services.events.close_tenant(call.who->tenant());
  return reply;
}

Reply assign_unit_role(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from", "valid_to"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const UnitId id{call.object};
    const estate::NewUnitRole role{.unit = id,
                                   .role = call.text("role").value_or(""),
                                   .valid_from = day_in(call, "valid_from").value_or(Date()),
                                   .valid_to = day_in(call, "valid_to"),
                                   .decision = call.text("decision").value_or("")};
    TRY_VOID(estate::assign_unit_role(connection, call.scope(), role));
    TRY_VOID(call.audit(connection, "unit.role", unit_object(id), role.role + " " + role.decision));
    return unit_detail(call, connection, id, std::nullopt);
  });
}

Reply end_unit_role(Call& call) {
  if (const auto field = impossible_day(call, {"valid_to"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const UnitRoleId id{call.object};
    TRY(const auto role, estate::get_unit_role(connection, call.scope(), id));
    const Date last = day_in(call, "valid_to").value_or(Date());
    TRY_VOID(estate::end_unit_role(connection, call.scope(), id, last));
    TRY_VOID(call.audit(connection, "unit.role_end", unit_object(role.unit), role.role + " " + to_string(last)));
    return unit_detail(call, connection, role.unit, std::nullopt);
  });
}

}  // namespace route
}  // namespace khien::api
