#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/feed/feed.hpp"
#include "khien/feed/letter.hpp"
#include "khien/feed/wanted.hpp"
#include "khien/inventory/inventory.hpp"
#include "open_file.hpp"

namespace khien::hub {

// Feeds, inventories and letters, read in khien-worker: hostile bytes are parsed in a
// process without rights. Errors as of the rooms' own readers; Code::unavailable if the
// worker failed.

// A file that is open for reading alone. After an error the sink's records are worth nothing.
// `wanted`: only of these packages, where so many names can be asked for; null: all.
Result<feed::FeedSummary> read_feed_in_worker(const Fd& file, std::string_view name, feed::FeedSink& sink, const feed::Wanted* wanted = nullptr);
Result<inventory::Inventory> read_inventory_in_worker(const Fd& file, const inventory::Hint& hint);
// Of bytes that are in memory.
Result<inventory::Inventory> read_inventory_in_worker(ByteView bytes, const inventory::Hint& hint);
// Pasted text or a document's bytes, at most 10 MiB.
Result<feed::LetterFacts> read_letter_in_worker(ByteView bytes);

}  // namespace khien::hub
