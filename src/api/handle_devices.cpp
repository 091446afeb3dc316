#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto_estate.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kOnlyAnAgent{"Chỉ máy có tác tử mới được ghi nhận là đã bảo vệ.",
                             "Only a machine with an agent counts as protected."};

std::string device_object(DeviceId id) { return "device:" + std::to_string(id.value); }

Result<estate::DeviceChange> change_of(const Call& call) {
  estate::DeviceChange change;
  if (const auto unit = call.integer("unit")) change.unit = UnitId{*unit};
  if (const auto kind = call.text("kind")) {
    TRY(change.kind, estate::device_kind_from_string(*kind));
  }
  change.name = call.text("name");
  change.serial = call.text("serial");
  change.mac = call.text("mac");
  change.address = call.text("address");
  change.note = call.text("note");
  change.retired_on = day_or_none_in(call, "retired_on");
  if (const auto marked = call.text("marked")) change.known_unprotected = *marked == "unprotected";
  return change;
}

Result<Reply> one_device(const Call& call, store::Connection& connection, DeviceId id) {
  TRY(const auto device, estate::get_device(connection, call.scope(), id, call.now));
  JsonWriter json;
  write_device(json, device);
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_devices(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    estate::DeviceQuery query{.words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto state = call.request.query_value("state")) {
      TRY(query.state, estate::device_state_from_string(*state));
    }
    if (const auto gap = call.request.query_value("gap")) {
      query.uncovered = true;
      if (*gap != "any") {
        TRY(query.gap, estate::device_gap_from_string(*gap));
      }
    }
    auto page = estate::list_devices(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& device : page->items) write_device(json, device);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("counts");
    write_device_counts(json, page->counts);
    json.end_object();
    return call.json(json);
  });
}

Reply create_device(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto change, change_of(call));
    TRY(const auto id, estate::create_device(connection, call.scope(), change, estate::DeviceSource::hand, call.now));
    TRY_VOID(call.audit(connection, "device.create", device_object(id), call.text("name").value_or("")));
    return one_device(call, connection, id);
  });
}

Reply update_device(Call& call) {
  if (const auto field = impossible_day(call, {"retired_on"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const DeviceId id{call.object};
    TRY(const auto before, estate::get_device(connection, call.scope(), id, call.now));
    if (call.text("marked") == "protected") return problem(422, "invalid", kOnlyAnAgent, "marked");
    TRY(const auto change, change_of(call));
    TRY_VOID(estate::update_device(connection, call.scope(), before.id, change, call.now));
    TRY_VOID(call.audit(connection, "device.update", device_object(id),
                        call.text("retired_on") ? "retired_on " + *call.text("retired_on") : before.name));
    return one_device(call, connection, id);
  });
}

Reply part_device(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const DeviceId id{call.object};
    TRY(const auto before, estate::get_device(connection, call.scope(), id, call.now));
    TRY_VOID(estate::part_device(connection, call.scope(), id, call.now));
    TRY_VOID(call.audit(connection, "device.part", device_object(id),
                        before.machine ? "machine:" + std::to_string(before.machine->value) : before.name));
    return one_device(call, connection, id);
  });
}

Reply rejoin_device(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const DeviceId id{call.object};
    TRY_VOID(estate::rejoin_device(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "device.rejoin", device_object(id)));
    return one_device(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
