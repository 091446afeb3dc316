#include "khien/store/scope.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"

namespace khien::store {

TenantScope::TenantScope(TenantId tenant, std::vector<UnitId> roots)
    : tenant_(tenant), roots_(std::move(roots)) {
  khien_assert(tenant_);
  khien_assert(std::ranges::all_of(roots_, [](UnitId root) { return root.value > 0; }));
  JsonWriter json;
  json.begin_array();
  for (const UnitId root : roots_) json.integer(root.value);
  json.end_array();
  roots_json_ = json.take();
}

}  // namespace khien::store
