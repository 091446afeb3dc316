#pragma once

#include "khien/core/text.hpp"
#include "khien/duty/duty_records.hpp"
#include "khien/duty/register_records.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/systems.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/flow/orders.hpp"
#include "khien/flow/quarantine.hpp"
#include "khien/policy/policies.hpp"
#include "khien/rollout/rollout.hpp"
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
  std::int64_t role = 0, system = 0, device = 0, matched_device = 0, site = 0, range = 0, contact = 0;
  std::int64_t import = 0, spare_import = 0;
  std::int64_t evidence = 0;
  std::int64_t duty_record = 0;      // to look at and to take back
  std::int64_t waiting_record = 0;   // for a second person
  std::int64_t register_record = 0;  // to look at and to change
  std::int64_t register_spare = 0;   // to take back
  std::int64_t register_waiting = 0;
  std::int64_t quarantine_item = 0;
  std::int64_t order = 0;            // for a second person
  std::int64_t policy = 0;           // published, to look at and to draft anew
  std::int64_t waiting_policy = 0;   // a draft, for a second person
  std::int64_t site_case = 0;
  std::int64_t page_evidence = 0;
};

// Directives are a whole tenant's: every person of it sees them.
struct Directives {
  std::int64_t in_force = 0;
  std::int64_t draft = 0;
  std::int64_t waiting = 0;
};

inline constexpr std::int64_t kAbsent = 7'000'000'001;

// A release that passed its gate: everybody's, signed by a key of nobody's.
inline void begin_content(World& world, std::int64_t version) {
  const std::string payload = "release " + std::to_string(version);
  SignedEnvelope envelope{statement_about(SignedType::content, "scan", version, world.clock.now(), days(90), as_bytes(payload))};
  REQUIRE(sign(envelope, Bytes(32, std::byte{5})).has_value());
  world.write([&](store::Connection& c) {
    return rollout::begin(c, envelope, false,
                          "2 rules, 3 hashes, 5 hits, 2200 misses, loaded in 12 ms, judged in 340 ms (before: 330 ms)", world.clock.now());
  });
}

struct MatrixWorld {
  MatrixWorld() {
    a = world.add_tenant("Tỉnh A");
    b = world.add_tenant("Tỉnh B CANARY-B1");
    directives_of_a = make_directives(a);
    directives_of_b = make_directives(b);
    begin_content(world, 1);
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
    add_quarantine(tenant, place, machine);
    add_policies(tenant, place);
    world.enrol(tenant, place.unit, "may-hai-" + canary, place.user);
    find_ids(tenant, place);
    fill_estate(tenant, place);
    add_site_case(tenant, place);
    // By the API, so that the place is in the audit log too.
    auto person = world.session(tenant.tenant, place.user);
    const auto made = person.post("/api/v1/enrolment-tokens", R"({"unit":)" + std::to_string(place.unit.value) + "}");
    REQUIRE(made.status == 201);
    place.token = std::stoll(field_of(made.body, "token.id"));
    add_duties(tenant, place);
    return place;
  }

  // Two files in quarantine; one of them in a system folder, and asked back.
  void add_quarantine(const estate::NewTenant& tenant, Place& place, EnrolledMachine& machine) {
    const auto now = world.clock.now();
    std::vector<Observation> seen;
    for (const std::string folder : {"/etc/", "/srv/"}) {
      QuarantineSeen held{.state = QuarantineSeen::State::held, .path = folder + place.canary, .sha256 = sha256(folder)};
      held.quarantine = sha256(place.canary + folder).hex().substr(0, 32);
      held.rule = "yara:rule_" + place.canary;
      seen.push_back({now, std::move(held)});
    }
    REQUIRE(world.report(machine, seen).status == 200);
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto page, flow::list_quarantine(c, scope, {}));
      place.quarantine_item = page.items.at(0).id.value;
      TRY(const auto order, flow::order_restore(c, scope, place.user,
                                                {page.items.at(1).id, now + days(30), "vì " + place.canary}, now));
      place.order = order.value;
      return {};
    });
  }

  static policy::Draft draft(const std::string& canary) {
    return {.policy = policy_from_json(R"({"format":1,"files_per_second":200})").value(),
            .valid_from = Date::parse("2026-12-01").value(), .valid_until = {}, .reason = "vì " + canary};
  }
  static std::string draft_digest() {
    return policy::PolicyVersion{.text = to_json(draft("").policy), .valid_from = draft("").valid_from}.digest().hex();
  }
  void add_policies(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto second = world.add_person(tenant.tenant, "second-" + fold(place.canary), Role::soc_operator, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto id, policy::begin_draft(c, scope, place.unit, {}, place.user, draft(place.canary), now));
      TRY(const auto record, policy::get_policy(c, scope, id));
      TRY_VOID(policy::decide_draft(c, scope, id, second, {true, record.draft()->digest(), place.canary}, now));
      TRY(const auto waiting,
          policy::begin_draft(c, scope, place.unit, MachineRole::server, place.user, draft(place.canary), now));
      place.policy = id.value;
      place.waiting_policy = waiting.value;
      return {};
    });
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
      TRY(const auto device, estate::create_device(c, scope, {.unit = place.unit, .name = "tb-" + place.canary},
                                                   estate::DeviceSource::hand, now));
      // Has the name of the machine that was seen: matched with it.
      TRY(const auto matched, estate::create_device(c, scope, {.unit = place.unit, .name = "may-" + place.canary},
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
      place.device = device.value;
      place.matched_device = matched.value;
      place.site = site.value;
      place.range = block.value;
      place.contact = contact.value;
      place.import = first_import.value;
      place.spare_import = second_import.value;
      return {};
    });
  }

  void add_site_case(const estate::NewTenant& tenant, Place& place) {
    const auto address = "https://" + fold(place.canary) + ".example.gov.vn/x";
    place.page_evidence = world.crawl(tenant.tenant, {place.site}, address, PageClass::compromised, place.canary).value;
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto cases, site::list_cases(c, scope, {}));
      place.site_case = cases.items.at(0).id.value;
      return {};
    });
  }

  // By people of the place, so that callers are the second ones.
  void add_duties(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const duty::Actor actor{place.user, Role::unit_officer};
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, world.law->of(c, tenant.tenant));
      const duty::NewEvidence file{place.unit, "minh-chung-" + place.canary + ".txt", as_bytes(place.canary), duty::Classification::none, {}, place.user};
      TRY(const auto evidence, duty::keep_evidence(c, scope, file, now));
      place.evidence = evidence.value;
      // A period each: one that has a record takes no second one.
      for (const auto& [id, period] : {std::pair(&place.duty_record, "2025-01-01"), std::pair(&place.waiting_record, "2024-01-01")}) {
        const duty::NewDutyRecord record{place.unit, "HU-1.5b.yearly", Date::parse(period).value(), vietnam_day(now), place.canary, {evidence}, false};
        TRY(const auto made, duty::record_duty(c, scope, *law, record, actor, now));
        *id = made.value;
      }
      for (auto* id : {&place.register_record, &place.register_spare}) {
        TRY(const auto made, duty::create_register_record(c, scope, law->catalogue(), {"awareness_items", place.unit, awareness(place.canary), {evidence}, {}}, actor, now));
        *id = made.value;
      }
      TRY(const auto waits, duty::create_register_record(c, scope, law->catalogue(), {"budget_lines", place.unit, R"({"item":")" + place.canary + R"(","plan":"yearly","purpose":"security","amount":5,"decided_on":"2026-01-10"})", {}, {}}, actor, now));
      place.register_waiting = waits.value;
      estate::SystemChange system;
      system.unit = place.unit;
      system.name = "Hệ thống " + place.canary;
      TRY(const auto made, estate::create_system(c, scope, system, now));
      place.system = made.value;
      const auto* rules = law->catalogue().level_rule_on(vietnam_day(now));
      return estate::set_system_level(c, scope, made, {vietnam_day(now), std::nullopt, 2, rules->id, "1/QĐ"}, now);
    });
  }
  static std::string awareness(std::string_view subject) {
    return R"({"subject":")" + std::string(subject) + R"(","published_on":"2026-11-01","channel":"meeting","audience":"staff"})";
  }

  Directives make_directives(const estate::NewTenant& tenant) {
    const auto maker = world.add_person(tenant.tenant, "maker-" + std::to_string(tenant.tenant.value), Role::province_admin, {tenant.root});
    const duty::Actor actor{maker, Role::province_admin};
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    Directives made;
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto all, duty::list_directives(c, scope, *world.law, vietnam_day(world.clock.now())));
      made.in_force = all.front().id.value;
      TRY(const auto draft, duty::enter_directive(c, scope, *world.law, "key: nhap", false, actor, world.clock.now()));
      made.draft = draft.value;
      TRY(const auto waiting, duty::enter_directive(c, scope, *world.law, whole_directive(), true, actor, world.clock.now()));
      made.waiting = waiting.value;
      return {};
    });
    return made;
  }
  // A directive without a fault, of a country of its own.
  static std::string whole_directive() {
    return R"({"key":"thu-nghiem-1-2026","issuer":{"vi":"UBND tỉnh","en":"Province"},"number":"1/CT-UBND","date":"2026-10-01",)"
           R"("kind":"directive","language":"vi","title":{"vi":"Thử nghiệm","en":"Trial"},"valid_from":"2026-10-01","valid_to":null,)"
           R"("clauses":[{"id":"TN-1","place":"1","title":{"vi":"Báo cáo năm","en":"Yearly report"},"quote":"báo cáo hằng năm",)"
           R"("addressees":["state_agency"],"verb":{"words":"báo cáo","strength":"must"},"kinds":["records"],"systems":[24],)"
           R"("duties":[{"id":"TN-1.yearly","title":{"vi":"Báo cáo","en":"Report"},"recurrence":"yearly",)"
           R"("due":{"rule":"before_day","month":12,"day":15},"basis":"law","met_by":"record","approval":"second_person","minutes":30,)"
           R"("steps":{"vi":["Viết"],"en":["Write"]},"proof":{"vi":"Văn bản","en":"Letter"}}]}]})";
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
      case ObjectKind::device: return place.device;
      case ObjectKind::site: return place.site;
      case ObjectKind::address_range: return place.range;
      case ObjectKind::contact: return place.contact;
      case ObjectKind::import: return place.import;
      case ObjectKind::evidence: return place.evidence;
      case ObjectKind::duty_record: return place.duty_record;
      case ObjectKind::register_record: return place.register_record;
      case ObjectKind::system: return place.system;
      case ObjectKind::quarantine_item: return place.quarantine_item;
      case ObjectKind::order: return place.order;
      case ObjectKind::policy: return place.policy;
      case ObjectKind::site_case: return place.site_case;
      case ObjectKind::page_evidence: return place.page_evidence;
      case ObjectKind::directive: return &place == &first ? directives_of_a.in_force : directives_of_b.in_force;
      default: break;
    }
    return 0;
  }
  // The caller's own object that this very operation can work on.
  std::int64_t own_id(const Route& route) const {
    switch (route.operation) {
      case Operation::decide_duty_record: return first.waiting_record;
      case Operation::decide_policy: return first.waiting_policy;
      case Operation::withdraw_register_record: return first.register_spare;
      case Operation::decide_register_record: return first.register_waiting;
      case Operation::update_directive: return directives_of_a.draft;
      case Operation::decide_directive: return directives_of_a.waiting;
      case Operation::confirm_import: return first.spare_import;
      case Operation::part_device:
      case Operation::rejoin_device: return first.matched_device;
      case Operation::succeed_unit: return first.spare.value;
      case Operation::order_unit_scan:
      case Operation::assign_unit_role: return first.unit.value;
      default: return id_of(first, route.object);
    }
  }

  World world;
  estate::NewTenant a;
  estate::NewTenant b;
  Directives directives_of_a;
  Directives directives_of_b;
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
    case Operation::set_site_interval: return R"({"every_hours":6})";
    case Operation::decide_site_case: return R"({"event":"confirmed","text":"x"})";
    case Operation::create_address_range: return R"({"unit":$unit,"range":"192.0.2.0/28"})";
    case Operation::create_contact:
      return R"({"unit":$unit,"purpose":"security","name":"An","phone":"0912345678","valid_from":"2026-01-01"})";
    case Operation::update_contact: return R"({"unit":$unit,"title":"x"})";
    case Operation::create_import:
      return R"({"kind":"devices","unit":$unit,"file_name":"a.csv","content":"bmFtZQptYXktbW9pCg=="})";
    case Operation::record_duty:
      return R"({"unit":$unit,"duty":"HU-1.5b.yearly","period_from":"2026-01-01","done_on":"2026-11-20","statement":"x"})";
    case Operation::decide_duty_record:
    case Operation::decide_register_record:
    case Operation::decide_order: return R"({"approve":true,"note":"x"})";
    case Operation::decide_directive:
      return R"({"approve":true,"note":"x","text_sha256":")" + sha256(MatrixWorld::whole_directive()).hex() + "\"}";
    case Operation::order_quarantine: return R"({"reason":"x"})";
    case Operation::create_policy:
      return R"({"unit":$unit,"role":"workstation","policy":"{\"format\":1}","valid_from":"2026-12-01","reason":"x"})";
    case Operation::preview_policy:
      return R"({"unit":$unit,"role":"any","policy":"{\"format\":1}","valid_from":"2026-12-01"})";
    case Operation::write_policy_draft: return R"({"policy":"{\"format\":1}","valid_from":"2026-12-01","reason":"x"})";
    case Operation::decide_policy: return R"({"publish":true,"note":"x","read":")" + MatrixWorld::draft_digest() + "\"}";
    case Operation::order_restore: return R"({"reason":"x","allow_until":"2027-01-31"})";
    case Operation::start_content_release: return R"({"content":"eA=="})";
    case Operation::act_on_content_release: return R"({"version":1,"act":"take_back","reason":"x"})";
    case Operation::upload_evidence:
      return R"({"unit":$unit,"file_name":"x.txt","content":"eA==","classification":"none"})";
    case Operation::create_register_record:
      return R"({"register":"awareness_items","unit":$unit,"fields":"{\"subject\":\"x\",\"published_on\":\"2026-11-01\",\"channel\":\"meeting\",\"audience\":\"staff\"}"})";
    case Operation::update_register_record:
      return R"({"fields":"{\"subject\":\"y\",\"published_on\":\"2026-11-01\",\"channel\":\"meeting\",\"audience\":\"staff\"}"})";
    case Operation::set_level_plan_item: return R"({"requirement":"T14423-4.1","state":"met","note":"x"})";
    case Operation::create_directive:
    case Operation::update_directive:
    case Operation::check_directive: return R"({"text":"key: x"})";
    case Operation::end_directive: return R"({"valid_to":"2026-12-31","decision":"2/QĐ"})";
    case Operation::create_calendar_feed: return R"({"unit":$unit})";
    case Operation::propose_level: return R"({"answers":[]})";
    case Operation::order_scan:
    case Operation::order_unit_scan:
    case Operation::list_content_releases:
    case Operation::get_content_release:
    case Operation::list_policies:
    case Operation::get_policy:
    case Operation::get_machine_policy:
    case Operation::list_quarantine:
    case Operation::list_orders:
    case Operation::get_unit:
    case Operation::list_systems:
    case Operation::get_system:
    case Operation::list_devices:
    case Operation::list_sites:
    case Operation::get_site:
    case Operation::look_at_site:
    case Operation::list_watched_sites:
    case Operation::list_site_cases:
    case Operation::get_site_case:
    case Operation::get_page_evidence:
    case Operation::get_page_source:
    case Operation::get_page_difference:
    case Operation::download_page_evidence:
    case Operation::list_address_ranges:
    case Operation::delete_address_range:
    case Operation::list_contacts:
    case Operation::get_import:
    case Operation::discard_import:
    case Operation::part_device:
    case Operation::rejoin_device:
    case Operation::confirm_import:
    case Operation::get_duty_matrix:
    case Operation::get_duty_cell:
    case Operation::get_kind_shares:
    case Operation::get_today:
    case Operation::list_duty_records:
    case Operation::withdraw_duty_record:
    case Operation::get_evidence:
    case Operation::download_evidence:
    case Operation::list_registers:
    case Operation::list_register_records:
    case Operation::get_register_record:
    case Operation::withdraw_register_record:
    case Operation::get_level_plan:
    case Operation::export_level_plan:
    case Operation::list_directives:
    case Operation::get_directive:
    case Operation::get_calendar:
    case Operation::get_calendar_feed:
    case Operation::list_law_terms:
    case Operation::list_level_rules:
    case Operation::get_session:
    case Operation::sign_out:
    case Operation::begin_totp:
    case Operation::get_overview:
    case Operation::list_machines:
    case Operation::get_machine_facets:
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

// What a query must have; $unit as in bodies.
inline std::string query_for(Operation operation) {
  switch (operation) {
    case Operation::get_duty_cell: return "unit=$unit&clause=HU-1.5b";
    case Operation::list_register_records: return "register=awareness_items";
    case Operation::get_calendar: return "year=2026";
    case Operation::get_page_source: return "visitor=desktop";
    case Operation::get_page_difference: return "first=desktop&second=googlebot";
    case Operation::get_content_release: return "version=1";
    case Operation::get_calendar_feed: return "key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    default: return "";
  }
}

inline std::string target_of(const Route& route, std::int64_t id) {
  std::string target(route.path);
  const auto brace = target.find('{');
  if (brace != target.npos) target.replace(brace, target.find('}') - brace + 1, std::to_string(id));
  return target;
}

// With what its query must have, but for `left_out`, and with `more`.
inline std::string with_query(const Route& route, std::string target, std::int64_t unit, std::string_view more = {},
                              std::string_view left_out = {}) {
  std::string query;
  const auto needed = query_for(route.operation);
  std::string_view rest = needed;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!left_out.empty() && pair.starts_with(std::string(left_out) + "=")) continue;
    (query += query.empty() ? "" : "&") += pair;
  }
  if (!more.empty()) (query += query.empty() ? "" : "&") += more;
  return query.empty() ? target : target + "?" + with_unit(query, unit);
}

}  // namespace khien::api
