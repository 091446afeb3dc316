// Input: a page, as served. It becomes a page or a named limit; everything in it is UTF-8 and
// lies in the bytes; the same bytes give the same page; what hides stands in a group.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/core/text.hpp"
#include "khien/watch/page.hpp"

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const watch::Page& page, std::size_t size) {
  require(page.bytes == size && is_utf8(page.title) && is_utf8(page.description));
  for (const watch::Block& block : page.blocks) {
    require(is_utf8(block.text) && (block.group != 0) == (block.hidden != watch::Hidden::no));
  }
  for (const watch::Link& link : page.links) {
    require(is_utf8(link.url) && is_utf8(link.text) && (page.blocks.empty() || link.block < page.blocks.size()));
    require(page.charset != "utf-8" || (link.offset <= size && link.end <= size));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  Budget budget(watch::page_limits());
  const auto page = watch::read_page(bytes, {}, budget);
  require(page.has_value());
  check(*page, size);
  Budget second(watch::page_limits());
  const auto again = watch::read_page(bytes, {}, second);
  require(again.has_value() && again->blocks.size() == page->blocks.size() && again->links.size() == page->links.size());
  PageView view;
  view.url = view.final_url = "https://xa.gov.vn/a/b";
  view.body = std::string(as_text(bytes));
  Budget third(watch::page_limits());
  const auto jump = watch::next_address(view, third);
  require(jump.has_value());
  if (*jump) require((*jump)->url.starts_with("http") || (*jump)->url.starts_with("HTTP"));
  return 0;
}
