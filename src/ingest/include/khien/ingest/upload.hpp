#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/model/batch.hpp"

namespace khien::ingest {

// An agent's upload, taken apart.
struct Upload {
  std::shared_ptr<const std::string> text;  // NDJSON, decompressed; `batch` views into it
  Batch batch;
};

// `encoding` is the request's Content-Encoding: "", "identity" or "zstd" (one
// frame, window ≤ 8 MiB). Code::exhausted for a bomb, invalid names the line.
// Every event is parsed once, so that what the ledger stores can be read again.
Result<Upload> decode_upload(std::shared_ptr<const std::string> body, std::string_view encoding, Budget& budget);

// The other direction, for agents and tests.
std::string compress_upload(std::string_view ndjson);

}  // namespace khien::ingest
