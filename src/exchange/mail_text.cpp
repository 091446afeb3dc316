#include <algorithm>
#include <array>
#include <cstdio>

#include "clean_text.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/core/text.hpp"
#include "khien/core/yaml.hpp"
#include "khien/exchange/outbox.hpp"
#include "mail_address.hpp"

namespace khien::exchange {
namespace {

constexpr std::size_t kMostSubject = 300;      // code points
constexpr std::size_t kMostBody = 256u << 10;  // bytes
constexpr std::size_t kEncodedWord = 39;       // bytes of text in one: its line has 76 letters at most, "Subject: " too (RFC 2047 §2)
constexpr std::size_t kQuotedLine = 75;        // and "=" makes 76

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

// Text of a header in RFC 2047's words, each of whole code points, a fold between two.
std::string encoded_words(std::string_view text) {
  if (is_plain(text) && text.size() <= 60 && !text.contains("=?")) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto piece = truncate(text, kEncodedWord);
    out += (out.empty() ? "" : "\r\n ") + std::string("=?UTF-8?B?") + to_base64(as_bytes(piece)) + "?=";
    text.remove_prefix(piece.size());
  }
  return out;
}

std::string quoted(char c) {
  std::array<char, 4> text{};
  std::snprintf(text.data(), text.size(), "=%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return text.data();
}

// One line in quoted-printable (RFC 2045 §6.7), with soft breaks.
void quote_line(std::string_view line, std::string& out) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_blank_at_end = (c == ' ' || c == '\t') && i + 1 == line.size();
    const bool is_itself = ((c > 0x20 && c < 0x7F && c != '=') || c == ' ' || c == '\t') && !is_blank_at_end;
    const std::string piece = is_itself ? std::string(1, c) : quoted(c);
    if (column + piece.size() > kQuotedLine) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  out += "\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    quote_line(line, out);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  return out;
}

// "Sun, 22 Nov 2026 15:00:00 +0700".
std::string mail_date(Timestamp time) {
  constexpr std::array<std::string_view, 7> kDays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Timestamp local = time + hours(7);
  const std::string text = to_rfc3339(local);  // of UTC+7, though it says Z
  const auto day = static_cast<std::size_t>(((local.ms / days(1).ms) % 7 + 7) % 7);
  const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + (text[6] - '0') - 1);
  return std::string(kDays[day]) + ", " + text.substr(8, 2) + " " + std::string(kMonths.at(month)) + " " + text.substr(0, 4) + " " +
         text.substr(11, 8) + " +0700";
}

Result<std::string> filled(std::string_view pattern, const Facts& values, bool one_line) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == pattern.npos) break;
    const auto close = pattern.find('}', open);
    if (close == pattern.npos) return Error(Code::invalid, "'{' without '}'");
    const auto name = pattern.substr(open + 1, close - open - 1);
    const auto value = values.find(name);
    if (value == values.end()) return Error(Code::invalid, "a value for '" + std::string(name) + "' is missing");
    if (one_line) {
      std::string text = value->second;
      std::ranges::replace_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\t'; }, ' ');
      out += text;
    } else {
      out += value->second;
    }
    pattern.remove_prefix(close + 1);
  }
  return out;
}

Result<LocalText> words_of(const Yaml& yaml, std::string_view key) {
  const Yaml* both = yaml.find(key);
  const Yaml* vi = both != nullptr ? both->find("vi") : nullptr;
  const Yaml* en = both != nullptr ? both->find("en") : nullptr;
  if (vi == nullptr || en == nullptr || vi->text.empty() || en->text.empty()) {
    return Error(Code::invalid, "line " + std::to_string(yaml.line) + ": " + std::string(key) + " must be {vi, en}");
  }
  return LocalText{vi->text, en->text};
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > 254 || at == text.npos || at == 0 || at > 64 || at + 1 == text.size()) return false;
  const auto is_word = [](std::string_view part, std::string_view besides) {
    return std::ranges::all_of(part, [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || besides.contains(c);
    });
  };
  const auto domain = text.substr(at + 1);
  return is_word(text.substr(0, at), "._%+-") && is_word(domain, ".-") && !domain.starts_with('.') && !domain.ends_with('.') &&
         !domain.starts_with('-') && !domain.contains("..");
}

Result<MailTemplate> MailTemplate::from_yaml(std::string_view text, Budget& budget) {
  TRY(const Yaml yaml, parse_yaml(text, budget));
  MailTemplate made;
  const Yaml* id = yaml.find("id");
  if (id == nullptr || id->text.empty()) return Error(Code::invalid, "line 1: id is missing");
  made.id_ = id->text;
  TRY(made.subject_, words_of(yaml, "subject"));
  TRY(made.body_, words_of(yaml, "body"));
  return made;
}

Result<MailTemplate::Words> MailTemplate::fill(const Facts& values, bool vietnamese) const {
  Words words;
  TRY(words.subject, filled(vietnamese ? subject_.vi : subject_.en, values, true));
  TRY(words.body, filled(vietnamese ? body_.vi : body_.en, values, false));
  return words;
}

Result<std::string> mail_text(const MailHead& head, const MailTemplate::Words& words) {
  if (!is_mail_address(head.from)) return Error(Code::invalid, "from: no mail address");
  if (!is_mail_address(head.to)) return Error(Code::invalid, "to: no mail address");
  if (!is_plain(head.message_id) || head.message_id.find_first_of("<> ") != std::string::npos) return Error(Code::invalid, "message id");
  if (words.body.size() > kMostBody) return Error(Code::exhausted, "the mail is too large");
  // No control character gets into a header, so no value begins a line of its own there.
  const std::string name = clean_text(head.from_name, 100);
  std::string out = "From: ";
  // A name in words of RFC 2047 needs no quotes; one that is plain might.
  out += name.empty() ? head.from : "=?UTF-8?B?" + to_base64(as_bytes(truncate(name, kEncodedWord))) + "?= <" + head.from + ">";
  out += "\r\nTo: " + head.to + "\r\nSubject: " + encoded_words(clean_text(words.subject, kMostSubject));
  out += "\r\nDate: " + mail_date(head.date) + "\r\nMessage-ID: <" + head.message_id + ">\r\n";
  out += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
         "Auto-Submitted: auto-generated\r\n\r\n";
  return out + quoted_printable(to_valid_utf8(words.body));
}

}  // namespace khien::exchange
