#include "unpack/unpacking.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "unpack/kind.hpp"

namespace khien::scan {
namespace {

constexpr std::size_t kMaxGaps = 16;
constexpr std::size_t kMaxNameBytes = 160;
constexpr std::string_view kInto = " › ";

// A name from inside a file: shown to people, so made harmless, and cut.
std::string shown_name(std::string_view name) {
  std::string shown = printable(to_valid_utf8(truncate(name, kMaxNameBytes)));
  if (shown.size() > kMaxNameBytes) shown = truncate(shown, kMaxNameBytes);
  return shown.empty() ? "?" : shown;
}

// Where a long path begins and where it ends are what helps to find the part.
std::string shortened(const std::string& path) {
  if (path.size() <= kMaxInsideBytes) return path;
  constexpr std::string_view kCut = "…";
  const std::string_view begin = truncate(path, kMaxInsideBytes / 2);
  std::size_t at = path.size() - (kMaxInsideBytes - begin.size() - kCut.size());
  while (at < path.size() && (static_cast<unsigned char>(path[at]) & 0xC0) == 0x80) ++at;
  return std::string(begin).append(kCut).append(path.substr(at));
}

std::string joined(const std::vector<std::string>& path) {
  std::string whole;
  for (const std::string& each : path) whole.append(whole.empty() ? "" : kInto).append(each);
  return shortened(whole);
}

}  // namespace

std::string Unpacking::path_to(std::string_view name) const {
  std::vector<std::string> path = path_;
  path.push_back(shown_name(name));
  return joined(path);
}

void Unpacking::add_gap(const std::string& inside, std::string_view reason) {
  if (gaps_.size() < kMaxGaps) gaps_.push_back({inside, std::string(reason)});
}

void Unpacking::gap(std::string_view name, std::string_view reason) { add_gap(path_to(name), reason); }

void Unpacking::stop(std::string_view reason) {
  if (stopped_) return;
  stopped_ = true;
  // What ended everything must not be lost behind many small gaps.
  if (gaps_.size() == kMaxGaps) gaps_.pop_back();
  add_gap(joined(path_), reason);
}

bool Unpacking::take_entry() {
  if (!stopped_ && !budget_.take_entries()) stop(kBomb);
  return !stopped_ && in_time();
}

bool Unpacking::take_out(std::uint64_t bytes) {
  if (stopped_) return false;
  if (const auto taken = budget_.take_out(bytes); !taken) {
    // Too much for us is not yet a bomb: an honest installer may be so large.
    stop(taken.error().what().find("ratio") != std::string::npos ? kBomb : kBudget);
  }
  return !stopped_ && in_time();
}

bool Unpacking::in_time() {
  if (!stopped_ && !budget_.check_time()) stop(kBudget);
  return !stopped_;
}

bool Unpacking::part(std::string_view name, ByteView bytes) {
  if (stopped_ || bytes.empty()) return !stopped_;
  look_(bytes, path_to(name));
  path_.push_back(shown_name(name));
  open(bytes);
  path_.pop_back();
  return in_time();
}

bool Unpacking::text_part(std::string_view name, ByteView bytes) {
  if (stopped_ || bytes.empty()) return !stopped_;
  look_(bytes, path_to(name));
  return in_time();
}

void Unpacking::open(ByteView bytes) {
  const auto kinds = find_kinds(bytes);
  if (kinds.empty() || !in_time()) return;
  const auto level = budget_.enter();
  if (!level) return add_gap(joined(path_), kBomb);
  for (const Found& found : kinds) {
    if (stopped_) return;
    switch (found.kind) {
      case Kind::mail: unpack_mail(found.bytes, *this); break;
      case Kind::tnef: unpack_tnef(found.bytes, *this); break;
      case Kind::pdf: unpack_pdf(found.bytes, *this); break;
      case Kind::compound: unpack_compound(found, *this); break;
      case Kind::rtf: unpack_rtf(found.bytes, *this); break;
      default: unpack_archive(found, *this); break;
    }
  }
}

bool inflate_into(Bytes& out, ByteView compressed, Deflate how, Unpacking& unpacking) {
  constexpr int kGzip = 16;
  const int window = how == Deflate::raw ? -MAX_WBITS : how == Deflate::gzip ? MAX_WBITS + kGzip : MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return !unpacking.stopped();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(compressed.size(), 1u << 30));
  std::array<std::byte, 32u << 10> piece;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = piece.size() - stream.avail_out;
    if (got == 0) break;
    if (!unpacking.take_out(got)) break;
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
  }
  inflateEnd(&stream);
  return !unpacking.stopped();
}

}  // namespace khien::scan
