#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "khien/advisory/book.hpp"
#include "khien/core/hash.hpp"

// Where what stands in a compiled book; numbers are little-endian, texts are named by
// where they stand among the texts. Shared by the one who writes it and those who read it.
//
//   head      mark, size, SHA-256 of all behind it, seven sections (place, count)
//   texts     length (4 bytes), bytes; the first is empty
//   vulnerabilities  sorted by id
//   keys      what packages are, each once, with its run of claims
//   slots     open addressing over the keys: index + 1, or 0
//   claims    what one record says of one key and one vulnerability; by key, then vulnerability
//   ranges    in the order of the claims, and so are texts as far as they are of claims: what is
//             asked of one package stands together
//   words     lists: of texts, of claims
//
// A reader trusts no number: what leads out of the book is as if it were not there.
namespace khien::advisory::book_format {

static_assert(std::endian::native == std::endian::little, "rows are read as they stand");

inline constexpr std::string_view kMark = "KHBOOK2\n";
inline constexpr std::uint64_t kSizeAt = 8, kSumAt = 16, kSectionsAt = 48, kHeadBytes = 160;
inline constexpr std::uint64_t kMaxBytes = UINT32_MAX;

enum Section : unsigned char { texts, vulnerabilities, keys, slots, claims, ranges, words };
inline constexpr std::size_t kSections = 7;

using Text = std::uint32_t;

struct List {
  std::uint32_t first = 0, count = 0;
};

struct VulnerabilityRow {
  enum Flag : std::uint8_t { scored = 1, dated = 2, exploited = 4, ransomware = 8, has_due = 16, likely = 32 };

  Text id = 0, title = 0, description = 0, vector = 0;
  List labels, references, claims;  // in words: texts, texts, claims
  Text vendor = 0, product = 0, name = 0, action = 0;
  std::int32_t added_days = 0, due_days = 0;
  std::int64_t published_ms = 0;
  double score = 0, probability = 0, percentile = 0;
  std::uint8_t severity = 0, flags = 0;
  std::array<std::uint8_t, 6> unused = {};
};
static_assert(sizeof(VulnerabilityRow) == 104);

struct KeyRow {
  Text type = 0, space = 0, name = 0;
  List claims;
  std::uint32_t unused = 0;
};
static_assert(sizeof(KeyRow) == 24);

struct ClaimRow {
  // As of its vulnerability, so that a match needs not look there.
  enum Flag : std::uint8_t { exploited = 1, likely = 2 };

  std::uint32_t vulnerability = 0, key = 0;
  Text id = 0;  // the vulnerability's
  Text release = 0, record = 0, reason = 0, cpe = 0;
  List ranges;    // in ranges
  List versions;  // in words: texts
  std::uint8_t basis = 0, standing = 0, severity = 0, flags = 0;
};
static_assert(sizeof(ClaimRow) == 48);

struct RangeRow {
  // checked: all bounds are versions of the key's order, as they stand.
  enum Flag : std::uint32_t { introduced_excluded = 1, checked = 2 };

  Text introduced = 0, fixed = 0, last_affected = 0;
  std::uint32_t flags = 0;
};
static_assert(sizeof(RangeRow) == 16);

inline constexpr std::array<std::uint64_t, kSections> kRowBytes = {1, sizeof(VulnerabilityRow), sizeof(KeyRow), 4, sizeof(ClaimRow), sizeof(RangeRow), 4};

// FNV-1a; names are short.
inline std::uint64_t hash_of(std::string_view type, std::string_view space, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ 0xff) * 0x100000001b3u;
  };
  mix(type);
  mix(space);
  mix(name);
  return hash ^ hash >> 32;
}

// A book's bytes, its head believed only as far as it stays within them.
class View {
 public:
  explicit View(std::string_view bytes, const BookPages* pages = nullptr) : bytes_(bytes), pages_(pages) {}

  std::uint64_t place(Section section) const { return load<std::uint64_t>(kSectionsAt + 16 * section); }
  std::uint64_t count(Section section) const { return load<std::uint64_t>(kSectionsAt + 16 * section + 8); }

  // Whether it lies within the book.
  bool holds(Section section) const {
    const std::uint64_t at = place(section), rows = count(section);
    return at >= kHeadBytes && at <= bytes_.size() && rows <= (bytes_.size() - at) / kRowBytes[section];
  }

  // A row of zeros where there is none.
  template <class Row>
  Row row(Section section, std::uint64_t index) const {
    if (index >= count(section)) return Row{};
    return load<Row>(place(section) + index * sizeof(Row));
  }

  std::uint32_t word(List list, std::uint32_t index) const { return row<std::uint32_t>(words, std::uint64_t{list.first} + index); }

  // A list that is no longer than the section that it is in.
  List bounded(List list, Section section) const {
    const std::uint64_t rows = count(section);
    if (list.first > rows || list.count > rows - list.first) return {};
    return list;
  }

  std::string_view text(Text at) const {
    const std::uint64_t begin = place(texts) + at;
    const auto length = load<std::uint32_t>(begin);
    if (begin > bytes_.size() || begin + 4 > bytes_.size() || length > bytes_.size() - begin - 4) return {};
    if (pages_ != nullptr) pages_->bring(begin + 4, length);
    return bytes_.substr(static_cast<std::size_t>(begin) + 4, length);
  }

  std::optional<std::uint32_t> find_key(std::string_view type, std::string_view space, std::string_view name) const;
  std::optional<std::uint32_t> find_vulnerability(std::string_view id) const;

 private:
  template <class Number>
  Number load(std::uint64_t at) const {
    Number number{};
    if (at > bytes_.size() || sizeof(Number) > bytes_.size() - at) return number;
    if (pages_ != nullptr) pages_->bring(at, sizeof(Number));
    std::memcpy(&number, bytes_.data() + at, sizeof number);
    return number;
  }

  std::string_view bytes_;
  const BookPages* pages_;
};

}  // namespace khien::advisory::book_format
