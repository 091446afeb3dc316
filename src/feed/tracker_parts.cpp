#include "tracker_parts.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/feed/feed.hpp"

namespace khien::feed {
namespace {

constexpr std::size_t kMostNameBytes = 1'000;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Steps over blanks and `sign`; false: something else, nothing: the end.
std::optional<bool> step_over(std::string_view& text, char sign) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  if (text.front() != sign) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<bool> begins(std::string_view text, std::string_view wanted) {
  if (text.size() < wanted.size() && wanted.starts_with(text)) return std::nullopt;
  return text.starts_with(wanted);
}

}  // namespace

std::optional<bool> TrackerParts::is_one(std::string_view text) {
  for (const char sign : {'{', '"'}) {
    if (const auto stepped = step_over(text, sign); stepped != true) return stepped;
  }
  const auto end = text.find_first_of("\"\\");
  if (end == text.npos) return text.size() > kMostNameBytes ? std::optional(false) : std::nullopt;
  if (text[end] == '\\') return false;
  text.remove_prefix(end + 1);
  for (const char sign : {':', '{', '"'}) {
    if (const auto stepped = step_over(text, sign); stepped != true) return stepped;
  }
  const auto cve = begins(text, "CVE-");
  return cve == false ? begins(text, "TEMP-") : cve;
}

Error TrackerParts::broken(std::string_view what) const {
  std::string text = where_.empty() ? std::string() : where_ + ": ";
  if (!package_.empty()) text += printable(package_) + (issue_.empty() ? "" : "." + printable(issue_)) + ": ";
  return Error(Code::invalid, text.append(what).append(", at byte ").append(std::to_string(place_)));
}

Result<void> TrackerParts::emit(bool of_issue) {
  part_.assign("{").append(package_).append(":");
  if (of_issue) part_.append("{").append(issue_).append(":");
  const std::int64_t before = static_cast<std::int64_t>(value_place_) - static_cast<std::int64_t>(part_.size());
  part_.append(value_).append(of_issue ? "}}" : "}");
  Part part;
  part.text = part_;
  part.where = where_;
  part.before = before;
  part.of_tracker = true;
  value_.clear();
  return visit_(part);
}

// To the name's end, or the piece's.
std::size_t TrackerParts::take_name(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i++];
    if (escaped_) escaped_ = false;
    else if (c == '\\') escaped_ = true;
    else if (c == '"') {
      name_->append(text.substr(0, i));
      at_ = name_ == &package_ ? At::package_colon : At::issue_colon;
      name_ = nullptr;
      return i;
    }
  }
  name_->append(text);
  return i;
}

// To what stands behind the value: a comma or a bracket that it did not open.
std::size_t TrackerParts::take_value(std::string_view text) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (in_string_) {
      while (!escaped_ && i < text.size() && text[i] != '"' && text[i] != '\\') ++i;
      if (i == text.size()) break;
      if (escaped_) escaped_ = false;
      else if (text[i] == '\\') escaped_ = true;
      else in_string_ = false;
      continue;
    }
    const char c = text[i];
    if (c == '"') in_string_ = true;
    else if (c == '{' || c == '[') ++open_;
    else if (open_ == 0 && (c == ',' || c == '}')) break;
    else if ((c == '}' || c == ']') && open_ > 0) --open_;
  }
  value_.append(text.substr(0, i));
  return i;
}

Result<void> TrackerParts::take_sign(char c) {
  const auto go = [this](At next) -> Result<void> {
    at_ = next;
    return {};
  };
  const auto name = [&](std::string& into) -> Result<void> {
    if (&into == &package_) issue_.clear();
    name_ = &into;
    into = "\"";
    return {};
  };
  switch (at_) {
    case At::begin: return c == '{' ? go(At::first_package) : broken("no object");
    case At::first_package:
      if (c == '}') return go(At::end);
      [[fallthrough]];
    case At::package: return c == '"' ? name(package_) : broken("a package's name is missing");
    case At::first_issue:
      if (c == '}') return go(At::behind_package);
      [[fallthrough]];
    case At::issue: return c == '"' ? name(issue_) : broken("an issue's name is missing");
    case At::package_colon: return c == ':' ? go(At::package_value) : broken("a ':' is missing");
    case At::issue_colon: return c == ':' ? go(At::value) : broken("a ':' is missing");
    case At::behind_issue: return c == ',' ? go(At::issue) : c == '}' ? go(At::behind_package) : broken("neither ',' nor '}'");
    case At::behind_package: return c == ',' ? go(At::package) : c == '}' ? go(At::end) : broken("neither ',' nor '}'");
    case At::end: return broken("more behind the list's end");
    case At::package_value: case At::value: break;
  }
  khien_assert(false);
  return {};
}

Result<void> TrackerParts::take(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size();) {
    const std::uint64_t began = place_;
    std::size_t used = 1;
    const char c = piece[i];
    if (name_ != nullptr) {
      used = take_name(piece.substr(i));
      if (package_.size() > kMostNameBytes || issue_.size() > kMostNameBytes) return broken("a name is too long");
    } else if (at_ == At::value) {
      if (value_.empty()) value_place_ = began;
      used = take_value(piece.substr(i));
      if (value_.size() > kMostDocumentBytes) return Error(Code::exhausted, broken("an issue is too large").what());
      if (i + used < piece.size()) {
        at_ = of_issue_ ? At::behind_issue : At::behind_package;
        TRY_VOID(emit(of_issue_));
      }
    } else if (is_blank(c)) {
    } else if (at_ == At::package_value) {
      issue_.clear();
      of_issue_ = c == '{';
      at_ = of_issue_ ? At::first_issue : At::value;
      if (!of_issue_) used = 0;
    } else {
      if (at_ == At::issue_colon) of_issue_ = true;
      TRY_VOID(take_sign(c));
    }
    i += used;
    place_ = began + used;
  }
  return {};
}

Result<void> TrackerParts::finish() const {
  if (at_ == At::end) return {};
  return broken("the list is cut off");
}

}  // namespace khien::feed
