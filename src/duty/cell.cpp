#include "khien/duty/cell.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "evaluation.hpp"
#include "khien/duty/register_records.hpp"
#include "state_rule.hpp"

namespace khien::duty {
namespace {

constexpr std::int64_t kLookBack = 800;   // days
constexpr std::size_t kMostOlder = 12;    // of a duty
constexpr std::size_t kMostHistory = 60;

bool writes(const Actor& actor) {
  return actor.role == Role::province_admin || actor.role == Role::soc_operator || actor.role == Role::unit_officer;
}

bool is_recorded_by_hand(const law::Duty& duty) {
  return duty.met_by == law::MetBy::record || duty.met_by == law::MetBy::record_and_metric;
}

bool asks_for_more(DutyState state) {
  return state != DutyState::met && state != DutyState::waiting && state != DutyState::not_applicable;
}

std::string day_text(Date day) {
  const auto text = to_string(day);
  return text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
}

// Everything that is read for one cell.
class Reading {
 public:
  Reading(store::Connection& connection, const store::TenantScope& scope, Cell& cell, const Actor& actor, Timestamp now)
      : connection_(connection), scope_(scope), cell_(cell), actor_(actor), now_(now), today_(vietnam_day(now)) {}

  Result<void> read() {
    lay_out();
    std::vector<Question> questions;
    for (const auto& one : asked_) questions.push_back({&clause_, one.duty, &one.occurrence, one.is_past});
    TRY(evaluation_, Evaluation::create(connection_, scope_, *cell_.law, cell_.as_of, now_, std::move(questions),
                                         Evaluation::Figures::all));
    const auto unit = evaluation_->picture().index_of(cell_.unit);
    if (!unit) return Error(Code::not_found, "the unit was not there");
    unit_ = *unit;
    cell_.unit_name = evaluation_->picture().units()[unit_].name;
    if (evaluation_->picture().bound(unit_, clause_.roles, cell_.as_of) == Picture::Bound::no) {
      return Error(Code::not_found, "the clause does not bind the unit");
    }
    TRY_VOID(read_records());
    add_instances();
    add_events();
    return add_history();
  }

 private:
  struct AskedAbout {
    const law::Duty* duty = nullptr;
    law::Occurrence occurrence;
    bool is_past = false;
    bool at_stake = false;
  };

  void lay_out() {
    clause_ = {cell_.binding, cell_.clause, cell_.roles, {}};
    const auto schedule = cell_.law->schedule(cell_.as_of);
    const auto home = std::ranges::find(schedule->clauses, cell_.clause, &ScheduledClause::clause);
    for (const auto place : home->duties) {
      const auto& duty = schedule->duties[place];
      if (duty.next) asked_.push_back({duty.duty, *duty.next, false, true});
      if (!duty.past) continue;
      asked_.push_back({duty.duty, *duty.past, true, true});
      add_older(*duty.duty, *duty.past);
    }
  }

  void add_older(const law::Duty& duty, const law::Occurrence& newest) {
    auto older = cell_.law->occurrences({cell_.binding->directive, cell_.clause, &duty}, cell_.as_of - kLookBack,
                                        newest.period_from - 1);
    std::ranges::reverse(older);
    std::size_t count = 0;
    for (auto& occurrence : older) {
      if (occurrence.period_from >= newest.period_from || ++count > kMostOlder) continue;
      asked_.push_back({&duty, std::move(occurrence), true, false});
    }
  }

  Result<void> read_records() {
    std::vector<std::string> duties;
    for (const auto& duty : cell_.clause->duties) duties.push_back(duty.id);
    TRY(records_, list_records_of(connection_, scope_, cell_.unit, duties));
    return {};
  }

  std::vector<DutyRecord> records_of(const law::Duty& duty, Date period_from) const {
    std::vector<DutyRecord> own;
    for (const auto& record : records_) {
      if (record.duty == duty.id && record.period_from == period_from) own.push_back(record);
    }
    return own;
  }

  bool may_record(const law::Duty& duty, const law::Occurrence& occurrence, DutyState state) const {
    if (!writes(actor_) || !is_recorded_by_hand(duty) || occurrence.period_from > today_) return false;
    if (duty.recurrence == law::Recurrence::on_event) return true;
    return asks_for_more(state);
  }

  DutyInstance instance_of(const AskedAbout& one, std::size_t question, DutyState state) const {
    const auto facts = evaluation_->facts(question, unit_);
    DutyInstance instance;
    instance.duty = one.duty;
    instance.period_from = one.occurrence.period_from;
    instance.period_to = one.occurrence.period_to.value_or(cell_.binding->dated.valid_to.value_or(cell_.as_of));
    instance.period_to = std::max(instance.period_to, instance.period_from);
    instance.due = one.occurrence.due;
    instance.state = state;
    instance.metric = cell_.law->catalogue().metric(one.duty->metric);
    instance.reason = reason_of(facts, state, instance.metric);
    if (asks_for_more(state)) tell_what_counts(*one.duty, instance.reason);
    if (facts.measurement != nullptr) instance.measurement = *facts.measurement;
    instance.may_record = may_record(*one.duty, one.occurrence, state);
    instance.records = records_of(*one.duty, one.occurrence.period_from);
    return instance;
  }

  // What is missing is said so that it can be brought: not any record will do.
  void tell_what_counts(const law::Duty& duty, LocalText& reason) const {
    const auto* form = cell_.law->catalogue().register_named(duty.register_name);
    if (duty.met_by != law::MetBy::register_record || form == nullptr) return;
    if (!duty.where.empty()) {
      const auto kind = words_of(duty.where, *form);
      reason.vi += " Chỉ tính bản ghi có " + kind.vi + ".";
      reason.en += " Only records with " + kind.en + " count.";
    }
    if (duty.recurrence != law::Recurrence::continuous || form->until_field.empty()) return;
    reason.vi += " Bản ghi đã hết hiệu lực không được tính.";
    reason.en += " Records that have expired do not count.";
  }

  void add_instances() {
    std::map<const law::Duty*, Stake> stakes;
    std::vector<DutyInstance> at_stake;
    std::vector<DutyInstance> older;
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      const auto state = evaluation_->state(i, unit_);
      if (!state) continue;
      auto instance = instance_of(asked_[i], i, *state);
      if (!asked_[i].at_stake) {
        older.push_back(std::move(instance));
        continue;
      }
      auto& stake = stakes[asked_[i].duty];
      (asked_[i].is_past ? stake.past : stake.next) = state;
      at_stake.push_back(std::move(instance));
    }
    std::optional<DutyState> worst;
    for (const auto& [duty, stake] : stakes) worst = std::max(worst, state_of(stake));
    cell_.state = worst.value_or(DutyState::not_applicable);
    const auto by_state = [](const DutyInstance& one) { return std::tuple(one.state, one.period_from, std::string_view(one.duty->id)); };
    const auto by_day = [](const DutyInstance& one) { return std::tuple(one.period_from, std::string_view(one.duty->id)); };
    std::ranges::sort(at_stake, std::ranges::greater(), by_state);
    std::ranges::sort(older, std::ranges::greater(), by_day);
    cell_.instances = std::move(at_stake);
    std::ranges::move(older, std::back_inserter(cell_.instances));
  }

  // Each event that was recorded is a time of its own, with the clock of its day.
  void add_events() {
    for (const auto& duty : cell_.clause->duties) {
      if (duty.recurrence != law::Recurrence::on_event) continue;
      std::set<Date, std::greater<>> days;
      for (const auto& record : records_) {
        if (record.duty == duty.id && !record.not_applicable) days.insert(record.period_from);
      }
      for (const Date day : days) add_event(duty, day);
    }
  }

  void add_event(const law::Duty& duty, Date day) {
    const auto due = law::due_after(duty.due, cell_.law->catalogue().calendar(), vietnam_moment(day));
    law::Occurrence occurrence{day, std::nullopt, due ? std::optional(due->due) : std::nullopt, std::nullopt};
    Facts facts{.duty = &duty, .occurrence = &occurrence, .as_of = cell_.as_of};
    DutyInstance instance;
    instance.records = records_of(duty, day);
    bool stands = false;
    for (const auto& record : instance.records) {
      const auto state = record.handling.state;
      stands = stands || state != RecordState::withdrawn;
      const auto mark = state == RecordState::approved ? Mark::approved
                        : state == RecordState::waiting ? Mark::waiting
                        : state == RecordState::refused ? Mark::refused
                                                        : Mark::none;
      facts.record = std::max(facts.record, mark);
    }
    if (!stands) return;
    instance.duty = &duty;
    instance.period_from = instance.period_to = day;
    instance.due = occurrence.due;
    instance.state = judge(facts);
    instance.reason = reason_of(facts, instance.state, nullptr);
    instance.may_record = may_record(duty, occurrence, instance.state) && facts.record == Mark::refused;
    cell_.instances.push_back(std::move(instance));
  }

  Result<void> add_history() {
    for (const auto& record : records_) add_record_events(record);
    TRY_VOID(add_register_events());
    std::ranges::sort(cell_.history, std::ranges::greater(), [](const CellEvent& one) { return std::tie(one.at, one.text.vi); });
    if (cell_.history.size() > kMostHistory) cell_.history.resize(kMostHistory);
    return {};
  }

  void add_record_events(const DutyRecord& record) {
    const auto& handling = record.handling;
    const auto ref = cell_.law->catalogue().duty(record.duty);
    const auto title = ref ? ref.duty->title : LocalText{record.duty, record.duty};
    const auto period = day_text(record.period_from);
    const LocalText what{title.vi + " (kỳ từ " + period + ")", title.en + " (period from " + period + ")"};
    const auto add = [&](Timestamp at, std::optional<UserId> who, std::string_view vi, std::string_view en) {
      cell_.history.push_back({at, who, {std::string(vi) + what.vi, std::string(en) + what.en}});
    };
    record.not_applicable ? add(handling.recorded_at, handling.recorded_by, "Đề nghị không áp dụng: ", "Said not to apply: ")
                          : add(handling.recorded_at, handling.recorded_by, "Ghi nhận: ", "Recorded: ");
    if (handling.decided_at) {
      handling.state == RecordState::refused ? add(*handling.decided_at, handling.decided_by, "Trả lại: ", "Sent back: ")
                                             : add(*handling.decided_at, handling.decided_by, "Duyệt: ", "Approved: ");
    }
    if (handling.ended_at) add(*handling.ended_at, handling.ended_by, "Thu hồi: ", "Withdrawn: ");
  }

  Result<void> add_register_events() {
    std::set<std::string> registers;
    for (const auto& duty : cell_.clause->duties) {
      if (!duty.register_name.empty()) registers.insert(duty.register_name);
    }
    for (const auto& name : registers) {
      const auto* form = cell_.law->catalogue().register_named(name);
      if (form == nullptr) continue;
      RegisterQuery query;
      query.register_name = name;
      query.unit = cell_.unit;
      query.limit = kMostHistory;
      TRY(const auto page, list_register_records(connection_, scope_, cell_.law->catalogue(), query));
      for (const auto& record : page.items) {
        if (record.unit != cell_.unit) continue;
        const auto summary = summary_of(*form, record.fields);
        cell_.history.push_back({record.handling.recorded_at, record.handling.recorded_by,
                                 {form->title.vi + ": " + summary.vi, form->title.en + ": " + summary.en}});
      }
    }
    return {};
  }

  store::Connection& connection_;
  const store::TenantScope& scope_;
  Cell& cell_;
  const Actor& actor_;
  Timestamp now_;
  Date today_;
  ScheduledClause clause_;
  std::deque<AskedAbout> asked_;  // questions point into it
  std::unique_ptr<Evaluation> evaluation_;
  std::size_t unit_ = 0;
  std::vector<DutyRecord> records_;
};

}  // namespace

Result<Cell> read_cell(store::Connection& connection, const store::TenantScope& scope,
                       std::shared_ptr<const TenantLaw> law, UnitId unit, std::string_view clause, Date as_of,
                       const Actor& actor, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  const auto ref = law->catalogue().clause(clause);
  const auto* binding = ref ? law->binding(ref.directive->key) : nullptr;
  const bool binds = binding != nullptr && !ref.clause->scope_note && binding->dated.in_force(as_of);
  if (!binds) return Error(Code::not_found, "no such clause in force");
  Cell cell;
  cell.unit = unit;
  cell.as_of = as_of;
  cell.binding = binding;
  cell.clause = ref.clause;
  cell.roles = law->addressees(*ref.clause, as_of);
  cell.law = std::move(law);
  Reading reading(connection, scope, cell, actor, now);
  TRY_VOID(reading.read());
  return cell;
}

}  // namespace khien::duty
