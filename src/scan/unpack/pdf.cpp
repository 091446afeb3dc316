#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "unpack/pdf_dictionary.hpp"
#include "unpack/text_encodings.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxDictionary = 16u << 20;
constexpr std::size_t kMaxFilters = 32;
constexpr std::size_t kMaxObjects = 1u << 20;
constexpr std::size_t kMaxTold = 16;  // times that an object is defined

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// PDF's LZW: codes of 9 to 12 bits, 256 starts anew, 257 ends. `early`: they grow
// one word before they must, as nearly always.
class Lzw {
 public:
  Lzw(bool early, Unpacking& unpacking) : early_(early ? 1 : 0), unpacking_(unpacking) {}

  Inflated decode(ByteView in, Bytes& out) {
    std::uint32_t held = 0;
    int bits = 0;
    for (const std::byte byte : in) {
      held = held << 8 | std::to_integer<std::uint32_t>(byte);
      bits += 8;
      if (bits < width_) continue;
      bits -= width_;
      const std::uint32_t code = (held >> bits) & ((1u << width_) - 1);
      if (code == 257) break;
      if (!take(code, out)) return unpacking_.stopped() ? Inflated::stopped : Inflated::broken;
    }
    return Inflated::whole;
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
    const std::size_t next = words_.size() + 258 + early_;
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

  std::size_t early_;
  Unpacking& unpacking_;
  std::vector<Word> words_;
  Word last_;
  int width_ = 9;
};

std::uint64_t run_length_size(ByteView in) {
  std::uint64_t size = 0;
  for (std::size_t at = 0; at < in.size();) {
    const auto length = std::to_integer<std::size_t>(in[at]);
    if (length == 128) break;
    size += length < 128 ? length + 1 : 257 - length;
    at += length < 128 ? length + 2 : 2;
  }
  return size;
}

Bytes decode_run_length(ByteView in) {
  Bytes out;
  for (std::size_t at = 0; at < in.size();) {
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

// At most so much comes out of it.
std::uint64_t ascii85_size(ByteView in) {
  const auto zeros = static_cast<std::uint64_t>(std::ranges::count(as_text(in), 'z'));
  return (in.size() - zeros) / 5 * 4 + 4 + zeros * 4;
}

bool is_flate(std::string_view filter) { return filter == "FlateDecode" || filter == "Fl"; }
bool is_lzw(std::string_view filter) { return filter == "LZWDecode" || filter == "LZW"; }

bool is_picture(std::string_view filter) {
  constexpr std::array kPictures = {"DCTDecode"sv, "DCT"sv, "JPXDecode"sv, "JBIG2Decode"sv, "CCITTFaxDecode"sv, "CCF"sv};
  return std::ranges::find(kPictures, filter) != kPictures.end();
}

struct Predictor {
  std::uint64_t kind = 1;
  std::uint64_t colors = 1, bits = 8, columns = 1;

  bool sane() const {
    return colors >= 1 && colors <= 64 && bits >= 1 && bits <= 16 && columns >= 1 && columns <= (1u << 26);
  }
  std::size_t row() const { return static_cast<std::size_t>((colors * bits * columns + 7) / 8); }
  std::size_t pixel() const { return static_cast<std::size_t>(std::max<std::uint64_t>(1, colors * bits / 8)); }
};

std::uint8_t paeth(int left, int above, int corner) {
  const int guess = left + above - corner;
  const int to_left = std::abs(guess - left), to_above = std::abs(guess - above), to_corner = std::abs(guess - corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

// PNG's: each row has a byte before it that tells how it was foretold.
bool undo_png(Bytes& bytes, std::size_t row, std::size_t pixel) {
  const auto value = [&](std::size_t at) { return std::to_integer<int>(bytes[at]); };
  bool known = true;
  std::size_t out = 0;
  for (std::size_t in = 0; in < bytes.size();) {
    const int how = value(in++);
    const std::size_t begin = out;
    known = known && how <= 4;
    for (std::size_t i = 0; i < row && in < bytes.size(); ++i, ++in, ++out) {
      const int left = i >= pixel ? value(out - pixel) : 0;
      const int above = begin >= row ? value(out - row) : 0;
      const int corner = i >= pixel && begin >= row ? value(out - row - pixel) : 0;
      const int foretold = how == 1 ? left : how == 2 ? above : how == 3 ? (left + above) / 2 : how == 4 ? paeth(left, above, corner) : 0;
      bytes[out] = static_cast<std::byte>(static_cast<std::uint8_t>(value(in) + foretold));
    }
  }
  bytes.resize(out);
  return known;
}

// TIFF's: each value is the difference to its left neighbour's.
bool undo_tiff(Bytes& bytes, const Predictor& predictor) {
  if (predictor.bits != 8 && predictor.bits != 16) return false;
  const std::size_t row = predictor.row(), pixel = predictor.pixel();
  const bool wide = predictor.bits == 16;
  for (std::size_t begin = 0; begin < bytes.size(); begin += row) {
    const std::size_t end = std::min(begin + row, bytes.size());
    for (std::size_t at = begin + pixel; at + (wide ? 1 : 0) < end; at += wide ? 2 : 1) {
      const auto sum = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]) + std::to_integer<unsigned>(bytes[i - pixel]); };
      const unsigned low = wide ? sum(at + 1) : 0;
      bytes[at] = static_cast<std::byte>(static_cast<std::uint8_t>(sum(at) + (low >> 8)));
      if (wide) bytes[at + 1] = static_cast<std::byte>(static_cast<std::uint8_t>(low));
    }
  }
  return true;
}

bool undo(const Predictor& predictor, Bytes& bytes) {
  if (predictor.kind < 2) return true;
  if (!predictor.sane()) return false;
  if (predictor.kind == 2) return undo_tiff(bytes, predictor);
  return predictor.kind >= 10 && predictor.kind <= 15 && undo_png(bytes, predictor.row(), predictor.pixel());
}

class PdfReader {
 public:
  PdfReader(std::string_view text, Unpacking& unpacking) : text_(text), unpacking_(unpacking) { find_objects(); }

  void read() {
    if (objects_.size() == kMaxObjects) unpacking_.gap("?", Unpacking::kBomb);
    encrypted_ = is_encrypted();
    if (encrypted_) unpacking_.gap("?", Unpacking::kEncrypted);
    for (const Object& object : objects_) {
      if (!unpacking_.in_time() || !read_object(object.at)) return;
    }
  }

 private:
  struct Object {
    std::uint64_t number;
    std::size_t at;  // behind "obj"
  };

  // "12 0 obj": wherever one stands, for the table of where they are may lie.
  void find_objects() {
    constexpr std::string_view kObject = "obj";
    for (std::size_t at = text_.find(kObject); at != text_.npos && objects_.size() < kMaxObjects; at = text_.find(kObject, at)) {
      std::size_t digits = at;
      while (digits > 0 && !is_digit(text_[digits - 1]) && at - digits < 64) --digits;
      while (digits > 0 && is_digit(text_[digits - 1])) --digits;  // its generation
      while (digits > 0 && !is_digit(text_[digits - 1]) && at - digits < 64) --digits;
      const std::size_t end = digits;
      while (digits > 0 && is_digit(text_[digits - 1])) --digits;
      const bool closes = at >= 3 && text_.substr(at - 3, 3) == "end";
      at += kObject.size();
      if (!closes) objects_.push_back({pdf_number(text_.substr(digits, end - digits)).value_or(UINT64_MAX), at});
    }
    by_number_ = objects_;
    std::ranges::sort(by_number_, {}, [](const Object& object) { return std::pair(object.number, object.at); });
  }

  // What the value stands for, if it is a reference; empty if nobody knows.
  std::string_view resolved(std::string_view value) {
    const auto number = pdf_reference(value);
    if (!number) return value;
    std::string_view found;
    const auto same = std::ranges::equal_range(by_number_, *number, {}, &Object::number);
    if (same.size() > kMaxTold) return {};
    for (const Object& object : same) {
      std::string_view rest = text_.substr(object.at, kMaxDictionary);
      const std::string_view here = take_pdf_value(rest);
      if (!take_work(here.empty() ? rest.size() : here.size())) return {};
      // Told twice, and not alike.
      if (!found.empty() && here != found) return {};
      found = here;
    }
    return found;
  }

  // Objects may claim the same bytes, but not without end.
  bool take_work(std::size_t bytes) {
    work_ += bytes;
    return work_ <= (std::uint64_t{1} << 20) + 16 * std::uint64_t{text_.size()};
  }

  static std::string name_in(std::string_view value) {
    if (!value.starts_with('/')) return {};
    value.remove_prefix(1);
    return take_pdf_name(value);
  }

  bool read_object(std::size_t at) {
    constexpr std::string_view kStream = "stream";
    std::string_view rest = text_.substr(at, kMaxDictionary);
    if (!skip_pdf_space(rest).starts_with("<<")) return true;
    const std::size_t before = rest.size();
    const auto dictionary = take_pdf_dictionary(rest);
    if (!take_work(dictionary ? before - rest.size() : before)) {
      unpacking_.gap("?", Unpacking::kBomb);
      return false;
    }
    if (!dictionary) return complain("?");
    rest = skip_pdf_space(rest);
    if (!rest.starts_with(kStream)) return true;
    if (!unpacking_.take_entry()) return false;
    std::size_t data = static_cast<std::size_t>(rest.data() - text_.data()) + kStream.size();
    while (data < text_.size() && text_[data] == ' ') ++data;
    if (data < text_.size() && text_[data] == '\r') ++data;
    if (data < text_.size() && text_[data] == '\n') ++data;
    return give(*dictionary, as_bytes(text_.substr(data, size_of(*dictionary, data))));
  }

  // /Length where it leads to "endstream", else as far as that word is.
  std::size_t size_of(const PdfDictionary& dictionary, std::size_t at) {
    constexpr std::string_view kEnd = "endstream";
    const auto length = pdf_number(resolved(dictionary.find({"Length"})));
    if (length && *length <= text_.size() - at) {
      const auto size = static_cast<std::size_t>(*length);
      if (skip_pdf_space(text_.substr(at + size, 32)).starts_with(kEnd)) return size;
    }
    if (next_end_ < at) next_end_ = std::min(text_.find(kEnd, at), text_.size());
    return next_end_ - at;
  }

  std::vector<std::string> filters_of(const PdfDictionary& dictionary, const std::string& name) {
    // "F" is how pictures within pages write it; elsewhere it names a file.
    const std::string_view full = dictionary.find({"Filter"}), brief = dictionary.find({"F"});
    const bool brief_too = brief.starts_with('/') || brief.starts_with('[');
    if (dictionary.has_twice("Filter") || (!full.empty() && brief_too)) complain(name);
    const std::string_view told = !full.empty() ? full : brief_too ? brief : std::string_view{};
    const std::string_view value = resolved(told);
    std::vector<std::string> filters;
    // Told elsewhere, where we cannot read it; and nearly always this.
    if (value.empty() && !told.empty() && complain(name)) return {"FlateDecode"};
    for (const std::string_view item : pdf_items(value)) filters.push_back(name_in(resolved(item)));
    if (filters.size() > kMaxFilters) unpacking_.gap(name, Unpacking::kBomb);
    if (filters.size() > kMaxFilters) filters.resize(kMaxFilters);
    return filters;
  }

  // What the filter at this place is told beyond its name.
  PdfDictionary settings_of(const PdfDictionary& dictionary, std::size_t place) {
    const auto items = pdf_items(resolved(dictionary.find({"DecodeParms", "DP"})));
    if (place >= items.size()) return {};
    std::string_view text = resolved(items[place]);
    return take_pdf_dictionary(text).value_or(PdfDictionary{});
  }

  std::uint64_t setting(const PdfDictionary& settings, std::string_view key, std::uint64_t usual) {
    const std::string_view value = settings.find({key});
    // What is no number is none that we can undo.
    return value.empty() ? usual : pdf_number(resolved(value)).value_or(UINT32_MAX);
  }

  bool give(const PdfDictionary& dictionary, ByteView bytes) {
    const std::string name = "#" + std::to_string(++streams_);
    // Its filters may lie. Paid for, since streams may overlap.
    if (bytes.empty()) return true;
    if (!unpacking_.take_out(bytes.size()) || !unpacking_.part(name, bytes)) return false;
    const auto filters = filters_of(dictionary, name);
    Bytes now;
    ByteView view = bytes;
    bool whole = true;
    for (std::size_t i = 0; i < filters.size() && !view.empty(); ++i) {
      if (filters[i] == "Crypt" && is_identity(settings_of(dictionary, i))) continue;
      // What is behind a picture's own encoding is a picture.
      if (is_picture(filters[i])) {
        whole = whole && i + 1 == filters.size() && is_image(dictionary);
        break;
      }
      Bytes next;
      const auto end = decode(filters[i], settings_of(dictionary, i), view, next);
      if (end == Inflated::stopped) return false;
      whole = whole && end == Inflated::whole;
      now = std::move(next);
      view = now;
    }
    if (!whole && !complain(name)) return false;
    return view.data() == bytes.data() || unpacking_.part(name, view);
  }

  bool is_identity(const PdfDictionary& settings) {
    const std::string_view name = resolved(settings.find({"Name"}));
    return name.empty() || name_in(name) == "Identity";
  }

  bool is_image(const PdfDictionary& dictionary) {
    if (name_in(resolved(dictionary.find({"Type"}))) == "EmbeddedFile") return false;
    return name_in(resolved(dictionary.find({"Subtype"}))) == "Image" || !dictionary.find({"Width"}).empty();
  }

  Inflated decode(std::string_view filter, const PdfDictionary& settings, ByteView in, Bytes& out) {
    if (is_flate(filter) || is_lzw(filter)) {
      const bool early = setting(settings, "EarlyChange", 1) != 0;
      const Inflated end = is_flate(filter) ? inflate(in, out) : Lzw(early, unpacking_).decode(in, out);
      if (end == Inflated::stopped) return end;
      const Predictor predictor{setting(settings, "Predictor", 1), setting(settings, "Colors", 1),
                                setting(settings, "BitsPerComponent", 8), setting(settings, "Columns", 1)};
      return undo(predictor, out) ? end : Inflated::broken;
    }
    return decode_simple(filter, in, out);
  }

  Inflated inflate(ByteView in, Bytes& out) {
    const Inflated end = inflate_into(out, in, Deflate::zlib, unpacking_);
    if (end != Inflated::broken || in.size() <= 2) return end;
    // A broken head or a missing sum keeps no reader from showing the rest.
    Bytes again;
    const Inflated second = inflate_into(again, in.subspan(2), Deflate::raw, unpacking_);
    if (second == Inflated::whole || again.size() > out.size()) out = std::move(again);
    return second;
  }

  // These give everything at once, so they are paid for before.
  Inflated decode_simple(std::string_view filter, ByteView in, Bytes& out) {
    const bool hex = filter == "ASCIIHexDecode" || filter == "AHx";
    const bool ascii85 = filter == "ASCII85Decode" || filter == "A85";
    const bool run_length = filter == "RunLengthDecode" || filter == "RL";
    if (!hex && !ascii85 && !run_length) return Inflated::broken;
    const std::uint64_t size = hex ? in.size() / 2 + 1 : ascii85 ? ascii85_size(in) : run_length_size(in);
    if (!unpacking_.take_out(size)) return Inflated::stopped;
    if (hex) out = decode_hex(as_text(in));
    if (ascii85) out = decode_ascii85(as_text(in));
    if (run_length) out = decode_run_length(in);
    return out.empty() ? Inflated::broken : Inflated::whole;
  }

  // "/Encrypt 12 0 R" or "/Encrypt <<", also as "/#45ncrypt".
  bool is_encrypted() const {
    for (std::size_t at = text_.find('/'); at != text_.npos; at = text_.find('/', at + 1)) {
      std::string_view rest = text_.substr(at + 1, 4096);
      if ((!rest.starts_with('E') && !rest.starts_with('#')) || take_pdf_name(rest) != "Encrypt") continue;
      rest = skip_pdf_space(rest);
      if (rest.starts_with("<<") || (!rest.empty() && is_digit(rest.front()))) return true;
    }
    return false;
  }

  // What is encrypted looks broken, and was told already.
  bool complain(std::string_view name) {
    if (!encrypted_) unpacking_.gap(name, Unpacking::kDamaged);
    return !unpacking_.stopped();
  }

  std::string_view text_;
  Unpacking& unpacking_;
  std::vector<Object> objects_;
  std::vector<Object> by_number_;
  std::uint64_t work_ = 0;    // bytes of dictionaries and values that were read
  std::size_t next_end_ = 0;  // where the next "endstream" stands
  std::size_t streams_ = 0;
  bool encrypted_ = false;
};

}  // namespace

void unpack_pdf(ByteView bytes, Unpacking& unpacking) { PdfReader(as_text(bytes), unpacking).read(); }

}  // namespace khien::scan
