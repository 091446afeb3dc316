#include <array>
#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto_estate.hpp"
#include "law_titles.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string system_object(SystemId id) { return "system:" + std::to_string(id.value); }

estate::SystemChange change_of(const Call& call) {
  estate::SystemChange change;
  if (const auto unit = call.integer("unit")) change.unit = UnitId{*unit};
  change.name = call.text("name");
  change.purpose = call.text("purpose");
  change.operator_ = call.text("operator");
  change.monitor = call.text("monitor");
  change.assessor = call.text("assessor");
  change.dossier_at = day_or_none_in(call, "dossier_at");
  change.approved_at = day_or_none_in(call, "approved_at");
  change.plan_deployed_at = day_or_none_in(call, "plan_deployed_at");
  change.assessed_at = day_or_none_in(call, "assessed_at");
  return change;
}

std::optional<std::string_view> broken_field(const Call& call) {
  if (const auto field = impossible_day(call, {"dossier_at", "approved_at", "plan_deployed_at", "assessed_at", "level_from"})) {
    return field;
  }
  // A level without the rules it was found by says nothing.
  if (call.integer("level").has_value() != call.text("level_rule").has_value()) return "level_rule";
  return std::nullopt;
}

Result<void> set_level(const Call& call, store::Connection& connection, SystemId id) {
  const auto level = call.integer("level");
  if (!level) return {};
  return estate::set_system_level(connection, call.scope(), id,
                                  {.valid_from = day_in(call, "level_from").value_or(vietnam_day(call.now)),
                                   .level = static_cast<int>(*level),
                                   .rule = call.text("level_rule").value_or(""),
                                   .decision = call.text("level_decision").value_or("")},
                                  call.now);
}

Result<Reply> one_system(const Call& call, store::Connection& connection, SystemId id) {
  TRY(const auto system, estate::get_system(connection, call.scope(), id, call.now));
  TRY(const auto levels, estate::list_system_levels(connection, call.scope(), id));
  JsonWriter json;
  json.begin_object().key("system");
  write_system(json, system);
  json.key("levels").begin_array();
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    write_system_level(json, *level, level_rule_title(call, level->rule));
  }
  json.end_array().end_object();
  return call.json(json);
}

void write_by_level(JsonWriter& json, const std::array<std::int64_t, 6>& by_level) {
  json.key("by_level").begin_object().field("unset", by_level[0]);
  for (std::size_t level = 1; level < by_level.size(); ++level) json.field(std::to_string(level), by_level[level]);
  json.end_object();
}

}  // namespace

namespace route {

Reply list_systems(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    estate::SystemQuery query{.words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto level = call.query_integer("level")) query.level = static_cast<int>(*level);
    auto page = estate::list_systems(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& system : page->items) write_system(json, system);
    json.end_array();
    write_next(json, page->total, page->next);
    write_by_level(json, page->by_level);
    json.end_object();
    return call.json(json);
  });
}

Reply create_system(Call& call) {
  if (const auto field = broken_field(call)) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto id, estate::create_system(connection, call.scope(), change_of(call), call.now));
    TRY_VOID(set_level(call, connection, id));
    TRY_VOID(call.audit(connection, "system.create", system_object(id), call.text("name").value_or("")));
    return one_system(call, connection, id);
  });
}

Reply get_system(Call& call) {
  return call.read([&](store::Connection& connection) { return one_system(call, connection, {call.object}); });
}

Reply update_system(Call& call) {
  if (const auto field = broken_field(call)) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const SystemId id{call.object};
    TRY_VOID(estate::update_system(connection, call.scope(), id, change_of(call), call.now));
    TRY_VOID(set_level(call, connection, id));
    const auto level = call.integer("level");
    TRY_VOID(call.audit(connection, "system.update", system_object(id),
                        level ? "level " + std::to_string(*level) + " " + call.text("level_rule").value_or("") : ""));
    return one_system(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
