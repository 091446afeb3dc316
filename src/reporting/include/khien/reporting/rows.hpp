#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/report/snapshot.hpp"
#include "khien/reporting/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::reporting {

// A row behind a figure, as it is called today.
struct NamedRow {
  std::string key;   // "machine:17"
  std::string name;  // empty: it is gone, or outside of the scope
  std::string link;  // of the screen that shows it; empty: there is none
};
struct RowPage {
  std::vector<NamedRow> items;
  std::int64_t total = 0;
  std::optional<std::string> next;
};
// All of them, also those that the snapshot of the report does not name. Code::invalid for a
// cursor that we did not make.
Result<RowPage> name_rows(store::Connection& connection, const store::TenantScope& scope, ReportId report, const report::Figure& figure,
                          const std::string& cursor, std::size_t limit);

}  // namespace khien::reporting
