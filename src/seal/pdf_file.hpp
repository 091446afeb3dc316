#pragma once

#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "qpdf_door.hpp"

namespace khien::seal {

// The signature dictionaries of a PDF: those that a field shows, and those that none does. At
// most 32. Code::invalid unless it is a PDF that can be read without repair.
Result<std::vector<QpdfSignature>> pdf_signatures(ByteView pdf, Budget& budget);

// What was added to the first `earlier` bytes? See qpdf_door.hpp.
Result<Since> pdf_since(ByteView pdf, std::size_t earlier, Budget& budget);

}  // namespace khien::seal
