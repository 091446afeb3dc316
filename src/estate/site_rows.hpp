#pragma once

#include <string>
#include <string_view>

#include "khien/estate/sites.hpp"

namespace khien::estate {

// "https://host[:port][/path]": scheme and host in lower case, no trailing slash of
// an empty path, no user, no fragment. Code::invalid for anything else.
Result<std::string> site_address_from_text(std::string_view text);

// What the change makes of the site; Code::invalid with the field.
Result<Site> changed_site(Site site, const SiteChange& change);
// Code::conflict if another site that is up has the address, in words that depend on
// whether the scope sees it (refusal.hpp).
Result<SiteId> insert_site(store::Connection& connection, const store::TenantScope& scope, const Site& site, Timestamp now);
Result<void> write_site(store::Connection& connection, const store::TenantScope& scope, SiteId id, const Site& site);

}  // namespace khien::estate
