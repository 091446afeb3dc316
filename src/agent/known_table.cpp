#include "known_table.hpp"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/random.hpp"

namespace khien::agent {
namespace {

static_assert(std::endian::native == std::endian::little);  // the format's order

constexpr std::uint64_t kMagic = 0x314b'4e45'4948'4b00;
constexpr std::size_t kBlockBytes = KnownTable::kBlockBytes;
constexpr std::size_t kFilesInBlock = KnownTable::kFilesInBlock;
constexpr std::size_t kMaxContents = KnownTable::kMaxContents;
constexpr std::size_t kFileBytes = 64;
constexpr std::size_t kChecksumBytes = 16;
constexpr std::size_t kKeysInBlock = 254;
constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kMaxDataBlocks = 1u << 20;  // 66 million files
constexpr std::size_t kKeptBlocks = 512;          // 2 MiB
constexpr int kSizeBits = 48;
constexpr std::uint64_t kMaxSize = (std::uint64_t{1} << kSizeBits) - 1;

// Offsets in a block.
constexpr std::size_t kGenerationAt = 16;
constexpr std::size_t kNumberAt = 24;
constexpr std::size_t kCountAt = 28;
constexpr std::size_t kDeviceAt = 32;     // data
constexpr std::size_t kFilesAt = 64;      // data
constexpr std::size_t kKeysAt = 32;       // index
constexpr std::size_t kMagicAt = 32;      // last
constexpr std::size_t kDataBlocksAt = 40; // last
constexpr std::size_t kTotalAt = 48;      // last
constexpr std::size_t kContentsAt = 56;   // last
static_assert(kFilesAt + kFilesInBlock * kFileBytes == kBlockBytes);
static_assert(kKeysAt + kKeysInBlock * kKeyBytes == kBlockBytes);
static_assert(kContentsAt + kMaxContents * 8 <= kBlockBytes);

template <class Number>
Number get(std::span<const std::byte> bytes, std::size_t at) {
  Number number;
  khien_assert(at + sizeof number <= bytes.size());
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

template <class Number>
void put(std::span<std::byte> bytes, std::size_t at, Number number) {
  khien_assert(at + sizeof number <= bytes.size());
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

Sha256 checksum(std::span<const std::byte> block) { return sha256(ByteView(block.subspan(kChecksumBytes))); }

bool is_whole(std::span<const std::byte> block) {
  return std::memcmp(block.data(), checksum(block).bytes.data(), kChecksumBytes) == 0;
}

// Is the piece in the kernel's memory? A file system that does not say keeps all there.
bool is_in_memory(const Fd& file, std::uint64_t offset, std::span<std::byte> into) {
  const iovec piece{.iov_base = into.data(), .iov_len = into.size()};
  const ssize_t got = preadv2(file.get(), &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  return got == static_cast<ssize_t>(into.size()) || (got < 0 && errno == EOPNOTSUPP);
}

Error damaged(const char* where) { return Error(Code::corrupt, std::string("the table of known files is damaged: ") + where); }

std::size_t index_blocks_for(std::size_t data_blocks) { return (data_blocks + kKeysInBlock - 1) / kKeysInBlock; }

}  // namespace

Result<KnownTable> KnownTable::open(const std::string& path) {
  KnownTable table;
  table.fd_ = Fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!table.fd_) return system_error("open the table of known files", errno);
  TRY(const FileStatus status, status_of(table.fd_));
  TRY_VOID(table.read_ends(status.size));
  return table;
}

Result<void> KnownTable::read_ends(std::uint64_t size) {
  if (size < kBlockBytes || size % kBlockBytes != 0) return damaged("its length");
  std::vector<std::byte> last(kBlockBytes);
  const std::uint64_t number = size / kBlockBytes - 1;
  TRY(const std::size_t got, read_at(fd_, number * kBlockBytes, last));
  if (got != kBlockBytes || !is_whole(last)) return damaged("its end");
  if (get<std::uint64_t>(last, kMagicAt) != kMagic || get<std::uint32_t>(last, kNumberAt) != number) {
    return damaged("its end");
  }
  generation_ = get<std::uint64_t>(last, kGenerationAt);
  files_ = get<std::uint64_t>(last, kTotalAt);
  const auto contents = get<std::uint32_t>(last, kCountAt);
  const auto data_blocks = get<std::uint32_t>(last, kDataBlocksAt);
  if (contents > kMaxContents || data_blocks > kMaxDataBlocks) return damaged("its end");
  if (data_blocks + index_blocks_for(data_blocks) != number) return damaged("its length");
  if (files_ > data_blocks * kFilesInBlock || files_ < data_blocks) return damaged("its end");
  for (std::size_t i = 0; i < contents; ++i) contents_.push_back(get<std::uint64_t>(last, kContentsAt + 8 * i));
  return read_index(data_blocks, number - data_blocks);
}

Result<void> KnownTable::read_index(std::uint64_t data_blocks, std::uint64_t index_blocks) {
  first_keys_.reserve(data_blocks);
  std::vector<std::byte> block(kBlockBytes);
  for (std::uint64_t i = 0; i < index_blocks; ++i) {
    TRY_VOID(read_raw(data_blocks + i, block));
    const auto count = get<std::uint32_t>(block, kCountAt);
    if (count > kKeysInBlock || count > data_blocks - first_keys_.size()) return damaged("its index");
    for (std::size_t k = 0; k < count; ++k) {
      const FileKey key{get<std::uint64_t>(block, kKeysAt + k * kKeyBytes),
                        get<std::uint64_t>(block, kKeysAt + k * kKeyBytes + 8)};
      if (!first_keys_.empty() && key <= first_keys_.back()) return damaged("its index");
      first_keys_.push_back(key);
    }
  }
  if (first_keys_.size() != data_blocks) return damaged("its index");
  return {};
}

Result<void> KnownTable::read_raw(std::size_t number, std::span<std::byte> into) const {
  TRY(const std::size_t got, read_at(fd_, std::uint64_t{number} * kBlockBytes, into));
  if (got != kBlockBytes) return damaged("a block is cut off");
  if (!is_whole(into)) return damaged("a block's checksum");
  if (get<std::uint64_t>(into, kGenerationAt) != generation_) return damaged("a block of another table");
  if (get<std::uint32_t>(into, kNumberAt) != number) return damaged("a block of another place");
  return {};
}

Result<const KnownTable::Raw*> KnownTable::keep(std::size_t block, Wait wait) {
  if (kept_.empty()) kept_.resize(std::min(kKeptBlocks, first_keys_.size()));
  Raw& raw = kept_[block % kept_.size()];
  if (raw.number == block) return &raw;
  raw.number = UINT32_MAX;
  raw.bytes.resize(kBlockBytes);
  if (wait == Wait::no && !is_in_memory(fd_, std::uint64_t{block} * kBlockBytes, raw.bytes)) {
    return Error(Code::unavailable, "a block is on the disk");
  }
  TRY_VOID(read_raw(block, raw.bytes));
  const auto count = get<std::uint32_t>(raw.bytes, kCountAt);
  if (count == 0 || count > kFilesInBlock) return damaged("a block's count");
  raw.number = static_cast<std::uint32_t>(block);
  return &raw;
}

KnownFile KnownTable::file_at(std::span<const std::byte> block, std::size_t place) const {
  const std::size_t at = kFilesAt + place * kFileBytes;
  KnownFile file;
  file.key = {get<std::uint64_t>(block, kDeviceAt), get<std::uint64_t>(block, at)};
  const auto packed = get<std::uint64_t>(block, at + 8);
  file.size = packed & kMaxSize;
  const std::uint64_t content = packed >> kSizeBits;
  // One that is beyond the list would be a bug of the writer; it knows nothing then.
  if (content > 0 && content <= contents_.size()) file.content = contents_[content - 1];
  file.mtime_ns = get<std::int64_t>(block, at + 16);
  file.ctime_ns = get<std::int64_t>(block, at + 24);
  std::memcpy(file.sha256.bytes.data(), block.data() + at + 32, file.sha256.bytes.size());
  return file;
}

std::optional<std::size_t> KnownTable::block_of(const FileKey& key) const {
  const auto after = std::ranges::upper_bound(first_keys_, key);
  if (after == first_keys_.begin()) return std::nullopt;
  const auto block = static_cast<std::size_t>(after - first_keys_.begin()) - 1;
  if (first_keys_[block].device != key.device) return std::nullopt;
  return block;
}

std::optional<KnownTable::Place> KnownTable::place_of(const FileKey& key) const {
  const auto block = block_of(key);
  if (!block) return std::nullopt;
  Fd file(fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!file) return std::nullopt;
  return Place{std::move(file), std::uint64_t{*block} * kBlockBytes};
}

Result<std::optional<KnownTable::Found>> KnownTable::find(const FileKey& key, Wait wait) {
  const auto place = block_of(key);
  if (!place) return std::optional<Found>();
  const std::size_t block = *place;
  TRY(const Raw* raw, keep(block, wait));
  std::size_t low = 0;
  std::size_t high = get<std::uint32_t>(raw->bytes, kCountAt);
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const auto inode = get<std::uint64_t>(raw->bytes, kFilesAt + middle * kFileBytes);
    if (inode == key.inode) return std::optional<Found>(Found{file_at(raw->bytes, middle), block, middle});
    (inode < key.inode ? low : high) = inode < key.inode ? middle + 1 : middle;
  }
  return std::optional<Found>();
}

Result<std::vector<KnownFile>> KnownTable::read_block(std::size_t block) const {
  khien_assert(block < first_keys_.size());
  std::vector<std::byte> bytes(kBlockBytes);
  TRY_VOID(read_raw(block, bytes));
  const auto count = get<std::uint32_t>(bytes, kCountAt);
  if (count == 0 || count > kFilesInBlock) return damaged("a block's count");
  std::vector<KnownFile> files;
  for (std::size_t place = 0; place < count; ++place) files.push_back(file_at(bytes, place));
  if (files.front().key != first_keys_[block]) return damaged("a block's first file");
  return files;
}

void KnownTable::rest() { std::vector<Raw>().swap(kept_); }

KnownTableWriter::KnownTableWriter(ReplacingFile file, std::vector<std::uint64_t> contents)
    : file_(std::move(file)), contents_(std::move(contents)), block_(kBlockBytes) {
  const Bytes chance = system_random().bytes(sizeof generation_);
  std::memcpy(&generation_, chance.data(), sizeof generation_);
}

Result<KnownTableWriter> KnownTableWriter::begin(const std::string& path, std::vector<std::uint64_t> contents) {
  khien_assert(contents.size() <= kMaxContents);
  TRY(auto file, ReplacingFile::begin(path, 0600));
  return KnownTableWriter(std::move(file), std::move(contents));
}

void KnownTableWriter::begin_block() {
  std::ranges::fill(block_, std::byte{0});
  in_block_ = 0;
}

Result<void> KnownTableWriter::write_block(std::uint32_t count) {
  put(std::span(block_), kGenerationAt, generation_);
  put(std::span(block_), kNumberAt, number_++);
  put(std::span(block_), kCountAt, count);
  std::memcpy(block_.data(), checksum(block_).bytes.data(), kChecksumBytes);
  return file_.append(block_);
}

Result<void> KnownTableWriter::add(const KnownFile& file) {
  khien_assert(files_ == 0 || last_ < file.key);
  khien_assert(file.size <= kMaxSize);
  const bool other_device = files_ > 0 && last_.device != file.key.device;
  if (files_ > 0 && (in_block_ == kFilesInBlock || other_device)) {
    TRY_VOID(write_block(static_cast<std::uint32_t>(in_block_)));
    in_block_ = 0;
  }
  if (in_block_ == 0) {
    begin_block();
    first_keys_.push_back(file.key);
    if (first_keys_.size() > kMaxDataBlocks) return Error(Code::exhausted, "too many known files");
    put(std::span(block_), kDeviceAt, file.key.device);
  }
  const auto content = std::ranges::find(contents_, file.content);
  const std::uint64_t number =
      file.content == 0 || content == contents_.end() ? 0 : static_cast<std::uint64_t>(content - contents_.begin()) + 1;
  const std::size_t at = kFilesAt + in_block_ * kFileBytes;
  put(std::span(block_), at, file.key.inode);
  put(std::span(block_), at + 8, file.size | (number << kSizeBits));
  put(std::span(block_), at + 16, file.mtime_ns);
  put(std::span(block_), at + 24, file.ctime_ns);
  std::memcpy(block_.data() + at + 32, file.sha256.bytes.data(), file.sha256.bytes.size());
  ++in_block_;
  ++files_;
  last_ = file.key;
  return {};
}

Result<void> KnownTableWriter::write_index() {
  for (std::size_t begin = 0; begin < first_keys_.size(); begin += kKeysInBlock) {
    begin_block();
    const std::size_t count = std::min(kKeysInBlock, first_keys_.size() - begin);
    for (std::size_t k = 0; k < count; ++k) {
      put(std::span(block_), kKeysAt + k * kKeyBytes, first_keys_[begin + k].device);
      put(std::span(block_), kKeysAt + k * kKeyBytes + 8, first_keys_[begin + k].inode);
    }
    TRY_VOID(write_block(static_cast<std::uint32_t>(count)));
  }
  return {};
}

Result<void> KnownTableWriter::commit() {
  if (in_block_ > 0) TRY_VOID(write_block(static_cast<std::uint32_t>(in_block_)));
  TRY_VOID(write_index());
  begin_block();
  put(std::span(block_), kMagicAt, kMagic);
  put(std::span(block_), kDataBlocksAt, static_cast<std::uint32_t>(first_keys_.size()));
  put(std::span(block_), kTotalAt, files_);
  for (std::size_t i = 0; i < contents_.size(); ++i) put(std::span(block_), kContentsAt + 8 * i, contents_[i]);
  TRY_VOID(write_block(static_cast<std::uint32_t>(contents_.size())));
  return file_.commit();
}

}  // namespace khien::agent
