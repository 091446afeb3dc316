#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/report/document.hpp"

namespace khien::report {

// What no honest document reaches; beyond it a writer says which limit it was.
inline constexpr std::size_t kMostTableRows = 20'000;
inline constexpr std::size_t kMostColumns = 32;
inline constexpr std::size_t kMostBlocks = 20'000;
inline constexpr std::size_t kMostTextBytes = 8u << 20;
inline constexpr std::size_t kMostBytesInOnePlace = 64u << 10;

// Text as it may stand on a page and in XML 1.0: normal form C; a line end or a tab is a
// space; what has no shape of its own (a zero-width space, a soft hyphen) is left out; a
// control, a bidirectional mark or a code point that means nothing is U+FFFD, so that it
// is seen. Code::invalid names `place` if the text is not UTF-8.
Result<std::string> cleaned(std::string_view text, std::string_view place);

// The document that all writers of pages write: all text cleaned, agencies, type and titles
// in capitals, "./." at the end of a Vietnamese body, recipients as a list. Doing it twice
// changes nothing. Code::invalid names the place of what contradicts itself (a row with
// other columns than its head, a note that is not there); Code::exhausted names the limit.
Result<Document> prepared(const Document& document);

// The words that the page itself brings, in the document's language.
struct Wording {
  std::string_view state;   // CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  std::string_view motto;   // Độc lập - Tự do - Hạnh phúc
  std::string_view recipients;
  std::string_view appendix;
  std::string_view sources;  // under it
  std::string_view identity;
  std::string_view draft;   // across the page
  std::string_view unsigned_draft;  // at its end, for who cannot see the former
};
const Wording& wording(const Document& document);

// A point of a list gets its dash unless who wrote it gave one.
bool has_dash(std::string_view text);

}  // namespace khien::report
