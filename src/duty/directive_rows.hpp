#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/hash.hpp"
#include "khien/law/catalogue.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::duty {

// A directive in force, or that was.
struct BindingRow {
  DirectiveId id;
  std::string key;
  std::string text;  // empty: the shipped file's
  std::optional<Date> last_day;
};
// In the order in which they came.
Result<std::vector<BindingRow>> read_bindings(store::Connection& connection, TenantId tenant);

// A hash over what binds; zeros for a tenant without a register.
Result<Sha256> read_revision(store::Connection& connection, TenantId tenant);
Result<void> renew_revision(store::Connection& connection, TenantId tenant);

// An entered directive as the catalogue takes it.
law::SourceFile file_of(std::string_view key, std::string_view text);

}  // namespace khien::duty
