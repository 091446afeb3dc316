#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "unpack/mail_head.hpp"
#include "unpack/text_encodings.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

constexpr int kMaxNested = 24;
constexpr std::size_t kMaxBoundaries = 8;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// What the head says. A field that stands there twice is read in one way by one
// program and otherwise by the next, so all of it is kept.
struct Entity {
  std::string types;  // all of them, lower case
  std::vector<std::string> boundaries;
  std::string encodings;  // all of them, lower case
  std::string name;
  std::string_view body;

  bool is_letter() const { return types.find("message/") != types.npos; }
  bool says_base64() const { return encodings.find("base64") != encodings.npos; }
  bool says_quoted() const { return encodings.find("quoted-printable") != encodings.npos; }
};

// "%41" as RFC 2231 has it.
std::string decode_percents(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Bytes byte = text[at] == '%' && at + 2 < text.size() ? decode_hex(text.substr(at + 1, 2)) : Bytes{};
    out += byte.empty() ? text[at] : static_cast<char>(byte[0]);
    if (!byte.empty()) at += 2;
  }
  return out;
}

// Between quotes, with what stands behind backslashes; also between "<" and ">".
std::string unquoted(std::string_view text) {
  std::string out;
  const char end = text.starts_with('<') ? '>' : '"';
  for (std::size_t at = 1; at < text.size() && text[at] != end; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return out;
}

// A parameter of a header: name=value or name="value"; name* of RFC 2231 too.
std::string parameter(std::string_view value, std::string_view name) {
  const std::string small = lower_ascii(value);
  for (std::size_t at = small.find(name); at != small.npos; at = small.find(name, at + 1)) {
    if (at == 0 || (small[at - 1] != ';' && small[at - 1] != ' ' && small[at - 1] != '\t')) continue;
    std::size_t next = at + name.size();
    const bool extended = next < small.size() && small[next] == '*';
    while (next < small.size() && (small[next] == '*' || std::isdigit(static_cast<unsigned char>(small[next])) != 0)) ++next;
    while (next < small.size() && small[next] == ' ') ++next;
    if (next >= small.size() || small[next] != '=') continue;
    std::string_view rest = trim(value.substr(next + 1));
    if (rest.starts_with('"') || rest.starts_with('<')) return unquoted(rest);
    rest = rest.substr(0, rest.find_first_of("; \t"));
    if (!extended) return std::string(rest);
    const auto language = rest.rfind('\'');
    return decode_percents(language != rest.npos ? rest.substr(language + 1) : rest);
  }
  return {};
}

void take_header(std::string_view line, Entity& entity) {
  const auto colon = line.find(':');
  if (colon == line.npos) return;
  const std::string field = lower_ascii(trim(line.substr(0, colon)));
  const std::string_view value = trim(line.substr(colon + 1));
  if (field == "content-type") {
    entity.types += lower_ascii(trim(value)) + "\n";
    if (auto boundary = parameter(value, "boundary"); !boundary.empty()) entity.boundaries.push_back(std::move(boundary));
    if (entity.name.empty()) entity.name = parameter(value, "name");
  } else if (field == "content-transfer-encoding") {
    entity.encodings += lower_ascii(value) + "\n";
  } else if (field == "content-disposition") {
    if (auto name = parameter(value, "filename"); !name.empty()) entity.name = std::move(name);
  }
}

// Takes a line off the front; it ends with LF, CR LF or, for some programs, CR.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1));
  return line;
}

// The head, its folded lines joined, and the body. It follows upon the first empty
// line, or begins with the first that is no field: programs differ, so that fields
// behind such a line are still read.
Entity read_entity(std::string_view text) {
  Entity entity;
  std::string joined;
  std::string_view rest = text;
  bool ended = false;
  while (!rest.empty()) {
    const std::string_view from = rest;
    const std::string_view line = take_line(rest);
    if (line.empty()) {
      if (!ended) entity.body = rest;
      ended = true;
      break;
    }
    if (line[0] == ' ' || line[0] == '\t') {
      joined.append(" ").append(trim(line));
      continue;
    }
    take_header(joined, entity);
    joined = line;
    if (ended || is_mail_field(line) || line.starts_with("From ") || line.starts_with(">From ")) continue;
    entity.body = from;
    ended = true;
  }
  take_header(joined, entity);
  entity.name = decode_header_words(entity.name);
  return entity;
}

// Nothing but its digits, and enough of them to be a file.
bool looks_like_base64(std::string_view body) {
  constexpr std::size_t kEnough = 64;
  std::size_t digits = 0;
  for (const char c : body) {
    if (c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == '=') continue;
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '/') return false;
    ++digits;
  }
  return digits >= kEnough;
}

class MailReader {
 public:
  explicit MailReader(Unpacking& unpacking) : unpacking_(unpacking) {}

  // False once all is over.
  bool read(std::string_view text, int nested) {
    if (!unpacking_.take_entry()) return false;
    if (nested > kMaxNested) {
      unpacking_.gap("#" + std::to_string(++parts_), Unpacking::kBomb);
      return true;
    }
    const Entity entity = read_entity(text);
    const std::size_t before = parts_;
    for (std::size_t i = 0; i < entity.boundaries.size(); ++i) {
      if (i == kMaxBoundaries) unpacking_.gap("#" + std::to_string(++parts_), Unpacking::kBomb);
      if (i == kMaxBoundaries) break;
      if (!read_parts(entity.body, entity.boundaries[i], nested)) return false;
    }
    // A boundary that never comes makes no parts.
    return parts_ > before || give(entity, nested);
  }

 private:
  static bool begins_line(std::string_view body, std::size_t at) {
    return at == 0 || body[at - 1] == '\n' || body[at - 1] == '\r';
  }

  bool read_parts(std::string_view body, const std::string& boundary, int nested) {
    const std::string line = "--" + boundary;
    std::size_t begin = std::string_view::npos;  // of the part we are in
    for (std::size_t at = 0; at < body.size();) {
      const auto found = body.find(line, at);
      if (found == body.npos) break;
      at = found + line.size();
      if (!begins_line(body, found)) continue;
      if (begin != std::string_view::npos && !read(body.substr(begin, found - begin), nested + 1)) return false;
      std::string_view rest = body.substr(at);
      take_line(rest);
      begin = at = body.size() - rest.size();
      // Behind the last part is nothing that a reader shows, but something that a
      // scanner must see: the end mark is not believed.
    }
    if (begin == std::string_view::npos || begin >= body.size()) return true;
    return read(body.substr(begin), nested + 1);
  }

  bool give(const Entity& entity, int nested) {
    ++parts_;
    const std::string name = entity.name.empty() ? "#" + std::to_string(parts_) : entity.name;
    const bool plain = !entity.says_base64() && !entity.says_quoted();
    // An encoding that nobody knows is tried as both.
    const bool strange = plain && !is_plain(entity.encodings);
    if ((entity.says_base64() || strange || (plain && looks_like_base64(entity.body))) &&
        !give_decoded(name, entity, decode_base64(entity.body), nested)) {
      return false;
    }
    if ((entity.says_quoted() || strange) && !give_decoded(name, entity, decode_quoted_printable(entity.body), nested)) {
      return false;
    }
    if (!plain) return true;
    if (entity.is_letter()) return read(entity.body, nested + 1);
    if (!read_uu(entity.body)) return false;
    std::string_view body = entity.body;
    // The line end before a boundary belongs to the boundary.
    if (nested > 0 && (body.ends_with('\n') || body.ends_with('\r'))) body.remove_suffix(body.ends_with("\r\n") ? 2 : 1);
    // Paid for, since with several boundaries it may go out as often.
    return unpacking_.take_out(body.size()) && unpacking_.part(name, as_bytes(body));
  }

  static bool is_plain(std::string_view encodings) {
    while (!encodings.empty()) {
      const std::string_view each = take_line(encodings);
      if (each != "7bit" && each != "8bit" && each != "binary" && !each.empty()) return false;
    }
    return true;
  }

  bool give_decoded(const std::string& name, const Entity& entity, const Bytes& bytes, int nested) {
    if (!unpacking_.take_out(bytes.size())) return false;
    if (entity.is_letter()) return read(as_text(bytes), nested + 1);
    return unpacking_.part(name, bytes);
  }

  // Files between lines of text, as mails had them before MIME.
  bool read_uu(std::string_view body) {
    constexpr std::string_view kBegin = "begin ";
    for (std::size_t at = body.find(kBegin); at != body.npos; at = body.find(kBegin, at + 1)) {
      if (at != 0 && body[at - 1] != '\n') continue;
      const auto line_end = body.find('\n', at);
      if (line_end == body.npos) break;
      const std::string_view line = trim(body.substr(at + kBegin.size(), line_end - at - kBegin.size()));
      const auto blank = line.find(' ');
      if (blank == line.npos || line.find_first_not_of("01234567") != blank) continue;
      if (!unpacking_.take_entry()) return false;
      const auto end = body.find("\nend", line_end);
      const Bytes bytes = decode_uu(body.substr(line_end + 1, end == body.npos ? end : end - line_end));
      if (!unpacking_.take_out(bytes.size()) || !unpacking_.part(line.substr(blank + 1), bytes)) return false;
      if (end == body.npos) break;
      at = end;
    }
    return true;
  }

  Unpacking& unpacking_;
  std::size_t parts_ = 0;
};

}  // namespace

void unpack_mail(ByteView bytes, Unpacking& unpacking) {
  const std::string_view text = without_byte_order_mark(as_text(bytes));
  MailReader reader(unpacking);
  if (!text.starts_with("From ")) {
    reader.read(text, 0);
    return;
  }
  // A mailbox: a letter begins at each line "From …".
  constexpr std::string_view kNext = "\nFrom ";
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(kNext, at), text.size());
    const auto head = text.find('\n', at);
    if (head == text.npos || head > end) {
      at = end + 1;
      continue;
    }
    if (!reader.read(text.substr(head + 1, end - head - 1), 0)) return;
    ++letters;
    at = end + 1;
  }
  // Or it is one letter that has such lines in its text.
  if (letters > 1) reader.read(text, 0);
}

}  // namespace khien::scan
