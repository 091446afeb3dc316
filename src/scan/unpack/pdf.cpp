#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "unpack/text_encodings.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxDictionary = 16u << 10;
constexpr std::size_t kMaxFilters = 8;
constexpr std::size_t kMaxSimple = 16u << 20;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view skip_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// A name behind its slash; "#41" in it is "A", which hides it from simple eyes.
std::string take_name(std::string_view& text) {
  std::string name;
  constexpr std::string_view kEnds = " \t\r\n\f\0/<>[]()%{}"sv;
  while (!text.empty() && kEnds.find(text.front()) == kEnds.npos) {
    if (text.front() == '#' && text.size() >= 3) {
      const Bytes byte = decode_hex(text.substr(1, 2));
      name += byte.empty() ? '#' : static_cast<char>(byte[0]);
      text.remove_prefix(3);
    } else {
      name += text.front();
      text.remove_prefix(1);
    }
  }
  return name;
}

// The filters of a stream's dictionary, in their order.
std::vector<std::string> filters_of(std::string_view dictionary) {
  std::vector<std::string> filters;
  std::size_t at = 0;
  while ((at = dictionary.find('/', at)) != dictionary.npos) {
    std::string_view rest = dictionary.substr(at + 1);
    const std::string key = take_name(rest);
    at = dictionary.size() - rest.size();
    if (key != "Filter" && key != "F") continue;
    rest = skip_space(rest);
    const bool list = rest.starts_with('[');
    if (list) rest = skip_space(rest.substr(1));
    while (rest.starts_with('/') && filters.size() < kMaxFilters) {
      rest.remove_prefix(1);
      filters.push_back(take_name(rest));
      if (!list) break;
      rest = skip_space(rest);
    }
    // "/Filter 12 0 R": told elsewhere, and nearly always this.
    if (filters.empty() && !rest.empty() && is_digit(rest.front())) filters.emplace_back("FlateDecode");
    if (!filters.empty()) return filters;
  }
  return filters;
}

// PDF's LZW: codes of 9 to 12 bits, 256 starts anew, 257 ends.
class Lzw {
 public:
  explicit Lzw(Unpacking& unpacking) : unpacking_(unpacking) {}

  bool decode(ByteView in, Bytes& out) {
    std::uint32_t held = 0;
    int bits = 0;
    for (const std::byte byte : in) {
      held = held << 8 | std::to_integer<std::uint32_t>(byte);
      bits += 8;
      if (bits < width_) continue;
      bits -= width_;
      const std::uint32_t code = (held >> bits) & ((1u << width_) - 1);
      if (code == 257) return true;
      if (!take(code, out)) return !unpacking_.stopped();
    }
    return true;
  }

 private:
  struct Word {
    std::size_t at = 0;  // in the output
    std::size_t size = 0;
  };

  bool take(std::uint32_t code, Bytes& out) {
    if (code == 256) {
      words_.clear();
      width_ = 9;
      last_ = {};
      return true;
    }
    Word now{out.size(), 0};
    if (code < 256) {
      if (!unpacking_.take_out(1)) return false;
      out.push_back(static_cast<std::byte>(code));
      now.size = 1;
    } else if (!copy(code - 258, out, now)) {
      return false;
    }
    if (last_.size > 0 && words_.size() < 4096 - 258) words_.push_back({last_.at, last_.size + 1});
    last_ = now;
    // One early, as PDF has it.
    const std::size_t next = words_.size() + 258 + 1;
    width_ = next >= 2048 ? 12 : next >= 1024 ? 11 : next >= 512 ? 10 : 9;
    return true;
  }

  bool copy(std::size_t index, Bytes& out, Word& now) {
    // The word that is just being made is the last one and its own first byte.
    const bool own = index == words_.size() && last_.size > 0;
    if (!own && index >= words_.size()) return false;
    const Word word = own ? Word{last_.at, last_.size + 1} : words_[index];
    if (!unpacking_.take_out(word.size)) return false;
    for (std::size_t i = 0; i < word.size; ++i) out.push_back(out[word.at + i]);
    now.size = word.size;
    return true;
  }

  Unpacking& unpacking_;
  std::vector<Word> words_;
  Word last_;
  int width_ = 9;
};

Bytes decode_run_length(ByteView in, std::size_t max_bytes) {
  Bytes out;
  for (std::size_t at = 0; at < in.size() && out.size() < max_bytes;) {
    const auto length = std::to_integer<std::size_t>(in[at++]);
    if (length == 128) break;
    if (length < 128) {
      const std::size_t count = std::min(length + 1, in.size() - at);
      out.insert(out.end(), in.begin() + static_cast<std::ptrdiff_t>(at), in.begin() + static_cast<std::ptrdiff_t>(at + count));
      at += count;
    } else if (at < in.size()) {
      out.insert(out.end(), 257 - length, in[at++]);
    }
  }
  return out;
}

bool is_flate(std::string_view filter) { return filter == "FlateDecode" || filter == "Fl"; }

bool is_picture(std::string_view filter) {
  constexpr std::array kPictures = {"DCTDecode"sv, "DCT"sv, "JPXDecode"sv, "JBIG2Decode"sv, "CCITTFaxDecode"sv, "CCF"sv};
  return std::ranges::find(kPictures, filter) != kPictures.end();
}

class PdfReader {
 public:
  PdfReader(std::string_view text, Unpacking& unpacking) : text_(text), unpacking_(unpacking) {}

  void read() {
    constexpr std::string_view kStream = "stream";
    for (std::size_t at = text_.find(kStream); at != text_.npos; at = text_.find(kStream, at)) {
      const std::size_t word = at;
      at += kStream.size();
      if (word >= 3 && text_.substr(word - 3, 3) == "end") continue;
      if (at >= text_.size() || (text_[at] != '\r' && text_[at] != '\n' && text_[at] != ' ')) continue;
      const std::string_view dictionary = dictionary_before(word);
      if (dictionary.empty()) continue;
      if (!unpacking_.take_entry()) return;
      while (at < text_.size() && text_[at] == ' ') ++at;
      if (at < text_.size() && text_[at] == '\r') ++at;
      if (at < text_.size() && text_[at] == '\n') ++at;
      const std::size_t size = size_of(dictionary, at);
      if (!give(dictionary, as_bytes(text_.substr(at, size)))) return;
      at += size;
    }
    if (is_encrypted()) unpacking_.gap("?", Unpacking::kEncrypted);
  }

 private:
  // "… << /Length 3 >> stream": from the last "obj" on, or from what is near enough.
  std::string_view dictionary_before(std::size_t word) const {
    std::size_t end = word;
    while (end > 0 && is_space(text_[end - 1])) --end;
    if (end < 2 || text_.substr(end - 2, 2) != ">>") return {};
    const std::size_t first = end > kMaxDictionary ? end - kMaxDictionary : 0;
    const std::string_view near = text_.substr(first, end - first);
    const auto object = near.rfind("obj");
    return object == near.npos ? near : near.substr(object + 3);
  }

  // /Length where it leads to "endstream", else as far as that word is.
  std::size_t size_of(std::string_view dictionary, std::size_t at) const {
    if (const auto length = dictionary.rfind("/Length"); length != dictionary.npos) {
      std::string_view rest = skip_space(dictionary.substr(length + 7));
      std::size_t value = 0;
      while (!rest.empty() && is_digit(rest.front()) && value < text_.size()) {
        value = value * 10 + static_cast<std::size_t>(rest.front() - '0');
        rest.remove_prefix(1);
      }
      if (value <= text_.size() - at && skip_space(text_.substr(at + value, 32)).starts_with("endstream")) return value;
    }
    const auto end = text_.find("endstream", at);
    return (end == text_.npos ? text_.size() : end) - at;
  }

  bool give(std::string_view dictionary, ByteView bytes) {
    const std::string name = "#" + std::to_string(++streams_);
    const auto filters = filters_of(dictionary);
    if (filters.empty()) return unpacking_.part(name, bytes);
    Bytes now;
    ByteView view = bytes;
    for (const std::string& filter : filters) {
      // What is behind a picture's own encoding is a picture.
      if (is_picture(filter)) break;
      Bytes next;
      if (!decode(filter, view, next)) return false;
      now = std::move(next);
      view = now;
    }
    return view.data() == bytes.data() || unpacking_.part(name, view);
  }

  bool decode(std::string_view filter, ByteView in, Bytes& out) {
    // The simple ones give everything at once, before the budget can say no.
    if (!is_flate(filter)) in = in.first(std::min(in.size(), kMaxSimple));
    if (is_flate(filter)) {
      if (!inflate_into(out, in, Deflate::zlib, unpacking_)) return false;
      // A broken head does not keep readers from showing the rest.
      return !out.empty() || in.size() <= 2 || inflate_into(out, in.subspan(2), Deflate::raw, unpacking_);
    }
    if (filter == "LZWDecode" || filter == "LZW") return Lzw(unpacking_).decode(in, out);
    if (filter == "ASCIIHexDecode" || filter == "AHx") out = decode_hex(as_text(in));
    if (filter == "ASCII85Decode" || filter == "A85") out = decode_ascii85(as_text(in));
    if (filter == "RunLengthDecode" || filter == "RL") out = decode_run_length(in, 64u << 20);
    return unpacking_.take_out(out.size());
  }

  // "/Encrypt 12 0 R" or "/Encrypt <<".
  bool is_encrypted() const {
    constexpr std::string_view kKey = "/Encrypt";
    for (std::size_t at = text_.find(kKey); at != text_.npos; at = text_.find(kKey, at + 1)) {
      std::string_view rest = text_.substr(at + kKey.size(), 40);
      if (rest.empty() || (!is_space(rest.front()) && rest.front() != '<')) continue;
      rest = skip_space(rest);
      if (rest.starts_with("<<") || (!rest.empty() && is_digit(rest.front()))) return true;
    }
    return false;
  }

  std::string_view text_;
  Unpacking& unpacking_;
  std::size_t streams_ = 0;
};

}  // namespace

void unpack_pdf(ByteView bytes, Unpacking& unpacking) { PdfReader(as_text(bytes), unpacking).read(); }

}  // namespace khien::scan
