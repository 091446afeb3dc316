#include "packed_book.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "khien/core/clock.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/text.hpp"
#include "khien/feed/record_lines.hpp"

namespace khien::hub {
namespace {

constexpr std::string_view kMark = "KHPACK1\n";
constexpr std::size_t kLengthAt = 8, kSumAt = 16, kHeadBytes = 24;
constexpr std::uint64_t kMostManifestBytes = 1u << 20;
constexpr std::size_t kMostFeeds = 1'000;
constexpr std::size_t kMostNameBytes = 500;
constexpr std::size_t kPieceBytes = 64u << 10;
constexpr std::size_t kPackagesAtOnce = 8;
constexpr std::size_t kBlockBytes = 8u << 10;
constexpr std::size_t kMostBlocks = 20;  // kept from packages to packages
constexpr std::size_t kMostMatches = 10'000'000;
constexpr Duration kMostTime = minutes(10);

Error damaged(std::string_view what) { return Error(Code::corrupt, "packed book: " + std::string(what)); }

std::uint64_t book_place(std::uint64_t manifest_bytes) { return (kHeadBytes + manifest_bytes + 7) / 8 * 8; }

class Nothing final : public feed::FeedSink {
 public:
  Result<void> take(advisory::Advisory) override { return damaged("a record in its manifest"); }
  Result<void> take(advisory::Exploited) override { return damaged("a record in its manifest"); }
  Result<void> take(advisory::Likelihood) override { return damaged("a record in its manifest"); }
};

Result<feed::FeedSummary> summary_of(std::string_view line) {
  Nothing nothing;
  feed::RecordLines lines(nothing);
  TRY_VOID(lines.take(line));
  TRY_VOID(lines.take("\n"));
  return lines.finish();
}

Result<std::string> read_whole(const Fd& file, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(size, '\0');
  TRY(const auto got, read_at(file, offset, std::as_writable_bytes(std::span(bytes))));
  if (got != size) return damaged("it is cut off");
  return bytes;
}

// FNV-1a over words of eight bytes, turned so that a bit that changes changes those below it
// too. What is left at the end is filled up with zeros; the length is another number.
class Sum {
 public:
  // All pieces but the last have a multiple of eight bytes.
  void add(ByteView piece) {
    for (; piece.size() >= sizeof(std::uint64_t); piece = piece.subspan(sizeof(std::uint64_t))) add_word(piece.data(), sizeof(std::uint64_t));
    if (!piece.empty()) add_word(piece.data(), piece.size());
  }
  std::uint64_t value() const { return sum_; }

 private:
  void add_word(const std::byte* at, std::size_t bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, bytes);
    sum_ = std::rotl(sum_ ^ word, 29) * 0x100000001b3u;
  }

  std::uint64_t sum_ = 0xcbf29ce484222325u;
};

// What was read stays in the system's cache, and not in this process.
Result<std::uint64_t> sum_from(const Fd& file, std::uint64_t offset, std::uint64_t size) {
  Sum sum;
  std::vector<std::byte> piece(kPieceBytes);
  while (offset < size) {
    TRY(const auto got, read_at(file, offset, std::span(piece).first(std::min<std::uint64_t>(kPieceBytes, size - offset))));
    if (got == 0) return damaged("it is cut off");
    sum.add(ByteView(piece).first(got));
    offset += got;
  }
  return sum.value();
}

}  // namespace

std::string to_text(const PackedManifest& manifest) {
  std::string text = to_rfc3339(manifest.packed_at) + "\n" + manifest.os + "\n";
  for (const auto& [file, summary] : manifest.feeds) text += std::string(truncate(printable(file), kMostNameBytes)) + "\n" + feed::to_line(summary) + "\n";
  return text;
}

Result<PackedManifest> manifest_from_text(std::string_view text) {
  const auto line = [&]() -> Result<std::string_view> {
    const auto end = text.find('\n');
    if (end == text.npos) return damaged("its manifest is cut off");
    const auto taken = text.substr(0, end);
    text.remove_prefix(end + 1);
    return taken;
  };
  PackedManifest manifest;
  TRY(const auto moment, line());
  const auto packed_at = from_rfc3339(moment);
  if (!packed_at) return damaged("its manifest does not say when it was packed");
  manifest.packed_at = *packed_at;
  TRY(const auto os, line());
  manifest.os = os;
  while (!text.empty()) {
    if (manifest.feeds.size() == kMostFeeds) return damaged("its manifest names too many feeds");
    TRY(const auto file, line());
    TRY(const auto words, line());
    TRY(auto summary, summary_of(words));
    manifest.feeds.emplace_back(file, std::move(summary));
  }
  return manifest;
}

// The book's place in memory, and which of its blocks are there.
class PackedBook::Blocks final : public advisory::BookPages {
 public:
  static Result<std::unique_ptr<const Blocks>> reserve(const Fd& file, std::uint64_t place, std::uint64_t size) {
    void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return system_error("room for the packed book", errno);
    // A block is what is paid for, not 2 MiB.
    (void)madvise(at, size, MADV_NOHUGEPAGE);
    return std::unique_ptr<const Blocks>(new Blocks(file, place, std::span(static_cast<std::byte*>(at), size)));
  }
  Blocks(const Blocks&) = delete;
  ~Blocks() override { munmap(bytes_.data(), bytes_.size()); }

  std::string_view bytes() const { return as_text(bytes_); }

  void bring(std::uint64_t at, std::uint64_t size) const override {
    if (size == 0 || at >= bytes_.size()) return;
    const std::uint64_t last = (std::min<std::uint64_t>(bytes_.size(), at + size) - 1) / kBlockBytes;
    for (std::uint64_t block = at / kBlockBytes; block <= last; ++block) {
      if (!there_[block]) read(block);
    }
  }

  // What was brought, unless it is little.
  void forget() const {
    if (brought_ <= kMostBlocks) return;
    (void)madvise(bytes_.data(), bytes_.size(), MADV_DONTNEED);
    there_.assign(there_.size(), false);
    brought_ = 0;
  }

 private:
  Blocks(const Fd& file, std::uint64_t place, std::span<std::byte> bytes)
      : file_(file), place_(place), bytes_(bytes), there_((bytes.size() + kBlockBytes - 1) / kBlockBytes) {}

  void read(std::uint64_t block) const {
    const std::uint64_t at = block * kBlockBytes;
    (void)read_at(file_, place_ + at, bytes_.subspan(at, std::min<std::uint64_t>(kBlockBytes, bytes_.size() - at)));
    there_[block] = true;
    ++brought_;
  }

  const Fd& file_;
  std::uint64_t place_;
  std::span<std::byte> bytes_;
  mutable std::vector<bool> there_;
  mutable std::size_t brought_ = 0;
};

PackedBook::PackedBook(std::unique_ptr<const Blocks> blocks, PackedManifest manifest, advisory::Book book)
    : blocks_(std::move(blocks)), manifest_(std::move(manifest)), book_(book) {}
PackedBook::PackedBook(PackedBook&&) noexcept = default;
PackedBook::~PackedBook() = default;

bool is_packed_book(const Fd& file) {
  const auto mark = read_whole(file, 0, kMark.size());
  return mark && *mark == kMark;
}

Result<void> write_packed_book(const std::string& path, const PackedManifest& manifest, std::string_view book) {
  const std::string text = to_text(manifest);
  if (text.size() > kMostManifestBytes) return Error(Code::exhausted, "its manifest is over 1 MiB");
  const std::uint64_t length = text.size();
  std::string rest = text;
  rest.resize(book_place(length) - kHeadBytes);
  Sum sum;
  sum.add(as_bytes(rest));
  sum.add(as_bytes(book));
  std::string head(kMark);
  const std::uint64_t value = sum.value();
  head.append(reinterpret_cast<const char*>(&length), sizeof length).append(reinterpret_cast<const char*>(&value), sizeof value).append(rest);
  TRY(auto file, ReplacingFile::begin(path, 0644));
  TRY_VOID(file.append(as_bytes(head)));
  TRY_VOID(file.append(as_bytes(book)));
  return file.commit();
}

Result<PackedBook> PackedBook::open(const Fd& file, std::uint64_t size) {
  TRY(const auto head, read_whole(file, 0, kHeadBytes));
  if (!head.starts_with(kMark)) return damaged("it does not begin as one");
  std::uint64_t length = 0, sum = 0;
  std::memcpy(&length, head.data() + kLengthAt, sizeof length);
  std::memcpy(&sum, head.data() + kSumAt, sizeof sum);
  const std::uint64_t place = book_place(std::min(length, kMostManifestBytes));
  if (length > kMostManifestBytes || size <= place) return damaged("it is cut off");
  TRY(const auto found, sum_from(file, kHeadBytes, size));
  if (found != sum) return damaged("its bytes are not those that were written");
  TRY(const auto text, read_whole(file, kHeadBytes, length));
  TRY(auto manifest, manifest_from_text(text));
  TRY(auto blocks, Blocks::reserve(file, place, size - place));
  TRY(const auto book, advisory::Book::open_summed(blocks->bytes(), blocks.get()));
  return PackedBook(std::move(blocks), std::move(manifest), book);
}

Result<std::vector<advisory::Match>> PackedBook::match(std::span<const advisory::Installed> packages) const {
  const Clock& clock = system_clock();
  const auto end = clock.monotonic().ms + kMostTime.ms;
  std::vector<advisory::Match> matches;
  for (std::size_t from = 0; from < packages.size(); from += kPackagesAtOnce) {
    auto some = book_.match(packages.subspan(from, std::min(kPackagesAtOnce, packages.size() - from)));
    if (matches.size() + some.size() > kMostMatches) return Error(Code::exhausted, "more than ten million matches");
    if (clock.monotonic().ms > end) return Error(Code::exhausted, "it took more than ten minutes");
    for (auto& one : some) {
      one.package += from;
      matches.push_back(std::move(one));
    }
    blocks_->forget();
  }
  return matches;
}

}  // namespace khien::hub
