#pragma once

#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::hub {

// The words of an uploaded office document or PDF, read in khien-worker or khien-pdf-worker.
// Errors as ingest::read_document_text() and pdf::read_pdf_text(); Code::unavailable if the
// worker failed.
Result<std::string> read_words_in_worker(ByteView bytes);

}  // namespace khien::hub
