#include "khien/roster/duty_book.hpp"

#include <algorithm>

#include "khien/estate/units.hpp"

namespace khien::roster {
namespace {

constexpr std::size_t kMostPings = 2'000;
constexpr std::size_t kPage = 500;

Error too_many() { return Error(Code::exhausted, "more shifts or test calls in the window than a record holds"); }

Result<std::vector<Ping>> pings_within(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const Span& window, Timestamp now) {
  std::vector<Ping> pings;
  PingQuery query{.unit = unit, .to_user = {}, .cursor = {}, .limit = kPage};
  for (bool more = true; more;) {
    TRY(auto page, list_pings(connection, scope, query, now));
    for (Ping& ping : page.items) {
      const bool is_ours = ping.unit == unit && window.from <= ping.asked_at && ping.asked_at < window.to;
      if (is_ours) pings.push_back(std::move(ping));
    }
    // Newest first: what follows a page that begins before the window does so too.
    more = page.next && !page.items.empty() && page.items.back().asked_at >= window.from;
    if (pings.size() > kMostPings) return too_many();
    query.cursor = page.next.value_or("");
  }
  std::ranges::reverse(pings);
  return pings;
}

}  // namespace

std::int64_t DutyBook::answered() const {
  return std::ranges::count_if(pings, [](const Ping& ping) { return ping.answered_at.has_value(); });
}

Result<DutyBook> duty_book(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const Span& window, Timestamp now) {
  TRY(const auto known, estate::get_unit(connection, scope, unit));
  DutyBook book{.unit = unit, .unit_name = known.name, .window = window, .shifts = {}, .coverage = {}, .pings = {}};
  TRY(book.shifts, list_shifts(connection, scope, {.unit = unit, .span = window, .most = kMostShifts + 1}));
  if (book.shifts.size() > kMostShifts) return too_many();
  std::vector<Duty> duties;
  for (const Shift& shift : book.shifts) duties.push_back({.id = shift.id.value, .person = shift.person, .span = shift.span, .part = shift.part});
  book.coverage = coverage_of(window, duties);
  TRY(book.pings, pings_within(connection, scope, unit, window, now));
  return book;
}

}  // namespace khien::roster
