#include "khien/duty/duty_records.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "khien/duty/owed.hpp"
#include "numbers.hpp"
#include "parts.hpp"

namespace khien::hub::demo {
namespace {

enum Salt : std::uint64_t { kFate = 61, kDay, kProof, kUnits };

// What becomes of a thing that is owed.
enum class Fate : unsigned char { not_done, approved, waiting, refused, withdrawn };

// A day on which the province is looked at, and what share of units recorded then.
struct Pass {
  Date as_of;
  std::uint64_t of_hundred_units;
  bool newest;
};

Fate fate_of(std::uint64_t number, bool newest) {
  const auto of_hundred = scattered(number, kFate, 100);
  if (of_hundred < 70) return Fate::approved;
  if (!newest) return of_hundred < 88 ? Fate::approved : Fate::not_done;
  if (of_hundred < 80) return Fate::waiting;
  if (of_hundred < 83) return Fate::refused;
  return of_hundred < 85 ? Fate::withdrawn : Fate::not_done;
}

// Only what a person records; of an event nobody knows whether it happened.
bool is_recorded_by_hand(const duty::Owed& owed) {
  const bool by_hand =
      owed.duty->met_by == law::MetBy::record || owed.duty->met_by == law::MetBy::record_and_metric;
  return by_hand && owed.duty->recurrence != law::Recurrence::on_event &&
         owed.state != duty::DutyState::not_applicable;
}

class Recorder {
 public:
  explicit Recorder(Ground& ground) : ground_(ground) {}

  Result<void> record_all(const Pass& pass) {
    TRY(const auto law, ground_.law.of(ground_.connection, ground_.scope.tenant()));
    TRY(const auto owed,
        duty::list_owed(ground_.connection, ground_.scope, law, std::nullopt, pass.as_of, ground_.now));
    for (const duty::Owed& one : owed) {
      const auto unit = static_cast<std::uint64_t>(one.unit.value);
      if (!is_recorded_by_hand(one) || scattered(unit, kUnits, 100) >= pass.of_hundred_units) continue;
      if (one.period_from > pass.as_of || !done_.emplace(one.unit, one.duty->id, one.period_from).second)
        continue;
      TRY_VOID(record(*law, one, pass));
    }
    return {};
  }

 private:
  Result<void> record(const duty::TenantLaw& law, const duty::Owed& owed, const Pass& pass) {
    const auto number = ++count_;
    const Fate fate = fate_of(number, pass.newest);
    if (fate == Fate::not_done) return {};
    // In the last days before it was looked at, so that the unit was there.
    const auto days = std::min<std::int64_t>(pass.as_of - owed.period_from, 25);
    const Date done_on =
        pass.as_of - static_cast<std::int64_t>(scattered(number, kDay, static_cast<std::uint64_t>(days) + 1));
    const auto at = ground_.moment(done_on, 8 * 60 + static_cast<int>(number % 480));
    const auto by = ground_.people.recorder_of(owed.unit);
    duty::NewDutyRecord record{.unit = owed.unit,
                               .duty = owed.duty->id,
                               .period_from = owed.period_from,
                               .done_on = done_on,
                               .statement = "Đã thực hiện (dữ liệu mẫu): " + owed.duty->title.vi};
    if (scattered(number, kProof, 4) == 0) {
      TRY(const auto file, make_evidence(ground_, owed.unit, owed.duty->title.vi, by.user, at));
      record.evidence = {file};
    }
    TRY(const auto id, duty::record_duty(ground_.connection, ground_.scope, law, record, by, at));
    if (fate == Fate::withdrawn)
      return duty::withdraw_duty_record(ground_.connection, ground_.scope, id, by, at + hours(2));
    const bool waits = owed.duty->approval == law::Approval::second_person;
    if (!waits || fate == Fate::waiting) return {};
    return decide(id, fate == Fate::approved, done_on);
  }

  Result<void> decide(DutyRecordId id, bool approve, Date done_on) {
    const duty::Decision decision{
        .approve = approve, .note = approve ? "" : "Cần đính kèm biên bản có chữ ký của thủ trưởng đơn vị."};
    return duty::decide_duty_record(ground_.connection, ground_.scope, id, decision, ground_.people.leader,
                                    ground_.moment(done_on + 1, 15 * 60));
  }

  Ground& ground_;
  std::uint64_t count_ = 0;
  std::set<std::tuple<UnitId, std::string, Date>> done_;
};

}  // namespace

Result<void> make_duty_records(Ground& ground) {
  const Pass passes[] = {
      {day(2024, 12, 18), 15, false}, {day(2025, 6, 18), 15, false}, {day(2025, 12, 18), 30, false},
      {day(2026, 6, 18), 30, false},  {ground.today, 100, true},
  };
  Recorder recorder(ground);
  for (const Pass& pass : passes) TRY_VOID(recorder.record_all(pass));
  return {};
}

}  // namespace khien::hub::demo
