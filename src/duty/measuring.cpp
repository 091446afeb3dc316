#include "khien/duty/measuring.hpp"

#include <algorithm>
#include <utility>

#include "measures.hpp"

namespace khien::duty {
namespace {

class Measuring {
 public:
  Measuring(store::Connection& connection, const store::TenantScope& scope, const law::Catalogue& catalogue, const Picture& picture,
            const MetricQuery& query, Timestamp now)
      : connection_(connection), scope_(scope), catalogue_(catalogue), picture_(picture), measures_(connection, scope, catalogue, picture, now) {
    if (query.period) period_ = Period{query.period->first, query.period->second};
  }

  Result<void> choose(std::optional<UnitId> unit) {
    if (unit) {
      unit_ = picture_.index_of(*unit);
      if (!unit_) return Error(Code::not_found, "no such unit on that day");
      places_ = picture_.subtree(*unit_);
    } else {
      for (std::size_t i = 0; i < picture_.size(); ++i) places_.push_back(i);
    }
    return {};
  }

  Result<Measured> of(const std::string& id) {
    const auto* metric = catalogue_.metric(id);
    if (metric == nullptr) return Error(Code::invalid, "no metric '" + id + "'");
    Measured measured;
    TRY(const auto* column, unit_ ? measures_.of_units(id, period_) : measures_.of_all(id, period_));
    if (!column->empty()) measured.measurement = unit_ ? (*column)[*unit_] : known_of(*column);
    if (metric->source != law::Metric::Source::register_) return measured;
    TRY(measured.records, records_of_part(connection_, scope_, picture_, *metric->expression, period_, places_));
    return measured;
  }

 private:
  // What was measured over the whole stands at every unit; a reading of a day in the past at
  // those alone that acted for it.
  static Measurement known_of(const std::vector<Measurement>& column) {
    const auto known = std::ranges::find_if(column, &Measurement::known);
    return known == column.end() ? column.front() : *known;
  }

  store::Connection& connection_;
  const store::TenantScope& scope_;
  const law::Catalogue& catalogue_;
  const Picture& picture_;
  Measures measures_;
  std::optional<Period> period_;
  std::optional<std::size_t> unit_;
  std::vector<std::size_t> places_;
};

}  // namespace

Result<std::vector<Measured>> measure(store::Connection& connection, const store::TenantScope& scope, const law::Catalogue& catalogue,
                                      const MetricQuery& query, Timestamp now) {
  TRY(const auto picture, Picture::load(connection, scope, catalogue, query.as_of));
  Measuring measuring(connection, scope, catalogue, picture, query, now);
  TRY_VOID(measuring.choose(query.unit));
  std::vector<Measured> all;
  for (const auto& metric : query.metrics) {
    TRY(auto one, measuring.of(metric));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace khien::duty
