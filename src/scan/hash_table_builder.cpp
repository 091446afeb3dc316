#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "hash_table_format.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/scan/hash_table.hpp"

namespace khien::scan {
namespace {

using namespace hash_table_format;

struct Entry {
  std::array<std::byte, 32> digest{};
  std::uint32_t name = 0;
  std::uint32_t size = kAnySize;
};

struct Line {
  HashKind kind = HashKind::sha256;
  Entry entry;
  std::string_view name;
  Severity severity = Severity::high;
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view take_until(std::string_view& line, std::string_view ends) {
  const auto end = std::min(line.find_first_of(ends), line.size());
  const auto word = line.substr(0, end);
  line = trim(line.substr(std::min(end + 1, line.size())));
  return word;
}

Result<void> take_digest(std::string_view digits, Line& line) {
  switch (digits.size()) {
    case 64: line.kind = HashKind::sha256; break;
    case 40: line.kind = HashKind::sha1; break;
    case 32: line.kind = HashKind::md5; break;
    default: return Error(Code::invalid, "no hash of 32, 40 or 64 hexadecimal digits");
  }
  TRY(const Bytes bytes, from_hex(digits));
  std::ranges::copy(bytes, line.entry.digest.begin());
  return {};
}

// ClamAV's size field; '*' where it is not known.
Result<void> take_size(std::string_view digits, Line& line) {
  if (digits == "*") return {};
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return Error(Code::invalid, "the size is neither a number nor '*'");
  }
  // A size that the table cannot hold is not asked for; the hash still is.
  if (size < kAnySize) line.entry.size = static_cast<std::uint32_t>(size);
  return {};
}

Result<Line> read_line(std::string_view text) {
  Line line;
  const auto colon = text.find(':');
  if (colon != text.npos && text.substr(0, colon).find(' ') == text.npos) {
    TRY_VOID(take_digest(take_until(text, ":"), line));
    TRY_VOID(take_size(take_until(text, ":"), line));
    line.name = take_until(text, ":");
  } else {
    TRY_VOID(take_digest(take_until(text, " \t"), line));
    TRY(line.severity, severity_from_string(take_until(text, " \t")));
    line.name = text;
  }
  if (line.name.empty()) return Error(Code::invalid, "name is missing");
  if (line.name.size() > kMaxNameBytes) return Error(Code::invalid, "name is longer than 128 bytes");
  if (printable(line.name) != line.name) return Error(Code::invalid, "name has unprintable characters");
  return line;
}

void put(Bytes& out, std::uint64_t at, std::uint64_t value) { std::memcpy(out.data() + at, &value, sizeof value); }

}  // namespace

struct HashTableBuilder::Impl {
  std::array<std::vector<Entry>, kHashKinds> entries;
  std::string names;
  std::map<std::pair<std::string, Severity>, std::uint32_t, std::less<>> places;

  Result<std::uint32_t> place_of(std::string_view name, Severity severity) {
    std::pair<std::string, Severity> key(name, severity);
    if (const auto known = places.find(key); known != places.end()) return known->second;
    if (names.size() > UINT32_MAX - 2 - kMaxNameBytes) return Error(Code::exhausted, "over 4 GiB of names");
    const auto place = static_cast<std::uint32_t>(names.size());
    names += static_cast<char>(severity);
    names += static_cast<char>(name.size());
    names += name;
    places.emplace(std::move(key), place);
    return place;
  }

  unsigned char severity_of(const Entry& entry) const { return static_cast<unsigned char>(names[entry.name]); }

  // In the digests' order, the worse word first, and each (digest, size) once.
  void tidy(std::vector<Entry>& all) const {
    std::ranges::sort(all, [this](const Entry& a, const Entry& b) {
      if (const int order = std::memcmp(a.digest.data(), b.digest.data(), a.digest.size()); order != 0) return order < 0;
      return std::tuple(a.size, severity_of(b), a.name) < std::tuple(b.size, severity_of(a), b.name);
    });
    const auto same = [](const Entry& a, const Entry& b) { return a.digest == b.digest && a.size == b.size; };
    const auto rest = std::ranges::unique(all, same);
    all.erase(rest.begin(), rest.end());
  }

  static void write_part(Bytes& out, HashKind kind, const std::vector<Entry>& all);
};

HashTableBuilder::HashTableBuilder() : impl_(std::make_unique<Impl>()) {}
HashTableBuilder::~HashTableBuilder() = default;

std::size_t HashTableBuilder::size() const {
  std::size_t count = 0;
  for (const auto& all : impl_->entries) count += all.size();
  return count;
}

Result<void> HashTableBuilder::add_list(std::string_view text, Budget& budget) {
  TRY_VOID(budget.take_in(text.size()));
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto content = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content.front() == '#') continue;
    TRY_VOID(budget.take_entries());
    auto line = read_line(content);
    if (!line) return std::move(line).error().within("line " + std::to_string(number));
    auto& all = impl_->entries[static_cast<std::size_t>(line->kind)];
    if (all.size() == kMaxHashes) return Error(Code::exhausted, "more than 2^31 hashes");
    TRY(line->entry.name, impl_->place_of(line->name, line->severity));
    all.push_back(line->entry);
  }
  return {};
}

// Appends filter, index and records, and writes their places into the head.
void HashTableBuilder::Impl::write_part(Bytes& out, HashKind kind, const std::vector<Entry>& all) {
  const std::size_t digest = digest_bytes(kind);
  const std::uint64_t blocks = all.size() * kBitsAHash / (8 * kBlockBytes) + 1;
  // Eight records to a run.
  const auto bits = std::min<std::uint64_t>(kMaxIndexBits, static_cast<std::uint64_t>(std::bit_width(all.size() / 8)));
  const std::uint64_t filter_at = out.size();
  const std::uint64_t index_at = filter_at + blocks * kBlockBytes;
  const std::uint64_t records_at = index_at + ((std::uint64_t{1} << bits) + 1) * 4;
  const std::uint64_t at = kPartsAt + static_cast<std::uint64_t>(kind) * kPartBytes;
  const std::array<std::uint64_t, 6> head{all.size(), filter_at, blocks, index_at, bits, records_at};
  for (std::size_t i = 0; i < head.size(); ++i) put(out, at + 8 * i, head[i]);
  // The next part's filter begins at a cache line.
  out.resize((records_at + all.size() * record_bytes(digest) + 63) / 64 * 64);
  std::byte* write = out.data() + records_at;
  std::uint64_t place = 0;
  for (std::size_t number = 0; number < all.size(); ++number) {
    const ByteView view = ByteView(all[number].digest).first(digest);
    const std::uint64_t key = filter_key(view);
    std::byte* block = out.data() + filter_at + block_of(key, blocks) * kBlockBytes;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      std::uint32_t word = 0;
      std::memcpy(&word, block + 4 * lane, sizeof word);
      word |= lane_bit(key, lane);
      std::memcpy(block + 4 * lane, &word, sizeof word);
    }
    for (; place <= index_place(view, bits); ++place) std::memcpy(out.data() + index_at + 4 * place, &number, 4);
    std::memcpy(write, view.data(), digest);
    std::memcpy(write + digest, &all[number].name, 4);
    std::memcpy(write + digest + 4, &all[number].size, 4);
    write += record_bytes(digest);
  }
  const std::uint64_t end = all.size();
  for (; place <= (std::uint64_t{1} << bits); ++place) std::memcpy(out.data() + index_at + 4 * place, &end, 4);
}

Result<Bytes> HashTableBuilder::finish() {
  Bytes out(kHeadBytes);
  std::memcpy(out.data(), kMark.data(), kMark.size());
  for (std::size_t kind = 0; kind < kHashKinds; ++kind) {
    auto& all = impl_->entries[kind];
    impl_->tidy(all);
    if (!all.empty()) Impl::write_part(out, static_cast<HashKind>(kind), all);
  }
  put(out, kNamesAt, out.size());
  put(out, kNamesAt + 8, impl_->names.size());
  const ByteView names = as_bytes(impl_->names);
  out.insert(out.end(), names.begin(), names.end());
  put(out, kWholeSizeAt, out.size());
  const Sha256 body = sha256(ByteView(out).subspan(kHeadBytes));
  std::ranges::copy(body.bytes, out.begin() + kBodySumAt);
  const Sha256 head = sha256(ByteView(out).first(kHeadSumAt));
  std::ranges::copy(head.bytes, out.begin() + kHeadSumAt);
  return out;
}

Result<HashTable> hash_table_of(HashTableBuilder& builder) {
  TRY(Bytes bytes, builder.finish());
  const auto kept = std::make_shared<const Bytes>(std::move(bytes));
  return HashTable::open(*kept, kept);
}

}  // namespace khien::scan
