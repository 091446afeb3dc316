#include "khien/roster/coverage.hpp"

#include <algorithm>
#include <tuple>

namespace khien::roster {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

bool is_real(const Span& span) { return span.from < span.to; }

// Spans in which somebody is, clipped to what is wanted, by their beginning.
std::vector<Span> spans_within(const Span& wanted, const std::vector<Duty>& duties) {
  std::vector<Span> spans;
  for (const Duty& duty : duties) {
    if (duty.part != Part::main || !is_real(duty.span)) continue;
    const Span clipped{.from = std::max(duty.span.from, wanted.from), .to = std::min(duty.span.to, wanted.to)};
    if (is_real(clipped)) spans.push_back(clipped);
  }
  std::ranges::sort(spans, {}, [](const Span& span) { return std::pair(span.from, span.to); });
  return spans;
}

}  // namespace

std::int64_t minutes_of(const Span& span) { return is_real(span) ? ((span.to - span.from).ms + kMinuteMs - 1) / kMinuteMs : 0; }

Coverage coverage_of(const Span& wanted, const std::vector<Duty>& duties) {
  Coverage found;
  if (!is_real(wanted)) return found;
  Timestamp reached = wanted.from;
  for (const Span& span : spans_within(wanted, duties)) {
    if (span.from > reached) found.gaps.push_back({.from = reached, .to = span.from});
    reached = std::max(reached, span.to);
  }
  if (reached < wanted.to) found.gaps.push_back({.from = reached, .to = wanted.to});
  for (const Span& gap : found.gaps) found.gap_minutes += minutes_of(gap);
  return found;
}

std::vector<DoubleBooking> double_bookings(std::vector<Duty> duties, std::size_t most) {
  std::erase_if(duties, [](const Duty& duty) { return !is_real(duty.span); });
  std::ranges::sort(duties, {}, [](const Duty& duty) { return std::tie(duty.person, duty.span.from, duty.id); });
  std::vector<DoubleBooking> found;
  for (auto first = duties.begin(); first != duties.end(); ++first) {
    for (auto second = first + 1; second != duties.end() && second->person == first->person && second->span.from < first->span.to; ++second) {
      if (found.size() == most) break;
      found.push_back({.person = first->person,
                       .first = first->id,
                       .second = second->id,
                       .span = {.from = second->span.from, .to = std::min(first->span.to, second->span.to)}});
    }
  }
  std::ranges::sort(found, {}, [](const DoubleBooking& booking) { return std::tuple(booking.span.from, booking.first, booking.second); });
  return found;
}

}  // namespace khien::roster
