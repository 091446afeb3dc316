#include <algorithm>
#include <set>

#include "case_writer.hpp"
#include "khien/botnet/cases.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/core/assert.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "owners.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostNote = 4'000;  // bytes; 1,000 characters at the worst

struct Deciding {
  store::Connection& connection;
  const store::TenantScope& scope;
  const Playbook& playbook;
  const CaseDetail& detail;
  const Decision& decision;
  Timestamp now;
};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

Result<void> check_step(const Deciding& d) {
  if (d.playbook.step(d.decision.step) == nullptr) return duty::refuse(Code::invalid, "step", {"Không có bước này.", "There is no such step."});
  const auto done = d.detail.steps_done();
  if (std::ranges::find(done, d.decision.step) != done.end()) {
    return duty::refuse(Code::conflict, "step", {"Bước này đã ghi là xong.", "This step was done already."});
  }
  return {};
}

Result<void> check_clean(const Deciding& d) {
  const auto done = d.detail.steps_done();
  for (const auto& step : d.playbook.steps) {
    if (!step.required || std::ranges::find(done, step.id) != done.end()) continue;
    return duty::refuse(Code::conflict, "event", {"Chưa xong bước: " + step.title.vi + ".", "A step is not done yet: " + step.title.en + "."});
  }
  return {};
}

// Who does not see the whole tenant could lose an address that way, and who answers for it.
Result<void> check_unit(const Deciding& d) {
  if (!d.decision.unit) return duty::refuse(Code::invalid, "unit", {"Chọn đơn vị của địa chỉ.", "Choose whose address it is."});
  TRY(const bool whole, sees_whole_tenant(d.connection, d.scope));
  if (!whole) return Error(Code::denied, "who an address belongs to is said by who sees the whole tenant");
  TRY_VOID(estate::get_unit(d.connection, d.scope, *d.decision.unit));
  if (d.detail.record.known_unit && d.detail.record.unit == *d.decision.unit) {
    return duty::refuse(Code::conflict, "unit", {"Địa chỉ đã là của đơn vị này.", "The address is this unit's already."});
  }
  return {};
}

// Another unit's machine has a name that this one's people may not see.
Result<void> check_host(const Deciding& d) {
  if (!d.decision.machine) return {};
  TRY_VOID(estate::get_machine(d.connection, d.scope, *d.decision.machine, d.now));
  TRY(const bool its_own, is_machine_of(d.connection, d.scope.tenant(), *d.decision.machine, d.detail.record.unit));
  if (!its_own) return duty::refuse(Code::invalid, "machine", {"Máy không thuộc đơn vị của địa chỉ này.", "The machine is not of the unit whose address it is."});
  return {};
}

Result<void> check(const Deciding& d) {
  if (!is_of_people(d.decision.event)) return duty::refuse(Code::invalid, "event", {"Chỉ danh sách mới cho biết điều này.", "Only lists say this."});
  if (d.decision.note.size() > kMostNote) return duty::refuse(Code::invalid, "note", {"Ghi chú quá dài.", "The note is too long."});
  switch (d.decision.event) {
    case Event::step: return check_step(d);
    case Event::reported_clean: return check_clean(d);
    case Event::attributed: return check_unit(d);
    case Event::note:
      if (is_blank(d.decision.note)) return duty::refuse(Code::invalid, "note", {"Hãy viết ghi chú.", "Write a note."});
      return {};
    case Event::host:
      return check_host(d);
    default: return {};
  }
}

// Returns the units whose counts change by it.
Result<std::set<UnitId>> carry_out(const Deciding& d) {
  const auto tenant = d.scope.tenant();
  const auto& record = d.detail.record;
  if (d.decision.event == Event::host) {
    const auto machine = d.decision.machine ? store::Value(*d.decision.machine) : store::Value(nullptr);
    TRY_VOID(d.connection.run("UPDATE botnet_case SET machine_id = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, record.id, machine}));
    return std::set<UnitId>{};
  }
  if (d.decision.event != Event::attributed) return std::set<UnitId>{};
  // Which machine it is was said of the unit before.
  TRY_VOID(d.connection.run("UPDATE botnet_case SET unit_id = ?3, known_unit = 1, range = '', machine_id = NULL WHERE tenant_id = ?1 AND id = ?2",
                            {tenant, record.id, *d.decision.unit}));
  return std::set<UnitId>{record.unit, *d.decision.unit};
}

}  // namespace

Result<void> decide(store::Connection& connection, const store::TenantScope& scope, const Playbook& playbook, CaseId id,
                    UserId who, const Decision& decision, Timestamp now) {
  TRY(const auto detail, get_case_detail(connection, scope, id));
  const auto next = next_state(detail.record.state, decision.event);
  if (!next) return Error(Code::conflict, "the state does not take it");
  const Deciding deciding{connection, scope, playbook, detail, decision, now};
  TRY_VOID(check(deciding));
  TRY(const auto units, carry_out(deciding));
  TRY_VOID(put_line(connection, scope.tenant(), id,
                    {.event = decision.event, .state = *next, .at = now, .who = who, .list = {}, .step = decision.step, .note = decision.note}));
  return count_open(connection, scope.tenant(), units);
}

Result<std::set<std::string>> registered_ranges(store::Connection& connection, const store::TenantScope& scope) {
  std::set<std::string> ranges;
  TRY_VOID(connection.query("SELECT range FROM address_range WHERE tenant_id = ?1", {scope.tenant()}, [&](const store::Row& row) -> Result<void> {
    ranges.emplace(row.text(0));
    return {};
  }));
  return ranges;
}

Result<std::int64_t> attribute_unknown(store::Connection& connection, const store::TenantScope& scope, const std::set<std::string>& ranges, UserId who, Timestamp now) {
  TRY(const bool whole, sees_whole_tenant(connection, scope));
  if (!whole) return 0;
  const TenantId tenant = scope.tenant();
  TRY(const auto owners, Owners::load(connection, tenant));
  struct Found {
    CaseId id;
    State state;
    const Owners::Owner* owner;
  };
  std::vector<Found> found;
  TRY_VOID(connection.query("SELECT id, address, state FROM botnet_case WHERE tenant_id = ?1 AND known_unit = 0 AND state <> 'delisted'", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              const auto address = address_from_bytes(row.bytes(1));
                              const auto* owner = address ? owners.of(*address) : nullptr;
                              TRY(const auto state, state_from_string(row.text(2)));
                              if (owner != nullptr && ranges.contains(owner->range)) found.push_back({row.id<CaseTag>(0), state, owner});
                              return {};
                            }));
  std::set<UnitId> units;
  for (const auto& one : found) {
    TRY_VOID(connection.run("UPDATE botnet_case SET unit_id = ?3, known_unit = 1, range = ?4, machine_id = NULL WHERE tenant_id = ?1 AND id = ?2",
                            {tenant, one.id, one.owner->unit, one.owner->range}));
    const auto next = next_state(one.state, Event::attributed);
    khien_assert(next.has_value());
    const std::string note = "Theo dải địa chỉ " + one.owner->range;
    TRY_VOID(put_line(connection, tenant, one.id, {.event = Event::attributed, .state = *next, .at = now, .who = who, .list = {}, .step = {}, .note = note}));
    units.insert(one.owner->unit);
  }
  if (!found.empty()) units.insert(owners.root());
  TRY_VOID(count_open(connection, tenant, units));
  return static_cast<std::int64_t>(found.size());
}

}  // namespace khien::botnet
