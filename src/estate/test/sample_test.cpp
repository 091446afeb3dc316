#include "khien/estate/sample.hpp"

#include <doctest/doctest.h>

#include "hub.hpp"
#include "khien/core/hash.hpp"
#include "khien/estate/devices.hpp"

namespace khien::estate {
namespace {

Result<void> marked(Hub& hub, const NewTenant& tenant) {
  return hub.write([&](store::Connection& c) { return mark_as_sample(c, whole(tenant), "Tỉnh Mẫu", kNow); });
}

bool sample(Hub& hub, const NewTenant& tenant) {
  return hub.read([&](store::Connection& c) { return is_sample(c, tenant.tenant); }).value();
}

TEST_CASE("an empty tenant becomes a sample under a made-up name, and no other tenant does") {
  Hub hub;
  const auto real = hub.tenant("Tỉnh Thật");
  const auto made_up = hub.tenant("Tỉnh Chưa Đặt Tên");
  REQUIRE(marked(hub, made_up));
  CHECK(sample(hub, made_up));
  CHECK_FALSE(sample(hub, real));
  CHECK(hub.read([&](store::Connection& c) { return tenant_name(c, made_up.tenant); }).value() == "Tỉnh Mẫu");
  // Not on any day of the past either.
  const auto then =
      hub.read([&](store::Connection& c) { return list_units(c, whole(made_up), Date::first()); });
  REQUIRE(then);
  REQUIRE(then->size() == 1);
  CHECK(then->front().name == "Tỉnh Mẫu");
}

TEST_CASE("a tenant with a unit or a device of its own never becomes a sample") {
  Hub hub;
  const auto with_unit = hub.tenant("Tỉnh Một");
  hub.unit(whole(with_unit), with_unit.root, "Xã");
  const auto with_device = hub.tenant("Tỉnh Hai");
  REQUIRE(hub.write([&](store::Connection& c) {
    return create_device(c, whole(with_device), {.unit = with_device.root, .name = "pc-01"},
                         DeviceSource::hand, kNow);
  }));
  for (const auto& tenant : {with_unit, with_device}) {
    const auto refused = marked(hub, tenant);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == Code::conflict);
    CHECK_FALSE(sample(hub, tenant));
  }
}

NewSampleMachine invented(const NewTenant& tenant) {
  return {.unit = tenant.root, .hostname = "PC-MAU-01", .enrolled_at = kNow - days(30), .told_at = kNow};
}

TEST_CASE("machines whose agents enrolled stay, and stay real") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto real = hub.machine(scope, tenant.root, "pc-01");
  REQUIRE(marked(hub, tenant));
  const auto made_up =
      hub.write([&](store::Connection& c) { return add_sample_machine(c, scope, invented(tenant)); });
  REQUIRE(made_up);
  const auto get = [&](MachineId id) {
    return hub.read([&](store::Connection& c) { return get_machine(c, scope, id, kNow); }).value();
  };
  CHECK_FALSE(get(real.machine).sample_at);
  CHECK(get(made_up->machine).sample_at == kNow);
  CHECK(hub.read([&](store::Connection& c) { return count_real_machines(c, tenant.tenant); }).value() == 1);
}

TEST_CASE("only a sample has made-up machines") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh Thật");
  const auto refused =
      hub.write([&](store::Connection& c) { return add_sample_machine(c, whole(tenant), invented(tenant)); });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Code::conflict);
}

TEST_CASE("no certificate is ever bound to a made-up machine, so no agent speaks as it") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  REQUIRE(marked(hub, tenant));
  const auto machine =
      hub.write([&](store::Connection& c) { return add_sample_machine(c, whole(tenant), invented(tenant)); })
          .value();
  const Sha256 certificate = sha256("a certificate");
  const auto bound = hub.write(
      [&](store::Connection& c) { return bind_certificate(c, machine, certificate, kNow + days(90), kNow); });
  REQUIRE_FALSE(bound);
  CHECK(bound.error().code() == Code::denied);
  CHECK(hub.read([&](store::Connection& c) { return check_agent(c, machine, certificate); }).error().code() ==
        Code::not_found);
}

TEST_CASE("the clock of a made-up machine stands still where it was told, a real one's does not") {
  Hub hub;
  const auto tenant = hub.tenant("Tỉnh");
  const auto scope = whole(tenant);
  const auto real = hub.machine(scope, tenant.root, "pc-01");
  REQUIRE(marked(hub, tenant));
  const auto made_up =
      hub.write([&](store::Connection& c) { return add_sample_machine(c, scope, invented(tenant)); }).value();
  for (const auto& machine : {real, made_up}) {
    REQUIRE(hub.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(apply_heard_from(c, machine, kNow));
      TRY_VOID(apply_protection(c, machine, {{{Engine::ioc, EngineState::State::running, 1, kNow, ""}}}));
      return apply_scan(
          c, machine,
          {.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow});
    }));
  }
  const auto health = [&](const AgentIdentity& machine, Timestamp now) {
    return hub.read([&](store::Connection& c) { return get_machine(c, scope, machine.machine, now); })
        .value()
        .health;
  };
  CHECK(health(real, kNow) == MachineHealth::protected_);
  CHECK(health(made_up, kNow) == MachineHealth::protected_);
  CHECK(health(real, kNow + days(40)) == MachineHealth::silent);
  CHECK(health(made_up, kNow + days(40)) == MachineHealth::protected_);
}

}  // namespace
}  // namespace khien::estate
