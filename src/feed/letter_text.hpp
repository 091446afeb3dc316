#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/feed/letter.hpp"

namespace khien::feed {

// A letter twice: as it is to be shown (NFC), and plain, to be searched: small letters
// without marks, one kind of dash, blanks that are blanks. Every byte of the plain one
// knows its place in the other.
class LetterText {
 public:
  // Legacy fonts are recognised by what they become.
  static LetterText of(std::string_view given);

  const std::string& text() const { return text_; }
  std::string_view plain() const { return plain_; }
  // The place of plain [begin, end) in text().
  Place place(std::size_t begin, std::size_t end) const { return {at_[begin], end == begin ? at_[begin] : behind_[end - 1]}; }
  std::string_view shown(std::size_t begin, std::size_t end) const {
    const Place at = place(begin, end);
    return std::string_view(text_).substr(at.begin, at.end - at.begin);
  }

 private:
  std::string text_, plain_;
  std::vector<std::size_t> at_;      // where the code point of a plain byte begins; one more at the end
  std::vector<std::size_t> behind_;  // and where it ends
};

// What stands in plain text from `at` on. Each moves `at` behind what it took.
class Scan {
 public:
  Scan(std::string_view plain, std::size_t at) : plain_(plain), at_(at) {}

  std::size_t at() const { return at_; }
  bool done() const { return at_ >= plain_.size(); }
  char peek() const { return done() ? '\0' : plain_[at_]; }
  void skip_blanks();
  bool take(std::string_view words);      // after blanks, as whole words; a blank in `words` is any run of blanks
  std::string_view take_digits();
  // "7.4.3", "10.0.19045.3570", "2.4.56-p1": at least one dot. Empty if there is none.
  std::string_view take_version();

 private:
  std::string_view plain_;
  std::size_t at_;
};

bool is_digit(char c);
bool is_word(char c);  // a letter or digit
// Does a word begin (or end) at that place of the plain text?
bool begins_word(std::string_view plain, std::size_t at);
bool ends_word(std::string_view plain, std::size_t at);

// Readers of single things, each appending what it finds.
void find_numbers(const LetterText& letter, LetterFacts& facts);
void find_dates(const LetterText& letter, LetterFacts& facts);
void find_issuers(const LetterText& letter, LetterFacts& facts);
void find_subjects(const LetterText& letter, LetterFacts& facts);
void find_cves(const LetterText& letter, LetterFacts& facts);
void find_references(const LetterText& letter, LetterFacts& facts);
void find_severities(const LetterText& letter, LetterFacts& facts);
void find_scores(const LetterText& letter, LetterFacts& facts);
void find_deadlines(const LetterText& letter, LetterFacts& facts);  // after dates
void find_products(const LetterText& letter, LetterFacts& facts);   // after CVEs

// "20/3/2026", "20.03.2026", "20 tháng 3 năm 2026", "20/3": moves behind it.
struct WrittenDay {
  int day = 0, month = 0, year = 0;  // year 0: not told
  bool in_words = false;
};
std::optional<WrittenDay> take_day(Scan& scan);

}  // namespace khien::feed
