#include <algorithm>
#include <array>

#include "json_text.hpp"
#include "khien/core/text.hpp"
#include "letter_text.hpp"

namespace khien::feed {
namespace {

constexpr std::size_t kMostOfEach = 500;

bool is_blank(char c) { return c == ' ' || c == '\n'; }

// Where whole words stand, from `from` on; npos: nowhere.
std::size_t find_words(std::string_view plain, std::string_view words, std::size_t from = 0) {
  for (auto at = plain.find(words, from); at != plain.npos; at = plain.find(words, at + 1)) {
    if (begins_word(plain, at) && (!is_word(words.back()) || ends_word(plain, at + words.size()))) return at;
  }
  return plain.npos;
}

// The letterhead ends where the letter turns to whom it is for.
std::size_t end_of_head(std::string_view plain) { return std::min({find_words(plain, "kinh gui"), plain.size(), std::size_t{1'500}}); }

bool behind_words(std::string_view plain, std::size_t at, std::string_view words) {
  while (at > 0 && is_blank(plain[at - 1])) --at;
  return at >= words.size() && plain.substr(at - words.size(), words.size()) == words && begins_word(plain, at - words.size());
}

}  // namespace

// "1234/CATTT-NCSC": digits, a slash, capitals. Laws ("85/2016/NĐ-CP") are none.
void find_numbers(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  const std::size_t head = end_of_head(plain);
  std::vector<Found<std::string>> others;
  for (auto slash = plain.find('/'); slash != plain.npos && others.size() < kMostOfEach; slash = plain.find('/', slash + 1)) {
    std::size_t begin = slash, end = slash + 1;
    while (begin > 0 && plain[begin - 1] == ' ') --begin;
    const std::size_t digits = begin;
    while (begin > 0 && is_digit(plain[begin - 1])) --begin;
    if (begin == digits || digits - begin > 6 || !begins_word(plain, begin) || (begin > 0 && (plain[begin - 1] == '/' || plain[begin - 1] == '.'))) continue;
    while (end < plain.size() && plain[end] == ' ') ++end;
    const std::size_t sign = end;
    while (end < plain.size() && (is_word(plain[end]) || plain[end] == '&' || (plain[end] == '-' && end + 1 < plain.size() && is_word(plain[end + 1])))) ++end;
    if (end - sign < 2 || is_digit(plain[sign]) || (end < plain.size() && plain[end] == '/')) continue;
    const auto shown = letter.shown(sign, end);
    if (lower(shown) == shown || std::ranges::any_of(shown, [](char c) { return c >= 'a' && c <= 'z'; })) continue;  // not in capitals
    std::string value(plain.substr(begin, digits - begin));
    value += "/";
    for (std::size_t i = sign; i < end; ++i) {
      if (plain[i] == '-') value += "-";
      else if (i == sign || letter.place(i, i + 1).begin != letter.place(i - 1, i).begin) value += letter.shown(i, i + 1);
    }
    const bool own = begin < head && (behind_words(plain, begin, "so:") || behind_words(plain, begin, "so :") || behind_words(plain, begin, "so"));
    Found<std::string> found{std::move(value), letter.place(begin, end), own ? Confidence::certain : Confidence::choice};
    if (own && facts.numbers.empty()) facts.numbers.push_back(std::move(found));
    else others.push_back(std::move(found));
  }
  if (!facts.numbers.empty()) {
    for (auto& other : others) other.confidence = Confidence::likely;  // letters that it speaks of
  }
  facts.numbers.insert(facts.numbers.end(), others.begin(), others.end());
}

void find_dates(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  const std::size_t head = end_of_head(plain);
  std::vector<Found<Date>> others;
  for (auto at = find_words(plain, "ngay"); at != plain.npos && others.size() < kMostOfEach; at = find_words(plain, "ngay", at + 1)) {
    Scan scan(plain, at + 4);
    const auto written = take_day(scan);
    const auto day = written ? Date::of(written->year, written->month, written->day) : std::nullopt;
    if (!written || written->year == 0 || !day) continue;
    std::size_t before = at;
    while (before > 0 && is_blank(plain[before - 1])) --before;
    const bool own = written->in_words && at < head && before > 0 && plain[before - 1] == ',';  // "Hà Nội, ngày …"
    Found<Date> found{*day, letter.place(at, scan.at()), own ? Confidence::certain : Confidence::choice};
    if (own && facts.dates.empty()) facts.dates.push_back(found);
    else others.push_back(found);
  }
  if (!facts.dates.empty()) {
    for (auto& other : others) other.confidence = Confidence::likely;
  }
  facts.dates.insert(facts.dates.end(), others.begin(), others.end());
}

// The letterhead has the body above first and the issuer under it.
void find_issuers(const LetterText& letter, LetterFacts& facts) {
  constexpr std::array<std::string_view, 17> kBodies = {
      "cuc an toan thong tin", "trung tam giam sat an toan khong gian mang quoc gia", "trung tam an ninh mang quoc gia",
      "cuc an ninh mang va phong, chong toi pham su dung cong nghe cao", "cuc an ninh mang va phong chong toi pham su dung cong nghe cao",
      "phong an ninh mang va phong, chong toi pham su dung cong nghe cao", "ban co yeu chinh phu", "hiep hoi an ninh mang quoc gia",
      "so thong tin va truyen thong", "so khoa hoc va cong nghe", "bo thong tin va truyen thong", "bo khoa hoc va cong nghe", "bo cong an",
      "cong an tinh", "cong an thanh pho", "uy ban nhan dan", "cuc chuyen doi so quoc gia"};
  // Names break over lines in a letterhead.
  std::string plain(letter.plain().substr(0, end_of_head(letter.plain())));
  std::ranges::replace(plain, '\n', ' ');
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const std::string_view body : kBodies) {
    if (const auto at = find_words(plain, body); at != plain.npos) found.emplace_back(at, at + body.size());
  }
  std::ranges::sort(found);
  for (auto& [begin, end] : found) {
    // A province's name goes on to the end of its line.
    const auto body = std::string_view(plain).substr(begin, end - begin);
    if (body == "cong an tinh" || body == "cong an thanh pho" || body == "uy ban nhan dan" || body.starts_with("so ")) {
      const auto line = std::min({letter.plain().find('\n', end), letter.plain().find("  ", end), end + 40, plain.size()});
      if (line > end && letter.plain().substr(end, line - end).find_first_of(",.;:|*") == std::string_view::npos) end = line;
      while (end > begin && is_blank(plain[end - 1])) --end;
    }
  }
  const std::size_t count = found.size();
  for (std::size_t i = count; i > 0; --i) {
    const auto [begin, end] = found[i - 1];
    facts.issuers.push_back({words_of(letter.shown(begin, end), 200), letter.place(begin, end),
                             count == 1 ? Confidence::certain : i == count ? Confidence::likely : Confidence::choice});
  }
}

void find_subjects(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  const auto mark = find_words(plain.substr(0, 3'000), "v/v");
  if (mark == plain.npos) return;
  std::size_t begin = mark + 3;
  while (begin < plain.size() && is_blank(plain[begin])) ++begin;
  std::size_t end = std::min({plain.find("\n\n", begin), find_words(plain, "kinh gui", begin), begin + 600, plain.size()});
  // Another column of the letterhead may stand between.
  for (const std::string_view stop : {"cong hoa xa hoi", "doc lap - tu do"}) end = std::min(end, plain.find(stop, begin));
  if (const auto day = plain.find(", ngay ", begin); day < end) end = std::min(end, plain.rfind('\n', day) == plain.npos ? end : std::max(plain.rfind('\n', day), begin));
  while (end > begin && is_blank(plain[end - 1])) --end;
  if (end == begin) return;
  std::string value = words_of(letter.shown(begin, end), 300);
  std::ranges::replace(value, '\n', ' ');
  facts.subjects.push_back({std::move(value), letter.place(begin, end), Confidence::certain});
}

namespace {

void add_cve(LetterFacts& facts, std::string value, Place at, Confidence confidence) {
  const auto known = std::ranges::find(facts.cves, value, &Found<std::string>::value);
  if (known == facts.cves.end()) facts.cves.push_back({std::move(value), at, confidence});
  else known->confidence = std::min(known->confidence, confidence);
}

}  // namespace

// However it is broken: "CVE-2024-\n21762", "CVE – 2024 – 3400", "CVE 2024-3400".
void find_cves(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  const auto skip_joint = [&](std::size_t at) {
    std::size_t end = at;
    while (end < plain.size() && end - at < 6 && (is_blank(plain[end]) || plain[end] == '-' || plain[end] == ':')) ++end;
    return end;
  };
  for (auto begin = plain.find("cve"); begin != plain.npos && facts.cves.size() < kMostOfEach; begin = plain.find("cve", begin + 1)) {
    if (!begins_word(plain, begin)) continue;
    std::size_t at = skip_joint(begin + 3);
    Scan year_scan(plain, at);
    const auto year = year_scan.take_digits();
    if (year.size() != 4 || !(year.starts_with("19") || year.starts_with("20"))) continue;
    const std::size_t joint = year_scan.at();
    at = skip_joint(joint);
    Scan number_scan(plain, at);
    auto number = std::string(number_scan.take_digits());
    if (at == joint || number.empty() || number.size() > 7) continue;
    std::size_t end = number_scan.at();
    const std::string head = "CVE-" + std::string(year) + "-";
    bool exact = plain.substr(begin, end - begin) == "cve-" + std::string(year) + "-" + number;
    // The rest of a number that a line's end cut.
    std::string rest;
    std::size_t rest_end = end;
    if (end < plain.size() && plain[end] == '\n') {
      Scan rest_scan(plain, end + 1);
      rest = rest_scan.take_digits();
      rest_end = rest_scan.at();
      if (rest.size() + number.size() > 7 || !ends_word(plain, rest_end) || (rest_end < plain.size() && (plain[rest_end] == '.' || plain[rest_end] == ')' || plain[rest_end] == '/'))) rest.clear();
    }
    if (number.size() < 4) {
      if (rest.empty() || number.size() + rest.size() < 4) continue;
      number += rest;
      end = rest_end;
      exact = false;
    } else if (!rest.empty()) {
      add_cve(facts, head + number, letter.place(begin, end), Confidence::choice);
      add_cve(facts, head + number + rest, letter.place(begin, rest_end), Confidence::choice);
      continue;
    }
    add_cve(facts, head + number, letter.place(begin, end), exact ? Confidence::certain : Confidence::likely);
  }
}

void find_references(const LetterText& letter, LetterFacts& facts) {
  const std::string_view text = letter.text();
  for (auto at = text.find("http"); at != text.npos && facts.references.size() < kMostOfEach; at = text.find("http", at + 4)) {
    if (!text.substr(at).starts_with("http://") && !text.substr(at).starts_with("https://")) continue;
    std::size_t end = at;
    while (end < text.size() && static_cast<unsigned char>(text[end]) > 0x20 && std::string_view("\"<>()[]{}|").find(text[end]) == std::string_view::npos) ++end;
    while (end > at && std::string_view(".,;:'").find(text[end - 1]) != std::string_view::npos) --end;
    if (end - at > 10 && end - at < 1'000) facts.references.push_back({std::string(text.substr(at, end - at)), {at, end}, Confidence::certain});
  }
}

void find_severities(const LetterText& letter, LetterFacts& facts) {
  struct Word {
    std::string_view words;
    Severity severity;
  };
  constexpr std::array kWords = {Word{"nghiem trong", Severity::critical}, Word{"muc do cao", Severity::high},
                                 Word{"muc cao", Severity::high},          Word{"anh huong cao", Severity::high},
                                 Word{"nguy co cao", Severity::high},      Word{"muc do trung binh", Severity::medium},
                                 Word{"muc trung binh", Severity::medium}, Word{"muc do thap", Severity::low},
                                 Word{"muc thap", Severity::low}};
  const auto plain = letter.plain();
  for (const Word& word : kWords) {
    for (auto at = find_words(plain, word.words); at != plain.npos && facts.severities.size() < kMostOfEach; at = find_words(plain, word.words, at + 1)) {
      facts.severities.push_back({word.severity, letter.place(at, at + word.words.size()), Confidence::likely});
    }
  }
  std::ranges::sort(facts.severities, {}, [](const auto& one) { return one.at.begin; });
}

namespace {

struct Score {
  double value = 0;
  std::size_t begin = 0, end = 0;
  bool has_fraction = false;
};

std::optional<Score> take_score(std::string_view plain, std::size_t at) {
  std::size_t end = at;
  while (end < plain.size() && is_digit(plain[end])) ++end;
  if (end == at || end - at > 2) return std::nullopt;
  Score score{0, at, end, false};
  for (std::size_t i = at; i < end; ++i) score.value = score.value * 10 + (plain[i] - '0');
  if (end + 1 < plain.size() && (plain[end] == '.' || plain[end] == ',') && is_digit(plain[end + 1])) {
    score.value += (plain[end + 1] - '0') / 10.0;
    score.value = static_cast<double>(static_cast<int>(score.value * 10 + 0.5)) / 10;
    score.end = end + 2;
    score.has_fraction = true;
  }
  if (score.value > 10 || !ends_word(plain, score.end)) return std::nullopt;
  return score;
}

}  // namespace

// "CVSS: 9.8", "Điểm CVSS v3.1: 9,8": the version of CVSS is no score.
void find_scores(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  for (auto at = plain.find("cvss"); at != plain.npos && facts.scores.size() < kMostOfEach; at = plain.find("cvss", at + 4)) {
    const std::size_t stop = std::min(plain.size(), at + 40);
    std::optional<Score> best;
    bool versioned = false;
    for (std::size_t i = at + 4; i < stop; ++i) {
      if (!is_digit(plain[i])) continue;
      const auto score = take_score(plain, i);
      if (!score || plain.substr(score->end).starts_with("/av")) break;  // a vector's version
      const bool version = !versioned && (score->value == 2 || score->value == 3 || score->value == 3.1 || score->value == 4) &&
                           (plain[i - 1] == 'v' || plain[i - 1] == 's' || (plain[i - 1] == ' ' && (i == at + 5 || plain[i - 2] == 'v')));
      if (version) {
        versioned = true;
        i = score->end;
        continue;
      }
      best = score;
      break;
    }
    if (best) facts.scores.push_back({best->value, letter.place(best->begin, best->end), best->has_fraction ? Confidence::certain : Confidence::likely});
  }
}

namespace {

// The sentence before a place.
std::string_view sentence_before(std::string_view plain, std::size_t at) {
  std::size_t begin = at > 400 ? at - 400 : 0;
  for (const std::string_view stop : {". ", ".\n", "\n\n", ";\n", "; "}) {
    if (const auto found = plain.rfind(stop, at == 0 ? 0 : at - 1); found != plain.npos && found + stop.size() > begin && found < at) begin = found + stop.size();
  }
  return plain.substr(std::min(begin, at), at - std::min(begin, at));
}

bool says_report(std::string_view sentence) {
  for (const std::string_view words : {"bao cao", "gui ve", "phan hoi", "thong bao ket qua", "gui ket qua"}) {
    if (find_words(sentence, words) != sentence.npos) return true;
  }
  return false;
}

// "trước ngày 20/3/2026", "trước 17h00 ngày 20/3", "chậm nhất là ngày 20/3/2026"
void find_days(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  for (const std::string_view words : {"truoc", "cham nhat", "han cuoi", "thoi han", "muon nhat"}) {
    for (auto at = find_words(plain, words); at != plain.npos && facts.deadlines.size() < kMostOfEach; at = find_words(plain, words, at + 1)) {
      Scan scan(plain, at + words.size());
      for (const std::string_view filler : {"vao", "la", "den", "het", "luc", ":"}) (void)scan.take(filler);
      scan.skip_blanks();
      // A time of day: "17h00", "17:00", "17 giờ 00".
      if (Scan hour = scan; !hour.take_digits().empty() && (hour.peek() == 'h' || hour.peek() == ':' || hour.take("gio"))) {
        if (hour.peek() == 'h' || hour.peek() == ':') hour = Scan(plain, hour.at() + 1);
        hour.skip_blanks();
        (void)hour.take_digits();
        (void)hour.take("phut");
        scan = hour;
      }
      if (!scan.take("ngay")) continue;
      const auto written = take_day(scan);
      if (!written) continue;
      LetterDeadline deadline;
      Confidence confidence = Confidence::certain;
      int year = written->year;
      if (year == 0) {
        confidence = Confidence::choice;
        // The year is the letter's, if the day is still to come then.
        if (!facts.dates.empty() && facts.dates.front().confidence == Confidence::certain) {
          const auto day = Date::of(facts.dates.front().value.year(), written->month, written->day);
          if (day && *day >= facts.dates.front().value) {
            year = day->year();
            confidence = Confidence::likely;
          }
        }
      }
      deadline.day = Date::of(year, written->month, written->day);
      deadline.is_report = says_report(sentence_before(plain, at));
      facts.deadlines.push_back({deadline, letter.place(at, scan.at()), confidence});
    }
  }
}

// "trong vòng 05 ngày làm việc", "trong thời hạn 24 giờ"
void find_spans(const LetterText& letter, LetterFacts& facts) {
  const auto plain = letter.plain();
  for (const std::string_view words : {"trong vong", "trong thoi han", "trong thoi gian", "trong"}) {
    for (auto at = find_words(plain, words); at != plain.npos && facts.deadlines.size() < kMostOfEach; at = find_words(plain, words, at + 1)) {
      Scan scan(plain, at + words.size());
      scan.skip_blanks();
      const auto digits = scan.take_digits();
      if (digits.empty() || digits.size() > 3) continue;
      int count = 0;
      for (const char c : digits) count = count * 10 + (c - '0');
      if (Scan words_scan = scan; words_scan.take("(") ) {  // "05 (năm) ngày"
        const auto close = plain.find(')', words_scan.at());
        if (close != plain.npos && close < words_scan.at() + 20) scan = Scan(plain, close + 1);
      }
      LetterDeadline deadline;
      if (scan.take("ngay")) {
        deadline.days = count;
        deadline.working_days = scan.take("lam viec");
      } else if (scan.take("gio") || scan.take("h")) {
        deadline.days = (count + 23) / 24;
      } else {
        continue;
      }
      if (count == 0) continue;
      deadline.is_report = says_report(sentence_before(plain, at)) || says_report(plain.substr(scan.at(), std::min<std::size_t>(120, plain.find(". ", scan.at()) - scan.at())));
      // Days of work need a calendar; plain days from the letter's date do not.
      if (!deadline.working_days && !facts.dates.empty() && facts.dates.front().confidence == Confidence::certain) deadline.day = facts.dates.front().value + *deadline.days;
      facts.deadlines.push_back({deadline, letter.place(at, scan.at()), Confidence::likely});
    }
  }
}

}  // namespace

void find_deadlines(const LetterText& letter, LetterFacts& facts) {
  find_days(letter, facts);
  find_spans(letter, facts);
  std::ranges::sort(facts.deadlines, {}, [](const auto& one) { return std::pair(one.at.begin, one.at.end); });
  // "thời hạn" and "trong thời hạn" found the same: the longer stays.
  const auto [first, last] = std::ranges::unique(facts.deadlines, [](const auto& a, const auto& b) { return b.at.begin < a.at.end; });
  facts.deadlines.erase(first, last);
}

}  // namespace khien::feed
