#include "sites.hpp"

#include <algorithm>

#include "address.hpp"

namespace khien::watch {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::uint64_t hash_of(std::string_view host) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : host) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash ^ hash >> 29;
}

template <class Has>
bool has_any_parent(std::string_view host, Has has) {
  while (!host.empty()) {
    if (has(host)) return true;
    const auto dot = host.find('.');
    if (dot == host.npos) return false;
    host.remove_prefix(dot + 1);
  }
  return false;
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && static_cast<unsigned char>(line.front()) <= ' ') line.remove_prefix(1);
  while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.remove_suffix(1);
  return line;
}

// "kuwin88": letters, then one of the numbers and nothing else.
bool is_name_and_number(std::string_view token, const std::vector<std::string>& numbers) {
  std::size_t letters = 0;
  // "789x", "88king": the number first, of two digits or more.
  const auto first_letter = std::min(token.find_first_not_of("0123456789"), token.size());
  if (first_letter >= 2) {
    const std::string_view rest = token.substr(first_letter);
    return !rest.empty() && rest.size() <= 5 && std::ranges::all_of(rest, is_letter) && std::ranges::find(numbers, token.substr(0, first_letter)) != numbers.end();
  }
  while (letters < token.size() && is_letter(token[letters])) ++letters;
  return letters >= 1 && letters <= 9 && std::ranges::find(numbers, token.substr(letters)) != numbers.end();
}

// "8xbet", "bet88", "188bet", "k89bet68": short, with a digit, and an ending among its runs of
// letters, or at the end of one that is no longer than three letters more.
bool has_ending(std::string_view token, const std::vector<std::string>& endings) {
  if (token.size() > 12 || std::ranges::none_of(token, is_digit)) return false;
  std::size_t others = 0;
  bool ended = false;
  for (std::size_t at = 0; at < token.size();) {
    if (!is_letter(token[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < token.size() && is_letter(token[end])) ++end;
    const std::string_view run = token.substr(at, end - at);
    const auto fits = [&](const std::string& ending) { return run.ends_with(ending) || (at == 0 && run.starts_with(ending)); };
    const auto ending = std::ranges::find_if(endings, fits);
    others += run.size() - (ending == endings.end() ? 0 : ending->size());
    ended = ended || ending != endings.end();
    at = end;
  }
  return ended && others <= 3;
}

}  // namespace

bool HostSet::has(std::string_view host) const {
  return has_any_parent(host, [&](std::string_view one) { return hosts_.contains(one); });
}

void DomainTable::add(std::string_view lines) {
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = trimmed(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (!line.empty() && line.front() != '#' && line.front() != '!') hashes_.push_back(hash_of(line));
  }
}

void DomainTable::finish() {
  std::ranges::sort(hashes_);
  hashes_.erase(std::ranges::unique(hashes_).begin(), hashes_.end());
  bits_.assign(kBits / 64, 0);
  for (const std::uint64_t hash : hashes_) bits_[hash % kBits / 64] |= std::uint64_t{1} << hash % 64;
}

bool DomainTable::has(std::string_view host) const {
  if (hashes_.empty()) return false;
  return has_any_parent(host, [&](std::string_view one) {
    const std::uint64_t hash = hash_of(one);
    if ((bits_[hash % kBits / 64] >> hash % 64 & 1) == 0 || !std::ranges::binary_search(hashes_, hash)) return false;
    return one.size() >= registered_domain(host).size();
  });
}

namespace {

std::size_t place_of(char one, char next) { return (static_cast<std::size_t>(one) & 31) << 5 | (static_cast<std::size_t>(next) & 31); }

}  // namespace

void Shapes::finish() {
  for (const std::string& word : words) beginnings_.set(place_of(word[0], word[1]));
}

bool Shapes::holds_word(std::string_view token) const {
  for (std::size_t at = 0; at + 1 < token.size(); ++at) {
    if (!beginnings_[place_of(token[at], token[at + 1])]) continue;
    const std::string_view rest = token.substr(at);
    if (std::ranges::any_of(words, [&](const std::string& word) { return rest.starts_with(word); })) return true;
  }
  return false;
}

int Shapes::weigh(std::string_view token) const {
  if (holds_word(token)) return 3;
  if (has_ending(token, endings)) return std::ranges::find(honest, token) == honest.end() ? 2 : 0;
  const auto ends = [&](const std::string& suffix) { return token.size() > suffix.size() + 1 && token.ends_with(suffix); };
  if (std::ranges::any_of(suffixes, ends) && std::ranges::find(honest, token) == honest.end()) return 1;
  return is_name_and_number(token, numbers) ? 1 : 0;
}

int Shapes::weigh_host(std::string_view host) const {
  std::string_view rest = host;
  int best = 0;
  while (!rest.empty() && !is_public_suffix(rest)) {
    const auto dot = std::min(rest.find('.'), rest.size());
    std::string_view label = rest.substr(0, dot);
    while (!label.empty()) {
      const auto hyphen = std::min(label.find('-'), label.size());
      best = std::max(best, weigh(label.substr(0, hyphen)));
      label.remove_prefix(std::min(hyphen + 1, label.size()));
    }
    std::string squeezed(rest.substr(0, dot));
    std::erase(squeezed, '-');
    if (squeezed.size() < dot) best = std::max(best, weigh(squeezed));
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  return best;
}

}  // namespace khien::watch
