#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "cvss.hpp"
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
using advisory::VersionRange;

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t end = 0; end != text.npos;) {
    end = text.find(':');
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return parts;
}

bool has_digit(std::string_view text) { return text.find_first_of("0123456789") != text.npos; }

// "enterprise_linux:8::baseos", "satellite:6.14::el8": of other products the number is
// their own, and only what they are built for is a release.
std::string_view red_hat_release(const std::vector<std::string_view>& parts) {
  for (const std::string_view part : parts) {
    const bool built_for = part.starts_with("el") && part.size() > 2 && part.find_first_not_of("0123456789", 2) == part.npos;
    if (built_for) return part.substr(2);
  }
  const bool system = parts.front().starts_with("enterprise_linux") || parts.front().starts_with("rhel_");
  return system && parts.size() > 1 ? parts[1] : std::string_view();
}

// "22.04:LTS", "Pro:18.04:LTS"; "Pro:FIPS-updates:20.04:LTS" and kernels of a machine's own
// ("22.04:LTS:for:NVIDIA:BlueField") are other lines with the same number.
std::string_view ubuntu_release(const std::vector<std::string_view>& parts) {
  std::string_view release;
  for (const std::string_view part : parts) {
    if (part == "Pro" || part == "LTS") continue;
    if (!release.empty() || !has_digit(part.substr(0, 1))) return {};
    release = part;
  }
  return release;
}

// The distribution that an ecosystem names, if it is one; with a release told that is none,
// nothing is known of any.
Result<std::optional<advisory::Distribution>> distribution_of(std::string_view ecosystem) {
  const auto colon = ecosystem.find(':');
  const auto head = ecosystem.substr(0, colon);
  auto found = advisory::find_distribution(head, "");
  if (!found || colon == ecosystem.npos) return found;
  const auto rest = ecosystem.substr(colon + 1);
  const auto parts = parts_of(rest);
  std::string_view version = rest;
  if (found->space == "redhat" && head.starts_with("Red")) version = red_hat_release(parts);
  if (found->space == "ubuntu") version = ubuntu_release(parts);
  const bool micro = rest.find("Micro") != rest.npos;
  if (found->space == "suse") found = advisory::find_distribution(micro ? "SLE Micro" : head, version);
  else if (found->space == "opensuse" && rest == "Tumbleweed") return advisory::find_distribution("openSUSE Tumbleweed", "");
  else if (found->space == "opensuse" && micro) version = {};
  if (found->space != "suse" && found->space != "suse-micro") found = advisory::find_distribution(head, version);
  // os-release has "3.0" for what OSV calls 3.
  if (found->space == "mariner" && !found->release.empty() && found->release.find('.') == std::string::npos) found->release += ".0";
  if (found->release.empty()) return Error(Code::invalid, "package.ecosystem '" + words_of(ecosystem.substr(0, 60), 60) + "' names a release that is not known");
  return found;
}

Result<PackageKey> key_of(const Json& package) {
  const auto ecosystem = text_of(package, "ecosystem"), name = text_of(package, "name");
  if (name.empty() || name.size() > 500) return Error(Code::invalid, "package.name is missing");
  TRY(const auto distribution, distribution_of(ecosystem));
  if (distribution) return PackageKey{distribution->type, distribution->space, std::string(name), distribution->release};
  // "Maven:https://repo…": a registry of the same ecosystem.
  const auto type = advisory::purl_type_of(ecosystem.substr(0, ecosystem.find(':')));
  if (!type) return Error(Code::invalid, "package.ecosystem '" + words_of(ecosystem.substr(0, 60), 60) + "' is none that is known");
  return advisory::package_key(*type, name);
}

// "0" begins everything; anything else must be a version.
Result<std::string> event_version(const Json& value) {
  const auto text = value.string();
  if (!text || !is_version(*text)) return Error(Code::invalid, "an event's version is none");
  return std::string(*text);
}

struct Event {
  enum class Kind : unsigned char { introduced, fixed, last_affected };

  Kind kind = Kind::introduced;
  std::string version;
};

Result<std::vector<Event>> events_of(const Json& range) {
  constexpr std::array<std::pair<std::string_view, Event::Kind>, 3> kKeys = {
      {{"introduced", Event::Kind::introduced}, {"fixed", Event::Kind::fixed}, {"last_affected", Event::Kind::last_affected}}};
  std::vector<Event> events;
  for (const Json& event : items_of(range, "events")) {
    for (const auto& [key, kind] : kKeys) {
      const auto value = event.field(key);
      if (!value) continue;
      TRY(auto version, event_version(*value));
      events.push_back({kind, std::move(version)});
    }
  }
  return events;
}

// In the order of versions, whatever the writer's; as written where they do not compare.
void put_in_order(std::vector<Event>& events, advisory::VersionOrder order) {
  const auto is_sound = [&](const Event& event) { return event.version == "0" || advisory::check_version(order, event.version); };
  if (!std::ranges::all_of(events, is_sound)) return;
  sort_stably(events, [&](const Event& a, const Event& b) {
    if (a.version == "0" || b.version == "0") return a.version == "0" && b.version != "0";
    const auto compared = advisory::compare_versions(order, a.version, b.version);
    return compared && *compared < 0;
  });
}

// Each "introduced" begins a range that the next "fixed" or "last_affected" ends; what is
// introduced and fixed at once was never there.
Result<std::vector<VersionRange>> ranges_of(const Json& range, advisory::VersionOrder order) {
  TRY(auto events, events_of(range));
  if (std::ranges::none_of(events, [](const Event& event) { return event.kind == Event::Kind::introduced; })) {
    return Error(Code::invalid, "events introduce nothing");
  }
  put_in_order(events, order);
  std::vector<VersionRange> ranges;
  bool open = false;
  std::string_view fixed_before;  // with nothing open
  for (const Event& event : events) {
    if (event.kind == Event::Kind::introduced) {
      if (open || event.version == fixed_before) continue;
      ranges.push_back({.introduced = event.version});
      open = true;
      continue;
    }
    if (event.kind == Event::Kind::fixed && !open) fixed_before = event.version;
    if (open) (event.kind == Event::Kind::fixed ? ranges.back().fixed : ranges.back().last_affected) = event.version;
    open = false;
  }
  if (ranges.empty()) return Error(Code::invalid, "events introduce nothing");
  return ranges;
}

Result<void> add_versions(const Json& json, Affected& affected) {
  bool other = false;  // ranges of commits: only their own repository can tell
  for (const Json& range : items_of(json, "ranges")) {
    const auto type = text_of(range, "type");
    if (type != "SEMVER" && type != "ECOSYSTEM") {
      other = true;
      continue;
    }
    TRY(auto ranges, ranges_of(range, advisory::order_of(affected.package)));
    affected.ranges.insert(affected.ranges.end(), ranges.begin(), ranges.end());
  }
  for (const Json& version : items_of(json, "versions")) {
    TRY(const auto text, version.string());
    if (is_version(text)) affected.versions.emplace_back(text);
  }
  if (affected.ranges.empty() && affected.versions.empty()) {
    return Error(Code::invalid, other ? "only commits are named" : "no version is named");
  }
  return {};
}

Severity stated_severity(const Json& json) {
  for (const std::string_view name : {"ecosystem_specific", "database_specific"}) {
    const auto specific = object_of(json, name);
    if (!specific) continue;
    for (const std::string_view field : {"severity", "urgency"}) {
      if (const auto severity = severity_of_word(text_of(*specific, field)); severity != Severity::info) return severity;
    }
  }
  return Severity::info;
}

Result<Affected> affected_of(const Json& json) {
  const auto package = object_of(json, "package");
  if (!package) return Error(Code::invalid, "field 'package' is missing");
  Affected affected;
  TRY(affected.package, key_of(*package));
  const bool distribution = affected.package.type == "deb" || affected.package.type == "rpm" || affected.package.type == "apk";
  affected.basis = distribution ? Basis::distribution : Basis::ecosystem;
  TRY_VOID(add_versions(json, affected));
  if (const auto severity = stated_severity(json); severity != Severity::info) affected.severity = severity;
  return affected;
}

bool is_distributions(const Json& json) {
  return std::ranges::any_of(items_of(json, "affected"), [](const Json& affected) {
    const auto package = object_of(affected, "package");
    const auto ecosystem = package ? text_of(*package, "ecosystem") : std::string_view();
    return advisory::find_distribution(ecosystem.substr(0, ecosystem.find(':')), "").has_value();
  });
}

std::vector<std::string> cves_of(const Json& json, std::string_view id) {
  std::set<std::string> cves;
  if (const auto cve = cve_of(id)) cves.insert(*cve);
  for (const std::string_view field : {"aliases", "upstream", "related"}) {
    // Related ones are only the distributions' way to name theirs.
    if (field == "related" && (!cves.empty() || !is_distributions(json))) break;
    for (const Json& alias : items_of(json, field)) {
      const auto text = alias.string();
      if (const auto cve = text ? cve_of(*text) : std::nullopt) cves.insert(*cve);
    }
  }
  return {cves.begin(), cves.end()};
}

Result<Advisory> record_of(const Json& json, const std::string& path, Reading& reading) {
  Advisory record;
  const auto id = text_of(json, "id");
  if (id.empty() || id.size() > 100 || id.find_first_of(" \t\r\n") != id.npos) return Error(Code::invalid, "id is missing or odd");
  record.id = id;
  record.feed = "osv";
  record.cves = cves_of(json, id);
  record.title = words_of(text_of(json, "summary"), 300);
  record.description = words_of(text_of(json, "details"), 4'000);
  record.published = moment_of(text_of(json, "published"));
  record.modified = moment_of(text_of(json, "modified"));
  record.withdrawn = json.field("withdrawn") && !json.field("withdrawn")->is_null();
  record.severity = stated_severity(json);
  Scores scores;
  for (const Json& one : items_of(json, "severity")) scores.add(text_of(one, "score"));
  scores.put_into(record);
  References references;
  for (const Json& one : items_of(json, "references")) references.add(text_of(one, "url"));
  record.references = references.take();
  const auto affected = items_of(json, "affected");
  for (std::size_t i = 0; i < affected.size() && !record.withdrawn; ++i) {
    auto one = affected_of(affected[i]);
    if (one) record.affected.push_back(std::move(one).value());
    else reading.pass_over(path + (path.empty() ? "affected[" : ".affected[") + std::to_string(i) + "] of " + record.id, one.error().what());
  }
  return record;
}

}  // namespace

Result<void> read_osv(const Json& root, Reading& reading) {
  return take_records(root, "", record_of, reading);
}

}  // namespace khien::feed
