#pragma once

#include <string>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::pdf {

// What the words of one PDF may cost: 10 MiB in, 500 pages, 8 MiB of words, 15 s.
Budget::Limits pdf_text_limits();

// The words of a PDF, page after page, in the order in which a person reads them, each line
// on its own; between two pages a form feed. UTF-8, whatever the file says. Annotations and
// attachments are left out, and nothing of the file is run. Meant for the sandbox: poppler
// asks no clock of ours, so that one hostile page ends by the worker's time alone.
//
// Code::invalid if it is no PDF, damaged beyond reading, closed by a password, or if none of
// its pages has words (a scan); exhausted over the budget, an entry of it being a page.
Result<std::string> read_pdf_text(ByteView bytes, Budget& budget);

// Reads a small document of our own, so that what poppler loads once is loaded before the
// sandbox shuts.
void warm_up();

}  // namespace khien::pdf
