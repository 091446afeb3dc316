// Input: a file's name up to the first newline, then its bytes.
//
// Beyond "no crash": a stamp that is put before or behind any text that is read, or
// before any name, is found; the calendar's and the table's writers keep any text
// inside its line and its cell.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/text.hpp"
#include "khien/core/calendar_text.hpp"
#include "khien/duty/calendar_feed.hpp"
#include "khien/duty/csv.hpp"
#include "khien/duty/state_secret.hpp"

using namespace khien;
using namespace khien::duty;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_marks(std::string_view name, std::string_view text) {
  (void)marking_in_name(name);
  demand(marking_in_name("TUYỆT MẬT " + std::string(name)).has_value());
  (void)marking_in_text(as_bytes(text));
  const bool is_plain = is_utf8(text) && looked_at(as_bytes(text)) == LookedAt::text && text.find('<') == text.npos;
  if (!is_plain) return;
  demand(marking_in_text(as_bytes("TỐI MẬT\n" + std::string(text))).has_value());
  demand(marking_in_text(as_bytes(std::string(text) + "\nTỐI MẬT")).has_value());
}

void check_calendar(std::string_view text) {
  CalendarWriter out;
  out.text("SUMMARY", text);
  const auto written = out.take();
  std::size_t start = 0;
  bool first = true;
  while (start < written.size()) {
    const auto end = written.find("\r\n", start);
    demand(end != written.npos && end - start <= 75);
    const auto line = std::string_view(written).substr(start, end - start);
    demand(is_utf8(line) && line.find('\n') == line.npos);
    // One property, however long: the rest are continuations.
    demand(first ? line.starts_with("SUMMARY:") : line.starts_with(' '));
    first = false;
    start = end + 2;
  }
}

void check_table(std::string_view text) {
  CsvWriter csv;
  csv.row({std::string(text), "x"});
  const auto written = csv.take();
  demand(written.ends_with(",\"x\"\r\n") && is_utf8(written));
  const auto cell = written.substr(3, written.size() - 3 - 6);
  demand(cell.size() >= 2 && cell.front() == '"' && cell.back() == '"');
  demand(std::string_view("=+-@").find(cell.size() > 2 ? cell[1] : 'x') == std::string_view::npos);
  // Quotes inside come in pairs, so that nothing ends the cell early.
  for (std::size_t i = 1; i + 1 < cell.size(); ++i) {
    if (cell[i] != '"') continue;
    demand(i + 2 < cell.size() && cell[i + 1] == '"');
    ++i;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = std::min(input.find('\n'), input.size());
  const auto text = input.substr(std::min(cut + 1, input.size()));
  check_marks(input.substr(0, cut), text);
  check_calendar(text);
  check_table(text);
  return 0;
}
