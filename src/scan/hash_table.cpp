#include "khien/scan/hash_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "hash_table_format.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"

namespace khien::scan {
namespace {

using namespace hash_table_format;

std::uint64_t number_at(ByteView bytes, std::uint64_t at) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

bool is_within(std::uint64_t at, std::uint64_t count, std::uint64_t each, std::uint64_t size) {
  return at <= size && count <= (size - at) / each;
}

std::string_view name_of(HashKind kind) {
  constexpr std::array<std::string_view, kHashKinds> kNames{"SHA-256", "SHA-1", "MD5"};
  return kNames[static_cast<std::size_t>(kind)];
}

Error corrupt(std::string what) { return {Code::corrupt, "hash table: " + std::move(what)}; }

}  // namespace

std::size_t digest_bytes(HashKind kind) {
  constexpr std::array<std::size_t, kHashKinds> kBytes{32, 20, 16};
  return kBytes[static_cast<std::size_t>(kind)];
}

Result<HashTable> HashTable::open(ByteView bytes, std::shared_ptr<const void> keeper) {
  if (bytes.size() < kHeadBytes) return corrupt("shorter than its head");
  if (std::memcmp(bytes.data(), kMark.data(), kMark.size()) != 0) return corrupt("byte 0: not a hash table of this version");
  if (const auto sum = sha256(bytes.first(kHeadSumAt)); std::memcmp(sum.bytes.data(), bytes.data() + kHeadSumAt, 32) != 0) {
    return corrupt("byte " + std::to_string(kHeadSumAt) + ": the head does not fit its checksum");
  }
  if (number_at(bytes, kWholeSizeAt) != bytes.size()) {
    return corrupt("has " + std::to_string(bytes.size()) + " bytes and says " + std::to_string(number_at(bytes, kWholeSizeAt)));
  }
  HashTable table;
  table.keeper_ = std::move(keeper);
  table.bytes_ = bytes;
  for (std::size_t kind = 0; kind < kHashKinds; ++kind) {
    const std::uint64_t at = kPartsAt + kind * kPartBytes;
    Part& part = table.parts_[kind];
    part = {.count = number_at(bytes, at),
            .filter_at = number_at(bytes, at + 8),
            .filter_blocks = number_at(bytes, at + 16),
            .index_at = number_at(bytes, at + 24),
            .index_bits = number_at(bytes, at + 32),
            .records_at = number_at(bytes, at + 40)};
    if (part.count == 0) continue;
    const bool fits = part.count <= kMaxHashes && part.index_bits <= kMaxIndexBits && part.filter_blocks > 0 &&
                      part.filter_blocks <= UINT32_MAX && is_within(part.filter_at, part.filter_blocks, kBlockBytes, bytes.size()) &&
                      is_within(part.index_at, (std::uint64_t{1} << part.index_bits) + 1, 4, bytes.size()) &&
                      is_within(part.records_at, part.count, record_bytes(digest_bytes(static_cast<HashKind>(kind))), bytes.size());
    if (!fits) return corrupt("byte " + std::to_string(at) + ": " + std::string(name_of(static_cast<HashKind>(kind))) + ": out of place");
  }
  const std::uint64_t names_at = number_at(bytes, kNamesAt);
  const std::uint64_t names_bytes = number_at(bytes, kNamesAt + 8);
  if (!is_within(names_at, names_bytes, 1, bytes.size())) return corrupt("byte " + std::to_string(kNamesAt) + ": names out of place");
  table.names_ = bytes.subspan(names_at, names_bytes);
  return table;
}

std::size_t HashTable::count() const {
  std::size_t all = 0;
  for (const Part& part : parts_) all += part.count;
  return all;
}

bool HashTable::may_hold(const Part& part, ByteView digest) const {
  const std::uint64_t key = filter_key(digest);
  const std::byte* block = bytes_.data() + part.filter_at + block_of(key, part.filter_blocks) * kBlockBytes;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::uint32_t word = 0;
    std::memcpy(&word, block + 4 * lane, sizeof word);
    if ((word & lane_bit(key, lane)) == 0) return false;
  }
  return true;
}

std::uint32_t HashTable::index_of(const Part& part, std::uint64_t place) const {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes_.data() + part.index_at + 4 * place, sizeof value);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, part.count));
}

ByteView HashTable::record(const Part& part, HashKind kind, std::uint64_t number) const {
  khien_assert(number < part.count);
  const std::size_t each = record_bytes(digest_bytes(kind));
  return bytes_.subspan(part.records_at + number * each, each);
}

std::optional<HashTable::Hit> HashTable::name_at(std::uint32_t place) const {
  if (names_.size() < 2 || place > names_.size() - 2) return std::nullopt;
  const auto severity = std::to_integer<unsigned>(names_[place]);
  const auto length = std::to_integer<std::size_t>(names_[place + 1]);
  if (severity > static_cast<unsigned>(Severity::critical) || length == 0 || length > names_.size() - place - 2) return std::nullopt;
  const std::string_view name = as_text(names_.subspan(place + 2, length));
  if (length > kMaxNameBytes || printable(name) != name) return std::nullopt;
  return Hit{name, static_cast<Severity>(severity)};
}

std::optional<HashTable::Hit> HashTable::find(HashKind kind, ByteView digest, std::uint64_t size) const {
  const std::size_t bytes = digest_bytes(kind);
  khien_assert(digest.size() == bytes);
  const Part& part = parts_[static_cast<std::size_t>(kind)];
  if (part.count == 0 || !may_hold(part, digest)) return std::nullopt;
  const std::uint64_t place = index_place(digest, part.index_bits);
  std::uint64_t low = index_of(part, place);
  std::uint64_t high = index_of(part, place + 1);
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (std::memcmp(record(part, kind, middle).data(), digest.data(), bytes) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // The same hash stands there once for each size that lists name with it.
  const std::uint64_t end = std::min(part.count, low + kMaxSizes);
  for (; low < end; ++low) {
    const ByteView found = record(part, kind, low);
    if (std::memcmp(found.data(), digest.data(), bytes) != 0) return std::nullopt;
    std::uint32_t name = 0, wanted = 0;
    std::memcpy(&name, found.data() + bytes, 4);
    std::memcpy(&wanted, found.data() + bytes + 4, 4);
    if (wanted == kAnySize || wanted == size) return name_at(name);
  }
  return std::nullopt;
}

Result<void> HashTable::verify_part(HashKind kind) const {
  const Part& part = parts_[static_cast<std::size_t>(kind)];
  const std::size_t bytes = digest_bytes(kind);
  const auto wrong = [&](std::uint64_t number, const char* what) {
    return corrupt(std::string(name_of(kind)) + " " + std::to_string(number + 1) + " of " + std::to_string(part.count) + ": " + what);
  };
  for (std::uint64_t number = 0; number < part.count; ++number) {
    const ByteView now = record(part, kind, number);
    const ByteView digest = now.first(bytes);
    if (number > 0 && std::memcmp(record(part, kind, number - 1).data(), now.data(), bytes) > 0) return wrong(number, "out of order");
    std::uint32_t name = 0;
    std::memcpy(&name, now.data() + bytes, 4);
    if (!name_at(name)) return wrong(number, "its name is not there");
    if (!may_hold(part, digest)) return wrong(number, "the filter does not know it");
    const std::uint64_t place = index_place(digest, part.index_bits);
    if (number < index_of(part, place) || number >= index_of(part, place + 1)) return wrong(number, "the index does not lead to it");
  }
  return {};
}

Result<void> HashTable::verify() const {
  const auto sum = sha256(bytes_.subspan(kHeadBytes));
  if (std::memcmp(sum.bytes.data(), bytes_.data() + kBodySumAt, 32) != 0) {
    return corrupt("byte " + std::to_string(kHeadBytes) + " and on: does not fit the checksum");
  }
  for (std::size_t kind = 0; kind < kHashKinds; ++kind) TRY_VOID(verify_part(static_cast<HashKind>(kind)));
  return {};
}

}  // namespace khien::scan
