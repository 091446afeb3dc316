#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/record.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::advisory {

// What is known of one CVE (or, where a record has no CVE, of the record), all feeds
// together.
struct Vulnerability {
  std::string id;
  std::string title, description;
  Severity severity = Severity::info;   // worst word of the best basis
  std::optional<double> cvss_score;
  std::string cvss_vector;
  std::optional<Timestamp> published;
  std::vector<std::string> records;     // "debian", "DSA-5678-1", "nvd": which say it
  std::vector<std::string> references;
  std::optional<Exploited> exploited;
  std::optional<Likelihood> likelihood;
};

// One package that a vulnerability concerns.
struct Match {
  // affected: by a range and a version that can be compared. unknown: it would be
  // affected, but its version is not told or is no version, or its standing is
  // under_investigation: never counted as affected, never as fine.
  enum class State : unsigned char { affected, unknown };

  std::size_t package = 0;       // index in what was asked
  std::string id;                // of the vulnerability: "CVE-2024-3094"
  State state = State::affected;
  Basis basis = Basis::ecosystem;
  Affected::Standing standing = Affected::Standing::affected;
  Severity severity = Severity::info;
  std::string record;            // which matched: "DSA-5678-1", "debian", "CVE-2024-3094 (nvd)"
  std::string rule;              // in its words: "debian 12 openssl < 3.0.14-1~deb12u1"
  std::string fixed;             // the version that would mend it; empty: none is known
  bool exploited = false;              // the vulnerability, in attacks
  std::optional<double> likelihood;    // that it will be, 0 to 1

  bool operator==(const Match&) const = default;
};

// By which names a book is asked for the package: its own, its source's, its CPE's product,
// each in the normal form of keys.
std::vector<std::string> names_asked(const Installed& package);

// Brings a part of a book to where its bytes are before they are looked at: for whoever has
// not all of them in memory. What cannot be brought stays zeros.
class BookPages {
 public:
  virtual ~BookPages() = default;
  virtual void bring(std::uint64_t at, std::uint64_t size) const = 0;
};

// All records, compiled once and asked often. The file is read in place (mapped):
// opening sums its bytes once and copies none. Const and safe from any thread.
//
// A distribution's word on its own package and release stands alone; else an
// ecosystem's; a CPE only where neither has the package, and only with a version.
class Book {
 public:
  // Compiles records. The later record of the same feed and id replaces the earlier.
  static Result<std::string> compile(std::span<const Advisory> records, std::span<const Exploited> exploited,
                                     std::span<const Likelihood> likelihoods, Budget& budget);
  // `bytes` must outlive the book. Code::corrupt with the place if it is not what
  // compile() wrote: a damaged file is refused, never believed.
  static Result<Book> open(std::string_view bytes);
  // The same of bytes that somebody holds against a sum of his own. `pages` brings them, if it
  // is not null, and must outlive the book; then one thread alone may ask.
  static Result<Book> open_summed(std::string_view bytes, const BookPages* pages = nullptr);

  std::size_t vulnerabilities() const;
  std::optional<Vulnerability> find(std::string_view id) const;

  // Every vulnerability of each package; by package, then by id. Equal packages are judged
  // anew: ask for each once, however many machines have it.
  std::vector<Match> match(std::span<const Installed> packages) const;
  // Keys of packages that the vulnerability may concern: where to look when it is new.
  std::vector<PackageKey> packages_of(std::string_view id) const;

 private:
  Book(std::string_view bytes, const BookPages* pages) : bytes_(bytes), pages_(pages) {}

  std::string_view bytes_;
  const BookPages* pages_;
};

}  // namespace khien::advisory
