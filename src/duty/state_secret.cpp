#include "khien/duty/state_secret.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "seen_text.hpp"

namespace khien::duty {
namespace {

using Words = std::vector<std::string>;

// Longer lines are sentences, not stamps.
constexpr std::size_t kMostStampBytes = 120;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// How many bytes the Latin letter there takes: 0 if there is none. With marks:
// U+00C0 to U+024F, U+1E00 to U+1EFF and the combining ones.
std::size_t letter_bytes(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto lead = byte(at);
  if ((lead >= 'a' && lead <= 'z') || (lead >= 'A' && lead <= 'Z')) return 1;
  if ((lead >= 0xc3 && lead <= 0xc9) || lead == 0xcc || lead == 0xcd) return 2;
  return lead == 0xe1 && byte(at + 1) >= 0xb8 && byte(at + 1) <= 0xbb ? 3 : 0;
}

bool is_upper_or_not_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80 || (c >= 'A' && c <= 'Z'); }

// Letters in a row are a word, and so are letters that stand one by one: "M Ậ T".
Words words_of(std::string_view text) {
  Words words;
  bool spelled = false;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (const auto bytes = letter_bytes(text, end)) end += bytes;
    end = std::min(end, text.size());
    if (end > at) {
      const bool single = at + letter_bytes(text, at) == end;
      const auto word = text.substr(at, end - at);
      if (!single || !spelled) words.emplace_back();
      words.back() += word;
      spelled = single;
    }
    at = std::max(end, at + 1);
  }
  return words;
}

// "ậ" in both cases, in NFC.
bool has_any(std::string_view word, const std::array<std::string_view, 2>& letter) {
  return word.find(letter[0]) != word.npos || word.find(letter[1]) != word.npos;
}
bool is_mat(std::string_view word) { return fold(word) == "mat" && has_any(word, {"ậ", "Ậ"}); }
// With its marks, or as names without any are written.
bool is_mat_or_plain(std::string_view word) { return fold(word) == "mat" && (is_ascii(word) || is_mat(word)); }
bool is_toi(std::string_view word) { return fold(word) == "toi" && (is_ascii(word) || has_any(word, {"ố", "Ố"})); }
bool is_tuyet(std::string_view word) { return fold(word) == "tuyet"; }

// Words with which "mật" is part of another one.
bool makes_another_word_before(std::string_view word) {
  static constexpr std::array<std::string_view, 6> kBefore{"bao", "bi", "co", "than", "can", "do"};
  return std::ranges::find(kBefore, fold(word)) != kBefore.end();
}
bool makes_another_word_behind(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kBehind{"khau", "ma", "do", "ong", "thiet", "nghi", "vu", "danh"};
  return std::ranges::find(kBehind, fold(word)) != kBehind.end();
}

std::optional<Classification> level_at(const Words& words, std::size_t i) {
  const auto& word = words[i];
  const auto run = fold(word);
  if (run == "tuyetmat") return Classification::top_secret;
  if (run == "toimat" && (is_ascii(word) || has_any(word, {"ố", "Ố"}))) return Classification::secret;
  if (i > 0 && is_mat_or_plain(word) && is_tuyet(words[i - 1])) return Classification::top_secret;
  if (i > 0 && is_mat_or_plain(word) && is_toi(words[i - 1])) return Classification::secret;
  if (!is_mat(word)) return std::nullopt;
  if (i > 0 && makes_another_word_before(words[i - 1])) return std::nullopt;
  if (i + 1 < words.size() && makes_another_word_behind(words[i + 1])) return std::nullopt;
  return Classification::confidential;
}

// "(MAT)", "[MAT]": the stamp as names without marks carry it.
bool has_bracketed_stamp(std::string_view name) {
  return name.find("(MAT)") != name.npos || name.find("[MAT]") != name.npos;
}

// ------------------------------------------------------------------------ text

bool starts_with(ByteView bytes, std::string_view magic) { return as_text(bytes).starts_with(magic); }

// Of the basic plane, where all of Vietnamese lies; surrogates become "?".
std::string from_utf16(ByteView bytes, bool little_endian) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const auto first = std::to_integer<std::uint32_t>(bytes[i]);
    const auto second = std::to_integer<std::uint32_t>(bytes[i + 1]);
    const auto code = little_endian ? first | second << 8 : first << 8 | second;
    append_code_point(out, code >= 0xd800 && code <= 0xdfff ? '?' : code);
  }
  return out;
}

std::string letters_of(std::string_view line) {
  std::string letters;
  for (const auto& word : words_of(line)) letters += word;
  return letters;
}

std::optional<Classification> level_of_letters(std::string_view letters) {
  const auto folded = fold(letters);
  if (folded == "tuyetmat") return Classification::top_secret;
  if (folded == "toimat") return Classification::secret;
  if (folded == "mat" && is_mat(letters)) return Classification::confidential;
  return std::nullopt;
}

// A stamp is moved to its place by blanks.
std::string without_wide_space(std::string_view line) {
  std::string out;
  for (const char c : line) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
    if (out.size() > kMostStampBytes) break;
  }
  return out;
}

// "MẬT", "* TUYỆT MẬT *", "M Ậ T", "Độ mật: Tối mật".
std::optional<Classification> stamp_on(std::string_view raw) {
  auto narrow = without_wide_space(raw);
  if (narrow.empty() || narrow.size() > kMostStampBytes) return std::nullopt;
  const auto line = composed(std::move(narrow));
  const auto colon = line.find(':');
  if (colon != line.npos && fold(letters_of(line.substr(0, colon))) == "domat") {
    return level_of_letters(letters_of(line.substr(colon + 1)));
  }
  const auto letters = letters_of(line);
  const bool is_capital = std::ranges::all_of(letters, is_upper_or_not_ascii) && !letters.empty() &&
                          letters.find("ậ") == letters.npos && letters.find("ố") == letters.npos &&
                          letters.find("ệ") == letters.npos;
  return is_capital ? level_of_letters(letters) : std::nullopt;
}

std::optional<Classification> stamp_in(std::string_view text) {
  std::optional<Classification> worst;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n\f\v"), text.size());
    worst = std::max(worst, stamp_on(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return worst;
}

}  // namespace

Result<Classification> classification_from_string(std::string_view text) {
  if (text == "none") return Classification::none;
  if (text == "confidential") return Classification::confidential;
  if (text == "secret") return Classification::secret;
  if (text == "top_secret") return Classification::top_secret;
  return Error(Code::invalid, "not a classification");
}

std::string_view to_string(LookedAt value) { return value == LookedAt::text ? "text" : "name"; }

std::optional<Marking> marking_in_name(std::string_view file_name) {
  const auto name = composed(as_seen(to_valid_utf8(file_name)));
  const auto words = words_of(name);
  std::optional<Classification> worst;
  for (std::size_t i = 0; i < words.size(); ++i) worst = std::max(worst, level_at(words, i));
  if (!worst && has_bracketed_stamp(name)) worst = Classification::confidential;
  if (!worst) return std::nullopt;
  return Marking{*worst, true};
}

LookedAt looked_at(ByteView bytes) {
  if (starts_with(bytes, "\xff\xfe") || starts_with(bytes, "\xfe\xff")) return LookedAt::text;
  if (starts_with(bytes, "%PDF") || starts_with(bytes, "PK\x03\x04") || starts_with(bytes, "{\\rtf")) return LookedAt::name;
  return std::ranges::find(bytes, std::byte{0}) == bytes.end() ? LookedAt::text : LookedAt::name;
}

bool may_hold_words(ByteView bytes) { return starts_with(bytes, "%PDF-") || starts_with(bytes, "PK\x03\x04"); }

std::optional<Marking> marking_in_text(ByteView bytes) {
  if (looked_at(bytes) == LookedAt::name) return std::nullopt;
  std::vector<std::string> readings;
  if (starts_with(bytes, "\xff\xfe") || starts_with(bytes, "\xfe\xff")) {
    readings.push_back(from_utf16(bytes, starts_with(bytes, "\xff\xfe")));
  } else if (is_utf8(as_text(bytes))) {
    readings.emplace_back(as_text(bytes));
  } else {
    // One damaged byte does not make it another encoding.
    readings = {from_tcvn3(as_text(bytes)), from_vni(as_text(bytes)), to_valid_utf8(as_text(bytes))};
  }
  std::optional<Classification> worst;
  // As it stands too: "<" need not begin a tag.
  for (const auto& reading : readings) {
    worst = std::max({worst, stamp_in(as_seen(reading)), stamp_in(as_seen(without_markup(reading)))});
  }
  if (!worst) return std::nullopt;
  return Marking{*worst, false};
}

namespace {

std::string_view stamp_of(Classification level) {
  switch (level) {
    case Classification::top_secret: return "TUYỆT MẬT";
    case Classification::secret: return "TỐI MẬT";
    default: return "MẬT";
  }
}

constexpr std::string_view kNothingKeptVi =
    " Khiên không được lưu giữ bí mật nhà nước: nội dung này đã bị từ chối và không có gì được lưu lại. Hãy lưu hồ sơ theo quy "
    "định về bảo vệ bí mật nhà nước, và ở đây chỉ ghi số, ngày của văn bản nếu được phép.";
constexpr std::string_view kNothingKeptEn =
    " Khiên must not hold state secrets: it was refused and nothing of it was kept. Keep it under the rules for state "
    "secrets, and note here only its number and date if that is permitted.";

LocalText with_nothing_kept(std::string vi, std::string en) {
  return {std::move(vi) + std::string(kNothingKeptVi), std::move(en) + std::string(kNothingKeptEn)};
}

}  // namespace

bool is_state_secret(const Error& refused) {
  const auto refusal = refusal_of(refused);
  return refusal && refusal->message.vi.ends_with(kNothingKeptVi);
}

LocalText reason_of(const Marking& marking) {
  const std::string stamp(stamp_of(marking.level));
  return marking.in_name ? with_nothing_kept("Tên tệp có dấu chỉ độ mật «" + stamp + "».",
                                             "The file's name carries the marking \"" + stamp + "\".")
                         : with_nothing_kept("Trong tệp có dấu chỉ độ mật «" + stamp + "».",
                                             "The file's text carries the marking \"" + stamp + "\".");
}

Result<void> refuse_marked_text(std::string_view field, std::string_view text) {
  const auto marking = marking_in_text(as_bytes(text));
  if (!marking) return {};
  const std::string stamp(stamp_of(marking->level));
  return refuse(Code::invalid, field, with_nothing_kept("Nội dung nhập có dấu chỉ độ mật «" + stamp + "».",
                                                        "What was entered carries the marking \"" + stamp + "\"."));
}

LocalText reason_of(Classification declared) {
  const std::string stamp(stamp_of(declared));
  return with_nothing_kept("Bạn khai tệp này có độ mật «" + stamp + "».",
                           "You declared this file to be classified \"" + stamp + "\".");
}

}  // namespace khien::duty
