#include "lexicon.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

constexpr std::uint32_t kRoot = 0;
constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::size_t kFirstBits = 1u << 16;
constexpr std::size_t kDisguisedBytes = 6;  // of one word alone
constexpr std::size_t kSqueezedBytes = 8;  // shorter ones are parts of honest words

std::uint64_t slot_key(std::uint32_t node, std::uint64_t key) {
  const std::uint64_t mixed = (key ^ (std::uint64_t{node} * 0x9E3779B97F4A7C15u)) * 0xD6E8FEB86659FD93u;
  return (mixed ^ mixed >> 32) | 1;  // 0 is an empty slot
}

// Of the scripts without spaces: Thai and its like begin with E0, Chinese, Japanese and
// Korean from E3 on. Vietnamese letters begin with C3 to C6 and E1.
bool is_spaceless(char c) {
  const auto lead = static_cast<unsigned char>(c);
  return lead == 0xE0 || lead >= 0xE3;
}

bool sells(Kind kind) { return kind <= Kind::goods; }

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : lower(text)) {
    if (c != ' ') out += c;
  }
  return out;
}

}  // namespace

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames{"gambling", "adult", "pharma", "goods", "brand",
                                                        "call", "context", "defacement", "mark", "search", "harmless"};
  return kNames[static_cast<std::size_t>(kind)];
}

Lexicon::Lexicon() : slots_(1u << 12), nodes_(1), firsts_(kFirstBits / 64) {}

std::uint32_t Lexicon::child(std::uint32_t node, std::uint64_t key) const {
  const std::uint64_t wanted = slot_key(node, key);
  for (std::size_t at = wanted & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].key == wanted) return slots_[at].node;
    if (slots_[at].key == 0) return kNone;
  }
}

void Lexicon::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.key == 0) continue;
    std::size_t at = slot.key & (slots_.size() - 1);
    while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

std::uint32_t Lexicon::make_child(std::uint32_t node, std::uint64_t key) {
  if (const auto found = child(node, key); found != kNone) return found;
  if (2 * ++used_ > slots_.size()) grow();
  const std::uint64_t wanted = slot_key(node, key);
  std::size_t at = wanted & (slots_.size() - 1);
  while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {wanted, static_cast<std::uint32_t>(nodes_.size())};
  nodes_.emplace_back();
  return slots_[at].node;
}

void Lexicon::insert(const std::vector<Word>& words, std::uint32_t term, bool plain) {
  std::uint32_t node = kRoot;
  for (const Word& word : words) node = make_child(node, plain ? word.plain : word.key);
  const std::uint64_t first = plain ? words.front().plain : words.front().key;
  firsts_[(first & (kFirstBits - 1)) / 64] |= std::uint64_t{1} << (first & 63);
  std::int32_t& ends = plain ? nodes_[node].plain : nodes_[node].exact;
  if (ends < 0 || terms_[static_cast<std::size_t>(ends)].weight < terms_[term].weight) ends = static_cast<std::int32_t>(term);
}

void Lexicon::add(Term term, bool anywhere) {
  std::vector<Word> words;
  split_words(term.text, words);
  khien_assert(!words.empty());
  const auto index = static_cast<std::uint32_t>(terms_.size());
  term.words = static_cast<std::uint8_t>(std::min<std::size_t>(words.size(), 255));
  const bool marked = std::ranges::any_of(words, &Word::marked);
  if (sells(term.kind) && words.size() > 1) {
    std::string squeezed = without_spaces(term.text);
    if (squeezed.size() >= kSqueezedBytes) squeezed_.push_back({std::move(squeezed), index});
  }
  terms_.push_back(std::move(term));
  if (anywhere || std::ranges::any_of(terms_.back().text, is_spaceless)) {
    terms_.back().text = lower(terms_.back().text);
    anywhere_.push_back(index);
    return;
  }
  insert(words, index, false);
  if (marked) insert(words, index, true);
}

// From the word `first` on, where it or one after it has digits for letters.
void Lexicon::find_disguised(const std::vector<Word>& words, std::size_t first, std::vector<Hit>& hits) const {
  std::uint32_t node = kRoot;
  bool disguised = false;
  for (std::size_t j = first; j < words.size(); ++j) {
    disguised = disguised || words[j].undone != 0;
    node = child(node, words[j].undone != 0 ? words[j].undone : words[j].plain);
    if (node == kNone) return;
    const Node& here = nodes_[node];
    const std::int32_t found = here.exact >= 0 ? here.exact : here.plain;
    if (found < 0 || !disguised) continue;
    const Term& one = terms_[static_cast<std::size_t>(found)];
    if (one.words < 2 && one.text.size() < kDisguisedBytes) continue;
    hits.push_back({static_cast<std::uint32_t>(found), words[first].begin, words[j].end, false, true});
  }
}

void Lexicon::find(std::string_view text, const std::vector<Word>& words, std::vector<Hit>& hits) const {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].undone != 0 || (i + 1 < words.size() && words[i + 1].undone != 0)) find_disguised(words, i, hits);
    const std::uint64_t first = words[i].key;
    if ((firsts_[(first & (kFirstBits - 1)) / 64] >> (first & 63) & 1) == 0) continue;
    std::uint32_t node = kRoot;
    bool marked = false;
    for (std::size_t j = i; j < words.size(); ++j) {
      node = child(node, words[j].key);
      if (node == kNone) break;
      marked = marked || words[j].marked;
      const Node& here = nodes_[node];
      if (here.exact >= 0) {
        hits.push_back({static_cast<std::uint32_t>(here.exact), words[i].begin, words[j].end, false, false});
      } else if (here.plain >= 0 && !marked) {
        hits.push_back({static_cast<std::uint32_t>(here.plain), words[i].begin, words[j].end, true, false});
      }
    }
  }
  if (!std::ranges::any_of(text, is_spaceless)) return;
  for (const std::uint32_t index : anywhere_) {
    const std::string& wanted = terms_[index].text;
    if (const auto at = text.find(wanted); at != text.npos) {
      hits.push_back({index, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + wanted.size()), false, false});
    }
  }
}

const Term* Lexicon::squeezed(std::string_view word) const {
  const std::string small = lower(word);
  const Term* best = nullptr;
  for (const Squeezed& one : squeezed_) {
    const Term& term = terms_[one.term];
    if ((best == nullptr || best->weight < term.weight) && small.contains(one.text)) best = &term;
  }
  return best;
}

}  // namespace khien::watch
