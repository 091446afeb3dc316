#include "decoding.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "khien/core/encoding.hpp"
#include "khien/core/text.hpp"
#include "khien/watch/page.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kNoiseLeast = 4, kNoiseShare = 50;  // of random bytes every ninth is a control character, of texts hardly any
constexpr std::size_t kPrescanBytes = 16'384;  // browsers look at 1024; pages of offices put styles first

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_ascii(c);
  return out;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

// The value after "charset" and an equals sign, quoted or not.
std::string charset_after(std::string_view text, std::size_t at) {
  const auto skip = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  skip();
  if (at >= text.size() || text[at] != '=') return {};
  ++at;
  skip();
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
  const auto end = std::min(text.find_first_of(" \t\r\n;\"'>/", at), text.size());
  return lowered(text.substr(at, end - at));
}

// A name that bytes can be read by; UTF-8 is asked for by the name of its own.
bool is_charset(std::string_view name) { return name.starts_with("utf") || from_charset(name, {}).has_value(); }

struct Attribute {
  std::string_view name, value;
};

// The next attribute of a tag, as browsers look ahead for encodings; `at` steps over it. None
// at the tag's end; `at` is the text's size where the tag has none.
std::optional<Attribute> next_attribute(std::string_view text, std::size_t& at) {
  while (at < text.size() && (is_space(text[at]) || text[at] == '/')) ++at;
  if (at >= text.size() || text[at] == '>') return std::nullopt;
  const std::size_t begin = at;
  while (at < text.size() && !is_space(text[at]) && text[at] != '/' && text[at] != '>' && (text[at] != '=' || at == begin)) ++at;
  Attribute attribute{text.substr(begin, at - begin), {}};
  while (at < text.size() && is_space(text[at])) ++at;
  if (at >= text.size() || text[at] != '=') return attribute;
  ++at;
  while (at < text.size() && is_space(text[at])) ++at;
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
    const auto close = std::min(text.find(text[at], at + 1), text.size());
    attribute.value = text.substr(at + 1, close - at - 1);
    at = std::min(close + 1, text.size());
    return attribute;
  }
  const std::size_t from = at;
  while (at < text.size() && !is_space(text[at]) && text[at] != '>') ++at;
  attribute.value = text.substr(from, at - from);
  return attribute;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string charset_in_content(std::string_view content) {
  for (std::size_t at = content.find("charset"); at != content.npos; at = content.find("charset", at + 7)) {
    if (auto found = charset_after(content, at + 7); !found.empty()) return found;
  }
  return {};
}

// Of the attributes that follow; empty also where the tag does not end.
std::string charset_of_meta(std::string_view text, std::size_t& at) {
  std::string named, in_content;
  bool of_type = false;
  while (const auto attribute = next_attribute(text, at)) {
    if (attribute->name == "charset" && named.empty()) named = trimmed(attribute->value);
    if (attribute->name == "http-equiv") of_type = attribute->value == "content-type";
    if (attribute->name == "content" && in_content.empty()) in_content = charset_in_content(attribute->value);
  }
  if (at >= text.size()) return {};
  return !named.empty() ? named : of_type ? in_content : std::string();
}

std::string charset_of_metas(std::string_view bytes) {
  const std::string head = lowered(bytes.substr(0, kPrescanBytes));
  const std::string_view text = head;
  for (std::size_t at = text.find('<'); at < text.size(); at = text.find('<', at)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<!--")) {
      // "<!-->" is a whole comment.
      at = text.find("-->", at + 2);
      continue;
    }
    const bool meta = rest.starts_with("<meta") && rest.size() > 5 && (is_space(rest[5]) || rest[5] == '/');
    const bool tag = rest.size() > 1 && ((rest[1] >= 'a' && rest[1] <= 'z') || rest[1] == '/');
    ++at;
    if (!tag) continue;
    while (at < text.size() && !is_space(text[at]) && text[at] != '>') ++at;
    if (meta) {
      if (auto found = charset_of_meta(text, at); !found.empty() && is_charset(found)) return found;
    } else {
      while (next_attribute(text, at)) {
      }
    }
  }
  return {};
}

// Names by which browsers know UTF-8 and the encoding they take for the unnamed.
std::string canonical(std::string_view name) {
  const std::string small = lowered(name);
  if (small == "utf8" || small == "unicode-1-1-utf-8" || small == "utf-16" || small == "utf-16le" || small == "utf-16be") {
    return "utf-8";
  }
  for (const std::string_view latin : {"iso-8859-1", "latin1", "ascii", "us-ascii", "iso8859-1", "cp1252", "x-cp1252", "l1"}) {
    if (small == latin) return "windows-1252";
  }
  if (small == "x-sjis" || small == "sjis" || small == "ms_kanji" || small == "shift-jis") return "shift_jis";
  if (small == "gb2312" || small == "gb_2312-80" || small == "x-gbk" || small == "chinese") return "gbk";
  if (small == "iso-8859-9") return "windows-1254";
  if (small == "tis-620" || small == "iso-8859-11") return "windows-874";
  if (small == "cp1258" || small == "x-cp1258") return "windows-1258";
  if (small == "x-euc-jp") return "euc-jp";
  if (small == "latin2" || small == "iso8859-2") return "iso-8859-2";
  if (small == "big5-hkscs" || small == "x-x-big5" || small == "cn-big5") return "big5";
  return small;
}

std::size_t count_words(std::string_view text, std::span<const std::string_view> words) {
  std::size_t all = 0;
  for (const auto word : words) {
    for (auto at = text.find(word); at != text.npos && all < 1'000; at = text.find(word, at + word.size())) ++all;
  }
  return all;
}

// Which of the two font encodings of Vietnamese offices it is, if either.
std::string_view font_encoding(ByteView bytes) {
  constexpr std::array<std::string_view, 10> kWords{" của ", " và ", " các ", " được ", " không ",
                                                    " nhà ", " trong ", " người ", " với ", " là "};
  const std::string_view text = as_text(bytes).substr(0, 256u << 10);
  const auto tcvn3 = count_words(from_tcvn3(text), kWords);
  const auto vni = count_words(from_vni(text), kWords);
  if (std::max(tcvn3, vni) < 2) return {};
  return tcvn3 >= vni ? "tcvn3" : "vni";
}

bool may_be_font_encoding(std::string_view name) {
  return name.empty() || name == "windows-1252" || name == "windows-1258" || name == "utf-8" || name == "x-user-defined";
}

// As many bytes as the sequence that begins here, if it is valid; else 0.
std::size_t valid_sequence(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (size == 0 || text.size() < size || !is_utf8(text.substr(0, size))) return 0;
  return size;
}

std::string patched(std::string_view bytes) {
  std::string text(bytes);
  if (is_utf8(text)) return text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = valid_sequence(std::string_view(text).substr(at));
    if (size == 0) text[at] = '?';
    at += std::max<std::size_t>(size, 1);
  }
  return text;
}

std::string decoded(std::string_view name, ByteView bytes) {
  if (name == "utf-8") return patched(as_text(bytes));
  if (name == "tcvn3") return from_tcvn3(as_text(bytes));
  if (name == "vni") return from_vni(as_text(bytes));
  if (name == "utf-16le") return from_utf16(bytes, ByteOrder::little);
  if (name == "utf-16be") return from_utf16(bytes, ByteOrder::big);
  if (auto text = from_charset(name, bytes)) return *std::move(text);
  return patched(as_text(bytes));
}

// Letters that all of these have alike, and nothing else.
bool is_plain(std::string_view name, std::string_view text) {
  const bool like_ascii = name.starts_with("windows-125") || name.starts_with("iso-8859-");
  return like_ascii && std::ranges::none_of(text, [](char c) { return c < 0; });
}

// What libxml2 would take for the end, or complain of. How many there were.
std::size_t blank_controls(std::string& text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); };
  const auto blanked = static_cast<std::size_t>(std::ranges::count_if(text, is_control));
  if (blanked > 0) std::ranges::replace_if(text, is_control, ' ');
  if (text.starts_with("\xEF\xBB\xBF")) text.replace(0, 3, "   ");
  return blanked;
}

bool is_mark(char32_t c) { return c == U'<' || c == U'\n'; }

}  // namespace

std::string charset_of(std::string_view content_type) {
  const std::string small = lowered(content_type);
  const auto at = small.find("charset");
  return at == small.npos ? std::string() : charset_after(small, at + 7);
}

std::string encoding_of(ByteView bytes, std::string_view charset) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("\xEF\xBB\xBF")) return "utf-8";
  if (text.starts_with("\xFF\xFE")) return "utf-16le";
  if (text.starts_with("\xFE\xFF")) return "utf-16be";
  if (const auto order = utf16_order(bytes)) return *order == ByteOrder::little ? "utf-16le" : "utf-16be";
  const std::string said = canonical(!charset.empty() ? charset : charset_of_metas(text));
  if (said.empty() && is_utf8(text)) return "utf-8";
  // Bytes that are UTF-8 hardly are anything else, whatever a server's default or a page says.
  if (is_utf8(text) && std::ranges::any_of(text, [](char c) { return c < 0; })) return "utf-8";
  if (may_be_font_encoding(said) && !is_utf8(text)) {
    if (const auto font = font_encoding(bytes); !font.empty()) return std::string(font);
  }
  return said.empty() ? "windows-1252" : said;
}

DecodedSource::DecodedSource(ByteView bytes, std::string_view charset)
    : charset_(encoding_of(bytes, charset)) {
  const bool plain = is_plain(charset_, as_text(bytes));
  text_ = plain ? std::string(as_text(bytes)) : decoded(charset_, bytes);
  same_offsets_ = plain || (text_.size() == bytes.size() && charset_ == "utf-8");
  const std::size_t blanked = blank_controls(text_);
  noise_ = blanked >= kNoiseLeast && blanked * kNoiseShare > text_.size();
  if (!same_offsets_) keep_marks(bytes);
}

void DecodedSource::keep_marks(ByteView bytes) {
  const bool wide = charset_.starts_with("utf-16");
  const std::size_t low = charset_ == "utf-16be" ? 1 : 0;
  const std::string_view raw = as_text(bytes);
  for (std::size_t at = 0; at + (wide ? 1 : 0) < raw.size(); at += wide ? 2 : 1) {
    const bool alone = !wide || raw[at + 1 - low] == 0;
    if (alone && is_mark(static_cast<unsigned char>(raw[at + (wide ? low : 0)]))) raw_marks_.push_back(static_cast<std::uint32_t>(at));
  }
  for (std::size_t at = 0; at < text_.size(); ++at) {
    if (is_mark(static_cast<unsigned char>(text_[at]))) marks_.push_back(static_cast<std::uint32_t>(at));
  }
}

std::size_t DecodedSource::raw_offset(std::size_t offset) const {
  if (same_offsets_) return offset;
  const auto after = std::ranges::upper_bound(marks_, offset);
  if (after == marks_.begin()) return offset;
  const auto index = static_cast<std::size_t>(after - marks_.begin()) - 1;
  return index < raw_marks_.size() ? raw_marks_[index] + (offset - marks_[index]) : offset;
}

}  // namespace khien::watch
