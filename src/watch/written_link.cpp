#include "written_link.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"
#include "letters.hpp"
#include "page_bounds.hpp"

namespace khien::watch {
namespace {

constexpr std::size_t kMaxOfText = 50, kMaxWordsBytes = 300, kMaxStartBytes = kMaxAddressBytes + 300;

// The address that begins at `at`, with or without quotes before it.
std::string_view address_at(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '"' || text[at] == '\'')) ++at;
  if (!begins_small(text, at, "http://") && !begins_small(text, at, "https://")) return {};
  const std::size_t end = std::min(text.find_first_of(" \"'<>[])", at), text.size());
  return text.substr(at, std::min(end - at, kMaxAddressBytes));
}

// Up to what closes it, or a little.
std::string_view words_at(std::string_view text, std::size_t at, char close) {
  const std::size_t end = std::min(text.find(close, at), text.size());
  return text.substr(at, std::min(end - at, kMaxWordsBytes));
}

struct Manner {
  std::string_view opens;
  char ends, closes;  // the start, what is clicked
};

}  // namespace

std::vector<WrittenLink> links_in_text(std::string_view text) {
  constexpr std::array<Manner, 3> kManners{{{"[url=", ']', '['}, {"[link=", ']', '['}, {"<a href=", '>', '<'}}};
  std::vector<WrittenLink> found;
  if (!text.contains("://")) return found;
  for (auto at = text.find_first_of("[<]"); at != text.npos && found.size() < kMaxOfText; at = text.find_first_of("[<]", at + 1)) {
    if (begins_small(text, at, "](")) {
      const std::string_view before = text.substr(at - std::min(at, kMaxWordsBytes), std::min(at, kMaxWordsBytes));
      const auto open = before.rfind('[');
      const std::string_view address = address_at(text, at + 2);
      if (!address.empty() && open != before.npos) found.push_back({std::string(address), std::string(before.substr(open + 1))});
      continue;
    }
    if (begins_small(text, at, "[url]")) {
      const std::string_view address = address_at(text, at + 5);
      if (!address.empty()) found.push_back({std::string(address), {}});
      continue;
    }
    for (const Manner& manner : kManners) {
      if (!begins_small(text, at, manner.opens)) continue;
      const std::string_view address = address_at(text, at + manner.opens.size());
      const auto end = address.empty() ? text.npos : text.substr(0, at + kMaxStartBytes).find(manner.ends, at);
      if (end != text.npos) found.push_back({std::string(address), std::string(trimmed(words_at(text, end + 1, manner.closes)))});
    }
  }
  return found;
}

}  // namespace khien::watch
