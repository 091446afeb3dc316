#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/package.hpp"
#include "khien/core/date.hpp"
#include "khien/core/time.hpp"
#include "khien/model/severity.hpp"

namespace khien::advisory {

// Who says it, which decides whose word goes before whose: a distribution of its own
// packages before an ecosystem, an ecosystem before a CPE. Never renumber.
enum class Basis : unsigned char { distribution = 0, ecosystem = 1, cpe = 2, letter = 3 };
std::string_view to_string(Basis basis);

// introduced <= version, and version < fixed, or version <= last_affected.
struct VersionRange {
  std::string introduced = {};            // empty, or "0": from the first on
  std::string fixed = {};                 // empty: no version fixes it
  std::string last_affected = {};         // empty: see fixed; never both
  bool introduced_excluded = false;       // only a CPE's range says so

  bool operator==(const VersionRange&) const = default;
};

// What a record says of one package.
struct Affected {
  // not_affected and fixed are the distribution's word against a wider claim of others
  // (VEX); unfixed_by_choice is Debian's <no-dsa>, <ignored>, Red Hat's "will not fix".
  enum class Standing : unsigned char { affected = 0, not_affected = 1, under_investigation = 2, unfixed_by_choice = 3 };

  PackageKey package;                    // release empty: of any
  Basis basis = Basis::ecosystem;
  Standing standing = Standing::affected;
  std::vector<VersionRange> ranges;      // any of them
  std::vector<std::string> versions;     // or one of these, exactly; none and no range: every version
  std::string cpe;                       // CPE 2.3 name, only of Basis::cpe
  std::string reason = {};               // the record's own word: "postponed", "component not present"
  // The distribution's own view of it, where it differs from the record's.
  std::optional<Severity> severity = std::nullopt;

  bool operator==(const Affected&) const = default;
};
std::string_view to_string(Affected::Standing standing);

// One record of one feed, in the one shape that the judge knows.
struct Advisory {
  std::string id;                     // "CVE-2024-3094", "DSA-5678-1", "GHSA-…", a letter's number
  std::string feed;                   // "debian", "osv", "nvd", "cve", "csaf:Cisco", "letter", "trivy"
  std::vector<std::string> cves;      // sorted; with its own id where that is one
  std::string title;                  // at most 300 characters; may be empty
  std::string description;            // at most 4,000 characters
  Severity severity = Severity::info; // info: not said
  std::optional<double> cvss_score;   // base, 0 to 10, of the newest version that is there
  std::string cvss_vector;
  std::optional<Timestamp> published;
  std::optional<Timestamp> modified;
  std::vector<Affected> affected;
  std::vector<std::string> references; // https or http, at most 20
  bool withdrawn = false;              // rejected or withdrawn: it ends what was said before

  bool operator==(const Advisory&) const = default;
};

// A CVE that is used in attacks (CISA KEV).
struct Exploited {
  std::string cve;
  std::string vendor, product, name;
  Date added_on;
  std::optional<Date> due_on;
  bool ransomware = false;  // known to be used in campaigns
  std::string action;       // what is asked

  bool operator==(const Exploited&) const = default;
};

// How likely a CVE is used in attacks within 30 days (EPSS).
struct Likelihood {
  std::string cve;
  double probability = 0;  // 0 to 1
  double percentile = 0;   // 0 to 1

  bool operator==(const Likelihood&) const = default;
};

}  // namespace khien::advisory
