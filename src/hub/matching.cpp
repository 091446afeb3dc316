#include "matching.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "khien/advisory/ecosystem.hpp"
#include "khien/core/text.hpp"
#include "khien/inventory/observed.hpp"

namespace khien::hub {
namespace {

using advisory::Match;

// Of a distribution that the packed book is not of: nothing was asked of it.
std::size_t not_in_the_pack(const MatchReport& report) {
  const auto of = distribution_named(report.packed_of);
  if (!of) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(report.inventory.packages, [&](const auto& one) {
    return !advisory::lacks_release(one.key) && is_of_another_distribution(one.key, *of);
  }));
}

// What cannot be told is not nothing.
int code_of(const MatchReport& report, std::size_t unasked) {
  if (std::ranges::count(report.lines, Match::State::affected, &Match::state) > 0) return 1;
  if (unasked > 0) return 2;
  return report.lines.empty() ? 0 : 3;
}

}  // namespace

void sort_by_urgency(MatchReport& report) {
  const auto urgency = [](const Match& match) {
    return std::tuple(match.state == Match::State::unknown, !match.exploited, -static_cast<int>(match.severity), -match.likelihood.value_or(0), match.package,
                      std::string_view(match.id));
  };
  std::ranges::sort(report.lines, [&](const auto& a, const auto& b) { return urgency(a) < urgency(b); });
}

Result<void> match_packed(const PackedBook& packed, MatchReport& report) {
  report.feeds = packed.manifest().feeds;
  report.packed_of = packed.manifest().os;
  report.not_in_the_pack = not_in_the_pack(report);
  TRY(report.lines, packed.match(report.inventory.packages));
  sort_by_urgency(report);
  return {};
}

int tell(const MatchReport& report, bool as_json, Console& console) {
  const Told told = [&console](std::string_view piece) { console.out(piece); };
  if (as_json) tell_json(report, told);
  else tell_text(report, console.language(), told);
  const std::size_t unasked = without_release(report.inventory);
  if (unasked > 0) {
    const std::string count = std::to_string(unasked);
    console.warn({count + " gói chưa được đối chiếu: chưa biết bản phân phối và bản phát hành (--os debian:12)",
                  count + " packages were not judged: their distribution's release is not known (--os debian:12)"});
  }
  if (report.not_in_the_pack > 0) {
    const std::string count = std::to_string(report.not_in_the_pack), of = printable(report.packed_of);
    console.warn({count + " gói chưa được đối chiếu: sổ đóng gói chỉ dành cho " + of, count + " packages were not judged: the packed book is of " + of + " alone"});
  }
  return code_of(report, unasked + report.not_in_the_pack);
}

std::optional<advisory::Distribution> distribution_named(const std::string& os) {
  const auto colon = os.find(':');
  return advisory::find_distribution(os.substr(0, colon), colon == os.npos ? "" : os.substr(colon + 1));
}

bool is_of_another_distribution(const advisory::PackageKey& named, const advisory::Distribution& of) {
  const auto key = advisory::normal_key(named);
  if (key.type != "deb" && key.type != "rpm" && key.type != "apk") return false;
  if (key.type != of.type || (!key.space.empty() && key.space != of.space)) return true;
  // Records of Alpine's edge are those of packages cut from it.
  return !key.release.empty() && !of.release.empty() && key.release != of.release && key.release != "edge";
}

}  // namespace khien::hub
