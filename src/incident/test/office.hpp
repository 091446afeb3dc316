#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/figures.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/incident/proposals.hpp"
#include "khien/incident/refusal.hpp"
#include "khien/store/store.hpp"
#include "shipped.hpp"

namespace khien::incident {

inline Timestamp at(std::string_view text) { return from_rfc3339(text).value(); }

// A province with two communes, three people and a few machines.
struct Office {
  Office() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-incident-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    write([&](store::Connection& c) -> Result<void> {
      TRY(tenant, estate::create_tenant(c, "Tỉnh Lam Giang", now));
      TRY(commune, estate::create_unit(c, scope(), "Xã Đông", estate::UnitKind::commune, tenant.root, now));
      TRY(other, estate::create_unit(c, scope(), "Xã Tây", estate::UnitKind::commune, tenant.root, now));
      TRY(analyst, person(c, "analyst", "Trần Thị Phân Tích", tenant.root));
      TRY(officer, person(c, "officer", "Lê Văn Xã", commune));
      TRY(stranger, person(c, "stranger", "Người Xã Tây", other));
      return {};
    });
  }
  ~Office() {
    hub.reset();
    std::filesystem::remove_all(folder);
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }
  store::TenantScope scope_of(UnitId unit) const { return store::TenantScope::for_test(tenant.tenant, {unit}); }
  Rules rules() const { return {shipped_law(), shipped_severities()}; }

  Result<UserId> person(store::Connection& c, std::string_view username, std::string_view called, UnitId unit) {
    TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                   "VALUES (?1, ?2, ?3, x'00', 'soc_operator', 'x', 0, 0)",
                   {tenant.tenant, username, called}));
    const UserId id{c.last_insert_id()};
    TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {tenant.tenant, id, unit}));
    return id;
  }

  void write(const store::Store::Work& work) {
    const auto written = hub->write(work);
    if (!written) FAIL(written.error().what());
  }
  Result<void> attempt(const store::Store::Work& work) { return hub->write(work); }
  template <class Work>
  auto read(Work work) {
    decltype(work(std::declval<store::Connection&>())) answer = Error(Code::internal, "not read");
    const auto done = hub->read([&](store::Connection& c) -> Result<void> {
      answer = work(c);
      return {};
    });
    REQUIRE(done);
    return answer;
  }

  MachineId machine(std::string_view host, UnitId unit, bool server = false) {
    MachineId id;
    write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen) "
                     "VALUES (?1, ?2, ?3, x'00', ?3, ?4, ?4)",
                     {tenant.tenant, unit, host, now}));
      id = {c.last_insert_id()};
      if (!server) return {};
      TRY_VOID(c.run("INSERT INTO device (tenant_id, unit_id, name, name_order, search_key, kind, serial, mac, address, source, note, machine_id, "
                     "matched_by, created_at) VALUES (?1, ?2, ?3, x'00', ?3, 'server', '', '', '', 'hand', '', ?4, 'name', ?5)",
                     {tenant.tenant, unit, host, id, now}));
      return {};
    });
    return id;
  }
  FindingId finding(MachineId machine, UnitId unit, Severity severity, Timestamp first_seen, std::string_view content = "x", std::string_view rule = "yara:bad") {
    FindingId id;
    write([&](store::Connection& c) -> Result<void> {
      const auto print = sha256(std::to_string(machine.value) + std::string(content) + std::string(rule));
      const auto bytes = sha256(content);
      TRY_VOID(c.run("INSERT INTO finding (tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, state, first_seen, "
                     "last_seen, opened_at, sightings, history, settled_through, sha256) VALUES (?1, ?2, ?3, ?4, 'scan', ?5, '/srv/x', '', ?6, 'new', ?7, ?7, "
                     "?7, 1, 1, 1, ?8)",
                     {tenant.tenant, machine, unit, print.view(), rule, static_cast<int>(severity), first_seen, bytes.view()}));
      id = {c.last_insert_id()};
      return {};
    });
    return id;
  }
  EvidenceId evidence(std::string_view bytes, UnitId unit) {
    EvidenceId id;
    write([&](store::Connection& c) -> Result<void> {
      const auto hash = sha256(bytes);
      TRY_VOID(c.run("INSERT INTO evidence_content (tenant_id, sha256, bytes) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                     {tenant.tenant, hash.view(), as_bytes(bytes)}));
      TRY_VOID(c.run("INSERT INTO evidence (tenant_id, unit_id, sha256, file_name, size, looked_at, uploaded_by, uploaded_at) "
                     "VALUES (?1, ?2, ?3, 'anh.png', ?4, 'name', ?5, ?6)",
                     {tenant.tenant, unit, hash.view(), static_cast<int>(bytes.size()), analyst, now}));
      id = {c.last_insert_id()};
      return {};
    });
    return id;
  }

  NewIncident suspicion(Severity severity = Severity::high) const {
    return {.unit = commune, .title = "Máy chủ có mã độc", .kind = Kind::malware, .severity = severity, .detected_at = now, .words = "Nghi có mã độc",
            .traits = {}, .findings = {}, .source = Source::person};
  }
  IncidentId open(const NewIncident& incident) {
    IncidentId id;
    write([&](store::Connection& c) -> Result<void> {
      TRY(id, open_incident(c, scope(), rules(), incident, analyst, now));
      return {};
    });
    return id;
  }
  IncidentDetail detail(IncidentId id) {
    return read([&](store::Connection& c) { return get_incident(c, scope(), id, now); }).value();
  }
  std::vector<IncidentEntry> timeline(IncidentId id) {
    return read([&](store::Connection& c) { return list_timeline(c, scope(), id, "", 500); }).value().items;
  }
  // "opened noted …", oldest first.
  std::string told(IncidentId id) {
    const auto lines = timeline(id);
    std::string all;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) all += (all.empty() ? "" : " ") + std::string(to_string(line->what));
    return all;
  }
  Result<void> report(IncidentId id, const std::string& clock, Timestamp sent, Step step = Step::unit, const std::string& recipient = "A05",
                      const std::string& cause = "Mở tệp đính kèm") {
    return attempt([&](store::Connection& c) {
      return record_report(c, scope(), id, {.clock = clock, .step = step, .sent_at = sent, .recipient = recipient, .channel = Channel::document_axis,
                                            .receipt = "số 12", .document = {}, .evidence = {}, .cause = clock == kReportOfCause ? cause : ""}, analyst, now);
    });
  }
  Result<void> move(IncidentId id, State state, std::string cause = "", std::string words = "") {
    return attempt([&](store::Connection& c) {
      return move_incident(c, scope(), id, {.state = state, .words = words, .cause = cause, .lesson = "", .happened_at = {}}, analyst, now);
    });
  }
  IncidentPage list(IncidentQuery query) {
    return read([&](store::Connection& c) { return list_incidents(c, scope(), query, now); }).value();
  }
  // "initial running; report running".
  std::string states(IncidentId id) {
    std::string all;
    for (const auto& clock : detail(id).clocks) all += (all.empty() ? "" : "; ") + clock.words.id + " " + std::string(to_string(state_of(clock.times, now)));
    return all;
  }

  std::filesystem::path folder;
  std::unique_ptr<store::Store> hub;
  Timestamp now = at("2026-11-26T08:30:00+07:00");
  estate::NewTenant tenant;
  UnitId commune, other;
  UserId analyst, officer, stranger;
};

inline std::string why(const Result<void>& result) {
  if (result) return "";
  const auto* known = refusal_of(result.error());
  return known == nullptr ? std::string(result.error().what()) : known->en;
}

}  // namespace khien::incident
