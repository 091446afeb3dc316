#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "khien/duty/catalogues.hpp"

namespace khien::duty {
namespace {

constexpr std::size_t kMostSchedules = 16;
// Further back than a year's duty reaches from its period's first day to the last
// day in time of the one after.
constexpr std::int64_t kLookBack = 800;
constexpr std::int64_t kLookAhead = 450;

// The day that ends an occurrence's turn.
Date turn_of(const law::Occurrence& occurrence) {
  return occurrence.due.value_or(occurrence.period_to.value_or(Date::last()));
}

ScheduledDuty scheduled(const TenantLaw& law, const law::DutyRef& ref, Date as_of) {
  ScheduledDuty made;
  made.duty = ref.duty;
  made.on_event = ref.duty->recurrence == law::Recurrence::on_event;
  const bool is_single = made.on_event || ref.duty->recurrence == law::Recurrence::once ||
                         ref.duty->recurrence == law::Recurrence::continuous;
  const auto from = is_single ? Date::first() : as_of - kLookBack;
  for (auto& occurrence : law.occurrences(ref, from, as_of + kLookAhead)) {
    if (is_single || turn_of(occurrence) >= as_of) {
      made.next = std::move(occurrence);
      break;
    }
    // Without a clock a period that is over is over.
    if (occurrence.due) made.past = std::move(occurrence);
  }
  return made;
}

}  // namespace

struct TenantLaw::Remembered {
  std::mutex mutex;
  std::deque<std::shared_ptr<const Schedule>> schedules;  // newest first
};

TenantLaw::TenantLaw(std::shared_ptr<const law::Catalogue> catalogue, std::vector<Binding> bindings,
                     const Sha256& revision)
    : catalogue_(std::move(catalogue)),
      bindings_(std::move(bindings)),
      revision_(revision),
      remembered_(std::make_unique<Remembered>()) {}
TenantLaw::~TenantLaw() = default;

const Binding* TenantLaw::binding(std::string_view key) const {
  const auto found = std::ranges::find_if(bindings_, [&](const Binding& one) { return one.directive->key == key; });
  return found == bindings_.end() ? nullptr : &*found;
}

const Binding* TenantLaw::binding(DirectiveId id) const {
  const auto found = std::ranges::find(bindings_, id, &Binding::id);
  return found == bindings_.end() ? nullptr : &*found;
}

std::vector<std::string> TenantLaw::addressees(const law::Clause& clause, Date day) const {
  return catalogue_->addressees(clause, day, [&](const law::Directive& directive) {
    const auto* own = binding(directive.key);
    return own != nullptr && own->dated.in_force(day);
  });
}

std::vector<law::Occurrence> TenantLaw::occurrences(const law::DutyRef& duty, Date from, Date to) const {
  const auto* own = binding(duty.directive->key);
  if (own == nullptr) return {};
  return law::occurrences(*duty.duty, own->dated, catalogue_->calendar(), from, to);
}

std::shared_ptr<const Schedule> TenantLaw::schedule(Date as_of) const {
  {
    const std::lock_guard lock(remembered_->mutex);
    const auto found = std::ranges::find_if(remembered_->schedules, [&](const auto& one) { return one->as_of == as_of; });
    if (found != remembered_->schedules.end()) return *found;
  }
  auto made = std::make_shared<Schedule>();
  made->as_of = as_of;
  for (const Binding& binding : bindings_) {
    if (!binding.dated.in_force(as_of)) continue;
    for (const auto& clause : binding.directive->clauses) {
      if (clause.scope_note) continue;
      ScheduledClause column{&binding, &clause, addressees(clause, as_of), {}};
      for (const auto& duty : clause.duties) {
        column.duties.push_back(made->duties.size());
        made->duties.push_back(scheduled(*this, {binding.directive, &clause, &duty}, as_of));
      }
      made->clauses.push_back(std::move(column));
    }
  }
  const std::lock_guard lock(remembered_->mutex);
  remembered_->schedules.push_front(made);
  if (remembered_->schedules.size() > kMostSchedules) remembered_->schedules.pop_back();
  return made;
}

}  // namespace khien::duty
