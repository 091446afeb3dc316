#include "cvss.hpp"
#include "json_text.hpp"
#include "khien/advisory/distribution.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

using advisory::Advisory;
using advisory::Affected;
using advisory::Basis;
using advisory::VersionRange;

std::string in_english(const Json& json, std::string_view name) {
  for (const Json& one : items_of(json, name)) {
    if (text_of(one, "lang") == "en") return words_of(text_of(one, "value"), 4'000);
  }
  return {};
}

// A CPE's version with its backslashes off; empty where it has none.
std::string version_in(std::string_view cpe) {
  std::string part;
  int colons = 0;
  for (std::size_t i = 0; i < cpe.size(); ++i) {
    if (cpe[i] == '\\' && i + 1 < cpe.size()) {
      if (colons == 5) part += cpe[i + 1];
      ++i;
      continue;
    }
    if (cpe[i] == ':') ++colons;
    else if (colons == 5) part += cpe[i];
  }
  return part;
}

Result<Affected> affected_of(const Json& match) {
  Affected affected;
  affected.basis = Basis::cpe;
  affected.cpe = advisory::as_cpe23(text_of(match, "criteria"));
  if (affected.cpe.empty()) return Error(Code::invalid, "criteria is no CPE name");
  affected.package = advisory::key_of_cpe(affected.cpe);
  VersionRange range;
  const auto bound = [&](std::string_view name, std::string& into) -> Result<bool> {
    if (!match.field(name)) return false;
    into = text_of(match, name);
    if (!is_version(into)) return Error(Code::invalid, std::string(name) + " is no version");
    return true;
  };
  TRY(const bool from, bound("versionStartIncluding", range.introduced));
  if (!from) {
    TRY(range.introduced_excluded, bound("versionStartExcluding", range.introduced));
  }
  TRY(const bool until, bound("versionEndExcluding", range.fixed));
  if (!until) {
    TRY([[maybe_unused]] const bool last, bound("versionEndIncluding", range.last_affected));
  }
  const std::string version = version_in(affected.cpe);
  if (range != VersionRange{}) affected.ranges.push_back(std::move(range));
  else if (version == "-") return Error(Code::invalid, "the version is 'not applicable'");
  else if (version != "*" && !version.empty()) affected.versions.push_back(version);
  return affected;
}

// Only what is vulnerable: what it must run on is no package of its own.
void add_matches(const Json& cve, Advisory& record, const std::string& path, Reading& reading) {
  for (const Json& configuration : items_of(cve, "configurations")) {
    for (const Json& node : items_of(configuration, "nodes")) {
      for (const Json& match : items_of(node, "cpeMatch")) {
        if (const auto vulnerable = match.boolean_at("vulnerable"); !vulnerable || !*vulnerable) continue;
        auto affected = affected_of(match);
        if (affected) record.affected.push_back(std::move(affected).value());
        else reading.pass_over(path + ".configurations: " + std::string(text_of(match, "criteria")), affected.error().what());
      }
    }
  }
}

void add_scores(const Json& cve, Advisory& record) {
  Scores scores;
  const auto metrics = object_of(cve, "metrics");
  if (!metrics) return;
  for (const std::string_view name : {"cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2"}) {
    const auto items = items_of(*metrics, name);
    for (const bool primary : {true, false}) {
      for (const Json& one : items) {
        if ((text_of(one, "type") == "Primary") != primary) continue;
        if (const auto data = object_of(one, "cvssData")) scores.add(*data);
      }
    }
  }
  scores.put_into(record);
}

Result<Advisory> record_of(const Json& cve, const std::string& path, Reading& reading) {
  Advisory record;
  const auto id = cve_of(text_of(cve, "id"));
  if (!id) return Error(Code::invalid, "id is no CVE id");
  record.id = *id;
  record.feed = "nvd";
  record.cves = {*id};
  record.description = in_english(cve, "descriptions");
  record.withdrawn = text_of(cve, "vulnStatus") == "Rejected";
  record.published = moment_of(text_of(cve, "published"));
  record.modified = moment_of(text_of(cve, "lastModified"));
  add_scores(cve, record);
  References references;
  for (const Json& one : items_of(cve, "references")) references.add(text_of(one, "url"));
  record.references = references.take();
  if (!record.withdrawn) add_matches(cve, record, path, reading);
  return record;
}

}  // namespace

Result<void> read_nvd(const Json& root, Reading& reading) {
  const auto list = array_of(root, "vulnerabilities");
  if (!list) return reading.broken("vulnerabilities", "a list was expected");
  reading.summary.version = words_of(text_of(root, "version"), 100);
  reading.summary.released = moment_of(text_of(root, "timestamp"));
  const auto items = items_of(*list);
  if (const auto count = root.integer_at("resultsPerPage"); count && static_cast<std::uint64_t>(*count) != items.size()) {
    return reading.broken("resultsPerPage", "says " + std::to_string(*count) + ", but " + std::to_string(items.size()) + " are there");
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string path = "vulnerabilities[" + std::to_string(i) + "]";
    const auto cve = object_of(items[i], "cve");
    auto record = cve ? record_of(*cve, path, reading) : Result<Advisory>(Error(Code::invalid, "field 'cve' is missing"));
    if (!record) reading.pass_over(path, record.error().what());
    else TRY_VOID(reading.take(std::move(record).value()));
  }
  return {};
}

}  // namespace khien::feed
