#pragma once

#include "khien/report/snapshot.hpp"

namespace khien::report {

// As it stands in a cell of a table: "26/11/2026 08:05", whose column says that it is
// Vietnam's time, and of large sums only the share.
LocalText describe_in_cell(const Value& value);

}  // namespace khien::report
