#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/advisory/book.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/feed/feed.hpp"

namespace khien::hub {

inline constexpr std::uint64_t kMostPackedBytes = 5ull << 30;

// Feeds that were read once, as one file for many machines: what they were, and the book that
// a judge looks into.
//
//   mark, length of the manifest (8 bytes), sum of all that follows (8 bytes), the manifest,
//   zeros up to a multiple of 8, the book (advisory/book_format.hpp)
//
// The manifest, a line each: when it was packed, the distribution it is of alone (or nothing),
// then of every feed its file's name and its summary as feed::to_line() writes it.
struct PackedManifest {
  Timestamp packed_at;
  std::string os;                                                // "debian:12"; empty: of all
  std::vector<std::pair<std::string, feed::FeedSummary>> feeds;  // file, what it held
};

// As it stands in the file; a file's name there is cut and escaped. Code::corrupt for what
// is none, whatever it is.
std::string to_text(const PackedManifest& manifest);
Result<PackedManifest> manifest_from_text(std::string_view text);

Result<void> write_packed_book(const std::string& path, const PackedManifest& manifest, std::string_view book);

// Whether the file says that it is one.
bool is_packed_book(const Fd& file);

// Its sum is checked once as it is read through. Then only the blocks are read that are looked at, and
// given back before they are many: what a judge asks of one package stands together. Nothing is
// mapped, so what somebody does to the file meanwhile can spoil an answer, and not end the
// process. The sum is of damage: whoever can write the file can write its sum, so a number in
// it that leads elsewhere is not believed. One thread alone may ask.
class PackedBook {
 public:
  // `size`: the file's. Code::corrupt with what is wrong: cut off, damaged, of another version.
  // The file must outlive it.
  static Result<PackedBook> open(const Fd& file, std::uint64_t size);
  PackedBook(PackedBook&&) noexcept;
  ~PackedBook();

  const PackedManifest& manifest() const { return manifest_; }
  const advisory::Book& book() const { return book_; }

  // As advisory::Book::match(). Code::exhausted over ten million matches or ten minutes.
  Result<std::vector<advisory::Match>> match(std::span<const advisory::Installed> packages) const;

 private:
  class Blocks;
  PackedBook(std::unique_ptr<const Blocks> blocks, PackedManifest manifest, advisory::Book book);

  std::unique_ptr<const Blocks> blocks_;
  PackedManifest manifest_;
  advisory::Book book_;
};

}  // namespace khien::hub
