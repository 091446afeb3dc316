#include "khien/report/write.hpp"

#include <array>

#include "pdf_archive.hpp"
#include "pdf_canvas.hpp"
#include "pdf_flow.hpp"
#include "prepared.hpp"

namespace khien::report {
namespace {

// The smallest letters are of 11 points.
constexpr std::array<double, 5> kFits{1, 0.94, 0.88, 0.83, 11.0 / 14};

// The canvas is gone before the file is made: both are large for a long table.
Result<DrawnPages> drawn(const Document& document, const Faces& faces) {
  for (const double fit : kFits) {
    TRY(auto canvas, Canvas::open(faces));
    TRY(const auto pages, draw(document, canvas, fit));
    const bool enough = !document.one_page || pages == 1 || fit == kFits.back();
    if (enough) return canvas.finish();
  }
  return Error(Code::internal, "pdf: no size of letters was tried");
}

}  // namespace

Result<Bytes> write_pdf(const Document& document, const Faces& faces) {
  TRY(const auto ready, prepared(document));
  TRY(const auto pages, drawn(ready, faces));
  return archive(pages, ready);
}

}  // namespace khien::report
