#include <algorithm>
#include <map>
#include <set>

#include "intervals.hpp"
#include "json_text.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "reading.hpp"

// The list shape of Trivy's advisory buckets: {"source", "package", "path", "id", "value"}.
namespace khien::feed {
namespace {

using advisory::Advisory;
using advisory::Affected;
using advisory::Basis;
using Standing = Affected::Standing;

constexpr std::string_view kRedHatNames = "Red Hat CPE";

Severity severity_of_number(const Json& json) {
  const auto value = json.field("Severity");
  const auto number = value ? value->number() : Result<double>(Error(Code::not_found, ""));
  if (!number || *number < 1 || *number > 4) return Severity::info;
  return static_cast<Severity>(static_cast<int>(*number));
}

struct Status {
  Standing standing = Standing::affected;
  std::string reason;
};
// Trivy's own numbers.
Status status_of(const Json& value) {
  if (const auto state = text_of(value, "State"); !state.empty()) return {Standing::unfixed_by_choice, words_of(state, 100)};
  switch (value.integer_at("Status") ? *value.integer_at("Status") : 0) {
    case 1: return {Standing::not_affected, "not affected"};
    case 4: return {Standing::under_investigation, "under investigation"};
    case 5: return {Standing::unfixed_by_choice, "will not fix"};
    case 6: return {Standing::unfixed_by_choice, "fix deferred"};
    case 7: return {Standing::unfixed_by_choice, "end of life"};
    default: return {};
  }
}

// What a value says of a distribution's package: fixed in a version, or in none.
Result<Affected> of_distribution(const Json& value, advisory::PackageKey key) {
  Affected affected;
  affected.package = std::move(key);
  affected.basis = Basis::distribution;
  const Status status = status_of(value);
  affected.standing = status.standing;
  affected.reason = status.reason;
  if (const auto severity = severity_of_number(value); severity != Severity::info) affected.severity = severity;
  if (const auto fixed = value.field("FixedVersion")) {
    const auto text = fixed->string();
    if (text && text->empty()) return affected;  // none mends it
    if (!text || !is_version(*text)) return Error(Code::invalid, "FixedVersion is no version");
    affected.ranges.push_back({.fixed = std::string(*text)});
  }
  return affected;
}

Result<std::vector<Interval>> intervals_of(const Json& value, std::string_view name) {
  std::vector<Interval> all;
  for (const Json& one : items_of(value, name)) {
    TRY(const auto text, one.string());
    TRY(auto intervals, parse_constraints(text));
    all.insert(all.end(), intervals.begin(), intervals.end());
  }
  return all;
}

bool is_before(std::string_view a, std::string_view b, advisory::VersionOrder order) {
  const auto compared = advisory::compare_versions(order, a, b);
  return compared && *compared < 0;
}

bool begins_between(const std::vector<Interval>& intervals, std::string_view from, std::string_view until, advisory::VersionOrder order) {
  return std::ranges::any_of(intervals, [&](const Interval& one) {
    return !one.low.empty() && is_before(from, one.low, order) && !is_before(until, one.low, order);
  });
}

// "<= 2.9.10.3" with "2.9.10.4" named as patched ends at the fix. "<= 1.6.14" with 1.6.14
// patched too: the fix counts.
void end_at_fixes(std::vector<Interval>& vulnerable, const std::vector<Interval>& patched, advisory::VersionOrder order) {
  constexpr std::size_t kMost = 100;  // each is held against each
  if (vulnerable.size() > kMost || patched.size() > kMost) return;
  for (Interval& one : vulnerable) {
    if (one.high.empty() || !one.high_included || one.low == one.high) continue;
    const std::string* nearest = nullptr;
    for (const Interval& fix : patched) {
      if (fix.low.empty() || fix.low_excluded || !advisory::compare_versions(order, fix.low, one.high)) continue;
      if (is_before(fix.low, one.high, order) || (nearest != nullptr && !is_before(fix.low, *nearest, order))) continue;
      nearest = &fix.low;
    }
    if (nearest == nullptr || begins_between(vulnerable, one.high, *nearest, order)) continue;
    one.high = *nearest;
    one.high_included = false;
  }
}

void put(const std::vector<Interval>& intervals, Affected& affected) {
  for (const Interval& interval : intervals) {
    if (interval.high_included && interval.low == interval.high) affected.versions.push_back(interval.low);
    else affected.ranges.push_back(as_range(interval));
  }
}

// What is vulnerable; and, where both are told, what is sound against it.
Result<std::vector<Affected>> of_ecosystem(const Json& value, advisory::PackageKey key) {
  std::vector<Affected> all(1);
  all[0].package = std::move(key);
  const auto order = advisory::order_of(all[0].package);
  TRY(auto vulnerable, intervals_of(value, "VulnerableVersions"));
  TRY(const auto patched, intervals_of(value, "PatchedVersions"));
  TRY(auto sound, intervals_of(value, "UnaffectedVersions"));
  sound.insert(sound.end(), patched.begin(), patched.end());
  if (vulnerable.empty()) {
    // RustSec tells what is patched or was never concerned: all else is vulnerable.
    if (sound.empty()) return Error(Code::invalid, "neither vulnerable nor patched versions");
    TRY(vulnerable, others(std::move(sound), order));
    sound.clear();
  }
  end_at_fixes(vulnerable, patched, order);
  put(vulnerable, all[0]);
  if (sound.empty()) return all;
  Affected against;
  against.package = all[0].package;
  against.standing = Standing::not_affected;
  put(sound, against);
  all.push_back(std::move(against));
  return all;
}

// "debian 9", "openSUSE Leap 15.1": the release is the last word that has a digit.
std::optional<advisory::Distribution> distribution_of(std::string_view source) {
  // "openSUSE Tumbleweed" has none.
  if (auto whole = advisory::find_distribution(source, "")) return whole;
  const auto blank = source.rfind(' ');
  return blank == source.npos ? std::nullopt : advisory::find_distribution(source.substr(0, blank), source.substr(blank + 1));
}

class Buckets {
 public:
  explicit Buckets(Reading& reading) : reading_(reading), releases_(reading.red_hat_releases) {}

  // Which release a number of Red Hat's list of names stands for.
  void learn(const Json& row) {
    if (text_of(row, "source") != kRedHatNames || text_of(row, "package") != "cpe") return;
    const std::string cpe = advisory::as_cpe23(text_of(row, "value"));
    const auto key = advisory::key_of_cpe(cpe);
    if (key.name != "enterprise_linux") return;
    std::size_t at = cpe.find("enterprise_linux:") + 17;
    const auto release = advisory::find_distribution("redhat", cpe.substr(at, cpe.find(':', at) - at));
    if (release && !release->release.empty()) releases_[std::string(text_of(row, "id"))] = release->release;
  }

  Result<void> take(const Json& row) {
    const auto source = text_of(row, "source"), package = text_of(row, "package"), id = text_of(row, "id");
    const auto value = row.field("value");
    if (source == kRedHatNames) return {};
    if (source.empty() || package.empty() || id.empty() || id.size() > 100) return Error(Code::invalid, "source, package or id is missing");
    // null is a value with nothing in it: affected, and no version mends it.
    if (!value || !(value->is_object() || value->is_null())) return Error(Code::invalid, "value is no object");
    if (source == "Red Hat") return take_red_hat(package, id, *value);
    if (const auto colons = source.find("::"); colons != source.npos) return take_ecosystem(source.substr(0, colons), package, id, *value);
    const auto distribution = distribution_of(source);
    if (!distribution) return Error(Code::invalid, "source is none that is known");
    TRY(auto affected, of_distribution(*value, {distribution->type, distribution->space, std::string(package), distribution->release}));
    add(id, std::move(affected), {});
    return {};
  }

  Result<void> finish() {
    for (auto& [id, record] : records_) TRY_VOID(reading_.take(std::move(record)));
    return {};
  }

 private:
  Result<void> take_ecosystem(std::string_view name, std::string_view package, std::string_view id, const Json& value) {
    const auto type = advisory::purl_type_of(name);
    if (!type) return Error(Code::invalid, "ecosystem is none that is known");
    TRY(auto all, of_ecosystem(value, advisory::package_key(*type, package)));
    for (Affected& affected : all) add(id, std::move(affected), {});
    return {};
  }

  Result<void> take_red_hat(std::string_view package, std::string_view id, const Json& value) {
    if (releases_.empty()) return Error(Code::invalid, "rows of 'Red Hat CPE' must stand before it, or in one list with it");
    for (const Json& entry : items_of(value, "Entries")) {
      std::set<std::string> releases;
      for (const Json& number : items_of(entry, "Affected")) {
        const auto index = number.integer();
        if (!index) return Error(Code::invalid, "Affected has what is no number");
        if (const auto known = releases_.find(std::to_string(*index)); known != releases_.end()) releases.insert(known->second);
      }
      TRY_VOID(add_entry(package, id, entry, releases));
    }
    return {};
  }

  // An erratum of several CVEs becomes a record of each: each has its own severity.
  Result<void> add_entry(std::string_view package, std::string_view id, const Json& entry, const std::set<std::string>& releases) {
    const auto cves = items_of(entry, "Cves");
    for (const std::string& release : releases) {
      TRY(auto affected, of_distribution(entry, {"rpm", "redhat", std::string(package), release}));
      if (cves.empty()) add(id, affected, {});
      for (const Json& cve : cves) {
        Affected one = affected;
        if (const auto severity = severity_of_number(cve); severity != Severity::info) one.severity = severity;
        const auto name = cve_of(text_of(cve, "ID"));
        const bool own = !name || *name == id;
        add(own || cves.size() == 1 ? std::string(id) : std::string(id) + " " + *name, std::move(one), name ? std::vector{*name} : std::vector<std::string>());
      }
    }
    return {};
  }

  void add(std::string_view id, Affected affected, const std::vector<std::string>& cves) {
    Advisory& record = records_[std::string(id)];
    record.id = id;
    record.feed = "trivy";
    std::set<std::string> all(record.cves.begin(), record.cves.end());
    all.insert(cves.begin(), cves.end());
    if (const auto cve = cve_of(id)) all.insert(*cve);
    record.cves.assign(all.begin(), all.end());
    if (affected.severity) record.severity = std::max(record.severity, *affected.severity);
    record.affected.push_back(std::move(affected));
  }

  Reading& reading_;
  std::map<std::string, std::string>& releases_;
  std::map<std::string, Advisory> records_;
};

}  // namespace

Result<void> read_trivy(const Json& root, Reading& reading) {
  const bool is_row = root.is_object();  // of many lines
  const auto rows = is_row ? std::vector<Json>{root} : items_of(root);
  Buckets buckets(reading);
  for (const Json& row : rows) buckets.learn(row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (auto taken = buckets.take(rows[i]); !taken) {
      reading.pass_over((is_row ? "" : "[" + std::to_string(i) + "] ") + std::string(text_of(rows[i], "id")), taken.error().what());
    }
  }
  return buckets.finish();
}

}  // namespace khien::feed
