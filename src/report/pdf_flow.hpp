#pragma once

#include "khien/core/result.hpp"
#include "khien/report/document.hpp"
#include "pdf_canvas.hpp"

namespace khien::report {

// Draws a prepared document onto pages, by Decree 30/2020/NĐ-CP, appendix I: A4, 20 mm
// above and below, 30 mm left, 15 mm right. Code::exhausted beyond kMostPages.
// `fit` makes letters and the space between them smaller: 1 as they are. How many pages there
// are without the appendix of sources.
Result<std::size_t> draw(const Document& document, Canvas& canvas, double fit = 1);

}  // namespace khien::report
