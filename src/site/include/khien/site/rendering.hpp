#pragma once

#include <optional>
#include <string>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

// That a person wants a site opened in a browser at each look, and why.
struct Rendering {
  std::string reason;
  UserId set_by;
  Timestamp set_at;
};

// None: nobody wants it.
Result<std::optional<Rendering>> rendering_of(store::Connection& connection, TenantId tenant, SiteId site);

// `reason`: none takes it back. Code::not_found outside of the scope, invalid for a reason
// that is empty or of more than 500 letters.
Result<void> set_rendering(store::Connection& connection, const store::TenantScope& scope, SiteId site, UserId who,
                           std::optional<std::string> reason, Timestamp now);

}  // namespace khien::site
