#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "book_format.hpp"
#include "khien/advisory/book.hpp"
#include "khien/advisory/cpe.hpp"
#include "khien/advisory/distribution.hpp"
#include "khien/advisory/ecosystem.hpp"
#include "range.hpp"

namespace khien::advisory {
namespace {

namespace format = book_format;
using format::ClaimRow;
using format::List;
using format::View;
using Standing = Affected::Standing;

// The same package under one of its names.
struct Question {
  PackageKey key;
  std::string_view version;
  VersionOrder order = VersionOrder::generic;
  bool known = false;    // whether the version can be judged by
  bool checked = false;  // by itself, and needs not be at each question
  bool by_source = false;
  bool letters_alone = false;  // what others say of the name is not said of it
};

// What one record says of it.
struct Claim {
  ClaimRow row;
  std::uint64_t index = 0;  // in the book's order
  const Question* question = nullptr;
};

// How a claim stands to the version, and the range that says so.
struct Verdict {
  Position position = Position::outside;
  format::RangeRow range;
  std::string_view exactly;
};

std::string small(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) { return std::ranges::find(words, word) != words.end(); }

// Advisories of these speak of source packages alone; other builders of RPM name what is
// installed, and sources only where nothing is fixed yet.
bool speaks_of_sources(const PackageKey& key) {
  return key.type == "deb" || key.type == "apk" || is_one_of(key.space, {"photon", "mariner", "openeuler"});
}

// What upstream calls it, whose versions CPEs have: "1:2.3-4" is 2.3.
std::string_view upstream_of(const PackageKey& key, std::string_view version) {
  if (!is_one_of(key.type, {"deb", "rpm", "apk"})) return version;
  const auto colon = version.find(':');
  if (colon != version.npos) version.remove_prefix(colon + 1);
  return version.substr(0, version.rfind('-'));
}

class Matcher {
 public:
  Matcher(const View& view, const Installed& installed, std::size_t package) : view_(view), installed_(installed), package_(package) {}

  void match(std::vector<Match>& into) {
    ask();
    for (std::size_t from = 0; from < claims_.size();) {
      std::size_t until = from;
      while (until < claims_.size() && claims_[until].row.vulnerability == claims_[from].row.vulnerability) ++until;
      judge(std::span<const Claim>(claims_).subspan(from, until - from), into);
      from = until;
    }
  }

 private:
  Question question(PackageKey key, std::string_view version, bool by_source) const {
    Question asked{.key = normal_key(std::move(key)), .version = trimmed(version), .by_source = by_source};
    asked.order = order_of(asked.key);
    asked.known = is_known_version(asked.order, asked.version);
    asked.checked = is_checked_version(asked.order, asked.version);
    return asked;
  }

  void ask() {
    own_ = question(installed_.key, installed_.version, false);
    if (is_one_of(own_.key.type, {"deb", "rpm", "apk"})) ask_source();
    ask_own();
    if (of_distribution_) std::erase_if(claims_, [](const Claim& claim) { return claim.row.basis == static_cast<std::uint8_t>(Basis::ecosystem); });
    // Records of a product are by many hands, each of some of its vulnerabilities: none speaks
    // of the whole of it, as a distribution and an ecosystem do of a package.
    const bool product = is_one_of(own_.key.type, {"appliance", "windows", "cms", "generic"});
    if ((product || !is_known_) && !installed_.cpe.empty()) ask_cpe();
    const auto place = [](const Claim& claim) {
      return std::make_tuple(claim.row.vulnerability, claim.row.basis, claim.question->by_source, claim.index);
    };
    // One run alone is sorted.
    if (!std::ranges::is_sorted(claims_, {}, place)) std::ranges::sort(claims_, {}, place);
  }

  // Where sources are what is spoken of, a source of its name may be another's, known or not;
  // a letter may have either name. Some of those who build RPMs name what is installed too.
  void ask_own() {
    if (!speaks_of_sources(own_.key) || source_.key.name.empty()) return collect(own_);
    if (source_.key == own_.key) return;
    own_.letters_alone = own_.key.type != "rpm" || is_known_;
    collect(own_);
  }

  void ask_source() {
    PackageKey key = installed_.key;
    if (!installed_.source.empty()) key.name = installed_.source;
    const std::string_view version = installed_.source_version.empty() ? installed_.version : installed_.source_version;
    if (key.name == installed_.key.name && version == installed_.version) return;
    source_ = question(std::move(key), version, true);
    collect(source_);
  }

  // All that is claimed of the key in its release, or in any. Every release of Alpine is cut
  // from its edge: a package that is only mended there is not mended elsewhere.
  void collect(const Question& asked) {
    const auto index = view_.find_key(asked.key.type, asked.key.space, asked.key.name);
    if (!index) return;
    const List run = view_.bounded(view_.row<format::KeyRow>(format::keys, *index).claims, format::claims);
    const bool own = collect(asked, run, asked.key.release, true);
    if (!own && asked.key.type == "apk" && !asked.key.release.empty()) collect(asked, run, "edge", false);
  }

  // Whether anything is claimed of that very release. Equal texts stand at one place: it is
  // found once and then only compared.
  bool collect(const Question& asked, List run, std::string_view release, bool with_any) {
    bool own = false;
    std::optional<format::Text> place;
    claims_.reserve(claims_.size() + run.count);
    for (std::uint32_t i = 0; i < run.count; ++i) {
      const auto row = view_.row<ClaimRow>(format::claims, std::uint64_t{run.first} + i);
      const bool any = row.release == 0;
      const bool meant = !any && (place ? row.release == *place : view_.text(row.release) == release);
      if (meant) place = row.release;
      if (!meant && !(any && with_any)) continue;
      if (asked.by_source && !speaks_of_sources(asked.key) && names_a_fix(row)) continue;
      if (asked.letters_alone && row.basis != static_cast<std::uint8_t>(Basis::letter)) continue;
      is_known_ = is_known_ || row.basis <= static_cast<std::uint8_t>(Basis::ecosystem);
      of_distribution_ = of_distribution_ || row.basis == static_cast<std::uint8_t>(Basis::distribution);
      claims_.push_back({row, std::uint64_t{run.first} + i, &asked});
      own = own || meant;
    }
    return own;
  }

  bool names_a_fix(const ClaimRow& row) const {
    const List list = view_.bounded(row.ranges, format::ranges);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      if (!view_.text(view_.row<format::RangeRow>(format::ranges, std::uint64_t{list.first} + i).fixed).empty()) return true;
    }
    return false;
  }

  // Of programs only with a version.
  void ask_cpe() {
    const auto name = parse_cpe(installed_.cpe);
    const std::string_view version = upstream_of(own_.key, installed_.version);
    const bool known = own_.known && is_known_version(VersionOrder::generic, version);
    // Of an appliance or a site nobody else speaks: what cannot be told is not passed over.
    if (!name || (!known && !is_one_of(own_.key.type, {"appliance", "cms"}))) return;
    target_ = *name;
    // The version that is installed, whatever the name has.
    if (known) target_.values[CpeName::version] = {.kind = CpeValue::Kind::text, .text = small(version)};
    cpe_ = {.key = key_of_cpe(installed_.cpe), .version = version, .order = VersionOrder::generic, .known = known, .checked = is_checked_version(VersionOrder::generic, version)};
    const auto index = view_.find_key(cpe_.key.type, cpe_.key.space, cpe_.key.name);
    if (!index) return;
    const List run = view_.bounded(view_.row<format::KeyRow>(format::keys, *index).claims, format::claims);
    for (std::uint32_t i = 0; i < run.count; ++i) {
      const auto row = view_.row<ClaimRow>(format::claims, std::uint64_t{run.first} + i);
      if (row.basis == static_cast<std::uint8_t>(Basis::cpe) && is_named(row)) claims_.push_back({row, std::uint64_t{run.first} + i, &cpe_});
    }
  }

  // Apart from its version, where ranges or a list say which.
  bool is_named(const ClaimRow& row) const {
    auto source = parse_cpe(view_.text(row.cpe));
    if (!source) return false;
    if (row.ranges.count == 0 && row.versions.count == 0) return cpe_matches(*source, target_);
    source->values[CpeName::version] = {};
    return cpe_matches(*source, target_);
  }

  Verdict verdict_on(const Claim& claim) const {
    if (claim.row.ranges.count == 0 && claim.row.versions.count == 0) return {.position = Position::within};
    if (!claim.question->known) return {.position = Position::unknown};
    Verdict verdict = among_versions(claim);
    if (verdict.position == Position::within) return verdict;
    const List list = view_.bounded(claim.row.ranges, format::ranges);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      const auto range = view_.row<format::RangeRow>(format::ranges, std::uint64_t{list.first} + i);
      const Position position = position_in(claim.question->order, view_.text(range.introduced), (range.flags & format::RangeRow::introduced_excluded) != 0,
                                            view_.text(range.fixed), view_.text(range.last_affected), claim.question->version,
                                            claim.question->checked && (range.flags & format::RangeRow::checked) != 0);
      if (position == Position::within) return {.position = position, .range = range};
      if (position == Position::unknown) verdict.position = position;
    }
    return verdict;
  }

  Verdict among_versions(const Claim& claim) const {
    const List list = view_.bounded(claim.row.versions, format::words);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      const std::string_view version = view_.text(view_.word(list, i));
      const auto order = compare_versions(claim.question->order, claim.question->version, version);
      if (version == claim.question->version || (order && *order == 0)) return {.position = Position::within, .exactly = version};
    }
    return {};
  }

  // What the best basis says of one vulnerability; an installed package's own name goes
  // before its source's.
  void judge(std::span<const Claim> claims, std::vector<Match>& into) const {
    const auto place = [](const Claim& claim) { return std::make_pair(claim.row.basis, claim.question->by_source && !speaks_of_sources(claim.question->key)); };
    const auto best = place(*std::ranges::min_element(claims, {}, place));
    std::optional<Match> worst;
    for (const Claim& claim : claims) {
      if (place(claim) != best) continue;
      const Verdict verdict = verdict_on(claim);
      if (verdict.position == Position::outside) continue;
      if (claim.row.standing == static_cast<std::uint8_t>(Standing::not_affected)) {
        if (verdict.position == Position::within) return;
        continue;
      }
      Match match = match_of(claim, verdict);
      if (!worst || is_worse(match, *worst, claim.question->order)) worst = std::move(match);
    }
    if (worst) into.push_back(std::move(*worst));
  }

  // Affected before unknown; with a fix before without; all of the fixes are needed.
  static bool is_worse(const Match& one, const Match& other, VersionOrder order) {
    if (one.state != other.state) return one.state == Match::State::affected;
    if (one.fixed.empty() || other.fixed.empty()) {
      if (one.fixed.empty() != other.fixed.empty()) return other.fixed.empty();
      return one.standing < other.standing;
    }
    const auto later = compare_versions(order, one.fixed, other.fixed);
    return later && *later > 0;
  }

  Match match_of(const Claim& claim, const Verdict& verdict) const {
    const auto standing = static_cast<Standing>(std::min<std::uint8_t>(claim.row.standing, 3));
    // What is still looked into is not known to concern it, and not known not to.
    const bool certain = verdict.position == Position::within && claim.question->known && standing != Standing::under_investigation;
    format::RangeRow range = verdict.range;
    if (verdict.position == Position::unknown) range = last_range_of(claim.row);
    std::optional<double> likelihood;
    if ((claim.row.flags & ClaimRow::likely) != 0) likelihood = view_.row<format::VulnerabilityRow>(format::vulnerabilities, claim.row.vulnerability).probability;
    return {.package = package_,
            .id = std::string(view_.text(claim.row.id)),
            .state = certain ? Match::State::affected : Match::State::unknown,
            .basis = static_cast<Basis>(std::min<std::uint8_t>(claim.row.basis, 3)),
            .standing = standing,
            .severity = static_cast<Severity>(std::min<std::uint8_t>(claim.row.severity, 4)),
            .record = std::string(view_.text(claim.row.record)),
            .rule = rule_of(claim, range, verdict.exactly),
            .fixed = std::string(view_.text(range.fixed)),
            .exploited = (claim.row.flags & ClaimRow::exploited) != 0,
            .likelihood = likelihood};
  }

  // The newest, for a version that cannot be told.
  format::RangeRow last_range_of(const ClaimRow& row) const {
    const List list = view_.bounded(row.ranges, format::ranges);
    return list.count == 0 ? format::RangeRow() : view_.row<format::RangeRow>(format::ranges, std::uint64_t{list.first} + list.count - 1);
  }

  void add_subject(const Claim& claim, std::string& text) const {
    const PackageKey& key = claim.question->key;
    if (claim.row.basis == static_cast<std::uint8_t>(Basis::cpe)) {
      text += view_.text(claim.row.cpe);
    } else if (claim.row.basis == static_cast<std::uint8_t>(Basis::distribution)) {
      const std::string_view release = view_.text(claim.row.release);
      text.append(key.space).append(release.empty() ? "" : " ").append(release).append(" ").append(key.name);
    } else {
      const std::string_view joint = key.space.empty() ? "" : key.type == "maven" ? ":" : "/";
      text.append(key.type).append(" ").append(key.space).append(joint).append(key.name);
    }
  }

  std::string rule_of(const Claim& claim, const format::RangeRow& range, std::string_view exactly) const {
    std::string text;
    text.reserve(64);
    add_subject(claim, text);
    const std::size_t subject = text.size();
    const auto add = [&](std::string_view sign, std::string_view version) {
      if (!version.empty()) text.append(text.size() == subject ? " " : ", ").append(sign).append(" ").append(version);
    };
    if (const auto from = view_.text(range.introduced); from != "0") add((range.flags & format::RangeRow::introduced_excluded) != 0 ? ">" : ">=", from);
    add("<", view_.text(range.fixed));
    add("<=", view_.text(range.last_affected));
    add("=", exactly);
    if (text.size() == subject) text += ", every version";
    if (const std::string_view reason = view_.text(claim.row.reason); !reason.empty()) text.append(" (").append(reason).append(")");
    return text;
  }

  const View& view_;
  const Installed& installed_;
  std::size_t package_;
  Question own_, source_, cpe_;
  CpeName target_;
  std::vector<Claim> claims_;
  bool is_known_ = false;         // to its distribution or ecosystem
  bool of_distribution_ = false;  // to its distribution
};

}  // namespace

std::vector<std::string> names_asked(const Installed& package) {
  std::vector<std::string> names{normal_key(package.key).name};
  if (!package.source.empty()) {
    PackageKey source = package.key;
    source.name = package.source;
    names.push_back(normal_key(std::move(source)).name);
  }
  if (!package.cpe.empty()) names.push_back(key_of_cpe(package.cpe).name);
  return names;
}

std::vector<Match> Book::match(std::span<const Installed> packages) const {
  const View view(bytes_, pages_);
  std::vector<Match> matches;
  for (std::size_t i = 0; i < packages.size(); ++i) Matcher(view, packages[i], i).match(matches);
  return matches;
}

}  // namespace khien::advisory
