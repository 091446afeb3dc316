#pragma once

#include "khien/core/text.hpp"
#include "route.hpp"
#include "world.hpp"

namespace khien::api {

// One of each object in three places that must not see each other: the caller's
// own unit A1, its sibling A2 in the same tenant, and another tenant's B1. Every
// text of a place holds the place's canary.
struct Place {
  std::string canary;
  UnitId unit;
  UnitId child;  // empty: may be removed
  UserId user;
  std::int64_t machine = 0;
  std::int64_t finding = 0;
  std::int64_t observation = 0;
  std::int64_t token = 0;
};

inline constexpr std::int64_t kAbsent = 7'000'000'001;

struct MatrixWorld {
  MatrixWorld() {
    a = world.add_tenant("Tỉnh A");
    b = world.add_tenant("Tỉnh B CANARY-B1");
    first = make_place(a, "CANARY-A1");
    sibling = make_place(a, "CANARY-A2");
    foreign = make_place(b, "CANARY-B1");
    for (const auto role : {Role::province_admin, Role::soc_operator, Role::unit_officer, Role::leader,
                            Role::inspector}) {
      callers[role] = world.add_person(a.tenant, "caller-" + std::string(to_string(role)), role, {first.unit});
    }
  }

  Place make_place(const estate::NewTenant& tenant, const std::string& canary) {
    Place place{.canary = canary};
    place.unit = world.add_unit(tenant, tenant.root, "Đơn vị " + canary);
    place.child = world.add_unit(tenant, place.unit, "Trống " + canary);
    place.user = world.add_person(tenant.tenant, "user-" + fold(canary), Role::unit_officer, {place.unit}, "Người " + canary);
    auto machine = world.enrol(tenant, place.unit, "may-" + canary, place.user);
    place.machine = machine.identity.machine.value;
    const auto now = world.clock.now();
    auto file = bad_file("/srv/" + canary + "/x");
    file.matches[0].rule = "rule_" + canary;
    auto second = bad_file("/srv/" + canary + "/y", Severity::high);
    PackagesSeen packages{.inventory = 1, .part = 1, .parts = 1, .packages = {}};
    for (const std::string version : {"1", "2"}) {
      packages.packages.push_back({"pkg:deb/debian/" + canary + "@" + version, canary, version, "", ""});
    }
    const auto seen = described("may-" + canary);
    const auto answer = world.report(
        machine, {{now, seen}, {now, packages}, {now, complete_scan(now)}, {now, file}, {now, second}});
    REQUIRE(answer.status == 200);
    world.enrol(tenant, place.unit, "may-hai-" + canary, place.user);
    find_ids(tenant, place);
    // By the API, so that the place is in the audit log too.
    auto person = world.session(tenant.tenant, place.user);
    const auto made = person.post("/api/v1/enrolment-tokens", R"({"unit":)" + std::to_string(place.unit.value) + "}");
    REQUIRE(made.status == 201);
    place.token = std::stoll(field_of(made.body, "token.id"));
    return place;
  }

  void find_ids(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto page, flow::list_findings(c, scope, {}));
      place.finding = page.items.at(0).id.value;
      TRY(const auto evidence, flow::evidence_of(c, scope, {place.finding}, 1));
      place.observation = evidence.at(0).value;
      return {};
    });
  }

  std::int64_t id_of(const Place& place, ObjectKind kind) const {
    switch (kind) {
      case ObjectKind::machine: return place.machine;
      case ObjectKind::finding: return place.finding;
      case ObjectKind::observation: return place.observation;
      case ObjectKind::unit: return place.child.value;
      case ObjectKind::enrolment_token: return place.token;
      case ObjectKind::user: return place.user.value;
      case ObjectKind::none: break;
    }
    return 0;
  }

  World world;
  estate::NewTenant a;
  estate::NewTenant b;
  Place first;
  Place sibling;
  Place foreign;
  std::map<Role, UserId> callers;
};

// A body that the operation takes. $unit stands for a unit's id; a route with a
// body or an object that has no line here fails the matrix.
inline std::optional<std::string> body_for(Operation operation) {
  switch (operation) {
    case Operation::sign_in: return R"({"username":"x","password":"y"})";
    case Operation::step_up: return R"({"password":"caller"})";
    case Operation::change_password: return R"({"current":"wrong","new":"hoàn toàn khác hẳn"})";
    case Operation::confirm_totp: return R"({"totp":"000000"})";
    case Operation::update_machine: return R"({"unit":$unit})";
    case Operation::update_finding: return R"({"state":"in_progress","note":"x","take":true})";
    case Operation::create_unit: return R"({"name":"Mới","kind":"school","parent":$unit})";
    case Operation::update_unit: return R"({"name":"Tên khác","parent":$unit})";
    case Operation::create_enrolment_token: return R"({"unit":$unit,"valid_hours":1})";
    case Operation::create_user: return R"({"username":"new.one","name":"Mới","role":"leader","scope":[$unit]})";
    case Operation::update_user: return R"({"name":"Tên khác","role":"leader","scope":[$unit]})";
    case Operation::get_session:
    case Operation::sign_out:
    case Operation::begin_totp:
    case Operation::get_overview:
    case Operation::list_machines:
    case Operation::get_machine:
    case Operation::list_packages:
    case Operation::list_findings:
    case Operation::get_finding:
    case Operation::get_observation:
    case Operation::list_units:
    case Operation::delete_unit:
    case Operation::list_enrolment_tokens:
    case Operation::revoke_enrolment_token:
    case Operation::list_users:
    case Operation::reset_password:
    case Operation::list_audit:
    case Operation::verify_audit:
    case Operation::stream_events: return "";
  }
  return std::nullopt;
}

inline std::string with_unit(std::string text, std::int64_t unit) {
  for (auto at = text.find("$unit"); at != text.npos; at = text.find("$unit")) {
    text.replace(at, 5, std::to_string(unit));
  }
  return text;
}

inline std::string target_of(const Route& route, std::int64_t id) {
  std::string target(route.path);
  const auto brace = target.find('{');
  if (brace != target.npos) target.replace(brace, target.find('}') - brace + 1, std::to_string(id));
  return target;
}

}  // namespace khien::api
