#include "khien/report/snapshot.hpp"

#include <algorithm>

namespace khien::report {

const Figure* Snapshot::figure(std::string_view id) const {
  const auto found = std::ranges::find(figures, id, &Figure::id);
  return found == figures.end() ? nullptr : &*found;
}

const Table* Snapshot::table(std::string_view id) const {
  const auto found = std::ranges::find(tables, id, &Table::id);
  return found == tables.end() ? nullptr : &*found;
}

Value ratio_or(std::int64_t part, std::int64_t whole, LocalText why) {
  if (whole == 0) return Unknown{std::move(why)};
  return Ratio{part, whole};
}

Previous previous_of(const Snapshot& earlier) {
  Previous made{.period = earlier.period.id, .digest = digest_of(earlier).hex()};
  if (earlier.index) made.index_definition = earlier.index->id;
  for (const Figure& figure : earlier.figures) {
    made.figures[figure.id] = {figure.label, figure.value, figure.unit, figure.query};
  }
  return made;
}

Sha256 digest_of(const Snapshot& snapshot) { return sha256(to_json(snapshot)); }

}  // namespace khien::report
