#include "khien/duty/catalogues.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "directive_rows.hpp"
#include "khien/core/log.hpp"
#include "khien/duty/metrics.hpp"

namespace khien::duty {
namespace {

// A whole content folder, with room: it is our own.
constexpr Budget::Limits kContentLimits{.bytes_in = 32u << 20, .depth = 32, .entries = 2'000'000};

Error faulty(const law::Fault& fault) {
  std::string what = fault.file;
  if (fault.line > 0) what += ":" + std::to_string(fault.line);
  if (!fault.field.empty()) what += ": " + fault.field;
  return Error(Code::invalid, what + ": " + fault.message.en);
}

// The list of what code computes is closed: content must not promise more.
Result<void> require_code_for_metrics(const law::Catalogue& catalogue) {
  for (const auto& metric : catalogue.metrics()) {
    if (metric.source != law::Metric::Source::live || is_live_metric(metric.id)) continue;
    return Error(Code::invalid, "law/metrics.yaml: no code computes the live metric " + metric.id);
  }
  return {};
}

}  // namespace

struct Catalogues::Impl {
  std::shared_ptr<const law::Catalogue> shipped;
  mutable std::mutex mutex;
  mutable std::map<TenantId, std::shared_ptr<const TenantLaw>> by_tenant;
};

Catalogues::Catalogues(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Catalogues::~Catalogues() = default;

Result<std::shared_ptr<Catalogues>> Catalogues::create(const std::vector<law::SourceFile>& shipped) {
  Budget budget(kContentLimits);
  auto loading = law::Catalogue::load(shipped, budget);
  if (!loading.faults.empty()) return faulty(loading.faults.front());
  if (!loading.catalogue) return Error(Code::invalid, "no catalogue of directives");
  TRY_VOID(require_code_for_metrics(*loading.catalogue));
  auto impl = std::make_unique<Impl>();
  impl->shipped = std::move(loading.catalogue);
  return std::shared_ptr<Catalogues>(new Catalogues(std::move(impl)));
}

const law::Catalogue& Catalogues::shipped() const { return *impl_->shipped; }

namespace {

// The shipped catalogue and the tenant's own directives, each checked beside those
// before it.
std::shared_ptr<const law::Catalogue> with_entered(std::shared_ptr<const law::Catalogue> catalogue,
                                                   const std::vector<BindingRow>& rows) {
  for (const auto& row : rows) {
    if (row.text.empty()) continue;
    Budget budget(kContentLimits);
    auto loading = catalogue->with({file_of(row.key, row.text)}, budget);
    if (loading.catalogue && loading.faults.empty()) {
      catalogue = std::move(loading.catalogue);
    } else {
      const auto why = loading.faults.empty() ? std::string("no catalogue") : faulty(loading.faults.front()).what();
      log_error("duty.directive_left_out", {{"directive", row.id.value}, {"error", std::string_view(why)}});
    }
  }
  return catalogue;
}

std::vector<Binding> bindings_of(const law::Catalogue& catalogue, const std::vector<BindingRow>& rows) {
  std::vector<Binding> bindings;
  for (const auto& directive : catalogue.directives()) {
    const auto row = std::ranges::find(rows, directive.key, &BindingRow::key);
    if (row == rows.end()) continue;
    Binding binding{row->id, &directive, directive};
    binding.dated.clauses.clear();
    if (row->last_day && (!directive.valid_to || *row->last_day < *directive.valid_to)) binding.dated.valid_to = row->last_day;
    bindings.push_back(std::move(binding));
  }
  return bindings;
}

}  // namespace

Result<std::shared_ptr<const TenantLaw>> Catalogues::of(store::Connection& connection, TenantId tenant) const {
  TRY(const auto revision, read_revision(connection, tenant));
  const std::lock_guard lock(impl_->mutex);
  auto& kept = impl_->by_tenant[tenant];
  if (kept && kept->revision() == revision) return kept;
  TRY(const auto rows, read_bindings(connection, tenant));
  const auto catalogue = with_entered(impl_->shipped, rows);
  auto fresh = std::make_shared<const TenantLaw>(catalogue, bindings_of(*catalogue, rows), revision);
  kept = fresh;
  return fresh;
}

}  // namespace khien::duty
