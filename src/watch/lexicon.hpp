#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "words.hpp"

namespace khien::watch {

// What a word says of the text it stands in.
enum class Kind : unsigned char {
  gambling, adult, pharma, goods,  // what hackers sell
  brand,                           // a bookmaker's name
  call,                            // "register now", "link that is not blocked"
  context,                         // police, courts, warnings: somebody writes about it
  defacement,                      // "hacked by"
  mark,                            // what stands beside it: greetings, names of crews
  search,                          // "results for": a page that echoes what was asked
  harmless,                        // "time slot": holds another term's words and means nothing by them
};
inline constexpr std::size_t kKinds = 11;
std::string_view to_string(Kind kind);

struct Term {
  std::string text;  // as written in the list
  std::uint32_t entry = 0;
  Kind kind = Kind::gambling;
  double weight = 0;
  std::uint8_t words = 0;
};

struct Hit {
  std::uint32_t term = 0;
  std::uint32_t begin = 0, end = 0;
  bool plain = false;  // found without its marks
  bool disguised = false;  // with digits for letters: nobody writes so by accident
};

// Terms, found as whole words in one pass. Terms of scripts without spaces, and terms that
// say so, are found anywhere.
class Lexicon {
 public:
  Lexicon();

  void add(Term term, bool anywhere);
  // Appends every hit. A term written with marks is found without them too where the text
  // has none in that place: `plain`, for the caller to doubt.
  void find(std::string_view text, const std::vector<Word>& words, std::vector<Hit>& hits) const;
  // The heaviest term of what hackers sell that is squeezed into one long word.
  const Term* squeezed(std::string_view word) const;

  const Term& term(std::uint32_t index) const { return terms_[index]; }
  // Of a term of this lexicon.
  std::uint32_t index_of(const Term& one) const { return static_cast<std::uint32_t>(&one - terms_.data()); }
  std::size_t size() const { return terms_.size(); }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t node = 0;
  };
  struct Node {
    std::int32_t exact = -1, plain = -1;  // terms that end here
  };
  std::uint32_t child(std::uint32_t node, std::uint64_t key) const;
  std::uint32_t make_child(std::uint32_t node, std::uint64_t key);
  void insert(const std::vector<Word>& words, std::uint32_t term, bool plain);
  void find_disguised(const std::vector<Word>& words, std::size_t first, std::vector<Hit>& hits) const;
  void grow();

  struct Squeezed {
    std::string text;
    std::uint32_t term = 0;
  };
  std::vector<Term> terms_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::uint64_t> firsts_;  // bits: may a term begin with this word?
  std::vector<std::uint32_t> anywhere_;
  std::vector<Squeezed> squeezed_;
};

}  // namespace khien::watch
