#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/report/document.hpp"
#include "khien/report/write.hpp"

namespace khien::report {

// All lengths are points (1/72 inch), from the upper left corner of the page.
inline constexpr double kPageWidth = 210 * 72 / 25.4;
inline constexpr double kPageHeight = 297 * 72 / 25.4;
inline constexpr std::size_t kMostPages = 2'000;

// One node of the document's logical structure (ISO 32000-1 §14.7): what a screen reader
// walks along. Its content is where it was drawn: the n-th mark of a page.
// An element holds marks or elements, never both.
struct Element {
  struct Mark {
    std::size_t page = 0;
    std::size_t mark = 0;
  };
  const char* type = "P";
  std::size_t parent = 0;  // the first element is the root and its own parent
  bool heads_column = false;
  std::vector<Mark> marks;
};

// Of a line that no element holds: an artifact.
inline constexpr std::size_t kNoElement = static_cast<std::size_t>(-1);

// What was drawn where no element says it: rules, the page's number, "DRAFT".
enum class Artifact : unsigned char { layout, pagination, background };

// Pages as cairo draws them, each piece of content with a mark, and what the marks are.
struct DrawnPages {
  // For each page, its marks in the order of the content: an element, or an artifact.
  struct Mark {
    std::optional<std::size_t> element;
    Artifact artifact = Artifact::layout;
  };
  Bytes pdf;
  std::vector<Element> elements;
  std::vector<std::vector<Mark>> pages;
};

struct Look {
  enum class Align : unsigned char { left, centre, right, justified };
  double size = 14;
  bool bold = false;
  bool italic = false;
  Align align = Align::left;
  double first_line = 0;  // set in; negative: all lines but the first
  double spacing = 1.0;   // of lines, as a share of the type's own
};

// A line of type, or a rule, as it will be drawn.
struct Line {
  std::shared_ptr<void> layout;  // keeps the text that `index` is a line of; none: a rule
  void* line = nullptr;
  double left = 0;      // within its column
  double width = 0;     // of a rule
  double baseline = 0;  // below the line's top
  double height = 0;
  std::size_t element = 0;
};

// Draws text and rules on A4 pages with Liberation Serif alone, never another font of the
// machine. Not thread-safe; several may live at once.
class Canvas {
 public:
  // Code::unavailable names the face that is missing.
  static Result<Canvas> open(const Faces& faces);
  Canvas(Canvas&&) noexcept;
  Canvas& operator=(Canvas&&) noexcept;
  ~Canvas();

  std::size_t element(const char* type, std::size_t parent);
  void heads_column(std::size_t element);

  // The lines that the runs take in a column of that width, added to `lines`.
  void set(std::span<const Run> runs, const Look& look, double width, std::size_t element, std::vector<Line>& lines);
  double width_of(std::string_view text, const Look& look);

  // Begins a page; what follows is on it.
  void new_page();
  std::size_t pages() const;
  void draw(const Line& line, double left, double top);
  void rule(double left, double top, double right, double bottom, double thickness);
  void page_number(std::size_t number, double top);
  // Across the whole page, light grey.
  void watermark(std::string_view words);

  // Ends the last page. Call once.
  Result<DrawnPages> finish();

 private:
  struct Impl;
  explicit Canvas(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::report
