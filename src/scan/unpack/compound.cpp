#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/text.hpp"
#include "unpack/kind.hpp"
#include "unpack/little_endian.hpp"
#include "unpack/package.hpp"
#include "unpack/unpacking.hpp"
#include "unpack/vba.hpp"

namespace khien::scan {
namespace {

// MS-CFB: a file system in a file. Its numbers are hostile: every chain is
// followed for as many steps as there are sectors and no further.
constexpr std::size_t kHeadBytes = 512;
constexpr std::size_t kEntryBytes = 128;
constexpr std::size_t kDirectFatSectors = 109;
constexpr std::uint32_t kMaxSector = 0xFFFF'FFFA;
constexpr std::uint32_t kNone = 0xFFFF'FFFF;
constexpr std::size_t kMaxDepth = 64;

struct Entry {
  enum class Type : unsigned char { none = 0, storage = 1, stream = 2, root = 5 };
  Type type = Type::none;
  std::string name;
  std::uint32_t left = kNone, right = kNone, child = kNone;
  std::uint32_t start = 0;
  std::uint64_t size = 0;
  std::string path;  // with its storages
};

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::string name_of(ByteView entry) {
  const std::size_t bytes = std::min<std::size_t>(u16_at(entry, 64), 64);
  std::string name;
  for (std::size_t at = 0; at + 2 <= bytes; at += 2) {
    const std::uint16_t unit = u16_at(entry, at);
    if (unit == 0) break;
    append_utf8(name, unit);
  }
  return name;
}

class CompoundFile {
 public:
  CompoundFile(ByteView bytes, Unpacking& unpacking) : bytes_(bytes), unpacking_(unpacking) {}

  // False if it is none.
  bool open() {
    const unsigned shift = u16_at(bytes_, 30);
    if (bytes_.size() < kHeadBytes || (shift != 9 && shift != 12)) return false;
    sector_bytes_ = std::size_t{1} << shift;
    sectors_ = bytes_.size() / sector_bytes_;
    read_fat();
    if (!read_entries()) return false;
    name_paths();
    mini_fat_ = numbers_of(chain(fat_, u32_at(bytes_, 60)));
    mini_stream_ = entries_.empty() ? std::vector<std::uint32_t>{} : chain(fat_, entries_[0].start);
    return true;
  }

  void read_streams() {
    for (const Entry& entry : entries_) {
      if (entry.type != Entry::Type::stream) continue;
      if (!unpacking_.take_entry()) return;
      Bytes stream;
      if (!read_stream(entry, stream)) return;
      if (!give(entry, stream)) return;
    }
  }

 private:
  ByteView sector(std::uint32_t number) const {
    return piece(bytes_, (std::uint64_t{number} + 1) * sector_bytes_, sector_bytes_);
  }

  static std::vector<std::uint32_t> chain(const std::vector<std::uint32_t>& fat, std::uint32_t start,
                                          std::uint64_t most = UINT64_MAX) {
    std::vector<std::uint32_t> sectors;
    most = std::min<std::uint64_t>(most, fat.size());
    for (std::uint32_t at = start; at < kMaxSector && at < fat.size() && sectors.size() < most; at = fat[at]) {
      sectors.push_back(at);
    }
    return sectors;
  }

  std::vector<std::uint32_t> numbers_of(const std::vector<std::uint32_t>& sectors) const {
    std::vector<std::uint32_t> numbers;
    for (const std::uint32_t each : sectors) append_numbers(each, numbers);
    return numbers;
  }

  void append_numbers(std::uint32_t number, std::vector<std::uint32_t>& numbers) const {
    const ByteView view = sector(number);
    for (std::size_t at = 0; at + 4 <= view.size(); at += 4) numbers.push_back(u32_at(view, at));
  }

  void read_fat() {
    const std::size_t most = sectors_ / (sector_bytes_ / 4) + 1;
    std::size_t taken = 0;
    const auto take = [&](std::uint32_t number) {
      if (number >= kMaxSector || number >= sectors_ || taken == most) return;
      ++taken;
      append_numbers(number, fat_);
    };
    for (std::size_t i = 0; i < kDirectFatSectors; ++i) take(u32_at(bytes_, 76 + 4 * i));
    std::uint32_t next = u32_at(bytes_, 68);
    for (std::size_t steps = 0; next < kMaxSector && steps < sectors_ && taken < most; ++steps) {
      const ByteView list = sector(next);
      if (list.size() < sector_bytes_) break;
      for (std::size_t at = 0; at + 8 <= sector_bytes_; at += 4) take(u32_at(list, at));
      next = u32_at(list, sector_bytes_ - 4);
    }
    if (fat_.size() > sectors_) fat_.resize(sectors_);
  }

  bool read_entries() {
    for (const std::uint32_t number : chain(fat_, u32_at(bytes_, 48))) {
      const ByteView view = sector(number);
      for (std::size_t at = 0; at + kEntryBytes <= view.size(); at += kEntryBytes) {
        if (!unpacking_.take_entry()) return false;
        entries_.push_back(read_entry(view.subspan(at, kEntryBytes)));
      }
    }
    return !entries_.empty();
  }

  Entry read_entry(ByteView bytes) const {
    Entry entry;
    const auto type = std::to_integer<unsigned>(bytes[66]);
    if (type == 1 || type == 2 || type == 5) entry.type = static_cast<Entry::Type>(type);
    entry.name = name_of(bytes);
    entry.path = entry.name;
    entry.left = u32_at(bytes, 68);
    entry.right = u32_at(bytes, 72);
    entry.child = u32_at(bytes, 76);
    entry.start = u32_at(bytes, 116);
    entry.size = sector_bytes_ == 512 ? u32_at(bytes, 120) : u64_at(bytes, 120);
    return entry;
  }

  // Each entry is reached once; what no storage names keeps its own name.
  void name_paths() {
    struct Step {
      std::uint32_t entry;
      std::uint32_t storage;
      std::size_t depth;
    };
    std::vector<bool> seen(entries_.size(), false);
    std::vector<Step> open{{entries_[0].child, kNone, 0}};
    while (!open.empty()) {
      const Step step = open.back();
      open.pop_back();
      if (step.entry >= entries_.size() || seen[step.entry] || step.depth > kMaxDepth) continue;
      seen[step.entry] = true;
      Entry& entry = entries_[step.entry];
      if (step.storage != kNone) entry.path = std::string(truncate(entries_[step.storage].path, 400)) + "/" + entry.name;
      open.push_back({entry.left, step.storage, step.depth});
      open.push_back({entry.right, step.storage, step.depth});
      if (entry.type == Entry::Type::storage) open.push_back({entry.child, step.entry, step.depth + 1});
    }
  }

  bool read_stream(const Entry& entry, Bytes& out) {
    constexpr std::size_t kMiniBytes = 64;
    const bool mini = entry.size < u32_at(bytes_, 56);
    const std::size_t each = mini ? kMiniBytes : sector_bytes_;
    const auto sectors = chain(mini ? mini_fat_ : fat_, entry.start, entry.size / each + 1);
    const std::uint64_t size = std::min<std::uint64_t>(entry.size, std::uint64_t{sectors.size()} * each);
    if (!unpacking_.take_out(size)) return false;
    out.reserve(static_cast<std::size_t>(size));
    ByteView run;
    for (const std::uint32_t number : sectors) {
      if (out.size() >= size) break;
      const ByteView view = piece(mini ? mini_sector(number) : sector(number), 0, size - out.size());
      unpacking_.note_given(run, view);
      out.insert(out.end(), view.begin(), view.end());
    }
    return true;
  }

  ByteView mini_sector(std::uint32_t number) const {
    const std::uint64_t at = std::uint64_t{number} * 64;
    const std::uint64_t index = at / sector_bytes_;
    if (index >= mini_stream_.size()) return {};
    return piece(sector(mini_stream_[static_cast<std::size_t>(index)]), at % sector_bytes_, 64);
  }

  // The stream itself, and what Office hides in some of them.
  bool give(const Entry& entry, ByteView stream) {
    if (is_encrypted(entry, stream)) {
      unpacking_.gap(entry.path, Unpacking::kEncrypted);
      return !unpacking_.stopped();
    }
    if (!unpacking_.part(entry.path, stream)) return false;
    if (entry.name == "\x01Ole10Native" && stream.size() > 4 && !unpack_package(stream.subspan(4), unpacking_)) return false;
    if (entry.name == "PowerPoint Document" && !give_slides_objects(stream)) return false;
    const Bytes macro = macro_text(stream);
    if (macro.size() > kMaxMacroBytes) unpacking_.gap(entry.path + ".vba", Unpacking::kBomb);
    return unpacking_.take_out(macro.size()) && unpacking_.text_part(entry.path + ".vba", macro);
  }

  static bool is_encrypted(const Entry& entry, ByteView stream) {
    if (entry.name == "EncryptedPackage") return true;
    // The flags of Word's head; the first records of an Excel workbook.
    if (entry.name == "WordDocument") return u16_at(stream, 0) == 0xA5EC && (u16_at(stream, 10) & 0x0100) != 0;
    if (entry.name != "Workbook" && entry.name != "Book") return false;
    std::size_t at = 0;
    for (int records = 0; records < 8 && at + 4 <= stream.size(); ++records) {
      constexpr std::uint16_t kFilePass = 0x002F;
      if (u16_at(stream, at) == kFilePass) return true;
      at += 4u + u16_at(stream, at + 2);
    }
    return false;
  }

  // PowerPoint keeps embedded files as records of their own, deflated.
  bool give_slides_objects(ByteView stream) {
    using namespace std::string_view_literals;
    constexpr std::string_view kRecord = "\x10\x00\x11\x10"sv;  // ExOleObjStg, compressed
    const std::string_view text = as_text(stream);
    std::size_t number = 0;
    for (auto at = text.find(kRecord); at != text.npos; at = text.find(kRecord, at + 1)) {
      const ByteView record = piece(stream, at + 8, u32_at(stream, at + 4));
      if (record.size() <= 4) continue;
      if (!unpacking_.take_entry()) break;
      Bytes object;
      const Inflated end = inflate_into(object, record.subspan(4), Deflate::zlib, unpacking_);
      const std::string name = "#" + std::to_string(++number);
      // Without a byte the mark stood there by chance.
      if (end == Inflated::broken && !object.empty()) unpacking_.gap(name, Unpacking::kDamaged);
      if (end == Inflated::stopped || !unpacking_.part(name, object)) return false;
    }
    return !unpacking_.stopped();
  }

  ByteView bytes_;
  Unpacking& unpacking_;
  std::size_t sector_bytes_ = 0;
  std::size_t sectors_ = 0;
  std::vector<std::uint32_t> fat_;
  std::vector<std::uint32_t> mini_fat_;
  std::vector<std::uint32_t> mini_stream_;
  std::vector<Entry> entries_;
};

}  // namespace

void unpack_compound(const Found& found, Unpacking& unpacking) {
  CompoundFile file(found.bytes, unpacking);
  if (file.open()) {
    file.read_streams();
  } else if (!found.guess && !unpacking.stopped()) {
    unpacking.gap("?", Unpacking::kDamaged);
  }
}

}  // namespace khien::scan
