#include "policy_bounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "scanner.hpp"

namespace khien::agent {
namespace {

constexpr Abilities kCan{};
Date today() { return Date::parse("2026-11-26").value(); }
PolicySettings asked(std::string_view text) { return policy_from_json(text).value().settings; }
Followed followed(std::string_view text, const AgentOptions& own = {}, const Abilities& can = kCan) {
  return follow(asked(text), own, can, today());
}
using Differences = std::vector<PolicySeen::Difference>;

TEST_CASE("without a policy the machine's own file counts") {
  AgentOptions own;
  own.exclude = {"/srv/kho"};
  const auto done = follow({}, own, kCan, today());
  CHECK(done.roots == own.roots);
  CHECK(done.exclude == own.exclude);
  CHECK(done.files_per_second == own.scan_files_per_second);
  CHECK_FALSE(done.times.has_value());
  CHECK(done.on_access == OnAccess::notify);
  CHECK(done.differences.empty());
}

TEST_CASE("a policy within its bounds is followed as it is") {
  const auto done = followed(
      R"({"format":1,"roots":["/data","/srv/x"],"exclusions":[{"path":"/data/mirror","reason":"kho","until":"2026-12-31"},)"
      R"({"sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","reason":"nhầm","until":"2026-12-31"}],)"
      R"("schedule":{"days":["sat"],"at":["22:00"]},"files_per_second":300,"on_access":"notify","removable_media":"ignore",)"
      R"("quarantine_automatically":true,"third_party":"beside"})");
  CHECK(done.differences.empty());
  CHECK(std::ranges::count(done.roots, "/data") == 1);
  CHECK(std::ranges::count(done.roots, "/srv/x") == 0);  // /srv is looked at anyway
  CHECK(done.exclude == std::vector<std::string>{"/data/mirror"});
  CHECK(done.spared.size() == 1);
  CHECK(done.times->on(Weekday::saturday));
  CHECK(done.files_per_second == 300);
  CHECK(done.quarantine_automatically);
}

TEST_CASE("a hub in wrong hands cannot disarm the machine") {
  AgentOptions own;
  own.quarantine_automatically = true;
  for (const char* path : {"/home", "/data", "/var", "/var/www", "/usr", "/usr/local", "/srv", "/var/lib", "/var/lib/khien-agent",
                           "/var/lib/khien-agent/quarantine", "/run/khien-agent", "/usr/share/khien-agent", "/usr/lib/khien-agent"}) {
    CAPTURE(path);
    const auto done = followed(R"({"format":1,"exclusions":[{"path":")" + std::string(path) + R"(","reason":"x","until":"2026-12-31"}]})", own);
    CHECK(done.exclude == own.exclude);
    CHECK(done.differences == Differences{{PolicySetting::exclusions, PolicyDeviation::bound}});
  }
  const auto off = followed(R"({"format":1,"roots":[],"files_per_second":10,"on_access":"off","quarantine_automatically":false})", own);
  CHECK(off.roots == own.roots);
  CHECK(off.files_per_second == 50);
  CHECK(off.on_access == OnAccess::notify);
  CHECK(off.quarantine_automatically);
  CHECK(off.differences == Differences{{PolicySetting::files_per_second, PolicyDeviation::bound},
                                       {PolicySetting::on_access, PolicyDeviation::bound},
                                       {PolicySetting::quarantine_automatically, PolicyDeviation::bound}});
}

TEST_CASE("no more exclusions than the machine allows, and none that has ended") {
  std::string text = R"({"format":1,"exclusions":[{"path":"/data/cu","reason":"x","until":"2026-11-25"})";
  for (int i = 0; i < 60; ++i) text += R"(,{"path":"/data/)" + std::to_string(i) + R"(","reason":"x","until":"2026-11-26"})";
  const auto done = followed(text + "]}");
  CHECK(done.exclude.size() == 50);
  CHECK(std::ranges::count(done.exclude, "/data/cu") == 0);
  CHECK(done.differences == Differences{{PolicySetting::exclusions, PolicyDeviation::bound}});
  CHECK(follow(asked(text + "]}"), {}, kCan, today() + 1).exclude.empty());
}

TEST_CASE("what the own file keeps is told of only where it differs") {
  AgentOptions own;
  own.policy.keep = bit_of(PolicySetting::files_per_second) | bit_of(PolicySetting::schedule) | bit_of(PolicySetting::roots);
  const auto same = followed(R"({"format":1,"files_per_second":1000,"roots":["/srv/x"],)"
                             R"("schedule":{"days":["mon","tue","wed","thu","fri","sat","sun"],"at":["12:30"]}})", own);
  CHECK(same.differences.empty());
  const auto other = followed(R"({"format":1,"files_per_second":500,"roots":["/data"],"schedule":{"days":["mon"],"at":["12:30"]}})", own);
  CHECK(other.files_per_second == 1'000);
  CHECK(other.roots == own.roots);
  CHECK_FALSE(other.times.has_value());
  CHECK(other.differences == Differences{{PolicySetting::roots, PolicyDeviation::local},
                                         {PolicySetting::schedule, PolicyDeviation::local},
                                         {PolicySetting::files_per_second, PolicyDeviation::local}});
}

TEST_CASE("what the machine cannot do is said") {
  const auto done = followed(R"({"format":1,"cpu_percent":30,"on_access":"permission","removable_media":"scan"})");
  CHECK(done.on_access == OnAccess::notify);
  CHECK(done.differences == Differences{{PolicySetting::cpu_percent, PolicyDeviation::unsupported},
                                        {PolicySetting::on_access, PolicyDeviation::unsupported},
                                        {PolicySetting::removable_media, PolicyDeviation::unsupported}});
  const auto blind = followed(R"({"format":1,"on_access":"notify"})", {}, {.on_access = OnAccess::off});
  CHECK(blind.on_access == OnAccess::off);
  CHECK(blind.differences == Differences{{PolicySetting::on_access, PolicyDeviation::unsupported}});
}

TEST_CASE("what the machine can do is done, as far as its own file allows") {
  constexpr Abilities all{.on_access = OnAccess::permission, .cpu_limit = true, .removable_media = true};
  AgentOptions own;
  own.scan_media = false;
  const auto done = followed(R"({"format":1,"cpu_percent":30,"on_access":"permission","removable_media":"scan"})", own, all);
  CHECK(done.differences.empty());
  CHECK(done.cpu_percent == 30);
  CHECK(done.on_access == OnAccess::permission);
  CHECK(done.scan_media);

  own.scan_media = true;
  own.policy.least_cpu_percent = 10;
  own.policy.least_on_access = OnAccess::permission;
  own.on_access = OnAccess::permission;
  const auto less = followed(R"({"format":1,"cpu_percent":5,"on_access":"notify","removable_media":"ignore"})", own, all);
  CHECK(less.cpu_percent == 10);
  CHECK(less.on_access == OnAccess::permission);
  CHECK(less.scan_media);
  CHECK(less.differences == Differences{{PolicySetting::cpu_percent, PolicyDeviation::bound},
                                        {PolicySetting::on_access, PolicyDeviation::bound},
                                        {PolicySetting::removable_media, PolicyDeviation::bound}});
}

TEST_CASE("an own file that looks at less than its least may be asked for as little, and for more") {
  constexpr Abilities all{.on_access = OnAccess::permission};
  AgentOptions own;
  own.on_access = OnAccess::off;
  CHECK(follow({}, own, all, today()).on_access == OnAccess::off);
  const auto off = followed(R"({"format":1,"on_access":"off"})", own, all);
  CHECK(off.on_access == OnAccess::off);
  CHECK(off.differences.empty());
  CHECK(followed(R"({"format":1,"on_access":"notify"})", own, all).on_access == OnAccess::notify);
}

TEST_CASE("what is wanted and what is had are told apart") {
  const auto done = followed(R"({"format":1,"on_access":"permission"})");
  CHECK(done.wanted_on_access == OnAccess::permission);
  CHECK(done.on_access == OnAccess::notify);
}

TEST_CASE("beside another product is not yet followed where files are asked about before they run") {
  constexpr Abilities all{.on_access = OnAccess::permission};
  const auto done = followed(R"({"format":1,"on_access":"permission","third_party":"beside"})", {}, all);
  CHECK(done.differences == Differences{{PolicySetting::third_party, PolicyDeviation::unsupported}});
}

// Whatever a hub signs, these hold.
TEST_CASE("no policy at all leaves the bounds") {
  std::mt19937 random(7);
  const auto pick = [&](auto list) { return *(list.begin() + static_cast<std::ptrdiff_t>(random() % list.size())); };
  const std::vector<std::string> paths{"/home", "/home/an", "/srv", "/srv/x", "/data", "/data/y", "/var", "/var/lib/khien-agent",
                                       "/var/lib", "/usr", "/usr/local", "/usr/local/bin", "/etc", "/var/www", "/var/www/html",
                                       "/run", "/run/khien-agent/x", "/tmp", "/tmp/z", "/opt", "/root", "/root/.ssh"};
  for (int round = 0; round < 5'000; ++round) {
    AgentOptions own;
    own.quarantine_automatically = random() % 2 == 0;
    own.policy.keep = static_cast<PolicySettingSet>(random() % 4 == 0 ? random() & 0x1ffu : 0);
    own.policy.least_on_access = pick(std::initializer_list{OnAccess::off, OnAccess::notify});
    own.policy.most_exclusions = static_cast<std::uint32_t>(random() % 5);
    PolicySettings policy;
    if (random() % 2) policy.roots = {pick(paths), "/data"};
    if (random() % 2) {
      policy.exclusions.emplace();
      for (auto i = random() % 8; i > 0; --i) {
        policy.exclusions->push_back({pick(paths), {}, "x", today() + static_cast<int>(random() % 900) - 100});
      }
    }
    if (random() % 2) policy.files_per_second = static_cast<std::uint32_t>(random() % 1'000);
    if (random() % 2) policy.on_access = pick(std::initializer_list{OnAccess::off, OnAccess::notify, OnAccess::permission});
    if (random() % 2) policy.quarantine_automatically = random() % 2 == 0;
    if (random() % 2) policy.cpu_percent = static_cast<std::uint32_t>(random() % 101);
    if (random() % 2) policy.removable_media = pick(std::initializer_list{RemovableMedia::ignore, RemovableMedia::scan});
    own.scan_media = random() % 2 == 0;
    own.policy.least_cpu_percent = static_cast<std::uint32_t>(random() % 6);
    const Abilities can{.on_access = pick(std::initializer_list{OnAccess::notify, OnAccess::permission}),
                        .cpu_limit = true, .removable_media = true};
    const auto done = follow(policy, own, can, today());

    for (const auto& root : own.roots) {
      CHECK(std::ranges::count(done.roots, root) == 1);
      CHECK(std::ranges::none_of(done.exclude, [&](const auto& path) { return is_below(root, path); }));
    }
    CHECK(done.exclude.size() <= own.policy.most_exclusions);
    for (const auto& path : done.exclude) {
      CHECK_FALSE(is_below(own.folder, path));
      CHECK_FALSE(is_below(path, own.folder));
    }
    CHECK(done.on_access >= own.policy.least_on_access);
    CHECK(done.files_per_second >= own.policy.least_files_per_second);
    if (own.quarantine_automatically) CHECK(done.quarantine_automatically);
    if (own.scan_media) CHECK(done.scan_media);
    CHECK(done.cpu_percent >= own.policy.least_cpu_percent);
    CHECK(std::ranges::is_sorted(done.differences, {}, &PolicySeen::Difference::setting));
  }
}

}  // namespace
}  // namespace khien::agent
