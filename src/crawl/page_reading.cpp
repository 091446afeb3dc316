#include "khien/crawl/page_reading.hpp"

#include <algorithm>
#include <array>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/crawl/web_url.hpp"
#include "khien/watch/page.hpp"

namespace khien::crawl {
namespace {

// What a reader must know of an answer besides its body.
constexpr std::array<std::string_view, 2> kTold{"content-type", "refresh"};
constexpr std::size_t kMaxHeadBytes = 64u << 10;
constexpr std::size_t kMaxAnswerBytes = 64u << 20;

// A reference as it may be kept: text of a length that an address may have.
bool is_reference(std::string_view text) { return !text.empty() && text.size() <= WebUrl::kMaxBytes && is_utf8(text); }

std::string_view header(const PageView& view, std::string_view name) {
  const auto found = std::ranges::find(view.headers, name, &HttpHeader::name);
  return found == view.headers.end() ? std::string_view{} : std::string_view(found->value);
}

std::string write_page(const PageReading& reading) {
  JsonWriter out;
  out.begin_object().field("next", reading.next).field("how", to_string(reading.how)).field("whole", reading.whole);
  out.key("links").begin_array();
  for (const std::string& link : reading.links) out.string(link);
  out.end_array().end_object();
  return out.take();
}

std::string write_sitemap(const Sitemap& map) {
  JsonWriter out;
  out.begin_object().field("whole", map.whole).key("pages").begin_array();
  for (const SitemapEntry& entry : map.pages)
    out.begin_object().field("url", entry.url).field("modified", entry.modified).end_object();
  out.end_array().key("sitemaps").begin_array();
  for (const std::string& url : map.sitemaps) out.string(url);
  out.end_array().end_object();
  return out.take();
}

Result<PageView> read_head(std::string_view head) {
  Budget budget({.bytes_in = kMaxHeadBytes, .entries = 100});
  JsonDocument document;
  TRY(const Json root, document.parse(head, budget));
  PageView view;
  TRY(const auto url, root.string_at("url"));
  view.final_url = view.url = url;
  TRY(const auto status, root.integer_at("status"));
  view.status = static_cast<int>(status);
  for (const std::string_view name : kTold) {
    TRY(const auto value, root.string_at(name));
    if (!value.empty()) view.headers.push_back({std::string(name), std::string(value)});
  }
  return view;
}

Error corrupt(const char* what) { return {Code::corrupt, what}; }

Budget sitemap_budget(const Clock* clock) {
  return Budget({.bytes_out = 64u << 20, .entries = kMaxSitemapEntries, .time = seconds(10)}, clock);
}

// The addresses of an answer, bounded. Code::corrupt for one that is none.
Result<std::vector<std::string>> references(const Json& list, std::size_t most) {
  std::vector<std::string> all;
  if (list.size() > most) return corrupt("the reader gave too many references");
  TRY_VOID(list.each([&](Json each) -> Result<void> {
    TRY(const auto text, each.string());
    if (!is_reference(text)) return corrupt("the reader gave a reference that is none");
    all.emplace_back(text);
    return {};
  }));
  return all;
}

template <class Read>
auto as_corrupt(Read read) -> decltype(read()) {
  auto result = read();
  if (result || result.error().code() == Code::corrupt) return result;
  return Error(Code::corrupt, std::move(result).error().what());
}

}  // namespace

Result<PageReading> read_page_here(const PageView& view, const Clock* clock) {
  Budget budget(watch::page_limits(), clock);
  TRY(const watch::Page page, watch::read_page(as_bytes(view.body), watch::charset_of(header(view, "content-type")), budget));
  PageReading reading;
  reading.whole = page.limit.empty();
  const auto base = WebUrl::parse(view.final_url);
  const auto below = base && !page.base.empty() ? base->resolve(page.base) : base;
  for (const std::string& each : page.frames) {
    if (is_reference(each) && reading.links.size() < kMaxLinksRead) reading.links.push_back(each);
  }
  for (const watch::Link& link : page.links) {
    if (reading.links.size() >= kMaxLinksRead) reading.whole = false;
    else if (is_reference(link.url)) reading.links.push_back(link.url);
  }
  // Only addresses are compared later: those of a page with a base are made absolute here.
  if (below && !page.base.empty()) {
    for (std::string& each : reading.links) {
      if (const auto url = below->resolve(each)) each = url->text();
    }
  }
  Budget again(watch::page_limits(), clock);
  TRY(const auto jump, watch::next_address(view, again));
  if (jump && is_reference(jump->url)) {
    reading.next = jump->url;
    reading.how = jump->how;
  }
  return reading;
}

std::string encode_page_job(const PageView& view) {
  JsonWriter head;
  head.begin_object().field("url", view.final_url).field("status", static_cast<std::int64_t>(view.status));
  for (const std::string_view name : kTold) head.field(name, header(view, name));
  head.end_object();
  return std::string(kReadingWanted) + "page\n" + head.take() + "\n" + view.body;
}

std::string encode_sitemap_job(std::string_view body) { return std::string(kReadingWanted) + "sitemap\n" + std::string(body); }

Result<std::string> run_reading_job(ByteView job, const Clock* clock) {
  std::string_view text = as_text(job);
  if (!text.starts_with(kReadingWanted)) return Error(Code::invalid, "not a job of reading");
  text.remove_prefix(kReadingWanted.size());
  const auto kind_end = text.find('\n');
  if (kind_end == text.npos) return Error(Code::invalid, "a job of reading without its kind");
  const std::string_view kind = text.substr(0, kind_end);
  text.remove_prefix(kind_end + 1);
  if (kind == "sitemap") {
    Budget budget = sitemap_budget(clock);
    TRY(const Sitemap map, read_sitemap(text, budget));
    return write_sitemap(map);
  }
  const auto head_end = text.find('\n');
  if (kind != "page" || head_end == text.npos) return Error(Code::invalid, "a job of reading of no known kind");
  TRY(PageView view, read_head(text.substr(0, head_end)));
  view.body = text.substr(head_end + 1);
  TRY(const PageReading reading, read_page_here(view, clock));
  return write_page(reading);
}

Result<PageReading> read_page_answer(std::string_view answer) {
  return as_corrupt([&]() -> Result<PageReading> {
    Budget budget({.bytes_in = kMaxAnswerBytes, .entries = kMaxLinksRead + 100});
    JsonDocument document;
    TRY(const Json root, document.parse(answer, budget));
    PageReading reading;
    TRY(const auto next, root.string_at("next"));
    if (!next.empty() && !is_reference(next)) return corrupt("the reader gave an address that is none");
    reading.next = next;
    TRY(const auto how, root.string_at("how"));
    for (const auto known : {RedirectStep::How::location, RedirectStep::How::refresh, RedirectStep::How::script}) {
      if (how == to_string(known)) reading.how = known;
    }
    TRY(reading.whole, root.boolean_at("whole"));
    TRY(const Json links, root.field("links"));
    TRY(reading.links, references(links, kMaxLinksRead));
    return reading;
  });
}

Result<Sitemap> read_sitemap_answer(std::string_view answer) {
  return as_corrupt([&]() -> Result<Sitemap> {
    Budget budget({.bytes_in = kMaxAnswerBytes, .entries = 8 * kMaxSitemapEntries});
    JsonDocument document;
    TRY(const Json root, document.parse(answer, budget));
    Sitemap map;
    TRY(map.whole, root.boolean_at("whole"));
    TRY(const Json pages, root.field("pages"));
    TRY_VOID(pages.each([&](Json each) -> Result<void> {
      TRY(const auto url, each.string_at("url"));
      TRY(const auto modified, each.string_at("modified"));
      if (!is_reference(url) || modified.size() > 64 || map.pages.size() >= kMaxSitemapEntries)
        return corrupt("the reader gave an entry that is none");
      map.pages.push_back({std::string(url), std::string(modified)});
      return {};
    }));
    TRY(const Json sitemaps, root.field("sitemaps"));
    TRY(map.sitemaps, references(sitemaps, kMaxSitemapEntries));
    return map;
  });
}

}  // namespace khien::crawl
