#include "unpack/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "khien/core/assert.hpp"
#include "unpack/kind.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

struct ArchiveFree {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Archive = std::unique_ptr<archive, ArchiveFree>;

// libarchive turns names into the locale's characters, and in "C" gives up on
// most. Ours for as long as it reads, in this thread alone.
class Utf8Names {
 public:
  Utf8Names() : before_(uselocale(utf8())) {}
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() { uselocale(before_); }

 private:
  static locale_t utf8() {
    static const locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made == nullptr ? LC_GLOBAL_LOCALE : made;
  }
  locale_t before_;
};

// Again, in a simpler way, where the first one found nothing.
enum class How : unsigned char { whole, streamed_zip, single_file };

// Exactly the readers that a kind needs, each by its name: `_all` would bring
// those that run programs, and code that nobody asked for.
bool choose_format(archive* reader, Kind kind, How how) {
  int outcome = ARCHIVE_OK;
  if (how == How::streamed_zip) return archive_read_support_format_zip_streamable(reader) == ARCHIVE_OK;
  if (how == How::single_file) return archive_read_support_format_raw(reader) == ARCHIVE_OK;
  switch (kind) {
    case Kind::zip: outcome = archive_read_support_format_zip_seekable(reader); break;
    case Kind::seven_zip: outcome = archive_read_support_format_7zip(reader); break;
    case Kind::tar: outcome = archive_read_support_format_tar(reader); break;
    case Kind::cpio: outcome = archive_read_support_format_cpio(reader); break;
    case Kind::ar: outcome = archive_read_support_format_ar(reader); break;
    case Kind::iso: outcome = archive_read_support_format_iso9660(reader); break;
    case Kind::cab: outcome = archive_read_support_format_cab(reader); break;
    case Kind::rar: outcome = archive_read_support_format_rar(reader); break;
    case Kind::rar5: outcome = archive_read_support_format_rar5(reader); break;
    case Kind::xar: outcome = archive_read_support_format_xar(reader); break;
    case Kind::lha: outcome = archive_read_support_format_lha(reader); break;
    case Kind::rpm:
      archive_read_support_filter_rpm(reader);
      archive_read_support_filter_gzip(reader);
      archive_read_support_filter_bzip2(reader);
      archive_read_support_filter_xz(reader);
      archive_read_support_filter_zstd(reader);
      outcome = archive_read_support_format_cpio(reader);
      break;
    default: {
      // What was compressed is a tar, a cpio or a single file.
      archive_read_support_format_tar(reader);
      archive_read_support_format_cpio(reader);
      outcome = archive_read_support_format_raw(reader);
    }
  }
  return outcome == ARCHIVE_OK;
}

// One filter by its code and no bidding: each layer of gzip in gzip is then a
// layer to the budget as well.
int filter_of(Kind kind) {
  switch (kind) {
    case Kind::gzip: return ARCHIVE_FILTER_GZIP;
    case Kind::bzip2: return ARCHIVE_FILTER_BZIP2;
    case Kind::xz: return ARCHIVE_FILTER_XZ;
    case Kind::lzma: return ARCHIVE_FILTER_LZMA;
    case Kind::zstd: return ARCHIVE_FILTER_ZSTD;
    case Kind::lz4: return ARCHIVE_FILTER_LZ4;
    case Kind::lzip: return ARCHIVE_FILTER_LZIP;
    case Kind::compress: return ARCHIVE_FILTER_COMPRESS;
    default: return ARCHIVE_FILTER_NONE;
  }
}

Archive open_archive(Kind kind, ByteView bytes, How how) {
  Archive reader(archive_read_new());
  khien_assert(reader != nullptr);
  if (!choose_format(reader.get(), kind, how)) return nullptr;
  if (const int filter = filter_of(kind); filter != ARCHIVE_FILTER_NONE) {
    // Appending "compress" makes libarchive 3.6 read beyond its own table. And a
    // warning would mean that a program is started instead.
    const bool appended = kind != Kind::compress && archive_read_append_filter(reader.get(), filter) == ARCHIVE_OK;
    if (!appended && archive_read_support_filter_by_code(reader.get(), filter) != ARCHIVE_OK) return nullptr;
  }
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return nullptr;
  return reader;
}

class ArchiveReader {
 public:
  ArchiveReader(archive* reader, bool guess, Unpacking& unpacking)
      : reader_(reader), sure_(!guess), unpacking_(unpacking) {}

  End read_all() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int outcome = archive_read_next_header(reader_, &entry);
      if (outcome == ARCHIVE_EOF) return End::whole;
      if (outcome == ARCHIVE_FATAL) return end_of_archive();
      if (!unpacking_.take_entry()) return End::stopped;
      if (outcome < ARCHIVE_WARN) {
        complain("?", Unpacking::kDamaged);
        continue;
      }
      ++entries_;
      // "raw" takes anything for a head.
      if (archive_format(reader_) != ARCHIVE_FORMAT_RAW) sure_ = true;
      if (!read_entry(entry)) return End::stopped;
    }
  }
  std::size_t entries() const { return entries_; }
  // No longer a guess.
  bool sure() const { return sure_; }

  End read_data(Bytes& bytes) {
    ByteView run;
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      const int outcome = archive_read_data_block(reader_, &block, &size, &offset);
      if (outcome == ARCHIVE_EOF) return End::whole;
      if (outcome == ARCHIVE_RETRY) {
        if (!unpacking_.in_time()) return End::stopped;
        continue;
      }
      if (outcome < ARCHIVE_WARN) return End::broken;
      // A sparse file's hole is zeros, and is paid for as if they were written.
      const auto at = static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0));
      const std::uint64_t hole = at > bytes.size() ? at - bytes.size() : 0;
      if (hole > 0 && !unpacking_.take_out(hole)) return End::stopped;
      if (!unpacking_.take_out(size)) return End::stopped;
      bytes.resize(bytes.size() + static_cast<std::size_t>(hole));
      const auto* begin = static_cast<const std::byte*>(block);
      bytes.insert(bytes.end(), begin, begin + size);
      // What is stored as it is comes as a view of what we read from.
      unpacking_.note_given(run, {begin, size});
    }
  }

 private:
  std::string name_of(archive_entry* entry) const {
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    return name != nullptr && *name != '\0' ? std::string(name) : "#" + std::to_string(entries_);
  }

  bool read_entry(archive_entry* entry) {
    const std::string name = name_of(entry);
    if (archive_entry_is_encrypted(entry) != 0) {
      unpacking_.gap(name, Unpacking::kEncrypted);
      return !unpacking_.stopped();
    }
    const auto type = archive_entry_filetype(entry);
    const bool file = type == AE_IFREG || type == 0;
    Bytes bytes;
    const End end = read_data(bytes);
    if (end == End::stopped) return false;
    if (!bytes.empty()) sure_ = true;
    // A device that has bytes: who unpacks it elsewhere gets a file. A folder's size,
    // in an ISO image, is that of its list.
    const bool withheld = !file && type != AE_IFDIR && bytes.empty() && archive_entry_size(entry) > 0;
    if (end == End::broken || withheld) complain(name, Unpacking::kDamaged);
    return unpacking_.part(name, bytes);
  }

  End end_of_archive() {
    // Its list of names is encrypted: all we know.
    if (archive_read_has_encrypted_entries(reader_) == 1) {
      unpacking_.gap("?", Unpacking::kEncrypted);
      return End::whole;
    }
    // A dictionary that does not fit is asked for by nothing honest.
    if (archive_errno(reader_) == ENOMEM) {
      unpacking_.gap("?", Unpacking::kBomb);
      return End::whole;
    }
    return End::broken;
  }

  void complain(std::string_view name, std::string_view reason) {
    if (sure_) unpacking_.gap(name, reason);
  }

  archive* reader_;
  bool sure_;
  Unpacking& unpacking_;
  std::size_t entries_ = 0;
};

struct Read {
  End end = End::broken;
  std::size_t entries = 0;
  bool sure = true;
};

Read read_archive(const Found& found, How how, Unpacking& unpacking) {
  const Archive archive = open_archive(found.kind, found.bytes, how);
  if (archive == nullptr) return {End::broken, 0, !found.guess};
  ArchiveReader reader(archive.get(), found.guess, unpacking);
  const End end = reader.read_all();
  return {end, reader.entries(), reader.sure()};
}

// What libarchive gives up on because its end is missing, as downloads are that
// broke off: as much of it as there is.
void read_cut_gzip(ByteView bytes, Unpacking& unpacking) {
  Bytes out;
  if (!unpacking.take_entry()) return;
  if (inflate_into(out, bytes, Deflate::gzip, unpacking) != Inflated::stopped) unpacking.part("data", out);
}

}  // namespace

void unpack_archive(const Found& found, Unpacking& unpacking) {
  // An empty file, compressed, is some bytes that hold nothing.
  constexpr std::size_t kEmptyBytes = 64;
  const Utf8Names names;
  const bool compressed = filter_of(found.kind) != ARCHIVE_FILTER_NONE;
  Read read = read_archive(found, How::whole, unpacking);
  if (read.end == End::stopped) return;
  // What begins with zeros looks like the end of a tar.
  if (compressed && read.end == End::whole && read.entries == 0) read = read_archive(found, How::single_file, unpacking);
  const bool broken = read.end == End::broken;
  if (found.kind == Kind::gzip && broken && read.entries == 0) read_cut_gzip(found.bytes, unpacking);
  if (compressed && read.entries == 0 && found.bytes.size() <= kEmptyBytes) return;
  if (broken && read.sure) unpacking.gap("?", Unpacking::kDamaged);
}

void unpack_zip_from_begin(ByteView bytes, Unpacking& unpacking) {
  // libarchive looks some bytes beyond the last file before it gives it out.
  constexpr std::size_t kBeyond = 64;
  const Utf8Names names;
  Bytes padded(bytes.begin(), bytes.end());
  padded.resize(padded.size() + kBeyond);
  const Read read = read_archive({Kind::zip, padded}, How::streamed_zip, unpacking);
  if (read.end != End::stopped) unpacking.gap("?", Unpacking::kDamaged);
}

End read_single_entry(ByteView zip, Bytes& out, Unpacking& unpacking) {
  const Archive archive = open_archive(Kind::zip, zip, How::whole);
  if (archive == nullptr) return End::broken;
  archive_entry* entry = nullptr;
  if (archive_read_next_header(archive.get(), &entry) < ARCHIVE_WARN) return End::broken;
  return ArchiveReader(archive.get(), false, unpacking).read_data(out);
}

}  // namespace khien::scan
