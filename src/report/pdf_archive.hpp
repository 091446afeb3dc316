#pragma once

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/report/document.hpp"
#include "pdf_canvas.hpp"

namespace khien::report {

// Makes of drawn pages what ISO 19005-2 (PDF/A-2) wants at level A: the logical structure,
// artifacts, language, XMP, an output intent with its ICC profile, no transparency group.
// The document is a prepared one. The same pages, the same bytes.
Result<Bytes> archive(const DrawnPages& pages, const Document& document);

}  // namespace khien::report
