#include "khien/core/calendar_text.hpp"

#include "khien/core/text.hpp"

namespace khien {
namespace {

constexpr std::size_t kMostLineBytes = 75;

// As many bytes as fit, cut before a code point.
std::size_t fitting(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t cut = most;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0u) == 0x80u) --cut;
  return cut;
}

}  // namespace

void CalendarWriter::plain(std::string_view name, std::string_view value) {
  line(std::string(name) + ":" + std::string(value));
}

void CalendarWriter::text(std::string_view name, std::string_view raw) {
  std::string escaped;
  for (const char c : to_valid_utf8(raw)) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\\' || c == ';' || c == ',') {
      (escaped += '\\') += c;
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (code >= 0x20 && code != 0x7f) {
      escaped += c;
    }
  }
  plain(name, escaped);
}

void CalendarWriter::line(std::string_view whole) {
  std::size_t room = kMostLineBytes;
  while (whole.size() > room) {
    const auto cut = fitting(whole, room);
    out_.append(whole.substr(0, cut)).append("\r\n ");
    whole.remove_prefix(cut);
    room = kMostLineBytes - 1;  // the space counts
  }
  out_.append(whole).append("\r\n");
}

std::string calendar_text(Date day) {
  const auto text = to_string(day);
  return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2);
}

std::string calendar_text(Timestamp time) {
  std::string out;
  for (const char c : to_rfc3339({time.ms / 1000 * 1000}).substr(0, 19)) {
    if (c != '-' && c != ':') out += c;
  }
  return out + "Z";
}

}  // namespace khien
