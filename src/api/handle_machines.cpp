#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "events.hpp"
#include "khien/estate/machines.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kRevokedAlready{"Máy này đã bị thu hồi chứng thư.", "This machine's certificate is revoked already."};

std::string machine_object(std::int64_t id) { return "machine:" + std::to_string(id); }

Result<estate::MachineQuery> query_of(const Call& call, store::Connection& connection) {
  estate::MachineQuery query;
  TRY(query.unit, unit_in_query(call, connection));
  query.words = call.query_text("q");
  if (const auto health = call.request.query_value("health")) {
    TRY(query.health, estate::machine_health_from_string(*health));
  }
  query.os = call.query_text("os");
  if (const auto kind = call.request.query_value("kind")) {
    TRY(query.kind, estate::machine_kind_from_string(*kind));
  }
  if (const auto content = call.request.query_value("content")) query.not_updated = *content == "not_updated";
  query.cursor = call.query_text("cursor");
  query.limit = call.query_limit();
  return query;
}

Result<void> change_machine(const Call& call, store::Connection& connection, MachineId id) {
  if (const auto unit = call.integer("unit")) {
    TRY_VOID(estate::move_machine(connection, call.scope(), id, {*unit}));
    TRY_VOID(call.audit(connection, "machine.move", machine_object(id.value), "to unit:" + std::to_string(*unit)));
  }
  if (call.flag("revoked")) {
    TRY_VOID(estate::revoke_machine(connection, call.scope(), id, call.now));
    TRY_VOID(call.audit(connection, "machine.revoke", machine_object(id.value)));
  }
  return {};
}

}  // namespace

namespace route {

Reply list_machines(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto query, query_of(call, connection));
    auto page = estate::list_machines(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& machine : page->items) write_machine(json, machine, call.now);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply get_machine_facets(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto query, query_of(call, connection));
    TRY(const auto facets, estate::machine_facets(connection, call.scope(), query, call.now));
    JsonWriter json;
    write_machine_facets(json, facets);
    return call.json(json);
  });
}

Reply get_machine(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto machine, estate::get_machine(connection, call.scope(), {call.object}, call.now));
    JsonWriter json;
    write_machine_detail(json, machine, call.now);
    return call.json(json);
  });
}

Reply update_machine(Call& call) {
  const MachineId id{call.object};
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    // Loaded first: what is not in scope is not found, whatever the body says.
    TRY(const auto before, estate::get_machine(connection, call.scope(), id, call.now));
    if (call.flag("revoked") && before.revoked) return problem(409, "conflict", kRevokedAlready);
    TRY_VOID(change_machine(call, connection, id));
    TRY(const auto machine, estate::get_machine(connection, call.scope(), id, call.now));
    JsonWriter json;
    write_machine_detail(json, machine, call.now);
    return call.json(json);
  });
  if (reply.status >= 400) return reply;
  if (call.flag("revoked") && call.services.options.on_revoke) {
    call.services.options.on_revoke({.tenant = call.who->tenant(), .machine = id});
  }
  return reply;
}

Reply list_packages(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const MachineId id{call.object};
    TRY(const auto machine, estate::get_machine(connection, call.scope(), id, call.now));
    auto page = estate::list_packages(connection, call.scope(), machine.id, call.query_text("q"),
                                      call.query_text("cursor"), call.query_limit());
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const Package& package : page->items) {
      json.begin_object().field("purl", package.purl).field("name", package.name).field("version", package.version);
      json.field("source", package.source).field("source_version", package.source_version).end_object();
    }
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
