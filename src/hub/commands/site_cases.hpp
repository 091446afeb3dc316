#pragma once

#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/watch/desk.hpp"

namespace khien::hub {

// One row of an index of pages, its files not read yet.
struct PageRow {
  std::string id, file, url, baseline, label, kind;
};

// Rows {"id","file","url"?,"baseline"?,"label"?,"kind"?}; empty lines are passed over, members
// of other names too. Paths that are not absolute are beside the index. Code::invalid names
// the line.
Result<std::vector<PageRow>> read_page_index(const std::string& path);
Result<watch::Case> case_of_row(const PageRow& row);

// --view VISITOR=FILE …, --baseline FILE, --url URL. Code::invalid says what is missing.
Result<watch::Case> case_of_arguments(const Arguments& arguments);

}  // namespace khien::hub
