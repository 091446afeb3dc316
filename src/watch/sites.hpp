#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace khien::watch {

// Hosts, each with all that is below it.
class HostSet {
 public:
  void add(std::string_view host) { hosts_.emplace(host); }
  // The host itself or what it is below of.
  bool has(std::string_view host) const;
  std::size_t size() const { return hosts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> hosts_;
};

// Very many hosts as their hashes, sorted.
class DomainTable {
 public:
  // One host a line; "#" and "!" begin comments.
  void add(std::string_view lines);
  void finish();
  // The host, or a name above it that somebody registered.
  bool has(std::string_view host) const;
  std::size_t size() const { return hashes_.size(); }

 private:
  static constexpr std::size_t kBits = 1u << 20;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint64_t> bits_;  // of the hashes: most hosts have none
};

// How bookmakers spell their names: "kuwin88", "8xbet", "nhacai247".
struct Shapes {
  std::vector<std::string> numbers;  // after letters
  std::vector<std::string> endings;  // "bet": beside digits
  std::vector<std::string> words;    // "nhacai": anywhere in a name
  std::vector<std::string> suffixes; // "bet": at the end of a longer name
  std::vector<std::string> honest;   // "alphabet"
  // After the lists are filled.
  void finish();
  // 0: no; 1: letters and a number; 2: an ending beside digits; 3: a word.
  int weigh(std::string_view token) const;
  // The heaviest of the host's labels, its public suffix left out.
  int weigh_host(std::string_view host) const;

 private:
  bool holds_word(std::string_view token) const;
  std::bitset<1024> beginnings_;  // of the words: two letters each
};

}  // namespace khien::watch
