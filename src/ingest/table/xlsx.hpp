#pragma once

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/model/table.hpp"

namespace khien::ingest {

// ECMA-376 workbooks as far as lists go: what the cells of the visible sheets show
// (shared and inline text, numbers, dates as 2026-11-22, zero-padded codes).
Result<Table> read_xlsx(ByteView bytes, Budget& budget);

}  // namespace khien::ingest
