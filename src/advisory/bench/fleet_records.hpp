#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/record.hpp"

// Made-up records and machines in the shapes that the real feeds and inventories have.
namespace khien::advisory::bench {

// A small generator whose numbers are the same at every run.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ * 0x2545f4914f6cdd1du >> 11;
  }
  // Below `bound`; small ones far more often, as packages have vulnerabilities.
  std::uint64_t few(std::uint64_t bound) { return next() % (1 + next() % (1 + next() % bound)); }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

constexpr std::uint64_t kSources = 4'000, kRpms = 3'000, kLibraries = 20'000, kProducts = 30'000;

inline std::string version_of(Numbers& numbers) {
  return std::to_string(1 + numbers.below(9)) + "." + std::to_string(numbers.below(20)) + "." + std::to_string(numbers.below(30));
}

// What is installed is newer than most fixes are.
inline std::string installed_version(Numbers& numbers) {
  return std::to_string(7 + numbers.below(3)) + "." + std::to_string(numbers.below(20)) + "." + std::to_string(numbers.below(30));
}

inline std::string source_name(std::uint64_t index) { return "source-" + std::to_string(index); }
inline std::string library_name(std::uint64_t index) { return "library-" + std::to_string(index); }

// Debian's tracker: a CVE, one source package, four releases.
inline void add_debian(Numbers& numbers, const std::string& cve, std::vector<Advisory>& records) {
  Advisory record = {.id = cve, .feed = "debian", .cves = {cve}, .description = "A hole in a source package, as the tracker tells of it.",
                     .references = {"https://security-tracker.debian.org/tracker/" + cve}};
  const std::string name = source_name(numbers.few(kSources));
  for (const char* release : {"11", "12", "13", "sid"}) {
    Affected affected = {.package = {"deb", "debian", name, release}, .basis = Basis::distribution, .severity = static_cast<Severity>(1 + numbers.below(4))};
    if (numbers.below(8) == 0) affected.standing = Affected::Standing::unfixed_by_choice, affected.reason = "no-dsa";
    else affected.ranges = {{.fixed = version_of(numbers) + "-1+deb" + release + "u" + std::to_string(1 + numbers.below(5))}};
    record.affected.push_back(std::move(affected));
  }
  records.push_back(std::move(record));
}

inline void add_redhat(Numbers& numbers, const std::string& cve, std::vector<Advisory>& records) {
  Advisory record = {.id = "RHSA-" + cve.substr(4), .feed = "osv", .cves = {cve}, .title = "Security update", .severity = static_cast<Severity>(1 + numbers.below(4))};
  const std::uint64_t first = numbers.few(kRpms);
  for (std::uint64_t i = 0; i < 4; ++i) {
    record.affected.push_back({.package = {"rpm", "redhat", "package-" + std::to_string(first + i), "8"}, .basis = Basis::distribution,
                               .ranges = {{.fixed = "0:" + version_of(numbers) + "-" + std::to_string(1 + numbers.below(20)) + ".el8"}}});
  }
  records.push_back(std::move(record));
}

inline void add_osv(Numbers& numbers, const std::string& cve, std::vector<Advisory>& records) {
  constexpr std::array<std::string_view, 4> kTypes = {"npm", "pypi", "golang", "composer"};
  Advisory record = {.id = "GHSA-" + cve.substr(4), .feed = "osv", .cves = {cve}, .title = "A hole in a library", .severity = Severity::high};
  record.affected.push_back({.package = {std::string(kTypes[numbers.below(kTypes.size())]), "", library_name(numbers.few(kLibraries)), ""},
                             .ranges = {{.introduced = "0", .fixed = version_of(numbers)}, {.introduced = "10.0.0", .fixed = "10." + version_of(numbers)}}});
  records.push_back(std::move(record));
}

// NVD: every CVE, with one to four CPE matches.
inline void add_nvd(Numbers& numbers, const std::string& cve, std::vector<Advisory>& records) {
  Advisory record = {.id = cve, .feed = "nvd", .cves = {cve},
                     .description = "A vulnerability in a product allows a remote attacker to read, write or run what it should not, by a request "
                                    "that is made for it; versions before the fixed one are affected.",
                     .severity = static_cast<Severity>(1 + numbers.below(4)), .cvss_score = 1.0 + static_cast<double>(numbers.below(90)) / 10,
                     .cvss_vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", .published = Timestamp{1'600'000'000'000},
                     .references = {"https://example.org/advisories/" + cve}};
  for (std::uint64_t i = 0; i <= numbers.below(4); ++i) {
    const std::string product = "product-" + std::to_string(numbers.few(kProducts));
    record.affected.push_back({.package = {"cpe", "vendor", product, ""}, .basis = Basis::cpe, .ranges = {{.introduced = "1.0", .fixed = version_of(numbers)}},
                               .cpe = "cpe:2.3:a:vendor:" + product + ":*:*:*:*:*:*:*:*"});
  }
  records.push_back(std::move(record));
}

// All CVEs by NVD; of ten, two also by Debian, one by Red Hat, one by OSV.
inline std::vector<Advisory> records_of(std::uint64_t cves) {
  Numbers numbers(20'261'126);
  std::vector<Advisory> records;
  for (std::uint64_t i = 0; i < cves; ++i) {
    const std::string cve = "CVE-" + std::to_string(2000 + i % 26) + "-" + std::to_string(10'000 + i / 26);
    add_nvd(numbers, cve, records);
    if (i % 10 < 2) add_debian(numbers, cve, records);
    else if (i % 10 == 2) add_redhat(numbers, cve, records);
    else if (i % 10 == 3) add_osv(numbers, cve, records);
  }
  return records;
}

// One image of a machine: 150 packages of a distribution, 40 libraries, 10 products.
inline std::vector<Installed> image_of(std::uint64_t kind) {
  Numbers numbers(kind * 7919 + 1);
  std::vector<Installed> rows;
  const std::string release = kind % 3 == 0 ? "11" : "12";
  for (int i = 0; i < 150; ++i) {
    if (kind % 4 == 3) {
      rows.push_back({.key = {"rpm", "redhat", "package-" + std::to_string(numbers.few(kRpms)), "8"},
                      .version = installed_version(numbers) + "-" + std::to_string(1 + numbers.below(20)) + ".el8"});
      continue;
    }
    const std::uint64_t source = numbers.few(kSources);
    rows.push_back({.key = {"deb", "debian", "lib" + source_name(source), release}, .version = installed_version(numbers) + "-1+deb" + release + "u1", .source = source_name(source)});
  }
  for (int i = 0; i < 40; ++i) rows.push_back({.key = {i % 2 == 0 ? "npm" : "pypi", "", library_name(numbers.few(kLibraries)), ""}, .version = installed_version(numbers)});
  for (int i = 0; i < 10; ++i) {
    const std::string product = "product-" + std::to_string(numbers.few(kProducts));
    rows.push_back({.key = {"generic", "", product, ""}, .version = installed_version(numbers), .cpe = "cpe:2.3:a:vendor:" + product + ":*:*:*:*:*:*:*:*"});
  }
  return rows;
}

constexpr std::uint64_t kImages = 400;

// Its image, with ten packages newer or older than there.
inline std::vector<Installed> machine_of(std::uint64_t machine, const std::vector<std::vector<Installed>>& images) {
  std::vector<Installed> rows = images[machine % images.size()];
  Numbers numbers(machine * 104'729 + 1);
  for (int i = 0; i < 10; ++i) {
    Installed& row = rows[numbers.below(rows.size())];
    const auto dot = row.version.find('.');
    row.version = row.version.substr(0, dot) + "." + std::to_string(numbers.below(20)) + row.version.substr(row.version.find('.', dot + 1));
  }
  return rows;
}

}  // namespace khien::advisory::bench
