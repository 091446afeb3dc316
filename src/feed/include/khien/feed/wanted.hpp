#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "khien/advisory/package.hpp"
#include "khien/advisory/record.hpp"

namespace khien::feed {

// The packages that somebody has, by the names that a book is asked by and their releases: of a
// feed of all that is known one host needs a tenth. What a judge of these packages says is the same, but for the
// severity where nobody gives one of that very package.
class Wanted {
 public:
  Wanted() = default;
  explicit Wanted(std::span<const advisory::Installed> packages);
  // Every package, of the releases alone (as PackageKey::release); empty: of all.
  static Wanted every_package(std::span<const std::string> releases);

  // A line each, and back; what is neither name nor release is passed over.
  std::string to_text() const;
  static Wanted from_text(std::string_view text);

  bool empty() const { return names_.empty() && !every_name_; }
  bool has(std::string_view name) const { return every_name_ || names_.contains(name); }
  // What is said of no release is said of all, and what is said of an edge of those cut from it.
  bool has_release(std::string_view release) const {
    return every_release_ || release.empty() || release == "edge" || releases_.contains(release);
  }
  // Takes out of the record what is of others, and the words that no judge reads. False: what
  // is left says nothing (a severity and a withdrawal are something).
  bool strip(advisory::Advisory& record) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> names_, releases_;
  bool every_name_ = false, every_release_ = false;
};

}  // namespace khien::feed
