#include "zstd_frame.hpp"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "khien/core/assert.hpp"

namespace khien::ingest {
namespace {

constexpr int kWindowLog = 23;  // 8 MiB
// -1 costs a third of -3 and gives the same 8 to 9 times on events.
constexpr int kLevel = 1;
// What a hostile header makes us reserve before a byte of content is seen.
constexpr std::size_t kFirstBytes = 256u << 10;
// Real events shrink 8 to 20 times. Beyond, the size that a header claims is
// not believed in advance.
constexpr std::size_t kBelievedRatio = 64;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

// One a thread: its tables are 150 KB, too much to make anew for each upload.
ZSTD_DCtx* fresh_context() {
  thread_local const Context context(ZSTD_createDCtx());
  khien_assert(context != nullptr);
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLog);
  return context.get();
}

Error not_a_frame(std::string_view why) { return Error(Code::invalid, "zstd: " + std::string(why)); }
Error too_much(std::size_t most) {
  return Error(Code::exhausted, "zstd: more than " + std::to_string(most) + " bytes come out");
}

// Bytes that the header claims to come out; none if it does not say.
Result<std::optional<std::size_t>> claimed_size(std::string_view frame, std::size_t most) {
  // The magic number of a frame with content; a skippable one has another.
  if (!frame.starts_with("\x28\xB5\x2F\xFD")) return not_a_frame("not a frame");
  const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR) return not_a_frame("the frame's header is damaged");
  if (size == ZSTD_CONTENTSIZE_UNKNOWN) return std::optional<std::size_t>();
  if (size > most) return too_much(most);
  return std::optional<std::size_t>(size);
}

std::size_t room_at_first(std::string_view frame, std::optional<std::size_t> claimed, std::size_t most) {
  const std::size_t believed = std::min(most, std::max(kFirstBytes, frame.size() * kBelievedRatio));
  return claimed ? std::min(*claimed, believed) : std::min(believed, kFirstBytes);
}

// Grows without writing zeros that are overwritten at once.
void grow(std::string& text, std::size_t size) {
  khien_assert(size >= text.size());
  text.resize_and_overwrite(size, [](char*, std::size_t room) noexcept { return room; });
}

}  // namespace

Result<std::string> read_zstd_frame(std::string_view frame, std::size_t most, Budget& budget) {
  TRY(const auto claimed, claimed_size(frame, most));
  ZSTD_DCtx* const context = fresh_context();
  std::string text;
  grow(text, room_at_first(frame, claimed, most));
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  ZSTD_outBuffer out{text.data(), text.size(), 0};
  for (;;) {
    const std::size_t in_before = in.pos;
    const std::size_t out_before = out.pos;
    const std::size_t left = ZSTD_decompressStream(context, &out, &in);
    if (ZSTD_isError(left) != 0) return not_a_frame(ZSTD_getErrorName(left));
    TRY_VOID(budget.take_out(out.pos - out_before));
    TRY_VOID(budget.check_time());
    if (left == 0) break;
    if (out.pos == out.size) {
      if (out.size >= most) return too_much(most);
      grow(text, std::min(most, std::max(out.size * 2, kFirstBytes)));
      out = {text.data(), text.size(), out.pos};
    } else if (in.pos == in.size && in.pos == in_before && out.pos == out_before) {
      return not_a_frame("the frame is cut off");
    }
  }
  if (in.pos != in.size) return not_a_frame("bytes behind the frame");
  text.resize(out.pos);
  return text;
}

std::string write_zstd_frame(std::string_view text) {
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(frame.data(), frame.size(), text.data(), text.size(), kLevel);
  khien_assert(ZSTD_isError(size) == 0);
  frame.resize(size);
  return frame;
}

}  // namespace khien::ingest
