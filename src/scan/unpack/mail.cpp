#include <algorithm>
#include <cctype>
#include <string>

#include "unpack/text_encodings.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

constexpr int kMaxNested = 24;
constexpr std::size_t kMaxHeadBytes = 256u << 10;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

struct Entity {
  std::string type = "text/plain";  // lower case
  std::string boundary;
  std::string encoding;  // lower case
  std::string name;
  std::string_view body;
};

// A parameter of a header: name=value or name="value"; name* of RFC 2231 too.
std::string parameter(std::string_view value, std::string_view name) {
  const std::string small = lower(value);
  for (std::size_t at = small.find(name); at != small.npos; at = small.find(name, at + 1)) {
    if (at == 0 || (small[at - 1] != ';' && small[at - 1] != ' ' && small[at - 1] != '\t')) continue;
    std::size_t next = at + name.size();
    const bool extended = next < small.size() && small[next] == '*';
    while (next < small.size() && (small[next] == '*' || std::isdigit(static_cast<unsigned char>(small[next])) != 0)) ++next;
    while (next < small.size() && small[next] == ' ') ++next;
    if (next >= small.size() || small[next] != '=') continue;
    std::string_view rest = trim(value.substr(next + 1));
    if (rest.starts_with('"')) {
      rest.remove_prefix(1);
      return std::string(rest.substr(0, rest.find('"')));
    }
    rest = rest.substr(0, rest.find_first_of("; \t"));
    const auto language = rest.rfind('\'');
    return std::string(extended && language != rest.npos ? rest.substr(language + 1) : rest);
  }
  return {};
}

void take_header(std::string_view line, Entity& entity) {
  const auto colon = line.find(':');
  if (colon == line.npos) return;
  const std::string field = lower(trim(line.substr(0, colon)));
  const std::string_view value = trim(line.substr(colon + 1));
  if (field == "content-type") {
    entity.type = lower(trim(value.substr(0, value.find(';'))));
    entity.boundary = parameter(value, "boundary");
    if (entity.name.empty()) entity.name = parameter(value, "name");
  } else if (field == "content-transfer-encoding") {
    entity.encoding = lower(value.substr(0, value.find_first_of("; \t(")));
  } else if (field == "content-disposition") {
    if (auto name = parameter(value, "filename"); !name.empty()) entity.name = std::move(name);
  }
}

// The head, its folded lines joined, and what follows the first empty line.
Entity read_entity(std::string_view text) {
  Entity entity;
  std::string joined;
  std::size_t at = 0;
  while (at < text.size() && at < kMaxHeadBytes) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') {
      joined.append(" ").append(trim(line));
      continue;
    }
    take_header(joined, entity);
    joined = line;
  }
  take_header(joined, entity);
  entity.name = decode_header_words(entity.name);
  entity.body = text.substr(at);
  return entity;
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
    if (entity.type.starts_with("multipart/") && !entity.boundary.empty()) return read_parts(entity, nested);
    return give(entity, nested);
  }

 private:
  bool read_parts(const Entity& entity, int nested) {
    const std::string line = "--" + entity.boundary;
    std::size_t begin = std::string_view::npos;  // of the part we are in
    for (std::size_t at = 0; at < entity.body.size();) {
      const auto found = entity.body.find(line, at);
      if (found == entity.body.npos) break;
      at = found + line.size();
      if (found != 0 && entity.body[found - 1] != '\n') continue;
      if (begin != std::string_view::npos && !read(entity.body.substr(begin, found - begin), nested + 1)) return false;
      const auto end = entity.body.find('\n', at);
      begin = end == entity.body.npos ? end : end + 1;
      // Behind the last part is nothing that a reader shows, but something that a
      // scanner must see: the end mark is not believed.
    }
    if (begin == std::string_view::npos || begin >= entity.body.size()) return true;
    return read(entity.body.substr(begin), nested + 1);
  }

  bool give(const Entity& entity, int nested) {
    const std::string name = entity.name.empty() ? "#" + std::to_string(++parts_) : entity.name;
    if (entity.encoding == "base64" || entity.encoding == "quoted-printable") {
      const Bytes bytes =
          entity.encoding == "base64" ? decode_base64(entity.body) : decode_quoted_printable(entity.body);
      if (!unpacking_.take_out(bytes.size())) return false;
      if (entity.type == "message/rfc822") return read(as_text(bytes), nested + 1);
      return unpacking_.part(name, bytes);
    }
    if (entity.type == "message/rfc822") return read(entity.body, nested + 1);
    if (!read_uu(entity.body)) return false;
    std::string_view body = entity.body;
    // The line end before a boundary belongs to the boundary.
    if (nested > 0 && body.ends_with('\n')) body.remove_suffix(body.ends_with("\r\n") ? 2 : 1);
    return unpacking_.part(name, as_bytes(body));
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
  const std::string_view text = as_text(bytes);
  MailReader reader(unpacking);
  if (!text.starts_with("From ")) {
    reader.read(text, 0);
    return;
  }
  // A mailbox: a letter begins at each line "From …".
  constexpr std::string_view kNext = "\nFrom ";
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(kNext, at), text.size());
    const auto head = text.find('\n', at);
    if (head == text.npos || head > end) {
      at = end + 1;
      continue;
    }
    if (!reader.read(text.substr(head + 1, end - head - 1), 0)) return;
    at = end + 1;
  }
}

}  // namespace khien::scan
