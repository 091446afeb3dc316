#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "unpack/archive.hpp"
#include "unpack/kind.hpp"
#include "unpack/little_endian.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

// A zip is what its list at the end says, as common readers have it: heads before
// the files, and what kind of file an entry claims to be, are not believed.
constexpr std::string_view kFile = "PK\x03\x04"sv;
constexpr std::string_view kListed = "PK\x01\x02"sv;
constexpr std::string_view kEnd = "PK\x05\x06"sv;
constexpr std::string_view kEnd64 = "PK\x06\x06"sv;
constexpr std::string_view kEnd64At = "PK\x06\x07"sv;
constexpr std::string_view kSpanned = "PK\x07\x08"sv;
constexpr std::size_t kFileBytes = 30, kListedBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kEnd64AtBytes = 20;
constexpr std::size_t kMaxLists = 1024;

bool stands_at(ByteView bytes, std::uint64_t at, std::string_view mark) {
  return as_text(piece(bytes, at, mark.size())) == mark;
}

struct List {
  std::size_t begin;
  std::size_t end;       // behind the record that tells of it
  std::uint64_t shift;   // from its offsets to places in the bytes, modulo 2^64
  std::uint64_t count;
};

class Lists {
 public:
  explicit Lists(ByteView bytes) : bytes_(bytes) {
    const std::string_view text = as_text(bytes);
    for (auto at = text.find(kEnd); at != text.npos && lists_.size() <= kMaxLists; at = text.find(kEnd, at + 1)) {
      if (bytes.size() - at >= kEndBytes) take_end(at);
    }
  }
  const std::vector<List>& all() const { return lists_; }

 private:
  void take_end(std::size_t at) {
    const std::size_t behind = at + kEndBytes;
    if (at >= kEnd64AtBytes && stands_at(bytes_, at - kEnd64AtBytes, kEnd64At)) {
      const std::size_t locator = at - kEnd64AtBytes;
      if (locator >= kEnd64Bytes) take_end64(locator - kEnd64Bytes, behind);
      take_end64(u64_at(bytes_, locator + 8), behind);
    }
    take(at, u32_at(bytes_, at + 12), u32_at(bytes_, at + 16), {0, behind, 0, u16_at(bytes_, at + 10)});
  }

  void take_end64(std::uint64_t at, std::size_t behind) {
    if (!stands_at(bytes_, at, kEnd64)) return;
    const auto place = static_cast<std::size_t>(at);
    take(place, u64_at(bytes_, place + 40), u64_at(bytes_, place + 48), {0, behind, 0, u64_at(bytes_, place + 32)});
  }

  // Counted back from its end, so that what stands before the zip does not matter;
  // and where its offset leads. Readers do the one or the other.
  void take(std::size_t end, std::uint64_t size, std::uint64_t offset, List list) {
    if (size <= end) add(end - size, offset, list);
    add(offset, offset, list);
  }

  void add(std::uint64_t begin, std::uint64_t offset, List list) {
    if (!stands_at(bytes_, begin, kListed) || !begins_.insert(begin).second) return;
    list.begin = static_cast<std::size_t>(begin);
    list.shift = begin - offset;
    lists_.push_back(list);
  }

  ByteView bytes_;
  std::vector<List> lists_;
  std::set<std::uint64_t> begins_;
};

struct Entry {
  std::string name;
  unsigned flags = 0;
  unsigned method = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;

  bool encrypted() const { return (flags & 0x2001u) != 0; }
};

// Numbers that need more than 32 bits stand in a field of their own, in this order.
void take_long_numbers(ByteView extra, Entry& entry) {
  constexpr std::uint16_t kZip64 = 1;
  constexpr std::uint64_t kElsewhere = 0xFFFF'FFFF;
  for (std::size_t at = 0; at + 4 <= extra.size(); at += 4u + u16_at(extra, at + 2)) {
    if (u16_at(extra, at) != kZip64) continue;
    const ByteView field = piece(extra, at + 4, u16_at(extra, at + 2));
    std::size_t next = 0;
    for (std::uint64_t* number : {&entry.size, &entry.packed, &entry.offset}) {
      if (*number != kElsewhere || next + 8 > field.size()) continue;
      *number = u64_at(field, next);
      next += 8;
    }
    return;
  }
}

// Little-endian, in any number of bytes.
void append(Bytes& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i, value >>= 8) out.push_back(static_cast<std::byte>(value));
}

void append(Bytes& out, std::string_view text) {
  const ByteView bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// What a file's head and its line in the list have in common.
void append_common(Bytes& out, const Entry& entry, ByteView packed) {
  constexpr unsigned kCompressor = 0x0006;
  append(out, 63, 2);
  append(out, entry.flags & kCompressor, 2);
  append(out, entry.method, 2);
  append(out, 0, 4);  // when
  append(out, entry.crc, 4);
  append(out, packed.size(), 4);
  append(out, std::min<std::uint64_t>(entry.size, 0xFFFF'FFFE), 4);
  append(out, 1, 2);  // its name
  append(out, 0, 2);
}

// A zip of this entry alone, in which nothing contradicts anything.
Bytes single_zip(const Entry& entry, ByteView packed) {
  Bytes out;
  append(out, kFile);
  append_common(out, entry, packed);
  append(out, "x");
  out.insert(out.end(), packed.begin(), packed.end());
  const std::size_t list = out.size();
  append(out, kListed);
  append(out, 63, 2);
  append_common(out, entry, packed);
  append(out, 0, 14);  // comment, disk, attributes, offset
  append(out, "x");
  const std::size_t end = out.size();
  append(out, kEnd);
  append(out, 0, 4);
  append(out, 1, 2);
  append(out, 1, 2);
  append(out, end - list, 4);
  append(out, list, 4);
  append(out, 0, 2);
  return out;
}

class ZipReader {
 public:
  ZipReader(ByteView bytes, Unpacking& unpacking) : bytes_(bytes), unpacking_(unpacking) {}

  void read() {
    const Lists lists(bytes_);
    if (lists.all().size() > kMaxLists) unpacking_.gap("?", Unpacking::kBomb);
    // The last one is the one that most readers show.
    for (auto list = lists.all().rbegin(); list != lists.all().rend(); ++list) {
      const ByteView whole = bytes_.subspan(list->begin, list->end - std::min(list->begin, list->end));
      if (!whole.empty() && unpacking_.was_given(whole)) continue;
      if (!read_list(*list)) return;
    }
    read_unlisted(lists.all().empty());
  }

 private:
  bool read_list(const List& list) {
    std::uint64_t count = 0;
    std::size_t at = list.begin;
    for (; stands_at(bytes_, at, kListed) && bytes_.size() - at >= kListedBytes; ++count) {
      if (!unpacking_.take_entry()) return false;
      const std::size_t name = u16_at(bytes_, at + 28), extra = u16_at(bytes_, at + 30), comment = u16_at(bytes_, at + 32);
      if (!read_entry(entry_at(at), list.shift)) return false;
      at += kListedBytes + name + extra + comment;
      if (at >= bytes_.size()) break;
    }
    // Ours may be more: some writers count to 65,535 and begin anew.
    constexpr std::uint64_t kElsewhere = 0xFFFF;
    if (count < list.count && list.count != kElsewhere) unpacking_.gap("?", Unpacking::kDamaged);
    return true;
  }

  Entry entry_at(std::size_t at) {
    Entry entry;
    entry.flags = u16_at(bytes_, at + 8);
    entry.method = u16_at(bytes_, at + 10);
    entry.crc = u32_at(bytes_, at + 16);
    entry.packed = u32_at(bytes_, at + 20);
    entry.size = u32_at(bytes_, at + 24);
    entry.offset = u32_at(bytes_, at + 42);
    const std::size_t name = u16_at(bytes_, at + 28);
    entry.name = as_text(piece(bytes_, at + kListedBytes, name));
    take_long_numbers(piece(bytes_, at + kListedBytes + name, u16_at(bytes_, at + 30)), entry);
    if (entry.name.empty()) entry.name = "#" + std::to_string(places_.size() + 1);
    return entry;
  }

  // False once all is over.
  bool read_entry(const Entry& entry, std::uint64_t shift) {
    const std::uint64_t head = entry.offset + shift;
    if (!stands_at(bytes_, head, kFile)) return complain(entry, Unpacking::kDamaged);
    first_ = std::min(first_, head);
    const auto at = static_cast<std::size_t>(head);
    const std::uint64_t data = head + kFileBytes + u16_at(bytes_, at + 26) + u16_at(bytes_, at + 28);
    // Each place once: a list may lead there a thousand times.
    if (!places_.insert({data, entry.packed, entry.size, entry.method}).second) return true;
    if (entry.encrypted()) return complain(entry, Unpacking::kEncrypted);
    const ByteView packed = piece(bytes_, data, entry.packed);
    if (packed.size() < entry.packed && !complain(entry, Unpacking::kDamaged)) return false;
    return give(entry, packed);
  }

  bool give(const Entry& entry, ByteView packed) {
    constexpr unsigned kStored = 0;
    if (entry.method == kStored) {
      if (!is_file_of(entry, packed) && !complain(entry, Unpacking::kDamaged)) return false;
      return unpacking_.take_out(packed.size()) && unpacking_.part(entry.name, packed);
    }
    Bytes out;
    const End end = unpack(entry, packed, out);
    if (end == End::stopped) return false;
    if ((end == End::broken || !is_file_of(entry, out)) && !complain(entry, Unpacking::kDamaged)) return false;
    return unpacking_.part(entry.name, out);
  }

  // Else a reader that finds its place or its end otherwise shows another file than
  // we have seen.
  static bool is_file_of(const Entry& entry, ByteView bytes) {
    return bytes.size() == entry.size &&
           crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) == entry.crc;
  }

  End unpack(const Entry& entry, ByteView packed, Bytes& out) {
    constexpr unsigned kDeflated = 8;
    if (entry.method != kDeflated) return read_single_entry(single_zip(entry, packed), out, unpacking_);
    switch (inflate_into(out, packed, Deflate::raw, unpacking_)) {
      case Inflated::whole: return End::whole;
      case Inflated::broken: return End::broken;
      case Inflated::stopped: break;
    }
    return End::stopped;
  }

  // What begins like a zip, but is in no list: cut off, or hidden.
  void read_unlisted(bool no_list) {
    const std::string_view text = as_text(bytes_);
    if (text.starts_with(kEnd)) {
      // Without files it ends where it begins.
      if (no_list && (bytes_.size() < kEndBytes || u16_at(bytes_, 10) != 0)) unpacking_.gap("?", Unpacking::kDamaged);
      return;
    }
    const std::uint64_t begin = text.starts_with(kSpanned) ? kSpanned.size() : 0;
    if (text.starts_with(kSpanned) && no_list) return unpack_zip_from_begin(bytes_, unpacking_);
    if (stands_at(bytes_, begin, kFile) && first_ != begin) unpack_zip_from_begin(bytes_, unpacking_);
  }

  bool complain(const Entry& entry, std::string_view reason) {
    unpacking_.gap(entry.name, reason);
    return !unpacking_.stopped();
  }

  ByteView bytes_;
  Unpacking& unpacking_;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, unsigned>> places_;
  std::uint64_t first_ = UINT64_MAX;  // where the first listed file begins
};

}  // namespace

bool has_zip(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with(kFile) || text.starts_with(kEnd) || text.starts_with(kSpanned)) return true;
  return !Lists(bytes).all().empty();
}

void unpack_zips(ByteView bytes, Unpacking& unpacking) { ZipReader(bytes, unpacking).read(); }

}  // namespace khien::scan
