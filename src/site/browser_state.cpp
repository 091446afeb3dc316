#include "khien/site/browser_state.hpp"

#include <utility>

#include "khien/estate/scope_sql.hpp"

namespace khien::site {

Result<BrowserState> browser_within(store::Connection& connection, const store::TenantScope& scope, BrowserState state) {
  std::map<SiteId, std::uint64_t> own;
  TRY_VOID(connection.query("SELECT s.id FROM site s WHERE s.tenant_id = ?1 AND " KHIEN_IN_SCOPE("s.unit_id"), {scope.tenant(), scope.roots_json()},
                            [&](const store::Row& row) -> Result<void> {
                              const auto opened = state.of_sites.find(row.id<SiteTag>(0));
                              if (opened != state.of_sites.end()) own.insert(*opened);
                              return {};
                            }));
  state.opened_today = state.sites_at_end = 0;
  state.sites_today = own.size();
  for (const auto& [site, pages] : own) {
    state.opened_today += pages;
    if (pages >= state.pages_a_day) ++state.sites_at_end;
  }
  state.of_sites = std::move(own);
  return state;
}

}  // namespace khien::site
