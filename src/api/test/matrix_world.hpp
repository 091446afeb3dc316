#pragma once

#include "khien/core/text.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/unit_roles.hpp"
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
  UnitId spare;  // empty too: may end
  std::int64_t role = 0, system = 0, device = 0, site = 0, range = 0, contact = 0;
  std::int64_t import = 0, spare_import = 0;
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
    place.spare = world.add_unit(tenant, place.unit, "Cũng trống " + canary);
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
    fill_estate(tenant, place);
    // By the API, so that the place is in the audit log too.
    auto person = world.session(tenant.tenant, place.user);
    const auto made = person.post("/api/v1/enrolment-tokens", R"({"unit":)" + std::to_string(place.unit.value) + "}");
    REQUIRE(made.status == 201);
    place.token = std::stoll(field_of(made.body, "token.id"));
    return place;
  }

  void fill_estate(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    const std::string word = fold(place.canary);
    world.write([&](store::Connection& c) -> Result<void> {
      std::string role = word;
      for (char& sign : role) sign = sign == '-' ? '_' : sign;
      TRY(const auto made, estate::assign_unit_role(
                               c, scope, {place.unit, role, vietnam_day(now), {}, "QĐ " + place.canary}));
      TRY(const auto system, estate::create_system(c, scope, {.unit = place.unit, .name = "HT " + place.canary}, now));
      TRY(const auto device, estate::create_device(c, scope, {.unit = place.unit, .name = "tb-" + place.canary},
                                                   estate::DeviceSource::hand, now));
      TRY(const auto site, estate::create_site(c, scope, {.unit = place.unit, .address = word + ".example.gov.vn"}, now));
      const std::string range = place.canary.ends_with("1") ? "203.0.113.0/28" : "203.0.113.16/28";
      TRY(const auto block, estate::create_address_range(c, scope, place.unit, range, place.canary, now));
      TRY(const auto contact,
          estate::create_contact(c, scope, {.unit = place.unit, .name = "LH " + place.canary, .phone = "0912345678"}, now));
      const Table table{.sheets = {{.name = "", .rows = {{1, {"name"}}, {2, {"mới-" + place.canary}}}}}, .notes = {}};
      const estate::NewImport import{.kind = estate::ImportKind::devices, .unit = place.unit,
                                     .file_name = place.canary + ".csv", .table = &table, .created_by = place.user};
      TRY(const auto first_import, estate::preview_import(c, scope, import, now));
      TRY(const auto second_import, estate::preview_import(c, scope, import, now));
      place.role = made.value;
      place.system = system.value;
      place.device = device.value;
      place.site = site.value;
      place.range = block.value;
      place.contact = contact.value;
      place.import = first_import.value;
      place.spare_import = second_import.value;
      return {};
    });
  }

  // What an operation may use up: another than the one that others need.
  std::int64_t own_id(const Place& place, const Route& route) const {
    if (route.operation == Operation::confirm_import) return place.spare_import;
    if (route.operation == Operation::succeed_unit) return place.spare.value;
    if (route.operation == Operation::assign_unit_role) return place.unit.value;
    return id_of(place, route.object);
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
      case ObjectKind::unit_role: return place.role;
      case ObjectKind::system: return place.system;
      case ObjectKind::device: return place.device;
      case ObjectKind::site: return place.site;
      case ObjectKind::address_range: return place.range;
      case ObjectKind::contact: return place.contact;
      case ObjectKind::import: return place.import;
      case ObjectKind::duty_record:
      case ObjectKind::evidence:
      case ObjectKind::register_record:
      case ObjectKind::directive:
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
    case Operation::succeed_unit: return R"({"kind":"merge","on":"2026-11-01","decision":"QĐ","into":[$unit]})";
    case Operation::assign_unit_role: return R"({"role":"new_role","valid_from":"2026-01-01","decision":"QĐ"})";
    case Operation::end_unit_role: return R"({"valid_to":"2027-01-01"})";
    case Operation::create_system: return R"({"unit":$unit,"name":"Mới","level":2,"level_rule":"x-1"})";
    case Operation::update_system: return R"({"unit":$unit,"purpose":"x"})";
    case Operation::create_device: return R"({"unit":$unit,"name":"mới","kind":"server"})";
    case Operation::update_device: return R"({"unit":$unit,"note":"x"})";
    case Operation::create_site: return R"({"unit":$unit,"address":"new.example.gov.vn"})";
    case Operation::update_site: return R"({"unit":$unit,"title":"x"})";
    case Operation::create_address_range: return R"({"unit":$unit,"range":"192.0.2.0/28"})";
    case Operation::create_contact:
      return R"({"unit":$unit,"purpose":"security","name":"An","phone":"0912345678","valid_from":"2026-01-01"})";
    case Operation::update_contact: return R"({"title":"x"})";
    case Operation::create_import:
      return R"({"kind":"devices","unit":$unit,"file_name":"a.csv","content":"bmFtZQptYXktbW9pCg=="})";
    case Operation::get_unit:
    case Operation::list_systems:
    case Operation::get_system:
    case Operation::list_devices:
    case Operation::list_sites:
    case Operation::list_address_ranges:
    case Operation::delete_address_range:
    case Operation::list_contacts:
    case Operation::get_import:
    case Operation::discard_import:
    case Operation::confirm_import:
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
