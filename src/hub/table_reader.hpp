#pragma once

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/table.hpp"

namespace khien::hub {

// A list that somebody uploaded, read in khien-worker: hostile bytes are never
// parsed in the hub's own process. Errors as ingest::read_table().
Result<Table> read_table_in_worker(ByteView bytes);

}  // namespace khien::hub
