#include <algorithm>
#include <string>

#include "html.hpp"
#include "khien/core/text.hpp"
#include "letters.hpp"
#include "page_bounds.hpp"
#include "spelling.hpp"

namespace khien::watch {
namespace {

bool begins_address(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www."); }

std::size_t address_size(std::string_view text) {
  std::size_t size = std::min(text.find_first_of(" \t\r\n\"'<>|)]}"), text.size());
  while (size > 0 && std::string_view(".,;:!?*_").contains(text[size - 1])) --size;
  return size;
}

void find_addresses(std::string_view line, std::size_t at, Page& page) {
  const auto block = static_cast<std::uint32_t>(page.blocks.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool fresh = i == 0 || is_space(line[i - 1]) || std::string_view("\"'(<[|:=").contains(line[i - 1]);
    if (!fresh || !begins_address(line.substr(i)) || page.links.size() >= kMaxLinks) continue;
    const auto size = address_size(line.substr(i));
    Link link;
    link.text = truncate(line.substr(i, size), kMaxTextBytes);
    link.url = truncate((line[i] == 'w' ? "http://" : "") + std::string(line.substr(i, size)), kMaxAddressBytes);
    link.offset = at + i;
    link.end = at + i + size;
    link.block = link.last_block = block;
    page.links.push_back(std::move(link));
    i += size;
  }
}

}  // namespace

void read_plain(const DecodedSource& source, Page& page) {
  const std::string_view text = source.text();
  page.plain = true;
  bool fenced = false;
  for (std::size_t at = 0; at < text.size() && page.blocks.size() < kMaxBlocks;) {
    auto end = std::min(text.find('\n', at), text.size());
    end = std::min(end, at + kMaxBlockBytes);
    std::string_view line = trimmed(text.substr(at, end - at));
    if (!line.empty()) {
      const auto place = static_cast<std::size_t>(line.data() - text.data());
      Block block;
      block.heading = line.starts_with('#');
      // What stands between fences shows how something is written.
      if (line.starts_with("```")) fenced = !fenced;
      if (!fenced) find_addresses(line, place, page);
      block.text = spelled(truncate(line, kMaxBlockBytes));
      block.offset = source.raw_offset(place);
      page.blocks.push_back(std::move(block));
    }
    at = end < text.size() && text[end] != '\n' ? end : end + 1;
  }
  for (Link& link : page.links) {
    link.offset = source.raw_offset(link.offset);
    link.end = source.raw_offset(link.end);
  }
}

}  // namespace khien::watch
