#pragma once

#include <string>
#include <string_view>

#include "khien/estate/imports.hpp"

namespace khien::estate {

// How a report is kept beside its import.
std::string to_json(const ImportReport& report);
Result<ImportReport> report_from_json(std::string_view text);

}  // namespace khien::estate
