#include "documents.hpp"

#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "khien/core/text.hpp"
#include "tracker_parts.hpp"
#include "khien/feed/feed.hpp"

namespace khien::feed {
namespace {

constexpr std::size_t kPiece = 256u << 10;
constexpr std::uint64_t kMostNestedBytes = 1ull << 30;
constexpr std::size_t kMostZipDepth = 2;
constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_zip(std::string_view text) { return text.starts_with("PK\x03\x04") || text.starts_with(std::string_view("PK\x05\x06", 4)); }
bool is_gzip(std::string_view text) { return text.starts_with("\x1f\x8b"); }

std::string megabytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

Error damaged(const std::string& where, std::string_view what) {
  return Error(Code::invalid, (where.empty() ? std::string() : where + ": ") + std::string(what) + " is damaged or cut off");
}

}  // namespace

Splitter::Splitter(std::string where, const Visit& visit) : where_(std::move(where)), visit_(visit) {}
Splitter::~Splitter() = default;

std::string Splitter::line_name() const {
  const std::string line = "line " + std::to_string(line_);
  return where_.empty() ? line : where_ + ": " + line;
}

// `last`: nothing comes behind what is there.
void Splitter::decide(bool last) {
  if (!began_) {
    if (buffer_.size() < kByteOrderMark.size() && kByteOrderMark.starts_with(buffer_)) return;
    if (buffer_.starts_with(kByteOrderMark)) buffer_.erase(0, kByteOrderMark.size());
    began_ = true;
  }
  const auto first = buffer_.find_first_not_of(kBlank);
  if (first == buffer_.npos) return;
  const auto tracker = TrackerParts::is_one(buffer_);
  if (!tracker && !last) return;
  if (tracker == true) tracker_ = std::make_unique<TrackerParts>(where_, visit_);
  mode_ = tracker_ ? Mode::tracker : buffer_[first] == '{' || buffer_[first] == '[' ? Mode::document : Mode::lines;
}

// Follows the first value to its end; where more than blanks is behind it, each line is a
// document of its own.
void Splitter::follow() {
  for (; followed_ < buffer_.size(); ++followed_) {
    const char c = buffer_[followed_];
    if (ended_) {
      if (kBlank.find(c) == kBlank.npos) {
        mode_ = Mode::json_lines;
        return;
      }
    } else if (in_string_) {
      if (escaped_) escaped_ = false;
      else if (c == '\\') escaped_ = true;
      else if (c == '"') in_string_ = false;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++open_;
    } else if (c == '}' || c == ']') {
      if (open_ > 0 && --open_ == 0) ended_ = true;
    }
  }
}

Result<void> Splitter::emit(Part::Kind kind, std::string_view text) {
  Part part;
  part.kind = kind;
  part.text = text;
  part.one_of_many = mode_ != Mode::document;
  part.where = part.one_of_many ? line_name() : where_;
  part.line = kind == Part::Kind::line ? line_ : 0;
  return visit_(part);
}

Result<void> Splitter::emit_lines(bool last) {
  const auto kind = mode_ == Mode::json_lines ? Part::Kind::json : Part::Kind::line;
  std::size_t at = 0;
  while (at < buffer_.size()) {
    const auto end = buffer_.find('\n', std::max(at, searched_));
    if (end == buffer_.npos && !last) break;
    const auto line = std::string_view(buffer_).substr(at, std::min(end, buffer_.size()) - at);
    if (line.find_first_not_of(kBlank) != line.npos) TRY_VOID(emit(kind, line));
    ++line_;
    at = end == buffer_.npos ? buffer_.size() : end + 1;
  }
  buffer_.erase(0, at);
  searched_ = buffer_.size();
  return {};
}

Result<void> Splitter::take(std::string_view piece) {
  if (mode_ == Mode::tracker) return tracker_->take(piece);
  buffer_ += piece;
  if (mode_ == Mode::unknown) decide(false);
  if (mode_ == Mode::tracker) return tracker_->take(std::exchange(buffer_, std::string()));
  if (mode_ == Mode::document) follow();
  if (mode_ == Mode::json_lines || mode_ == Mode::lines) TRY_VOID(emit_lines(false));
  if (buffer_.size() > kMostDocumentBytes) {
    return Error(Code::exhausted, (where_.empty() ? std::string() : where_ + ": ") + "a document is over " + megabytes(kMostDocumentBytes));
  }
  return {};
}

Result<void> Splitter::finish() {
  if (mode_ == Mode::unknown) decide(true);
  if (mode_ == Mode::unknown) return Error(Code::invalid, (where_.empty() ? std::string() : where_ + ": ") + "the file is empty");
  if (mode_ == Mode::tracker) return tracker_->finish();
  if (mode_ == Mode::document) return emit(Part::Kind::json, buffer_);
  return emit_lines(true);
}

namespace {

Result<void> split_plain(std::string_view text, const std::string& where, Budget& budget, const Visit& visit, const Passed& passed) {
  Splitter splitter(where, visit);
  for (std::size_t at = 0; at < text.size(); at += kPiece) {
    TRY_VOID(budget.check_time());
    TRY_VOID(splitter.take(text.substr(at, kPiece)));
    if (passed) passed(std::min(at + kPiece, text.size()));
  }
  return splitter.finish();
}

class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<void> run(std::string_view packed, Budget& budget, const std::string& where, Splitter& splitter, const Passed& passed) {
    const std::size_t whole = packed.size();
    if (!ready_) return Error(Code::exhausted, "no memory to unpack");
    std::string piece(kPiece, '\0');
    int code = Z_OK;
    while (code != Z_STREAM_END || !packed.empty()) {
      if (code == Z_STREAM_END && inflateReset(&stream_) != Z_OK) return damaged(where, "the gzip");  // a member behind a member
      const auto given = packed.substr(0, 1u << 20);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(given.data()));
      stream_.avail_in = static_cast<uInt>(given.size());
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t got = piece.size() - stream_.avail_out;
      const std::size_t used = given.size() - stream_.avail_in;
      if ((code != Z_OK && code != Z_STREAM_END) || (got == 0 && used == 0)) return damaged(where, "the gzip");
      packed.remove_prefix(used);
      TRY_VOID(budget.take_out(got));
      TRY_VOID(budget.check_time());
      TRY_VOID(splitter.take(std::string_view(piece).substr(0, got)));
      if (passed) passed(whole - packed.size());
    }
    return {};
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

Result<void> split_gzip(std::string_view packed, const std::string& where, Budget& budget, const Visit& visit, const Passed& passed) {
  Splitter splitter(where, visit);
  Inflater inflater;
  TRY_VOID(inflater.run(packed, budget, where, splitter, passed));
  return splitter.finish();
}

struct ZipFree {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct FileFree {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, ZipFree>;

Result<Zip> open_zip(std::string_view bytes, const std::string& where) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  Zip zip(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error));
  zip_error_fini(&error);
  if (!zip) {
    if (source != nullptr) zip_source_free(source);
    return damaged(where, "the zip");
  }
  return zip;
}

// An entry's bytes. What it claims of its size is no reason to make room.
Result<std::string> read_entry(zip_t* zip, zip_uint64_t index, const std::string& where, Budget& budget) {
  const std::unique_ptr<zip_file_t, FileFree> file(zip_fopen_index(zip, index, 0));
  if (!file) return damaged(where, "the entry");
  std::string content;
  std::string piece(256u << 10, '\0');
  for (;;) {
    const auto got = zip_fread(file.get(), piece.data(), piece.size());
    if (got < 0) return damaged(where, "the entry");
    if (got == 0) return content;
    TRY_VOID(budget.take_out(static_cast<std::uint64_t>(got)));
    content.append(piece, 0, static_cast<std::size_t>(got));
    const std::uint64_t most = is_zip(content) ? kMostNestedBytes : kMostDocumentBytes;
    if (content.size() > most) return Error(Code::exhausted, where + ": an entry is over " + megabytes(most));
  }
}

// What no feed keeps its records in.
bool is_beside(std::string_view name) {
  return name.ends_with('/') || !(name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson") || name.ends_with(".csv") ||
                                  name.ends_with(".zip") || name.ends_with(".gz"));
}

Result<void> split(std::string_view text, const std::string& where, std::size_t zips, Budget& budget, const Visit& visit, const Passed& passed);

Result<void> split_zip(std::string_view bytes, const std::string& where, std::size_t zips, Budget& budget, const Visit& visit) {
  if (zips >= kMostZipDepth) return Error(Code::exhausted, where + ": zips in zips beyond " + std::to_string(kMostZipDepth));
  TRY(const auto zip, open_zip(bytes, where));
  const auto entries = static_cast<zip_uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(zip.get(), 0), 0));
  TRY_VOID(budget.take_entries(entries));
  bool any = false;
  for (zip_uint64_t i = 0; i < entries; ++i) {
    TRY_VOID(budget.check_time());
    const char* raw = zip_get_name(zip.get(), i, ZIP_FL_ENC_RAW);
    const std::string name = raw == nullptr ? "" : printable(raw);
    if (is_beside(name)) continue;
    const std::string inner = where.empty() ? name : where + ": " + name;
    TRY(const auto content, read_entry(zip.get(), i, inner, budget));
    if (content.find_first_not_of(kBlank) == content.npos) continue;
    TRY_VOID(split(content, inner, zips + 1, budget, [&](const Part& part) -> Result<void> {
      Part one = part;
      one.one_of_many = true;
      return visit(one);
    }, {}));
    any = true;
  }
  if (!any) return Error(Code::invalid, (where.empty() ? "the zip" : where) + std::string(" holds no JSON or CSV"));
  return {};
}

Result<void> split(std::string_view text, const std::string& where, std::size_t zips, Budget& budget, const Visit& visit, const Passed& passed) {
  if (is_zip(text)) return split_zip(text, where, zips, budget, visit);
  if (is_gzip(text)) return split_gzip(text, where, budget, visit, passed);
  return split_plain(text, where, budget, visit, passed);
}

}  // namespace

Result<void> each_part(ByteView bytes, Budget& budget, const Visit& visit, const Passed& passed) {
  if (bytes.size() > kMostFileBytes) {
    return Error(Code::exhausted, "the file has " + std::to_string(bytes.size()) + " bytes, over " + std::to_string(kMostFileBytes));
  }
  TRY_VOID(budget.take_in(bytes.size()));
  return split(as_text(bytes), "", 0, budget, visit, passed);
}

}  // namespace khien::feed
