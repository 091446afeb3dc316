#pragma once

#include "decoding.hpp"
#include "khien/watch/page.hpp"

namespace khien::watch {

// Walks libxml2's events over the source and fills the page: text, links, what is hidden.
// No tree is made; the stack of open elements is bounded, and so is everything kept.
Result<void> read_html(const DecodedSource& source, Budget& budget, Page& page);

// A text without tags: its lines are blocks, addresses in them are links.
void read_plain(const DecodedSource& source, Page& page);

}  // namespace khien::watch
