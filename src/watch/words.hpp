#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

// A run of letters and digits. Both keys are of its small letters; `plain` of them without
// marks, đ as d, and with Cyrillic and Greek letters that look like Latin ones as these,
// where the word mixes them.
struct Word {
  std::uint32_t begin = 0, end = 0;  // in the text
  std::uint64_t key = 0, plain = 0;
  std::uint64_t undone = 0;          // `plain` with digits as the letters they look like ("nh4"); 0: none do
  bool marked = false;               // has a letter with a mark, or đ
  std::uint16_t letters = 0;
  std::uint16_t marks = 0;           // marked letters
  bool mixed = false;                // Latin letters and digits, no more than 16
  bool leet = false;                 // five letters or more, digits for some within: "w4nn4cry"
};

// Letters of scripts without spaces between words (Chinese, Japanese, Thai) make one word
// together; they are looked up as strings instead.
void split_words(std::string_view text, std::vector<Word>& words);

// What scripts a text is written in, in letters.
struct Scripts {
  std::uint32_t latin = 0, vietnamese = 0, kana = 0, han = 0, hangul = 0, thai = 0, cyrillic = 0, arabic = 0;
  std::uint32_t other = 0;  // of India, Cambodia, Laos, Burma
  std::uint32_t all() const { return latin + foreign(); }
  std::uint32_t foreign() const { return kana + han + hangul + thai + cyrillic + arabic + other; }
};
void count_scripts(std::string_view text, Scripts& scripts);

}  // namespace khien::watch
