#pragma once

#include <functional>
#include <string>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/feed/feed.hpp"
#include "khien/patch/library.hpp"

namespace khien::hub {

struct FeedImported {
  feed::FeedSummary summary;
  bool changed = false;
  std::size_t vulnerabilities = 0;  // that are new or other
};

// Reads a file that is open for reading alone in the worker and takes it into the library.
// What fails is noted there by the file's name, and what was in force stays. `on_read`: called
// before the book is compiled, which may take a minute.
Result<FeedImported> import_feed(patch::Library& library, const Fd& file, const std::string& name, Timestamp now,
                                 const std::function<void(const feed::FeedSummary&)>& on_read = {});

}  // namespace khien::hub
