#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "documents.hpp"

namespace khien::feed {

// Debian's tracker is one object of 60 MB, {"package": {"CVE-…": {…}}}: taken apart so that
// one issue at a time is held and parsed. Each part is a document of its own,
// {"package":{"CVE-…":{…}}}; what a name's or a value's text is, its parser judges.
class TrackerParts {
 public:
  // Whether a document that begins so is such a list; nothing: it is cut off before that is told.
  static std::optional<bool> is_one(std::string_view begin);

  // `visit` must outlive this.
  TrackerParts(std::string where, const Visit& visit) : where_(std::move(where)), visit_(visit) {}

  // Code::invalid, with the place, where it is not built so; exhausted where one issue is
  // over the bound of a document.
  Result<void> take(std::string_view piece);
  Result<void> finish() const;

 private:
  enum class At : unsigned char { begin, first_package, package, package_colon, package_value, first_issue, issue, issue_colon,
                                  value, behind_issue, behind_package, end };

  Result<void> take_sign(char c);
  std::size_t take_name(std::string_view text);
  std::size_t take_value(std::string_view text);
  Result<void> emit(bool of_issue);
  Error broken(std::string_view what) const;

  std::string where_;
  const Visit& visit_;
  At at_ = At::begin;
  std::uint64_t place_ = 0;       // in the whole text
  std::uint64_t value_place_ = 0;
  std::string package_, issue_;   // with their quotes, as they stand
  std::string value_;
  std::string part_;
  std::string* name_ = nullptr;   // inside of which text
  bool of_issue_ = false;         // whose value it is
  std::uint64_t open_ = 0;        // brackets in the value
  bool in_string_ = false, escaped_ = false;
};

}  // namespace khien::feed
