#include "khien/watch/page.hpp"

#include <algorithm>
#include <utility>

#include "address.hpp"
#include "decoding.hpp"
#include "html.hpp"
#include "letters.hpp"
#include "spelling.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kTagBytes = 2'000;  // a tag that is longer proves nothing

// A "<" with a letter after it whose tag closes: what people write in texts seldom does.
bool looks_like_html(std::string_view text) {
  std::size_t tags = 0;
  for (auto at = text.find('<'); at != text.npos && tags < 1; at = text.find('<', at + 1)) {
    if (at + 1 >= text.size()) break;
    const char next = lower_ascii(text[at + 1]);
    const bool opens = (next >= 'a' && next <= 'z') || next == '!' || next == '/';
    if (opens && text.substr(at, kTagBytes).contains('>')) ++tags;
  }
  return tags > 0;
}

std::string header_of(const PageView& view, std::string_view name) {
  const auto found = std::ranges::find(view.headers, name, &HttpHeader::name);
  return found == view.headers.end() ? std::string() : found->value;
}

}  // namespace

std::string_view to_string(Hidden hidden) {
  switch (hidden) {
    case Hidden::no: return "no";
    case Hidden::display: return "display";
    case Hidden::clear: return "clear";
    case Hidden::tiny: return "tiny";
    case Hidden::off_screen: return "off_screen";
    case Hidden::colour: return "colour";
    case Hidden::clipped: return "clipped";
    case Hidden::behind: return "behind";
    case Hidden::script: return "script";
    case Hidden::no_script: return "no_script";
    case Hidden::comment: return "comment";
  }
  return "no";
}

std::string_view to_string(Region region) {
  switch (region) {
    case Region::body: return "body";
    case Region::header: return "header";
    case Region::navigation: return "navigation";
    case Region::footer: return "footer";
    case Region::comments: return "comments";
    case Region::search: return "search";
  }
  return "body";
}

Budget::Limits page_limits() {
  return {.bytes_in = 64u << 20, .bytes_out = 256u << 20, .depth = 16, .entries = 4'000'000, .time = seconds(10)};
}

Result<Page> read_page(ByteView bytes, std::string_view charset, Budget& budget) {
  Page page;
  page.bytes = bytes.size();
  const ByteView read = bytes.first(std::min(bytes.size(), kMaxPageBytes));
  TRY_VOID(budget.take_in(read.size()));
  TRY_VOID(budget.check_time());
  const DecodedSource source(read, charset);
  page.charset = source.charset();
  if (looks_like_html(source.text())) {
    TRY_VOID(read_html(source, budget, page));
  } else {
    read_plain(source, page);
  }
  if (source.is_noise() && page.limit.empty()) page.limit = "unreadable";
  if (read.size() < bytes.size() && page.limit.empty()) page.limit = "too_large";
  return page;
}

Result<std::optional<Jump>> next_address(const PageView& view, Budget& budget) {
  std::optional<Jump> jump = Jump{refresh_target(header_of(view, "refresh")), RedirectStep::How::refresh};
  std::string base = view.final_url;
  if (jump->url.empty()) {
    TRY(Page page, read_page(as_bytes(view.body), charset_of(header_of(view, "content-type")), budget));
    if (!page.jump) return std::optional<Jump>();
    jump = std::move(page.jump);
    if (!page.base.empty()) base = resolve(base, page.base);
  }
  jump->url = resolve(base, jump->url);
  if (!parse_address(jump->url).is_web() || jump->url == view.final_url) return std::optional<Jump>();
  return jump;
}

}  // namespace khien::watch
