#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "khien/core/time.hpp"

namespace khien::roster {

// [from, to): a minute that begins at `to` is not in it.
struct Span {
  Timestamp from;
  Timestamp to;

  bool operator==(const Span&) const = default;
};
// Whole minutes, a begun one counted: a hole of ten seconds is one minute without anyone.
std::int64_t minutes_of(const Span& span);

enum class Part : unsigned char { main, deputy };

// One person on duty. A deputy is whom one calls when the other does not answer: a deputy
// alone is nobody on duty.
struct Duty {
  std::int64_t id = 0;
  std::string person;  // who it is: equal text is the same person
  Span span;           // empty or turned around: counts as nothing
  Part part = Part::main;
};

struct DoubleBooking {
  std::string person;
  std::int64_t first = 0;   // ids of the two duties, the one that begins first before
  std::int64_t second = 0;
  Span span;  // in which both are
};

struct Coverage {
  std::vector<Span> gaps;  // in order, none touching another
  std::int64_t gap_minutes = 0;
};

// The parts of `wanted` in which nobody is on duty. n log n in the number of duties.
Coverage coverage_of(const Span& wanted, const std::vector<Duty>& duties);

// One person twice at the same time, whatever the unit or the part; by time, then id.
// Each pair of duties that overlap is told once; at most `most` of them.
std::vector<DoubleBooking> double_bookings(std::vector<Duty> duties, std::size_t most = 1'000);

}  // namespace khien::roster
