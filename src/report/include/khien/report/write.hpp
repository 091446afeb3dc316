#pragma once

#include <filesystem>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/report/document.hpp"
#include "khien/report/snapshot.hpp"

namespace khien::report {

// Each writer is a function of its input: the same document, the same bytes. None reads a
// clock, makes randomness or touches the network.

// OOXML (ECMA-376, transitional) that names Times New Roman. Code::invalid if text holds
// what XML 1.0 cannot.
Result<Bytes> write_docx(const Document& document);

// Where the four faces of Liberation Serif lie: version 2 (fonts-liberation2), the first with
// Vietnamese letters.
struct Faces {
  std::filesystem::path folder = "/usr/share/fonts/truetype/liberation2";
};

// PDF/A-2a: tagged, fonts embedded, an sRGB output intent, XMP. Code::unavailable names
// the face that is missing.
Result<Bytes> write_pdf(const Document& document, const Faces& faces);

// One sheet of figures and one for each table: numbers as numbers, text as text that no
// program takes for a formula.
Result<Bytes> write_xlsx(const Snapshot& snapshot, const Document& document);

}  // namespace khien::report
