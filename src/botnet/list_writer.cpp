#include "list_writer.hpp"

#include <set>

#include "case_writer.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"

namespace khien::botnet {
namespace {

store::Value or_null(const std::optional<Timestamp>& time) { return time ? store::Value(*time) : store::Value(nullptr); }

std::string text_of(const std::optional<Address>& address) { return address ? address->text() : std::string(); }

std::string search_key(const Presence& one) { return fold(one.address.text() + " " + one.malware + " " + text_of(one.controller)); }

class Writer {
 public:
  Writer(store::Connection& connection, const Carrying& carrying, const Owners& owners) : connection_(connection), carrying_(carrying), owners_(owners) {}

  Result<void> presence(const Presence& one, const MachinesByAddress& machines) {
    if (!one.id) return open(one, machines);
    if (one.comes_back) TRY_VOID(come_back(one));
    return refresh(one);
  }

  Result<void> absence(const Absence& one) {
    TRY_VOID(connection_.run("UPDATE botnet_case SET absences = ?3 WHERE tenant_id = ?1 AND id = ?2", {carrying_.tenant, one.id, one.absences}));
    if (one.absences < kAbsencesToDelist) return line(one.id, Event::absent, one.state);
    const auto next = next_state(one.state, Event::delisted);
    khien_assert(next.has_value());
    units_.insert(one.unit);
    return line(one.id, Event::delisted, *next);
  }

  Result<void> finish() {
    for (const CaseId id : came_back_) {
      TRY_VOID(connection_.query_one("SELECT unit_id FROM botnet_case WHERE tenant_id = ?1 AND id = ?2", {carrying_.tenant, id},
                                     [&](const store::Row& row) -> Result<void> {
                                       units_.insert(row.id<UnitTag>(0));
                                       return {};
                                     }));
    }
    return count_open(connection_, carrying_.tenant, units_);
  }

 private:
  Result<void> come_back(const Presence& one) {
    const auto next = next_state(one.state, Event::listed_again);
    khien_assert(next.has_value());
    // At once, for a case that is over has two absences and one that came back has not.
    TRY_VOID(connection_.run("UPDATE botnet_case SET recurrences = recurrences + 1, state = ?3, entered_at = ?4, open_since = ?5, "
                             "last_listed = ?5, absences = ?6 WHERE tenant_id = ?1 AND id = ?2",
                             {carrying_.tenant, one.id, to_string(*next), carrying_.now, std::int64_t{one.last_listed.days()}, one.absences}));
    came_back_.push_back(one.id);
    return line(one.id, Event::listed_again, *next);
  }

  Result<void> line(CaseId id, Event event, State state) {
    return put_line(connection_, carrying_.tenant, id, {.event = event, .state = state, .at = carrying_.now, .who = {}, .list = carrying_.list});
  }

  // A server that has the public address itself needs no log to be found.
  static store::Value only_machine(const Presence& one, const MachinesByAddress& machines) {
    const auto found = held_now(machines, one.address);
    return found.size() == 1 ? store::Value(found.front()) : store::Value(nullptr);
  }

  Result<void> open(const Presence& one, const MachinesByAddress& machines) {
    const UnitId unit = one.owner == nullptr ? owners_.root() : one.owner->unit;
    TRY_VOID(connection_.run(
        "INSERT INTO botnet_case (tenant_id, unit_id, known_unit, source_key, source, address, address_text, range, state, opened_at, "
        "entered_at, first_listed, open_since, last_listed, last_seen_at, absences, malware, controller, machine_id, search_key) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'new', ?9, ?9, ?10, ?10, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        {carrying_.tenant, unit, one.owner != nullptr, carrying_.source_key, carrying_.source, one.address.view(), one.address.text(),
         one.owner == nullptr ? std::string_view() : std::string_view(one.owner->range), carrying_.now,
         std::int64_t{carrying_.listed_on.days()}, or_null(one.seen_at), one.absences, one.malware, text_of(one.controller),
         only_machine(one, machines), search_key(one)}));
    const CaseId id{connection_.last_insert_id()};
    units_.insert(unit);
    TRY_VOID(line(id, Event::listed, State::new_));
    // Of an old list: later ones are without it already.
    return one.absences >= kAbsencesToDelist ? line(id, Event::delisted, State::delisted) : Result<void>();
  }

  Result<void> refresh(const Presence& one) {
    TRY_VOID(connection_.run(
        "UPDATE botnet_case SET last_listed = ?3, absences = ?4, "
        "last_seen_at = CASE WHEN ?5 IS NULL THEN last_seen_at ELSE max(coalesce(last_seen_at, 0), ?5) END, "
        "malware = CASE WHEN ?6 = '' OR ?9 < last_listed THEN malware ELSE ?6 END, "
        "controller = CASE WHEN ?7 = '' OR ?9 < last_listed THEN controller ELSE ?7 END, "
        "search_key = CASE WHEN ?9 < last_listed THEN search_key ELSE ?8 END, "
        "first_listed = min(first_listed, ?9) WHERE tenant_id = ?1 AND id = ?2",
        {carrying_.tenant, one.id, std::int64_t{one.last_listed.days()}, one.absences, or_null(one.seen_at), one.malware,
         text_of(one.controller), search_key(one), std::int64_t{carrying_.listed_on.days()}}));
    return {};
  }

  store::Connection& connection_;
  const Carrying& carrying_;
  const Owners& owners_;
  std::set<UnitId> units_;
  std::vector<CaseId> came_back_;
};

}  // namespace

Result<void> carry_out(store::Connection& connection, const Carrying& carrying, const ListPlan& plan, const Owners& owners) {
  Writer writer(connection, carrying, owners);
  MachinesByAddress machines;
  if (plan.report.fresh > 0) {
    TRY(machines, machines_by_address(connection, carrying.tenant, owners.root()));
  }
  for (const auto& one : plan.presences) TRY_VOID(writer.presence(one, machines));
  for (const auto& one : plan.absences) TRY_VOID(writer.absence(one));
  return writer.finish();
}

}  // namespace khien::botnet
