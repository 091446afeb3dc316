#include <map>

#include "json_text.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/version.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

using advisory::Advisory;
using advisory::Affected;
using advisory::Basis;

constexpr std::size_t kMostReleases = 1'000;  // Debian has some twenty names

Severity severity_of_urgency(std::string_view urgency) {
  while (urgency.ends_with('*')) urgency.remove_suffix(1);  // "low**": by hand
  return severity_of_word(urgency);
}

const std::string& number_of(std::string_view release, Reading& reading) {
  const auto known = reading.debian_releases.find(release);
  if (known != reading.debian_releases.end()) return known->second;
  if (reading.debian_releases.size() >= kMostReleases) reading.debian_releases.clear();
  const auto distribution = advisory::find_distribution("debian", release);
  return reading.debian_releases.emplace(release, distribution ? distribution->release : "").first->second;
}

// What one release's entry says of a package.
Result<Affected> affected_of(std::string_view package, const std::string& release, const Json& entry) {
  if (release.empty()) return Error(Code::invalid, "a release that is not known");
  Affected affected;
  affected.package = {"deb", "debian", std::string(package), release};
  affected.basis = Basis::distribution;
  const auto status = text_of(entry, "status");
  const auto fixed = text_of(entry, "fixed_version");
  const auto urgency = text_of(entry, "urgency");
  if (const auto severity = severity_of_urgency(urgency); severity != Severity::info) affected.severity = severity;
  if (status == "resolved" && fixed == "0") {
    affected.standing = Affected::Standing::not_affected;
  } else if (status == "resolved") {
    if (!is_version(fixed)) return Error(Code::invalid, "resolved, but fixed_version is no version");
    if (auto checked = advisory::check_version(advisory::VersionOrder::dpkg, fixed); !checked) {
      return std::move(checked).error().within("resolved, but fixed_version is no version");
    }
    affected.ranges.push_back({.fixed = std::string(fixed)});
  } else if (status == "undetermined") {
    affected.standing = Affected::Standing::under_investigation;
  } else if (status != "open") {
    return Error(Code::invalid, "status is none that is known");
  } else if (entry.field("nodsa") || urgency == "end-of-life" || urgency == "unimportant") {
    affected.standing = Affected::Standing::unfixed_by_choice;
    const auto reason = text_of(entry, "nodsa_reason");
    affected.reason = words_of(!reason.empty() ? reason : entry.field("nodsa") ? std::string_view("no-dsa") : urgency, 200);
  }
  return affected;
}

// Adds to the record what the issue says of the package. One of which nothing could be taken
// is none: it would say that the package is fine.
Result<void> read_issue(std::string_view package, std::string_view id, const Json& issue, Advisory& record, Reading& reading) {
  const std::string path = std::string(package) + "." + std::string(id);
  const auto releases = object_of(issue, "releases");
  if (!releases) {
    reading.pass_over(path, "field 'releases' is missing");
    return {};
  }
  std::size_t taken = 0;
  TRY_VOID(releases->each_field([&](std::string_view release, Json entry) -> Result<void> {
    auto affected = affected_of(package, number_of(release, reading), entry);
    if (!affected) {
      reading.pass_over(path + ".releases." + std::string(release), affected.error().what());
      return {};
    }
    ++taken;
    if (affected->severity) record.severity = std::max(record.severity, *affected->severity);
    if (reading.is_wanted_release(affected->package.release)) record.affected.push_back(std::move(affected).value());
    return {};
  }));
  if (taken == 0 && releases->size() > 0) return {};
  if (record.id.empty()) {
    record.id = id;
    record.feed = "debian";
    if (const auto cve = cve_of(id)) record.cves = {*cve};
    record.references = {"https://security-tracker.debian.org/tracker/" + record.id};
  }
  if (record.description.empty() && reading.keeps_words()) record.description = words_of(text_of(issue, "description"), 4'000);
  return {};
}

bool is_package(std::string_view name) {
  return !name.empty() && name.size() <= 200 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == name.npos;
}
bool is_issue(std::string_view id) { return cve_of(id) == id || (id.starts_with("TEMP-") && id.size() < 40); }

}  // namespace

// The tracker tells package by package; a record is an issue's, over all packages.
Result<void> read_debian(const Json& root, Reading& reading) {
  std::map<std::string, Advisory, std::less<>> issues;
  TRY_VOID(root.each_field([&](std::string_view package, Json list) -> Result<void> {
    if (!is_package(package) || !list.is_object()) {
      reading.pass_over(package, "no package's name, or no issues");
      return {};
    }
    return list.each_field([&](std::string_view id, Json issue) -> Result<void> {
      if (!is_issue(id)) {
        reading.pass_over(std::string(package) + "." + std::string(id), "neither CVE nor TEMP");
        return {};
      }
      if (!reading.is_wanted(package)) return reading.leave(id, true);
      return read_issue(package, id, issue, issues[std::string(id)], reading);
    });
  }));
  for (auto& [id, record] : issues) {
    if (!record.id.empty()) TRY_VOID(reading.take(std::move(record)));
  }
  return {};
}

}  // namespace khien::feed
