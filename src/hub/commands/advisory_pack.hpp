#pragma once

#include <string>

#include "khien/core/result.hpp"
#include "khien/feed/feed.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// `advisory pack --feed FILE… [--os ID:RELEASE] -o FILE`: 0 packed, 2 not.
int pack_feeds(const Arguments& arguments, Console& console);

// The book of what was read.
Result<std::string> compile_records(const feed::Collected& records);

}  // namespace khien::hub
