#include "khien/crawl/sitemap.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kMaxLocation = 8192;
constexpr std::string_view kGzip = "\x1f\x8b";

class Inflating {
 public:
  Inflating() {
    const int begun = inflateInit2(&stream_, 16 + MAX_WBITS);
    khien_assert(begun == Z_OK);
  }
  ~Inflating() { inflateEnd(&stream_); }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

struct Unpacked {
  std::string text;
  bool whole = true;
};

// As far as the budget reaches, or the packing is sound.
Result<Unpacked> unpack(std::string_view body, Budget& budget) {
  Inflating inflating;
  z_stream& stream = inflating.stream();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(body.size(), UINT32_MAX));
  Unpacked out;
  std::array<char, 64 << 10> piece;
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    const int code = inflate(&stream, Z_NO_FLUSH);
    const std::size_t came = piece.size() - stream.avail_out;
    if (came > 0 && (!budget.take_out(came) || !budget.check_time())) return Unpacked{std::move(out.text), false};
    out.text.append(piece.data(), came);
    if (code == Z_STREAM_END) return out;
    if (code != Z_OK || (stream.avail_in == 0 && came == 0)) {
      if (out.text.empty()) return Error(Code::invalid, "its packing is broken");
      return Unpacked{std::move(out.text), false};
    }
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

void append_code_point(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xc0 | (c >> 6)), put(0x80 | (c & 63));
  if (c < 0x10000) return put(0xe0 | (c >> 12)), put(0x80 | ((c >> 6) & 63)), put(0x80 | (c & 63));
  put(0xf0 | (c >> 18)), put(0x80 | ((c >> 12) & 63)), put(0x80 | ((c >> 6) & 63)), put(0x80 | (c & 63));
}

std::optional<std::uint32_t> numbered(std::string_view name) {
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value, hex ? 16 : 10);
  const bool good = error == std::errc{} && end == name.data() + name.size() && value > 0 && value < 0x110000;
  return good && (value < 0xd800 || value > 0xdfff) ? std::optional(value) : std::nullopt;
}

struct Entity {
  std::string_view name;
  char meaning;
};
constexpr std::array<Entity, 5> kEntities{{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

std::string without_entities(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto mark = std::min(text.find('&'), text.size());
    out += text.substr(0, mark);
    text.remove_prefix(mark);
    if (text.empty()) break;
    const auto end = text.substr(0, 12).find(';');
    const std::string_view name = end == text.npos ? std::string_view{} : text.substr(1, end - 1);
    const auto known = std::ranges::find(kEntities, name, &Entity::name);
    const auto number = numbered(name);
    if (known != kEntities.end()) out += known->meaning;
    else if (number) append_code_point(out, *number);
    else out += '&';
    text.remove_prefix(known != kEntities.end() || number ? end + 1 : 1);
  }
  return out;
}

std::string content_of(std::string_view text) {
  text = trimmed(text);
  constexpr std::string_view kBegin = "<![CDATA[";
  if (!text.starts_with(kBegin)) return without_entities(text);
  text.remove_prefix(kBegin.size());
  return std::string(trimmed(text.substr(0, text.find("]]>"))));
}

// The name of a tag without prefix and attributes: "loc" of "<sm:loc a='b'>".
std::string_view tag_name(std::string_view tag) {
  tag = tag.substr(0, tag.find_first_of(" \t\r\n/", 1));
  const auto colon = tag.find(':');
  return colon == tag.npos ? tag : tag.substr(colon + 1);
}

// Reads "<name>…</" out of the text, tag by tag. What is not closed is passed over.
class TagStream {
 public:
  explicit TagStream(std::string_view text) : left_(text) {}

  struct Tag {
    std::string_view name;     // "/url" where it closes
    std::string_view content;  // up to the next "</"
  };
  std::optional<Tag> next() {
    const auto open = left_.find('<');
    if (open == left_.npos) return std::nullopt;
    left_.remove_prefix(open + 1);
    const auto close = left_.find('>');
    if (close == left_.npos) return std::nullopt;
    const std::string_view tag = left_.substr(0, close);
    left_.remove_prefix(close + 1);
    if (tag.starts_with('/')) return Tag{tag.substr(0, 1), {}};
    const std::string_view name = tag_name(tag);
    if (name != "loc" && name != "lastmod") return Tag{name, {}};
    const auto end = left_.substr(0, kMaxLocation + 64).find("</");
    if (end == left_.npos) return Tag{name, {}};
    return Tag{name, left_.substr(0, end)};
  }

 private:
  std::string_view left_;
};

Sitemap read_tags(std::string_view text, Budget& budget) {
  Sitemap map;
  bool in_index = false;
  TagStream stream(text);
  while (const auto tag = stream.next()) {
    if (tag->name == "sitemap") in_index = true;
    if (tag->name == "url") in_index = false;
    if (tag->name == "lastmod" && !in_index && !map.pages.empty() && map.pages.back().modified.empty())
      map.pages.back().modified = content_of(tag->content.substr(0, 64));
    if (tag->name != "loc" || tag->content.empty()) continue;
    if (!budget.take_entries() || !budget.check_time()) {
      map.whole = false;
      break;
    }
    std::string url = content_of(tag->content);
    if (url.empty() || url.size() > kMaxLocation) continue;
    if (in_index) map.sitemaps.push_back(std::move(url));
    else map.pages.push_back({std::move(url), {}});
  }
  return map;
}

Sitemap read_lines(std::string_view text, Budget& budget) {
  Sitemap map;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with("http") || line.size() > kMaxLocation) continue;
    if (!budget.take_entries()) {
      map.whole = false;
      break;
    }
    map.pages.push_back({std::string(line), {}});
  }
  return map;
}

}  // namespace

Result<Sitemap> read_sitemap(std::string_view body, Budget& budget) {
  Unpacked unpacked;
  std::string_view text = body;
  if (body.starts_with(kGzip)) {
    TRY(unpacked, unpack(body, budget));
    text = unpacked.text;
  }
  Sitemap map = text.find('<') == text.npos ? read_lines(text, budget) : read_tags(text, budget);
  map.whole = map.whole && unpacked.whole;
  return map;
}

}  // namespace khien::crawl
