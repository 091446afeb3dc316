#include <algorithm>
#include <charconv>
#include <utility>

#include "csaf_document.hpp"
#include "cvss.hpp"
#include "intervals.hpp"
#include "json_text.hpp"
#include "khien/advisory/cpe.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "reading.hpp"

namespace khien::feed {
namespace {

using advisory::Advisory;
using advisory::Affected;
using advisory::Basis;
using advisory::PackageKey;
using Standing = Affected::Standing;

// What a product is to the judge.
struct Subject {
  PackageKey key;
  Basis basis = Basis::ecosystem;
  std::string version;  // empty: not told
  std::string range;
  std::string cpe;
};

bool is_distribution(const PackageKey& key) { return key.type == "deb" || key.type == "rpm" || key.type == "apk"; }

// What a platform's CPE says of the release that parts of it are for.
struct Platform {
  std::string release;    // empty: none is told
  bool is_other = false;  // another product than the distribution, with numbers of its own
};

// "cpe:/o:redhat:enterprise_linux:7::server", "cpe:/o:suse:sles:15:sp4".
Platform platform_of(const CsafProduct& product) {
  const auto name = advisory::parse_cpe(advisory::as_cpe23(product.cpe));
  if (!name) return {};
  using Name = advisory::CpeName;
  const std::string &vendor = name->values[Name::vendor].text, &what = name->values[Name::product].text;
  std::string version = name->values[Name::version].text;
  if (vendor == "redhat") {
    if (!what.starts_with("enterprise_linux") && !what.starts_with("rhel_")) return {.is_other = true};
    // "rhel_software_collections:3::el7"
    const std::string& edition = name->values[Name::edition].text;
    if (edition.starts_with("el") && edition.size() > 2 && edition.find_first_not_of("0123456789", 2) == edition.npos) version = edition.substr(2);
  }
  if (vendor == "suse" && name->values[Name::update].text.starts_with("sp")) version += " " + name->values[Name::update].text;
  const auto found = advisory::find_distribution(vendor, version);
  return {.release = found ? found->release : std::string()};
}

std::optional<Subject> subject_of(const CsafProduct& product) {
  Subject subject;
  if (const auto url = advisory::parse_package_url(product.purl)) {
    subject.key = advisory::normal_key(url->key);
    subject.basis = is_distribution(subject.key) ? Basis::distribution : Basis::ecosystem;
    subject.version = url->version;
    return subject;
  }
  subject.version = product.version;
  subject.range = product.range;
  if (auto known = advisory::find_product(product.vendor, product.product)) {
    subject.key = std::move(known->key);
    return subject;
  }
  subject.cpe = advisory::as_cpe23(product.cpe);
  if (subject.cpe.empty()) return std::nullopt;
  subject.key = advisory::key_of_cpe(subject.cpe);
  subject.basis = Basis::cpe;
  return subject;
}

Result<Subject> on_platform(const CsafTree& tree, const CsafProduct& product, Subject subject) {
  const auto whole = tree.products.find(product.whole);
  if (!is_distribution(subject.key) || whole == tree.products.end()) return subject;
  Platform platform = platform_of(whole->second);
  // Its word is not of the distribution: as of any release it would silence the distribution's own.
  if (platform.is_other) return Error(Code::invalid, "it is a part of another product than the distribution");
  if (!platform.release.empty()) subject.key.release = std::move(platform.release);
  return subject;
}

// A product that a relationship makes is its part, on the release of its whole.
Result<Subject> find_subject(const CsafTree& tree, const std::string& id, int depth = 0) {
  const Error unknown(Code::invalid, "the product has neither package URL nor CPE, and is none that is known");
  const auto found = tree.products.find(id);
  if (found == tree.products.end() || depth > 8) return unknown;
  const CsafProduct& product = found->second;
  if (product.part.empty() || !product.purl.empty()) {
    auto subject = subject_of(product);
    if (!subject) return unknown;
    if (product.part.empty()) return *std::move(subject);
    return on_platform(tree, product, *std::move(subject));
  }
  TRY(auto subject, find_subject(tree, product.part, depth + 1));
  return on_platform(tree, product, std::move(subject));
}

// A version of a "vers" range, whose signs are written as in a URL.
Result<std::string> vers_version(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto sign = std::min(text.find('%'), text.size());
    out += text.substr(0, sign);
    text.remove_prefix(sign);
    if (text.empty()) break;
    unsigned value = 0;
    const bool whole = text.size() >= 3 && std::from_chars(text.data() + 1, text.data() + 3, value, 16).ptr == text.data() + 3;
    if (!whole) return Error(Code::invalid, "a range's version has an odd '%'");
    out += static_cast<char>(value);
    text.remove_prefix(3);
  }
  if (!is_version(out) || out.find_first_of("<>=!|") != out.npos) return Error(Code::invalid, "a range's version is none");
  return out;
}

std::string_view take_sign(std::string_view& part) {
  const auto end = std::min(part.find_first_not_of("<>=!"), part.size());
  const auto sign = part.substr(0, end);
  part.remove_prefix(end);
  return sign;
}

// The parts behind "vers:rpm/", in the order of versions: ">=1.0|<1.4|>=2|<2.3|3.5".
Result<std::vector<Interval>> vers_intervals(std::string_view text) {
  const Error odd(Code::invalid, "the range is none of vers");
  std::vector<Interval> all;
  bool open = false;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view part = rest.substr(0, rest.find('|'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const auto sign = take_sign(part);
    TRY(auto version, vers_version(part));
    if (sign == ">" || sign == ">=") {
      if (open) return odd;
      all.push_back({std::move(version), sign == ">", "", false});
      open = true;
    } else if (sign == "<" || sign == "<=") {
      if (!open && !all.empty()) return odd;
      if (!open) all.emplace_back();
      all.back().high = std::move(version);
      all.back().high_included = sign == "<=";
      open = false;
    } else if ((sign.empty() || sign == "=") && !open) {
      all.push_back({version, false, version, true});
    } else {
      return odd;
    }
  }
  if (all.empty()) return odd;
  return all;
}

// "vers:rpm/>=1.0|<1.4" or ">=1.0 <1.4" or "< 1.4"; what is no range gives none.
Result<std::vector<Interval>> intervals_of(std::string_view text) {
  if (!text.starts_with("vers:")) return parse_constraints(text);
  return vers_intervals(text.substr(std::min(text.find('/'), text.size() - 1) + 1));
}

// By its own word: "vers:all/*", "vers:rpm/*".
bool is_every_version(std::string_view range) { return range.starts_with("vers:") && range.ends_with("/*"); }

Result<std::optional<Affected>> affected_of(const Subject& subject, std::string_view status) {
  Affected affected;
  affected.package = subject.key;
  affected.basis = subject.basis;
  affected.cpe = subject.cpe;
  const bool fixed = status == "fixed" || status == "first_fixed";
  if (fixed) {
    // A distribution's fix is of all that came before; another's "7.4.3 is fixed" says
    // nothing of what was sick.
    if (subject.basis != Basis::distribution || !is_version(subject.version)) return std::optional<Affected>();
    affected.ranges.push_back({.fixed = subject.version});
    return std::optional(std::move(affected));
  }
  if (status == "known_not_affected") affected.standing = Standing::not_affected;
  if (status == "under_investigation") affected.standing = Standing::under_investigation;
  if (is_every_version(subject.range)) return std::optional(std::move(affected));
  if (is_version(subject.range)) {
    TRY(const auto intervals, intervals_of(subject.range));
    for (const Interval& interval : intervals) affected.ranges.push_back(as_range(interval));
  } else if (is_version(subject.version)) {
    affected.versions.push_back(subject.version);
  } else if (subject.basis != Basis::distribution && affected.standing == Standing::affected) {
    return Error(Code::invalid, "no version is named");
  }
  return std::optional(std::move(affected));
}

using ByProduct = std::map<std::string, Affected, std::less<>>;

// Words and standing that a vulnerability adds for its products.
Result<void> add_reasons(const Json& vulnerability, const CsafTree& tree, ByProduct& by_product) {
  for (const Json& flag : items_of(vulnerability, "flags")) {
    const std::string reason = words_of(text_of(flag, "label"), 100);
    TRY_VOID(tree.each_named(flag, [&](std::string_view id) -> Result<void> {
      if (const auto found = by_product.find(id); found != by_product.end()) found->second.reason = reason;
      return {};
    }));
  }
  for (const Json& remediation : items_of(vulnerability, "remediations")) {
    const auto category = text_of(remediation, "category");
    if (category != "no_fix_planned" && category != "none_available") continue;
    TRY_VOID(tree.each_named(remediation, [&](std::string_view id) -> Result<void> {
      const auto found = by_product.find(id);
      if (found == by_product.end() || found->second.standing != Standing::affected) return {};
      if (category == "no_fix_planned") found->second.standing = Standing::unfixed_by_choice;
      found->second.reason = category;
      return {};
    }));
  }
  return {};
}

Result<void> add_affected(const Json& vulnerability, const CsafTree& tree, const std::string& path, Advisory& record, Reading& reading) {
  const auto status = object_of(vulnerability, "product_status");
  if (!status) return {};
  ByProduct by_product;
  for (const std::string_view list :
       {"known_affected", "first_affected", "last_affected", "known_not_affected", "under_investigation", "fixed", "first_fixed"}) {
    for (const Json& one : items_of(*status, list)) {
      const std::string id(*one.string());  // checked
      const std::string at = path + ".product_status." + std::string(list) + ": " + id;
      const auto subject = find_subject(tree, id);
      if (!subject) {
        reading.pass_over(at, subject.error().what());
        continue;
      }
      auto affected = affected_of(*subject, list);
      if (!affected) reading.pass_over(at, affected.error().what());
      else if (*affected) by_product.emplace(id, **std::move(affected));
    }
  }
  TRY_VOID(add_reasons(vulnerability, tree, by_product));
  for (auto& [id, affected] : by_product) record.affected.push_back(std::move(affected));
  return {};
}

std::string note_of(const Json& json, std::initializer_list<std::string_view> categories) {
  for (const std::string_view category : categories) {
    for (const Json& note : items_of(json, "notes")) {
      if (text_of(note, "category") == category) return words_of(text_of(note, "text"), 4'000);
    }
  }
  return {};
}

// What all vulnerabilities of a document share.
Advisory base_of(const Json& document) {
  Advisory record;
  const auto tracking = object_of(document, "tracking");
  record.id = words_of(text_of(*tracking, "id"), 100);
  record.title = words_of(text_of(document, "title"), 300);
  record.published = moment_of(text_of(*tracking, "initial_release_date"));
  record.modified = moment_of(text_of(*tracking, "current_release_date"));
  if (const auto severity = object_of(document, "aggregate_severity")) record.severity = severity_of_word(text_of(*severity, "text"));
  const auto publisher = object_of(document, "publisher");
  record.feed = "csaf:" + words_of(publisher ? text_of(*publisher, "name") : "", 100);
  return record;
}

void add_references(const Json& json, References& references) {
  for (const Json& one : items_of(json, "references")) references.add(text_of(one, "url"));
}

}  // namespace

// A record for each vulnerability: they concern other products and have other scores.
Result<void> read_csaf(const Json& root, Reading& reading) {
  auto checked = [&]() -> Result<CsafTree> {
    TRY(auto tree, read_csaf_tree(root, reading.budget()));
    TRY_VOID(check_csaf(root, tree));
    return tree;
  }();
  if (!checked) return reading.broken("", checked.error().what(), checked.error().code());
  const CsafTree& tree = *checked;
  TRY(const Json document, root.field("document"));
  const Advisory base = base_of(document);
  reading.summary.name = reading.summary.taken == 0 || reading.summary.name == base.feed ? base.feed : "csaf";
  reading.summary.released = base.modified;
  const auto vulnerabilities = items_of(root, "vulnerabilities");
  for (std::size_t i = 0; i < vulnerabilities.size(); ++i) {
    Advisory record = base;
    if (const auto cve = cve_of(text_of(vulnerabilities[i], "cve"))) record.cves = {*cve};
    if (vulnerabilities.size() > 1) record.id += " " + (record.cves.empty() ? "#" + std::to_string(i + 1) : record.cves.front());
    if (const auto title = text_of(vulnerabilities[i], "title"); !title.empty()) record.title = words_of(title, 300);
    record.description = note_of(vulnerabilities[i], {"description", "summary", "details", "general"});
    Scores scores;
    for (const Json& one : items_of(vulnerabilities[i], "scores")) {
      if (const auto cvss = object_of(one, "cvss_v3")) scores.add(*cvss);
      if (const auto cvss = object_of(one, "cvss_v2")) scores.add(*cvss);
    }
    scores.put_into(record);
    References references;
    add_references(document, references);
    add_references(vulnerabilities[i], references);
    record.references = references.take();
    TRY_VOID(add_affected(vulnerabilities[i], tree, "vulnerabilities[" + std::to_string(i) + "]", record, reading));
    TRY_VOID(reading.take(std::move(record)));
  }
  if (vulnerabilities.empty()) TRY_VOID(reading.take(Advisory(base)));  // it informs, and names no vulnerability
  return {};
}

}  // namespace khien::feed
