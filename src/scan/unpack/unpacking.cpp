#include "unpack/unpacking.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <functional>
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

bool lies_in(ByteView whole, ByteView piece) {
  const std::less_equal<const std::byte*> not_after;
  return not_after(whole.data(), piece.data()) && not_after(piece.data() + piece.size(), whole.data() + whole.size());
}

// All came out; readers show it in spite of the sum behind it.
bool only_sum_is_wrong(const z_stream& stream, int state) {
  if (state != Z_DATA_ERROR || stream.msg == nullptr) return false;
  const std::string_view why = stream.msg;
  return why == "incorrect data check" || why == "incorrect length check";
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

void Unpacking::note_given(ByteView& run, ByteView piece) {
  if (piece.empty() || !lies_in(layer_, piece)) return;
  if (!run.empty() && run.data() + run.size() == piece.data() && !given_.empty() && given_.back().data() == run.data()) {
    run = {run.data(), run.size() + piece.size()};
    given_.back() = run;
    return;
  }
  run = piece;
  given_.push_back(run);
}

bool Unpacking::was_given(ByteView piece) const {
  return std::ranges::any_of(given_, [&](ByteView each) { return lies_in(each, piece); });
}

bool Unpacking::part(std::string_view name, ByteView bytes) {
  if (stopped_ || bytes.empty()) return !stopped_;
  ByteView run;
  note_given(run, bytes);
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
  constexpr std::size_t kHeadBytes = 4096;
  const auto kinds = find_kinds(bytes);
  if (kinds.empty() || !in_time()) return;
  const auto level = budget_.enter();
  if (!level) return add_gap(joined(path_), kBomb);
  const auto layer = std::exchange(layer_, bytes);
  auto given = std::exchange(given_, {});
  for (const Found& found : kinds) {
    if (stopped_) break;
    const ByteView head = found.bytes.first(std::min(found.bytes.size(), kHeadBytes));
    if (!found.behind || !was_given(head)) open_as(found);
  }
  if (kinds.size() > kMaxKinds && !stopped_) add_gap(joined(path_), kBomb);
  layer_ = layer;
  given_ = std::move(given);
}

void Unpacking::open_as(const Found& found) {
  switch (found.kind) {
    case Kind::zip: unpack_zips(found.bytes, *this); break;
    case Kind::mail: unpack_mail(found.bytes, *this); break;
    case Kind::tnef: unpack_tnef(found.bytes, *this); break;
    case Kind::pdf: unpack_pdf(found.bytes, *this); break;
    case Kind::compound: unpack_compound(found, *this); break;
    case Kind::rtf: unpack_rtf(found.bytes, *this); break;
    case Kind::unreadable: add_gap(joined(path_), kDamaged); break;
    default: unpack_archive(found, *this); break;
  }
}

Inflated inflate_into(Bytes& out, ByteView compressed, Deflate how, Unpacking& unpacking) {
  constexpr int kGzip = 16;
  const int window = how == Deflate::raw ? -MAX_WBITS : how == Deflate::gzip ? MAX_WBITS + kGzip : MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return Inflated::broken;
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
  const bool whole = state == Z_STREAM_END || only_sum_is_wrong(stream, state);
  inflateEnd(&stream);
  if (unpacking.stopped()) return Inflated::stopped;
  return whole ? Inflated::whole : Inflated::broken;
}

}  // namespace khien::scan
