#include "khien/feed/wanted.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "khien/advisory/book.hpp"
#include "khien/advisory/ecosystem.hpp"

namespace khien::feed {
namespace {

constexpr char kName = 'n', kRelease = 'r';
constexpr std::string_view kEveryName = "N", kEveryRelease = "R";  // lines of their own

bool is_line(std::string_view text) { return !text.empty() && text.find('\n') == text.npos; }

}  // namespace

Wanted::Wanted(std::span<const advisory::Installed> packages) {
  for (const auto& one : packages) {
    for (auto& name : advisory::names_asked(one)) {
      if (is_line(name)) names_.insert(std::move(name));
    }
    if (auto release = advisory::normal_key(one.key).release; is_line(release)) releases_.insert(std::move(release));
  }
}

Wanted Wanted::every_package(std::span<const std::string> releases) {
  Wanted wanted;
  wanted.every_name_ = true;
  wanted.every_release_ = releases.empty();
  for (const std::string& release : releases) {
    if (is_line(release)) wanted.releases_.insert(release);
  }
  return wanted;
}

std::string Wanted::to_text() const {
  std::vector<std::string> lines;
  if (every_name_) lines.push_back(std::string(kEveryName) + "\n");
  if (every_release_) lines.push_back(std::string(kEveryRelease) + "\n");
  for (const std::string& name : names_) lines.push_back(kName + name + "\n");
  for (const std::string& release : releases_) lines.push_back(kRelease + release + "\n");
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

Wanted Wanted::from_text(std::string_view text) {
  Wanted wanted;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 1 && text.front() == kName) wanted.names_.emplace(text.substr(1, end - 1));
    if (end > 1 && text.front() == kRelease) wanted.releases_.emplace(text.substr(1, end - 1));
    wanted.every_name_ = wanted.every_name_ || text.substr(0, end) == kEveryName;
    wanted.every_release_ = wanted.every_release_ || text.substr(0, end) == kEveryRelease;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return wanted;
}

bool Wanted::strip(advisory::Advisory& record) const {
  std::erase_if(record.affected, [&](const advisory::Affected& one) {
    const auto key = advisory::normal_key(one.package);
    return !has(key.name) || !has_release(key.release);
  });
  record.title.clear();
  record.description.clear();
  record.references.clear();
  return !record.affected.empty() || record.severity != Severity::info || record.withdrawn;
}

}  // namespace khien::feed
