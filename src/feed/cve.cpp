#include <algorithm>

#include "cvss.hpp"
#include "intervals.hpp"
#include "json_text.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

using advisory::Advisory;
using advisory::Affected;
using advisory::Basis;
using advisory::PackageKey;

// A text as a part of a CPE 2.3 name.
std::string cpe_part(std::string_view text) {
  std::string part;
  for (const char c : text) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || small == '_';
    if (small == ' ') part += '_';
    else if (plain || small == '-' || small == '.') part += small;
    else if (static_cast<unsigned char>(small) > 0x20 && static_cast<unsigned char>(small) < 0x7f) part.append("\\").append(1, small);
  }
  return part;
}

// Whom an entry is about: a package of an ecosystem, a product that is known, or what a
// CPE names. One entry may list several CPEs.
std::vector<Affected> subjects_of(const Json& entry) {
  std::vector<Affected> subjects;
  const auto add = [&](PackageKey key, Basis basis, std::string cpe = {}) {
    Affected affected;
    affected.package = std::move(key);
    affected.basis = basis;
    affected.cpe = std::move(cpe);
    subjects.push_back(std::move(affected));
  };
  const auto name = text_of(entry, "packageName"), vendor = text_of(entry, "vendor"), product = text_of(entry, "product");
  if (const auto type = advisory::purl_type_of(text_of(entry, "collectionURL")); type && !name.empty()) {
    add(advisory::package_key(*type, name), Basis::ecosystem);
    return subjects;
  }
  if (const auto url = advisory::parse_package_url(text_of(entry, "packageURL"))) {
    add(advisory::normal_key(url->key), Basis::ecosystem);
    return subjects;
  }
  if (auto known = advisory::find_product(vendor, product)) {
    add(std::move(known->key), Basis::ecosystem);
    return subjects;
  }
  for (const Json& one : items_of(entry, "cpes")) {
    const auto text = one.string();
    const std::string cpe = text ? advisory::as_cpe23(*text) : std::string();
    if (!cpe.empty() && subjects.size() < 50) add(advisory::key_of_cpe(cpe), Basis::cpe, cpe);
  }
  if (subjects.empty() && is_version(vendor) && is_version(product)) {
    const std::string cpe = "cpe:2.3:a:" + cpe_part(vendor) + ":" + cpe_part(product) + ":*:*:*:*:*:*:*:*";
    if (!cpe_part(vendor).empty() && !cpe_part(product).empty()) add(advisory::key_of_cpe(cpe), Basis::cpe, cpe);
  }
  return subjects;
}

struct Stretch {
  Interval interval;
  bool affected = false;
};

void add_line(const std::string& wild, bool affected, std::vector<Stretch>& stretches) {
  const auto stem = std::string_view(wild).substr(0, wild.size() - 2);
  if (affected) stretches.push_back({{std::string(stem), false, last_of_wildcard(wild), true}, affected});
  else stretches.push_back({{std::string(stem), false, behind_wildcard(wild), false}, affected});
}

// A version that stands alone: one, a line of them ("3.x"), or a constraint in its place
// ("< 15.2.4", as GitHub writes). Words ("all before 3.2") are none.
Result<void> add_alone(std::string_view version, bool affected, std::vector<Stretch>& stretches) {
  if (version.find_first_of("<>=") != version.npos) {
    TRY(auto intervals, parse_constraints(version));
    for (Interval& interval : intervals) stretches.push_back({std::move(interval), affected});
    return {};
  }
  if (!is_version(version) || version.find_first_of(" \t,") != version.npos) {
    return Error(Code::invalid, "'" + words_of(version.substr(0, 60), 60) + "' is no version");
  }
  if (version.ends_with(".x") || version.ends_with(".X") || version.ends_with(".*")) {
    const std::string wild = std::string(version.substr(0, version.size() - 1)) + "*";
    if (behind_wildcard(wild).empty()) return Error(Code::invalid, "'" + words_of(version.substr(0, 60), 60) + "' is no version");
    add_line(wild, affected, stretches);
    return {};
  }
  stretches.push_back({{std::string(version), false, std::string(version), true}, affected});
  return {};
}

struct Change {
  std::string_view at;
  bool affected = false;
};

// In the order of versions, whatever the writer's.
Result<std::vector<Change>> changes_of(const Json& json, advisory::VersionOrder order) {
  std::vector<Change> changes;
  for (const Json& change : items_of(json, "changes")) {
    const auto at = text_of(change, "at");
    if (!is_version(at)) return Error(Code::invalid, "changes.at is no version");
    changes.push_back({at, text_of(change, "status") == "affected"});
  }
  if (changes.size() < 2) return changes;
  for (const Change& change : changes) TRY_VOID(advisory::check_version(order, change.at));
  sort_stably(changes, [&](const Change& a, const Change& b) {
    const auto compared = advisory::compare_versions(order, a.at, b.at);
    return compared && *compared < 0;
  });
  return changes;
}

// What one element of `versions` says: a version, or a range whose status may change on
// the way. A range that begins with no version begins with the first.
Result<void> add_stretches(const Json& json, advisory::VersionOrder order, std::vector<Stretch>& stretches) {
  const auto version = text_of(json, "version"), status = text_of(json, "status");
  if (status == "unknown") return {};
  bool affected = status == "affected";
  if (!affected && status != "unaffected") return Error(Code::invalid, "status is none that is known");
  const auto below = text_of(json, "lessThan"), until = text_of(json, "lessThanOrEqual");
  if (below.empty() && until.empty()) return add_alone(version, affected, stretches);
  Interval interval;
  if (is_version(version)) interval.low = version;
  const std::string_view end = below.empty() ? until : below;
  if (end != "*" && (!is_version(end) || end.find_first_of("<>=") != end.npos)) return Error(Code::invalid, "the range's end is no version");
  // "*" is the form's own word for "no end"; without a beginning nothing would be said.
  if (end == "*" && interval.low.empty()) return Error(Code::invalid, "a range with neither beginning nor end");
  TRY(const auto changes, changes_of(json, order));
  for (const Change& change : changes) {
    interval.high = change.at;
    stretches.push_back({interval, affected});
    interval = {std::string(change.at), false, "", false};
    affected = change.affected;
  }
  if (end != "*") {
    // "3.*" ends with its line; that 4 would mend it is not said.
    const std::string behind = affected ? last_of_wildcard(end) : behind_wildcard(end);
    interval.high = behind.empty() ? std::string(end) : behind;
    interval.high_included = behind.empty() ? below.empty() : affected;
  }
  stretches.push_back({std::move(interval), affected});
  return {};
}

Result<void> put(const std::vector<Interval>& intervals, Affected& affected) {
  for (const Interval& interval : intervals) {
    if (interval.high_included && interval.low == interval.high) affected.versions.push_back(interval.low);
    else affected.ranges.push_back(as_range(interval));
  }
  return {};
}

// With "affected" as what holds of all others, what is told sound is taken out.
Result<bool> add_versions(const Json& entry, Affected& affected, const std::string& path, Reading& reading) {
  std::vector<Stretch> stretches;
  const auto versions = items_of(entry, "versions");
  const auto order = advisory::order_of(affected.package);
  std::size_t commits = 0;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (text_of(versions[i], "versionType") == "git") {
      ++commits;
      continue;
    }
    if (auto added = add_stretches(versions[i], order, stretches); !added) {
      reading.pass_over(path + ".versions[" + std::to_string(i) + "]", added.error().what());
    }
  }
  // Only their own repository can put commits in order, and say of none that it is sound.
  if (commits > 0) reading.pass_over(path, std::to_string(commits) + " of its versions are commits");
  if (commits > 0 && stretches.empty()) return false;
  std::vector<Interval> sick, sound;
  for (Stretch& stretch : stretches) (stretch.affected ? sick : sound).push_back(std::move(stretch.interval));
  const auto by_default = text_of(entry, "defaultStatus");
  if (by_default == "affected" && (!sound.empty() || versions.empty())) {
    if (sound.empty()) return true;  // every version, by the record's own word
    TRY(auto rest, others(std::move(sound), advisory::order_of(affected.package)));
    TRY_VOID(put(rest, affected));
    return !rest.empty();
  }
  TRY_VOID(put(sick, affected));
  return !sick.empty();
}

void add_affected(const Json& container, const std::string& path, Advisory& record, Reading& reading) {
  const auto entries = items_of(container, "affected");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string at = path + ".affected[" + std::to_string(i) + "]";
    auto subjects = subjects_of(entries[i]);
    if (subjects.empty()) {
      reading.pass_over(at, "neither package nor product is named");
      continue;
    }
    auto has = add_versions(entries[i], subjects.front(), at, reading);
    if (!has) {
      reading.pass_over(at, has.error().what());
      continue;
    }
    if (!*has) continue;  // all of it is sound, or unknown
    for (Affected& subject : subjects) {
      subject.ranges = subjects.front().ranges;
      subject.versions = subjects.front().versions;
      record.affected.push_back(subject);
    }
  }
}

std::string in_english(const Json& container) {
  for (const Json& one : items_of(container, "descriptions")) {
    if (text_of(one, "lang").starts_with("en")) return words_of(text_of(one, "value"), 4'000);
  }
  return {};
}

void add_container(const Json& container, const std::string& path, Advisory& record, Scores& scores, References& references, Reading& reading) {
  if (record.title.empty()) record.title = words_of(text_of(container, "title"), 300);
  if (record.description.empty()) record.description = in_english(container);
  for (const Json& metric : items_of(container, "metrics")) {
    for (const std::string_view name : {"cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"}) {
      if (const auto cvss = object_of(metric, name)) scores.add(*cvss);
    }
  }
  for (const Json& one : items_of(container, "references")) references.add(text_of(one, "url"));
  add_affected(container, path, record, reading);
}

Result<Advisory> record_of(const Json& root, const std::string& path, Reading& reading) {
  const auto meta = object_of(root, "cveMetadata"), containers = object_of(root, "containers");
  if (!meta || !containers) return Error(Code::invalid, "cveMetadata or containers is missing");
  const auto id = cve_of(text_of(*meta, "cveId"));
  if (!id) return Error(Code::invalid, "cveMetadata.cveId is no CVE id");
  Advisory record;
  record.id = *id;
  record.feed = "cve";
  record.cves = {*id};
  record.published = moment_of(text_of(*meta, "datePublished"));
  record.modified = moment_of(text_of(*meta, "dateUpdated"));
  const auto state = text_of(*meta, "state");
  record.withdrawn = state == "REJECTED";
  if (record.withdrawn) return record;
  if (state != "PUBLISHED") return Error(Code::invalid, "cveMetadata.state is none that is known");
  const auto cna = object_of(*containers, "cna");
  if (!cna) return Error(Code::invalid, "containers.cna is missing");
  Scores scores;
  References references;
  add_container(*cna, path + "containers.cna", record, scores, references, reading);
  const auto others = items_of(*containers, "adp");
  for (std::size_t i = 0; i < others.size(); ++i) {
    add_container(others[i], path + "containers.adp[" + std::to_string(i) + "]", record, scores, references, reading);
  }
  scores.put_into(record);
  record.references = references.take();
  return record;
}

}  // namespace

Result<void> read_cve(const Json& root, Reading& reading) {
  return take_records(root, ".", record_of, reading);
}

}  // namespace khien::feed
