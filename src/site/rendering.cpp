#include "khien/site/rendering.hpp"

#include <algorithm>

#include "khien/core/text.hpp"
#include "khien/estate/sites.hpp"

namespace khien::site {
namespace {

constexpr std::ptrdiff_t kMostReasonLetters = 500;

std::ptrdiff_t letters_of(const std::string& text) {
  return std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; });
}

}  // namespace

Result<std::optional<Rendering>> rendering_of(store::Connection& connection, TenantId tenant, SiteId site) {
  std::optional<Rendering> rendering;
  TRY_VOID(connection.query("SELECT reason, set_by, set_at FROM site_rendering WHERE tenant_id = ?1 AND site_id = ?2", {tenant, site},
                            [&](const store::Row& row) -> Result<void> {
                              rendering = Rendering{.reason = std::string(row.text(0)), .set_by = {row.integer(1)}, .set_at = row.time(2)};
                              return {};
                            }));
  return rendering;
}

Result<void> set_rendering(store::Connection& connection, const store::TenantScope& scope, SiteId site, UserId who,
                           std::optional<std::string> reason, Timestamp now) {
  TRY_VOID(estate::get_site(connection, scope, site));
  if (!reason) {
    TRY_VOID(connection.run("DELETE FROM site_rendering WHERE tenant_id = ?1 AND site_id = ?2", {scope.tenant(), site}));
    return {};
  }
  if (reason->empty() || !is_utf8(*reason) || letters_of(*reason) > kMostReasonLetters) return Error(Code::invalid, "a reason has 1 to 500 letters");
  TRY_VOID(connection.run("INSERT INTO site_rendering (tenant_id, site_id, reason, set_by, set_at) VALUES (?1, ?2, ?3, ?4, ?5) "
                          "ON CONFLICT (tenant_id, site_id) DO UPDATE SET reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at",
                          {scope.tenant(), site, *reason, who, now}));
  return {};
}

}  // namespace khien::site
