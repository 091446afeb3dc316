#pragma once

#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::ingest {

// Before a document's bytes: asks khien-worker for its words and not for a table. A
// list that begins so is answered with words, which are no table, and is refused.
inline constexpr std::string_view kWordsWanted = "\x01words\n";

// What one document may cost: 10 MiB in, 64 MiB out of compression.
Budget::Limits document_limits();

// The words of an office document, a paragraph or cell a line: Word, PowerPoint and
// Excel as ECMA-376, Writer as ODF: every part that holds words, headers, notes, comments,
// masters, watermarks and the document's properties too. To be searched, not to be shown:
// nothing of its form is kept. Pure; meant for the sandbox.
//
// Code::invalid if it is none of these, damaged or protected; exhausted if it is a bomb.
Result<std::string> read_document_text(ByteView bytes, Budget& budget);

}  // namespace khien::ingest
