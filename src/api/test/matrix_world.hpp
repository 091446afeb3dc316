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
#include "khien/botnet/cases.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/policy/policies.hpp"
#include "khien/reporting/reports.hpp"
#include "khien/request/help.hpp"
#include "khien/request/outside.hpp"
#include "khien/request/requests.hpp"
#include "khien/rollout/rollout.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/shifts.hpp"
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
  std::int64_t advisory = 0, advisory_decision = 0;
  std::int64_t letter = 0, spare_letter = 0;
  std::int64_t incident = 0, incident_task = 0;
  std::int64_t botnet_case = 0;
  std::int64_t report = 0, spare_report = 0, whole_report = 0, frozen_report = 0;  // a draft, another, one that can be frozen
  std::int64_t shift = 0, begun_shift = 0, duty_ping = 0;
  std::int64_t request = 0, spare_request = 0, request_attachment = 0, request_unit = 0, answered_unit = 0;
  std::int64_t receiver = 0, outside_request = 0, evidence_package = 0, approved_package = 0;
  std::int64_t help_request = 0, answered_help = 0;
};

// With whom malware data is shared: a whole tenant's.
struct Sharing {
  std::int64_t partner = 0, message = 0;
  std::int64_t botnet_list = 0;  // a whole tenant's too
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
  // Who may be named on what is the first place's: bodies say $user.
  static inline std::int64_t own_user = 0;

  MatrixWorld() {
    a = world.add_tenant("Tỉnh A");
    b = world.add_tenant("Tỉnh B CANARY-B1");
    directives_of_a = make_directives(a);
    directives_of_b = make_directives(b);
    sharing_of_a = make_sharing(a);
    sharing_of_b = make_sharing(b);
    begin_content(world, 1);
    first = make_place(a, "CANARY-A1");
    own_user = first.user.value;
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
    add_advisory(tenant, place);
    // By the API, so that the place is in the audit log too.
    auto person = world.session(tenant.tenant, place.user);
    const auto made = person.post("/api/v1/enrolment-tokens", R"({"unit":)" + std::to_string(place.unit.value) + "}");
    REQUIRE(made.status == 201);
    place.token = std::stoll(field_of(made.body, "token.id"));
    add_duties(tenant, place);
    add_reports(tenant, place);
    add_incident(tenant, place);
    add_botnet_case(tenant, place);
    add_roster(tenant, place);
    add_requests(tenant, place);
    add_outside(tenant, place);
    add_help(tenant, place);
    return place;
  }

  // By a list that counted; whose it is, by a person's word.
  void add_botnet_case(const estate::NewTenant& tenant, Place& place) {
    const auto whole = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    const auto now = world.clock.now();
    const auto reading = botnet::read_list(botnet::table_of_text("198.51.100.9"), vietnam_day(now));
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto previewed, botnet::preview_list(c, whole, {.source = "Nguồn " + place.canary, .listed_on = vietnam_day(now), .complete = false,
                                                                .file_name = place.canary, .by = place.user}, reading, now));
      TRY_VOID(botnet::confirm_list(c, whole, previewed.id, place.user, 7, now));
      TRY(const auto cases, botnet::list_cases(c, whole, {.view = botnet::CaseQuery::View::unknown}));
      place.botnet_case = cases.items.at(0).id.value;
      return botnet::decide(c, whole, *shipped_playbook(), {place.botnet_case}, place.user,
                            {.event = botnet::Event::attributed, .step = {}, .note = "Của " + place.canary, .unit = place.unit, .machine = {}}, now);
    });
  }

  void add_incident(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, world.law->of(c, tenant.tenant));
      const incident::Rules rules{law->catalogue(), shipped_incidents()->severities};
      TRY(const auto id, incident::open_incident(c, scope, rules,
                                                 {.unit = place.unit, .title = "Sự cố " + place.canary, .kind = incident::Kind::malware, .severity = Severity::high,
                                                  .detected_at = now - hours(1), .words = "Thấy ở " + place.canary, .traits = {}, .findings = {{place.finding}}},
                                                 place.user, now));
      TRY(const auto task, incident::add_task(c, scope, id, {.words = "Việc " + place.canary, .owner = place.user, .due_at = {}}, place.user, now));
      place.incident = id.value;
      place.incident_task = task.value;
      return {};
    });
  }

  // Somebody on duty who was called a while ago, and a shift to come.
  void add_roster(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      roster::NewShift made{.unit = place.unit, .span = {.from = now + hours(48), .to = now + hours(60)}, .person = "Trực " + place.canary, .phone = "0912345678"};
      TRY(const auto later, roster::add_shift(c, scope, made, place.user, now));
      made.span = {.from = now - minutes(40), .to = now + hours(8)};
      TRY(const auto begun, roster::add_shift(c, scope, made, place.user, now - minutes(40)));
      TRY(const auto ping, roster::ask(c, scope, place.unit, place.user, now - minutes(30)));
      place.shift = later.value;
      place.begun_shift = begun.value;
      place.duty_ping = ping.value;
      return {};
    });
  }

  void add_reports(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, world.law->of(c, tenant.tenant));
      for (auto* id : {&place.report, &place.spare_report, &place.whole_report, &place.frozen_report}) {
        TRY(auto counting, reporting::count_report(c, scope, *shipped_kinds(), law, {"advisory-status", "2026-11-22", place.unit}, now));
        for (const auto& field : shipped_kinds()->find("advisory-status")->kind.fields) counting.snapshot.words[field.id] = "vì " + place.canary;
        counting.snapshot.issuer = {.parent_agency = {}, .agency = place.canary, .place = "Lam Giang", .symbol = "BC-X", .signer_mode = {}, .signer_mode_title = {},
                                    .signer_title = "GIÁM ĐỐC", .signer_name = place.canary, .recipients = {}};
        TRY(const auto kept, reporting::keep_report(c, scope, counting, place.user, now));
        *id = kept.value;
      }
      TRY(const auto detail, reporting::get_report(c, scope, {place.frozen_report}));
      const auto pdf = as_bytes(kIssued);
      return reporting::freeze_report(c, scope, {place.frozen_report}, {.number = 1, .issued_on = vietnam_day(now)}, detail.report.digest,
                                      Bytes(pdf.begin(), pdf.end()), {place.user, Role::unit_officer}, now);
    });
  }
  static constexpr std::string_view kIssued = "%PDF-1.7 issued";

  // One that was sent, one that waits to be looked at, one to close.
  void add_requests(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      std::vector<request::RequestId> sent;
      for (int i = 0; i < 3; ++i) {
        const request::NewRequest wanted{.unit = place.unit, .title = "Rà soát " + place.canary, .text = place.canary, .basis = place.canary, .due = {},
                                         .fields = {}, .attachments = {EvidenceId{place.evidence}}, .audience = {.units = {place.unit}, .kinds = {}, .below = {}}};
        TRY(const auto id, request::send_request(c, scope, wanted, place.user, now));
        sent.push_back(id);
      }
      place.request = sent[0].value;
      place.spare_request = sent[2].value;
      TRY(const auto attachments, request::attachments_of(c, scope, sent[0]));
      place.request_attachment = attachments.at(0).id.value;
      TRY(const auto first_sent, request::get_request(c, scope, sent[0], now));
      place.request_unit = first_sent.only.value().value;
      TRY(const auto second_sent, request::get_request(c, scope, sent[1], now));
      place.answered_unit = second_sent.only.value().value;
      return request::give_answer(c, scope, *second_sent.only, {.words = place.canary, .numbers = {}, .evidence = {EvidenceId{place.evidence}}}, place.user, now);
    });
  }

  void add_outside(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto receiver, request::add_receiver(c, scope, {.unit = place.unit, .name = "Công an " + place.canary, .address = place.canary, .contact = place.canary}, place.user, now));
      place.receiver = receiver.value;
      const request::NewOutsideRequest letter{.receiver = receiver, .number = "1/" + place.canary, .dated = vietnam_day(now), .what_for = place.canary, .basis = place.canary, .due = {}};
      TRY(const auto outside, request::record_outside_request(c, scope, letter, place.user, now));
      place.outside_request = outside.value;
      for (auto* id : {&place.evidence_package, &place.approved_package}) {
        TRY(const auto package, request::prepare_package(c, scope, outside, {EvidenceId{place.evidence}}, place.canary, place.user, now));
        *id = package.value;
      }
      return request::decide_package(c, scope, {place.approved_package}, {.approve = true, .words = place.canary}, {99'999}, [](UserId) { return std::string(); }, now);
    });
  }

  void add_help(const estate::NewTenant& tenant, Place& place) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      for (auto* id : {&place.help_request, &place.answered_help}) {
        const request::NewHelp wanted{.unit = place.unit, .title = "Kẹt " + place.canary, .about_id = {}, .page = "/phat-hien", .words = {.words = place.canary, .before = {}, .after = {}, .evidence = {}}};
        TRY(const auto asked, request::ask_for_help(c, scope, wanted, place.user, now));
        *id = asked.value;
      }
      return request::say_help(c, scope, {place.answered_help}, request::HelpWord::answered, {.words = place.canary, .before = {}, .after = {}, .evidence = {}}, {99'999}, now);
    });
  }

  Sharing make_sharing(const estate::NewTenant& tenant) {
    Sharing sharing;
    world.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("INSERT INTO share_partner (tenant_id, name, scheme, url, since, noted_through) VALUES (?1, '2290', '2290', 'https://x.example.gov.vn', 0, 0)", {tenant.tenant}));
      sharing.partner = c.last_insert_id();
      TRY_VOID(c.run("INSERT INTO share_message (tenant_id, partner_id, name, state, rows, bytes, digest, composed_at, settled_at) "
                     "VALUES (?1, ?2, ?3, 'shared', 1, 9, zeroblob(32), ?4, ?4)",
                     {tenant.tenant, sharing.partner, std::string(64, 'a'), world.clock.now()}));
      sharing.message = c.last_insert_id();
      const auto now = world.clock.now();
      TRY(const auto list, botnet::preview_list(c, store::TenantScope::for_test(tenant.tenant, {tenant.root}),
                                                {.source = "x", .listed_on = vietnam_day(now), .complete = true, .file_name = "x", .by = UserId{1}},
                                                botnet::read_list(botnet::table_of_text("198.51.100.9"), vietnam_day(now)), now));
      sharing.botnet_list = list.id.value;
      return {};
    });
    return sharing;
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

  // Of a package that only this place has, with a decision and two letters.
  void add_advisory(const estate::NewTenant& tenant, Place& place) {
    const std::string cve = "CVE-2024-" + std::to_string(1000 + records.advisories.size());
    REQUIRE(records.take(World::vulnerable(cve, fold(place.canary), "3", "Về " + place.canary)));
    world.bring_feed(records);
    const auto scope = store::TenantScope::for_test(tenant.tenant, {place.unit});
    const auto now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto page, patch::list_advisories(c, scope, {}, now));
      place.advisory = page.items.at(0).id.value;
      TRY(const auto decision, patch::decide(c, scope, {place.advisory}, place.user,
                                             {.kind = patch::DecisionKind::accepted, .machine = MachineId{place.machine}, .unit = {},
                                              .package = "deb/debian/khac", .reason = "vì " + place.canary, .until = vietnam_day(now) + 30}, now));
      place.advisory_decision = decision.value;
      for (auto* id : {&place.letter, &place.spare_letter}) {
        const patch::NewLetter letter{.unit = place.unit, .file_name = place.canary + ".txt", .content = as_bytes(place.canary),
                                      .facts = {.text = place.canary}, .by = place.user};
        TRY(const auto kept, patch::keep_letter(c, scope, letter, now));
        *id = kept.value;
      }
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
      case ObjectKind::advisory: return place.advisory;
      case ObjectKind::advisory_decision: return place.advisory_decision;
      case ObjectKind::letter: return place.letter;
      case ObjectKind::report: return place.report;
      case ObjectKind::botnet_case: return place.botnet_case;
      case ObjectKind::botnet_list: return (&place == &first ? sharing_of_a : sharing_of_b).botnet_list;
      case ObjectKind::incident: return place.incident;
      case ObjectKind::incident_task: return place.incident_task;
      case ObjectKind::shift: return place.shift;
      case ObjectKind::duty_ping: return place.duty_ping;
      case ObjectKind::request: return place.request;
      case ObjectKind::request_attachment: return place.request_attachment;
      case ObjectKind::request_unit: return place.request_unit;
      case ObjectKind::receiver: return place.receiver;
      case ObjectKind::outside_request: return place.outside_request;
      case ObjectKind::evidence_package: return place.evidence_package;
      case ObjectKind::help_request: return place.help_request;
      case ObjectKind::share_partner: return (&place == &first ? sharing_of_a : sharing_of_b).partner;
      case ObjectKind::share_message: return (&place == &first ? sharing_of_a : sharing_of_b).message;
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
      case Operation::discard_letter: return first.spare_letter;
      case Operation::discard_report: return first.spare_report;
      case Operation::close_request: return first.spare_request;
      case Operation::decide_request_answer: return first.answered_unit;
      case Operation::download_evidence_package:
      case Operation::record_package_receipt: return first.approved_package;
      case Operation::close_help_request: return first.answered_help;
      case Operation::freeze_report: return first.whole_report;
      case Operation::upload_signed_report:
      case Operation::record_report_sent: return first.frozen_report;
      case Operation::hand_over_shift: return first.begun_shift;
      case Operation::part_device:
      case Operation::rejoin_device: return first.matched_device;
      case Operation::succeed_unit: return first.spare.value;
      case Operation::order_unit_scan:
      case Operation::assign_unit_role: return first.unit.value;
      default: return id_of(first, route.object);
    }
  }

  World world;
  feed::Collected records;  // of the book
  estate::NewTenant a;
  estate::NewTenant b;
  Directives directives_of_a;
  Directives directives_of_b;
  Sharing sharing_of_a;
  Sharing sharing_of_b;
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
    case Operation::hand_in_inventory: return R"({"product":"FortiOS","version":"7.4.1"})";
    case Operation::update_device: return R"({"unit":$unit,"note":"x"})";
    case Operation::create_site: return R"({"unit":$unit,"address":"new.example.gov.vn"})";
    case Operation::update_site: return R"({"unit":$unit,"title":"x"})";
    case Operation::add_listed_pages: return R"({"text":"https://mau.gov.vn/a"})";
    case Operation::set_site_interval: return R"({"every_hours":6})";
    case Operation::set_site_rendering: return R"({"reason":"x"})";
    case Operation::decide_site_case: return R"({"event":"confirmed","text":"x"})";
    case Operation::acknowledge_messages: return R"({"messages":[7000000001],"as":"acknowledged"})";
    case Operation::set_message_settings: return R"({"language":"en","mail":"a@mau.gov.vn","by_mail":true,"quiet_from":0,"quiet_to":0})";
    case Operation::acknowledge_advisory: return R"({"unit":$unit})";
    case Operation::remind_of_advisory: return R"({"units":[$unit]})";
    case Operation::decide_advisory: return R"({"kind":"mitigated","unit":$unit,"reason":"x","until":"2026-12-31"})";
    case Operation::set_advisory_settings:
      return R"({"least_severity":"high","least_likelihood":10,"days_exploited":7,"days_ransomware":7,"days_likely":7,)"
             R"("days_critical":7,"days_high":7,"days_medium":7,"days_low":7,"remind_days":1})";
    case Operation::move_botnet_address: return R"({"event":"note","note":"x"})";
    case Operation::open_botnet_incident: return R"({"severity":"low","words":"x"})";
    case Operation::preview_botnet_list: return R"({"source":"x","listed_on":"2026-11-20","complete":false,"text":"198.51.100.9"})";
    case Operation::record_botnet_lookup: return R"({"found":0})";
    case Operation::upload_botnet_log:
      return R"({"unit":$unit,"file_name":"a.csv","content":")" + to_base64(as_bytes(std::string_view("time,inside,outside\n2026-11-20 08:00,10.0.0.5,8.8.8.8\n"))) + "\"}";
    case Operation::open_incident:
      return R"({"unit":$unit,"title":"x","kind":"malware","severity":"low","detected_at":"2026-11-22T01:00:00.000Z","words":"x"})";
    case Operation::import_incidents:
      return R"({"file_name":"a.csv","content":")" + to_base64(as_bytes(std::string_view("Đơn vị,Tên sự cố,Loại,Mức độ,Thời điểm phát hiện,Mô tả\nx,x,mã độc,cao,22/11/2026 08:00,x\n"))) + "\"}";
    case Operation::update_incident: return R"({"title":"x","severity":"medium"})";
    case Operation::note_incident: return R"({"words":"x"})";
    case Operation::add_incident_task: return R"({"words":"x"})";
    case Operation::update_incident_task: return R"({"done":true})";
    case Operation::record_incident_report:
      return R"({"clock":"report","step":"unit","sent_at":"2026-11-22T01:59:00.000Z","recipient":"x","channel":"phone"})";
    case Operation::move_incident: return R"({"state":"contained"})";
    case Operation::set_incident_member: return R"({"user":$user,"part":"analyst"})";
    case Operation::create_report: return R"({"kind":"unit-year","period":"2026","unit":$unit})";
    case Operation::update_report: return R"({"words":[],"count_again":true})";
    case Operation::freeze_report: return R"({"number":2,"issued_on":"2026-11-22"})";
    case Operation::upload_signed_report:
      return R"({"content":")" + to_base64(as_bytes(std::string(MatrixWorld::kIssued) + "\nsigned")) + "\"}";
    case Operation::record_report_sent: return R"({"sent_on":"2026-11-22","recipient":"x","channel":"paper"})";
    case Operation::send_request: return R"({"title":"x","text":"x","answer":"words","units":[$unit]})";
    case Operation::remind_of_request:
    case Operation::close_request: return R"({"words":"x"})";
    case Operation::answer_request: return R"({"words":"x"})";
    case Operation::decide_request_answer: return R"({"accept":true})";
    case Operation::create_receiver: return R"({"unit":$unit,"name":"Mới","kind":"telecom"})";
    case Operation::update_receiver: return R"({"contact":"x"})";
    case Operation::record_outside_request: return R"({"number":"9/CV","dated_on":"2026-11-20","what_for":"x","basis":"x"})";
    case Operation::say_to_outside_request: return R"({"word":"note","words":"x"})";
    case Operation::prepare_evidence_package: return R"({"evidence":[$evidence],"words":"x"})";
    case Operation::decide_evidence_package: return R"({"approve":true})";
    case Operation::record_package_receipt: return R"({"receipt":"x","received_on":"2026-11-22"})";
    case Operation::ask_for_help: return R"({"unit":$unit,"title":"x","words":"x","about":"page"})";
    case Operation::say_to_help_request:
    case Operation::answer_help_request: return R"({"words":"x"})";
    case Operation::close_help_request: return R"({"solved":true})";
    case Operation::verify_file: return R"({"file_name":"x.pdf","content":"JVBERg=="})";
    case Operation::add_shift:
      return R"({"unit":$unit,"from":"2026-12-01T00:00:00Z","to":"2026-12-01T08:00:00Z","person":"An","part":"main"})";
    case Operation::update_shift: return R"({"person":"Bình"})";
    case Operation::hand_over_shift: return R"({"words":"x"})";
    case Operation::ping_roster: return R"({"unit":$unit})";
    case Operation::set_roster_settings:
      return R"({"unit":$unit,"need":"always","deputy_after_minutes":5,"leader_after_minutes":5})";
    case Operation::update_share_partner: return R"({"paused":true})";
    case Operation::create_letter: return R"({"text":"Cong van so 17"})";
    case Operation::confirm_letter:
      return R"({"number":"17/CATTT","sender":"Cục ATTT","title":"x","issued_on":"2026-11-20","due_on":"2026-12-20","cves":["CVE-2024-9999"]})";
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
    case Operation::forget_listed_pages:
    case Operation::list_watched_sites:
    case Operation::list_site_cases:
    case Operation::get_site_case:
    case Operation::get_page_evidence:
    case Operation::get_page_picture:
    case Operation::get_page_source:
    case Operation::get_page_difference:
    case Operation::download_page_evidence:
    case Operation::list_advisories:
    case Operation::get_advisory:
    case Operation::list_advisory_machines:
    case Operation::end_advisory_decision:
    case Operation::list_software:
    case Operation::get_site_browser:
    case Operation::list_advisory_feeds:
    case Operation::get_advisory_settings:
    case Operation::list_botnet_addresses:
    case Operation::get_botnet_address:
    case Operation::list_botnet_lists:
    case Operation::get_botnet_list:
    case Operation::discard_botnet_list:
    case Operation::confirm_botnet_list:
    case Operation::list_botnet_lookups:
    case Operation::list_incidents:
    case Operation::get_incident:
    case Operation::list_incident_timeline:
    case Operation::list_incident_proposals:
    case Operation::show_incident_clocks:
    case Operation::list_report_kinds:
    case Operation::list_report_calendar:
    case Operation::list_reports:
    case Operation::get_report:
    case Operation::discard_report:
    case Operation::download_report:
    case Operation::list_report_rows:
    case Operation::list_messages:
    case Operation::get_message_settings:
    case Operation::send_test_message:
    case Operation::list_requests:
    case Operation::get_request:
    case Operation::list_request_units:
    case Operation::export_request:
    case Operation::download_request_attachment:
    case Operation::get_request_unit:
    case Operation::confirm_request_read:
    case Operation::list_receivers:
    case Operation::list_outside_requests:
    case Operation::get_outside_request:
    case Operation::export_outside_log:
    case Operation::download_evidence_package:
    case Operation::list_help_requests:
    case Operation::get_help_request:
    case Operation::take_help_request:
    case Operation::get_sharing:
    case Operation::list_sharing_units:
    case Operation::list_share_messages:
    case Operation::get_share_message:
    case Operation::send_share_now:
    case Operation::get_roster:
    case Operation::get_roster_calendar:
    case Operation::get_roster_settings:
    case Operation::list_roster_units:
    case Operation::remove_shift:
    case Operation::list_duty_pings:
    case Operation::answer_duty_ping:
    case Operation::list_letters:
    case Operation::get_letter:
    case Operation::discard_letter:
    case Operation::list_address_ranges:
    case Operation::delete_address_range:
    case Operation::list_contacts:
    case Operation::get_import:
    case Operation::discard_import:
    case Operation::get_device_inventory:
    case Operation::part_device:
    case Operation::rejoin_device:
    case Operation::confirm_import:
    case Operation::get_duty_matrix:
    case Operation::get_duty_cell:
    case Operation::get_kind_shares:
    case Operation::get_today:
    case Operation::list_duty_records:
    case Operation::withdraw_duty_record:
    case Operation::list_evidence:
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
    case Operation::list_people:
    case Operation::reset_password:
    case Operation::list_audit:
    case Operation::verify_audit:
    case Operation::stream_events: return "";
  }
  return std::nullopt;
}

inline std::string with_id(std::string text, std::string_view word, std::int64_t id) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word)) text.replace(at, word.size(), std::to_string(id));
  return text;
}
// $evidence is nobody's here: what is asked for is refused before it is looked at.
inline std::string with_unit(std::string text, std::int64_t unit) {
  return with_id(with_id(with_id(std::move(text), "$unit", unit), "$evidence", kAbsent), "$user", kAbsent);
}

// What a query must have; $unit as in bodies.
inline std::string query_for(Operation operation) {
  switch (operation) {
    case Operation::get_duty_cell: return "unit=$unit&clause=HU-1.5b";
    case Operation::list_register_records: return "register=awareness_items";
    case Operation::get_calendar: return "year=2026";
    case Operation::show_incident_clocks: return "detected_at=2026-11-22T07:00:00.000Z&severity=high";
    case Operation::get_roster: return "from=2026-11-20&to=2027-01-20";
    case Operation::get_roster_calendar: return "unit=$unit&from=2026-11-20&to=2027-01-20";
    case Operation::get_roster_settings: return "unit=$unit";
    case Operation::list_people: return "unit=$unit";
    case Operation::list_roster_units: return "window=2027-01-01";
    case Operation::list_report_rows: return "figure=advisories.open";
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
