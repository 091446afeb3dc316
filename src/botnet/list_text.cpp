#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "khien/core/moment.hpp"
#include "khien/core/text.hpp"
#include "list_parts.hpp"
#include "khien/model/table_columns.hpp"

namespace khien::botnet {
namespace {

constexpr std::size_t kMostLine = 64u << 10;

// Marks that stand between words without blanks, and what they are read as. Longer ones first. A
// dash is none: it makes a range.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kMarks{{
    {"-->", " -> "}, {"->", " -> "}, {"=>", " -> "}, {"→", " -> "}, {"⇒", " -> "}, {"➔", " -> "}, {"=", " "}, {"•", " "}, {"·", " "},
    {"●", " "}, {"▪", " "}, {"◦", " "}, {"►", " "}, {"“", " "}, {"”", " "}, {"«", " "}, {"»", " "}}};

// Words after which comes the server that the one before takes its orders from.
constexpr std::array<std::string_view, 11> kLeadsToController{"→", "->", "=>", "-->", "c2", "c&c", "c2:", "c&c:", "khien", "khien:", "controller"};

bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Is it meant as an address? What is only like one (a time, a version with three parts, a
// hardware address) is not, or a letter could not be read for its dates.
bool is_meant_as_address(std::string_view word) {
  if (!std::ranges::all_of(word, [](char c) { return is_hexadecimal(c) || std::string_view(".:/-[]()").contains(c); })) return false;
  const auto dots = std::ranges::count(word, '.');
  const auto colons = std::ranges::count(word, ':');
  if (dots >= 3) return std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || std::string_view(".:/-[]()").contains(c); }) || colons >= 2;
  if (word.find("::") != word.npos) return true;
  const bool hardware = colons == 5 && word.size() == 17;
  return colons >= 4 && !hardware;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string with_marks_apart(std::string_view line) {
  std::string apart;
  for (std::size_t at = 0; at < line.size();) {
    const auto rest = line.substr(at);
    const auto* mark = std::ranges::find_if(kMarks, [&](const auto& one) { return rest.starts_with(one.first); });
    if (mark != kMarks.end()) {
      apart += mark->second;
      at += mark->first.size();
      continue;
    }
    // Between two addresses it is an arrow; it ends a quotation or "<203.0.113.5>" elsewhere.
    const bool is_arrow = line[at] == '>' && at > 0 && is_hexadecimal(line[at - 1]) && at + 1 < line.size() && is_hexadecimal(line[at + 1]);
    if (line[at] == '>') apart += is_arrow ? " -> " : " ";
    else apart += line[at];
    ++at;
  }
  return apart;
}

// "IP:203.0.113.6" and "203.0.113.7:4432/tcp": what is said of an address around it.
std::string_view without_label(std::string_view word) {
  if (const auto colon = word.find(':'); colon != word.npos && colon + 1 < word.size() && colon > 0) {
    const bool label = !is_digit(word.front()) && word.front() != '[' && !is_meant_as_address(word) && std::ranges::count(word.substr(0, colon), '.') == 0;
    if (label && is_meant_as_address(word.substr(colon + 1))) return word.substr(colon + 1);
  }
  const auto slash = word.rfind('/');
  const bool kind = slash != word.npos && slash + 1 < word.size() && std::ranges::all_of(word.substr(slash + 1), is_letter);
  return kind && is_meant_as_address(word.substr(0, slash)) ? word.substr(0, slash) : word;
}

// Four numbers with dots between them, however letters or signs stand around, with O and l for
// digits; or an IPv6 address' groups. A hardware address has six, and a label one.
bool looks_like_address(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    if (c == '[' || c == ']' || c == '(' || c == ')') continue;
    plain += c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' ? '1' : c;
  }
  int numbers = 0, groups = 0;
  bool in_number = false, in_group = false, has_digit = false, has_gap = false;
  char before = 0;
  for (const char c : plain) {
    if (is_digit(c)) numbers += in_number ? 0 : 1;
    else if (c != '.' || before == '.') numbers = 0;
    in_number = is_digit(c);
    if (numbers >= 4) return true;
    if (is_hexadecimal(c)) groups += in_group ? 0 : 1;
    else if (c != ':') groups = 0, has_digit = has_gap = false;
    in_group = is_hexadecimal(c);
    has_digit = has_digit || is_digit(c);
    has_gap = has_gap || (c == ':' && before == ':');
    if (has_digit && (groups >= 8 || (groups >= 2 && has_gap))) return true;
    before = c;
  }
  return false;
}

std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  const auto end = [&] {
    while (!word.empty() && std::string_view(".:-").contains(word.back()) && !word.ends_with("::")) word.pop_back();
    while (!word.empty() && std::string_view(".-").contains(word.front()) && word.size() > 1 && word[1] != '>') word.erase(0, 1);
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : line) {
    if (std::string_view(" \t\r\n,;|\"'<`*").contains(c)) {
      // "<" never belongs to an address; ">" may end an arrow.
      end();
    } else {
      word += c;
    }
  }
  end();
  return words;
}

// Parentheses around the whole word, but those of "203(.)0(.)113(.)5" stay.
std::string_view bare(std::string_view word) {
  while (!word.empty() && word.front() == '(' && !word.starts_with("(.)")) word.remove_prefix(1);
  while (!word.empty() && word.back() == ')' && !word.ends_with("(.)")) word.remove_suffix(1);
  return word;
}

class LineReader {
 public:
  LineReader(std::int64_t row, ListTaker& taker) : row_(row), taker_(taker) {}

  void read(std::string_view line) {
    const auto words = words_of_line(with_marks_apart(line));
    for (const auto& word : words) take(bare(word));
    if (found_.empty()) return;
    ++taker_.reading.rows;
    if (taker_.is_full()) return;
    if (!seen_ && day_) seen_ = time_ ? *day_ + *time_ : *day_;
    for (auto& one : found_) give(std::move(one));
  }

 private:
  struct Found {
    ListEntry entry;
    std::string word;
  };

  void take(std::string_view word) {
    const auto bare_word = without_label(word);
    if (word.ends_with(bare_word)) note_lead(word.substr(0, word.size() - bare_word.size()));
    word = bare_word;
    if (is_meant_as_address(word)) return take_address(word);
    if (const auto day = read_day_begin(word)) {
      day_ = day_ ? day_ : day;
    } else if (const auto moment = read_moment(word)) {
      seen_ = seen_ ? seen_ : moment;
    } else if (const auto time = read_time_of_day(word)) {
      time_ = time_ ? time_ : time;
    } else if (looks_like_address(word)) {
      taker_.problem(row_, "", word, {"Có chỗ giống địa chỉ IP nhưng không đọc được.", "Something like an IP address that cannot be read."});
    } else {
      note_lead(word);
    }
  }

  void note_lead(std::string_view word) {
    const std::string folded = fold(word);
    leads_ = leads_ || std::ranges::find(kLeadsToController, folded) != kLeadsToController.end();
  }

  void take_address(std::string_view word) {
    const auto read = read_endpoint(word);
    if (const auto* wrong = std::get_if<AddressFault>(&read)) return taker_.problem(row_, "", word, words_of(*wrong));
    const auto& endpoint = std::get<Endpoint>(read);
    if (leads_ && !found_.empty() && !found_.back().entry.controller) {
      leads_ = false;
      if (auto why = not_public(endpoint.address)) return taker_.problem(row_, "", word, std::move(*why));
      found_.back().entry.controller = endpoint.address;
      found_.back().entry.controller_port = endpoint.port;
      return;
    }
    leads_ = false;
    ListEntry entry{.row = row_, .address = endpoint.address, .port = endpoint.port, .seen_at = {}, .malware = {}, .controller = {}, .controller_port = {}, .origin = {}};
    found_.push_back({std::move(entry), std::string(word)});
  }

  void give(Found one) {
    one.entry.seen_at = seen_;
    if (auto late = seen_ ? taker_.too_late(*seen_) : std::nullopt) return taker_.problem(row_, "", one.word, std::move(*late));
    taker_.entry(std::move(one.entry), "", one.word);
  }

  std::int64_t row_;
  ListTaker& taker_;
  std::vector<Found> found_;
  std::optional<Timestamp> seen_, day_;
  std::optional<Duration> time_;
  bool leads_ = false;
};

}  // namespace

void read_free_text(const Table& table, ListTaker& taker) {
  for (const auto& sheet : table.sheets) {
    for (const auto& row : sheet.rows) {
      std::string line;
      for (const auto& cell : row.cells) (line += neat(cell)) += ' ';
      if (line.size() > kMostLine) {
        taker.problem(row.number, "", line, {"Dòng quá dài (tối đa 64 KiB).", "The line is too long (64 KiB at most)."});
        continue;
      }
      LineReader(row.number, taker).read(line);
    }
  }
}

}  // namespace khien::botnet
