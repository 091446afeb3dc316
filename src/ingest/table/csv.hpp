#pragma once

#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/model/table.hpp"

namespace khien::ingest {

// RFC 4180, with the separator that the first record uses: comma, semicolon or tab.
// Code::invalid for a quote that does not end, with its line.
Result<TableSheet> parse_csv(std::string_view utf8, Budget& budget);

}  // namespace khien::ingest
