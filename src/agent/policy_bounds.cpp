#include "policy_bounds.hpp"

#include <algorithm>

#include "scanner.hpp"

namespace khien::agent {
namespace {

// "/srv" is one part, "/srv/x" two.
std::size_t parts_of(std::string_view path) {
  return path == "/" ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/'));
}

bool overlap(std::string_view a, std::string_view b) { return is_below(a, b) || is_below(b, a); }

class Following {
 public:
  Following(const PolicySettings& asked, const AgentOptions& own, const Abilities& can, Date today)
      : asked_(asked), own_(own), can_(can), today_(today) {
    done_.roots = own.roots;
    done_.exclude = own.exclude;
    done_.files_per_second = own.scan_files_per_second;
    done_.cpu_percent = own.cpu_percent;
    done_.quarantine_automatically = own.quarantine_automatically;
    done_.wanted_on_access = own.on_access;
    done_.on_access = std::min(own.on_access, can.on_access);
    done_.scan_media = own.scan_media && can.removable_media;
  }

  Followed all() {
    // In the order of PolicySetting: what differs is told in it.
    roots();
    exclusions();
    schedule();
    files_per_second();
    cpu_percent();
    on_access();
    removable_media();
    quarantine_automatically();
    third_party();
    return std::move(done_);
  }

 private:
  // Asked, and the own file leaves it to policies.
  bool free(PolicySetting setting) const { return asked_.says(setting) && !kept(setting); }
  bool kept(PolicySetting setting) const { return (own_.policy.keep & bit_of(setting)) != 0; }
  // The own file's word stands, and it is not what was asked.
  void differs(PolicySetting setting, PolicyDeviation why) { done_.differences.push_back({setting, why}); }
  void kept_unless(PolicySetting setting, bool same) {
    if (asked_.says(setting) && kept(setting) && !same) differs(setting, PolicyDeviation::local);
  }

  void roots() {
    const auto missing = [this](const std::string& root) {
      return std::ranges::none_of(done_.roots, [&](const std::string& have) { return is_below(root, have); });
    };
    if (asked_.roots) kept_unless(PolicySetting::roots, std::ranges::none_of(*asked_.roots, missing));
    if (!free(PolicySetting::roots)) return;
    for (const std::string& root : *asked_.roots) {
      if (missing(root)) done_.roots.push_back(root);
    }
  }

  bool may_exclude(std::string_view path) const {
    if (parts_of(path) < 2) return false;
    const bool holds_root = std::ranges::any_of(own_.roots, [path](const std::string& root) { return is_below(root, path); });
    if (holds_root) return false;
    return std::ranges::none_of(std::initializer_list<std::string_view>{own_.folder, own_.run_folder, own_.content_folder, own_.worker},
                                [path](std::string_view ours) { return overlap(path, ours); });
  }

  void exclusions() {
    kept_unless(PolicySetting::exclusions, asked_.exclusions && asked_.exclusions->empty());
    if (!free(PolicySetting::exclusions)) return;
    std::uint32_t count = 0;
    bool beyond = false;
    for (const Exclusion& one : *asked_.exclusions) {
      if (one.until < today_) continue;
      const bool longer = one.until - today_ > kLongestExclusionDays;
      if (longer || count == own_.policy.most_exclusions || (!one.sha256 && !may_exclude(one.path))) {
        beyond = true;
        continue;
      }
      ++count;
      if (one.sha256) done_.spared.push_back(*one.sha256);
      if (!one.sha256) done_.exclude.push_back(one.path);
    }
    if (beyond) differs(PolicySetting::exclusions, PolicyDeviation::bound);
  }

  void schedule() {
    if (asked_.schedule) {
      const bool daily = asked_.schedule->days == 0x7f && asked_.schedule->minutes == std::vector{own_.scan_at_minute};
      kept_unless(PolicySetting::schedule, daily);
    }
    if (free(PolicySetting::schedule)) done_.times = asked_.schedule;
  }

  void files_per_second() {
    kept_unless(PolicySetting::files_per_second, asked_.files_per_second == own_.scan_files_per_second);
    if (!free(PolicySetting::files_per_second)) return;
    done_.files_per_second = std::max(*asked_.files_per_second, own_.policy.least_files_per_second);
    if (done_.files_per_second != *asked_.files_per_second) differs(PolicySetting::files_per_second, PolicyDeviation::bound);
  }

  void cpu_percent() {
    kept_unless(PolicySetting::cpu_percent, asked_.cpu_percent == own_.cpu_percent);
    if (!free(PolicySetting::cpu_percent)) return;
    if (!can_.cpu_limit) {
      if (*asked_.cpu_percent < kMostCpuPercent) differs(PolicySetting::cpu_percent, PolicyDeviation::unsupported);
      return;
    }
    done_.cpu_percent = std::max(*asked_.cpu_percent, own_.policy.least_cpu_percent);
    if (done_.cpu_percent != *asked_.cpu_percent) differs(PolicySetting::cpu_percent, PolicyDeviation::bound);
  }

  void on_access() {
    kept_unless(PolicySetting::on_access, asked_.on_access == own_.on_access);
    if (!free(PolicySetting::on_access)) return;
    const OnAccess least = std::min(own_.policy.least_on_access, own_.on_access);
    done_.wanted_on_access = std::max(*asked_.on_access, least);
    done_.on_access = std::min(done_.wanted_on_access, can_.on_access);
    if (*asked_.on_access > can_.on_access) {
      differs(PolicySetting::on_access, PolicyDeviation::unsupported);
    } else if (done_.on_access != *asked_.on_access) {
      differs(PolicySetting::on_access, PolicyDeviation::bound);
    }
  }

  void removable_media() {
    const bool scan = asked_.removable_media == RemovableMedia::scan;
    kept_unless(PolicySetting::removable_media, scan == own_.scan_media);
    if (!free(PolicySetting::removable_media)) return;
    done_.scan_media = can_.removable_media && (scan || own_.scan_media);
    if (done_.scan_media != scan) {
      differs(PolicySetting::removable_media, scan ? PolicyDeviation::unsupported : PolicyDeviation::bound);
    }
  }

  void quarantine_automatically() {
    kept_unless(PolicySetting::quarantine_automatically, asked_.quarantine_automatically == own_.quarantine_automatically);
    if (!free(PolicySetting::quarantine_automatically)) return;
    done_.quarantine_automatically = own_.quarantine_automatically || *asked_.quarantine_automatically;
    if (done_.quarantine_automatically != *asked_.quarantine_automatically) {
      differs(PolicySetting::quarantine_automatically, PolicyDeviation::bound);
    }
  }

  // Who only looks afterwards stands in nobody's way.
  void third_party() {
    kept_unless(PolicySetting::third_party,
                done_.on_access != OnAccess::permission || asked_.third_party == ThirdParty::alone);
    const bool asks_first = done_.on_access == OnAccess::permission && asked_.third_party == ThirdParty::beside;
    if (free(PolicySetting::third_party) && asks_first && !can_.yields_to_others) {
      differs(PolicySetting::third_party, PolicyDeviation::unsupported);
    }
  }

  const PolicySettings& asked_;
  const AgentOptions& own_;
  const Abilities& can_;
  Date today_;
  Followed done_;
};

}  // namespace

Followed follow(const PolicySettings& asked, const AgentOptions& own, const Abilities& can, Date today) {
  return Following(asked, own, can, today).all();
}

}  // namespace khien::agent
