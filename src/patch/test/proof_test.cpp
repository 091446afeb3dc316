// What is no proof of a patch, what is not known, and what must not stop the road.
#include <doctest/doctest.h>

#include "khien/patch/letters.hpp"
#include "province.hpp"

namespace khien::patch {
namespace {

constexpr std::string_view kXz = "CVE-2024-3094";

PackagesSeen inventory_of(std::int64_t number, std::vector<Package> packages) {
  return {.inventory = number, .packages = std::move(packages)};
}

TEST_CASE("another URL or source text for the same name and version is no patch") {
  Province p;
  const auto by_source = p.road.machine("a");
  const auto by_url = p.road.machine("b");
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::critical);
  p.bring();
  p.tell(by_source, {{"xz-utils", "5.4.0-1"}});
  p.tell(by_url, {{"xz-utils", "5.4.0-1"}});
  CHECK(p.named(kXz).counts.open == 2);

  p.tell(by_source, {{"xz-utils", "5.4.0-1", "xz-utils"}});
  CHECK(p.state(kXz, by_source) == PatchState::open);
  p.road.see(by_url, {inventory_of(9, {{"pkg:generic/x/xz-utils@5.4.0-1", "xz-utils", "5.4.0-1", "", ""}})});
  p.tend();
  CHECK(p.state(kXz, by_url) == PatchState::not_affected);
  CHECK(p.named(kXz).counts.patched == 0);
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE state = 'resolved' AND withdrawn = 0") == 0);

  // The version alone is.
  p.tell(by_source, {{"xz-utils", "5.4.1-1", "xz-utils"}});
  CHECK(p.state(kXz, by_source) == PatchState::patched);
}

TEST_CASE("a version that is not told any more ends nothing; the next that is told does") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::critical);
  p.bring();
  p.tell(agent, {{"xz-utils", "5.4.0-1"}});
  p.road.see(agent, {inventory_of(5, {{"pkg:deb/debian/xz-utils?arch=amd64&distro=debian-12", "xz-utils", "", "", ""}})});
  p.tend();
  CHECK(p.state(kXz, agent) == PatchState::open);
  CHECK(p.road.only().state == FindingState::new_);
  CHECK(p.named(kXz).counts.unknown == 0);
  p.road.see(agent, {inventory_of(6, {{"pkg:deb/debian/xz-utils@5.4.1-1?arch=amd64&distro=debian-12", "xz-utils", "5.4.1-1", "", ""}})});
  p.tend();
  CHECK(p.state(kXz, agent) == PatchState::patched);
}

TEST_CASE("a new book opens again what an older one called mended, and raises what is used, without an inventory") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-0003", "curl", "8.1", Severity::medium);
  p.bring();
  auto settings = shipped_settings();
  settings.least_severity = Severity::medium;
  REQUIRE(p.road.write([&](store::Connection& c) {
    return set_settings(c, p.road.tenant(), settings, shipped_settings(), kAnalyst, p.road.clock().now());
  }));
  p.tell(agent, {{"curl", "8.0"}});
  CHECK(p.road.only().severity == Severity::medium);
  p.feeds.attacked("CVE-2024-0003");
  p.bring(std::vector<std::string>{"CVE-2024-0003"});
  CHECK(p.road.only().severity == Severity::high);

  p.tell(agent, {{"curl", "8.1"}});
  CHECK(p.state("CVE-2024-0003", agent) == PatchState::patched);
  // The fix was none.
  p.feeds.advisories.clear();
  p.feeds.debian("CVE-2024-0003", "curl", "8.2", Severity::medium);
  p.bring(std::vector<std::string>{"CVE-2024-0003"});
  CHECK(p.state("CVE-2024-0003", agent) == PatchState::open);
  CHECK(p.road.machine_now(agent).open_findings == 1);
}

TEST_CASE("whom a letter about what no record describes concerns is not known") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::critical);
  p.feeds.likelihoods.push_back({.cve = "CVE-2026-9999", .probability = 0.1, .percentile = 0.5});
  p.bring();
  p.tell(agent, {{"bash", "5.2-1"}});
  REQUIRE(p.road.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO advisory (tenant_id, kind, name, title, severity, followed_since, due_by) "
                   "VALUES (?1, 'letter', '12/CATTT', 't', 3, 1, 'none')", {p.road.tenant()}));
    TRY_VOID(c.run("INSERT INTO advisory_vulnerability (tenant_id, advisory_id, name) SELECT tenant_id, id, 'CVE-2026-9999' "
                   "FROM advisory WHERE kind = 'letter'"));
    return {};
  }));
  const auto note = [&] {
    REQUIRE(p.road.write([&](store::Connection& c) { return note_known(c, compiled(p.feeds)->book); }));
    return p.named("12/CATTT").counts;
  };
  // How likely its use is, is known, and nothing that it concerns.
  CHECK(note() == PatchCounts{.unknown = 1});
  CHECK(p.named("12/CATTT").units_done == 0);
  p.feeds.debian("CVE-2026-9999", "nginx", "1.30");
  CHECK(p.named("12/CATTT").counts.unknown == 1);
  CHECK(note() == PatchCounts{.not_affected = 1});
  p.feeds.advisories.pop_back();
  CHECK(note() == PatchCounts{.unknown = 1});
}

TEST_CASE("an end of the hub breaks the putting of a book before packages off, and the next start goes on") {
  Province p;
  const auto agent = p.road.machine("a");
  p.bring();
  p.tell(agent, {{"xz-utils", "5.4.0-1"}});
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::critical);
  const auto judge = [&] { return flow::make_advisory_judge(compiled(p.feeds)); };
  const auto digest = [&] { return p.road.read([](store::Connection& c) { return flow::judged_by(c); }).value(); };
  const auto before = digest();
  p.road.flow().break_off();
  CHECK(p.road.flow().reconsider(judge()).error().code() == Code::unavailable);
  CHECK(digest() == before);
  CHECK(p.road.number("SELECT count(*) FROM package_vulnerability") == 0);
  p.road.reopen();
  REQUIRE(p.road.flow().reconsider(judge()));
  CHECK(digest() != before);
  CHECK(p.road.all().size() == 1);
}

TEST_CASE("an inventory of invented kernels is left out, and the road goes on") {
  Province p;
  const auto liar = p.road.machine("a");
  const auto honest = p.road.machine("b");
  for (int i = 0; i < 19'000; ++i) p.feeds.debian("CVE-2020-" + std::to_string(10'000 + i), "linux", "6.1.76-1", Severity::low);
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::critical);
  p.bring();
  std::vector<Installed> invented;
  for (int i = 0; i < 16; ++i) invented.push_back({"ten-" + std::to_string(i), "0", "linux"});
  p.tell(liar, invented);
  CHECK(p.road.flow().lag().value().failed == 1);
  CHECK(p.road.number("SELECT count(*) FROM package_judged") == 0);
  CHECK(p.road.number("SELECT count(*) FROM inventory_fact") == 0);
  p.tell(honest, {{"xz-utils", "5.4.0-1"}});
  CHECK(p.state(kXz, honest) == PatchState::open);
  CHECK(p.state(kXz, liar) == PatchState::unknown);
}

TEST_CASE("what a book says of a package that no machine has is forgotten, but for what a finding was shown by") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::critical);
  p.feeds.debian("CVE-2024-0003", "curl", "8.1", Severity::low);
  p.bring();
  const auto judged = [&] { return p.road.number("SELECT count(*) FROM package_judged"); };
  const auto matches = [&] { return p.road.number("SELECT count(*) FROM package_vulnerability"); };
  p.tell(agent, {{"xz-utils", "5.4.0-1"}, {"curl", "8.0"}, {"bash", "5.2-1"}});
  CHECK(matches() == 2);
  p.tell(agent, {{"bash", "5.2-1"}});
  CHECK(judged() == 3);
  REQUIRE(p.road.flow().tend());
  CHECK(judged() == 2);
  CHECK(p.road.number("SELECT count(*) FROM package_lookup") == 2);
  CHECK(matches() == 1);
  p.tend();
  CHECK(p.state(kXz, agent) == PatchState::patched);
  // All packages before another book: those of nobody are not.
  p.feeds.debian("CVE-2024-0004", "curl", "8.2", Severity::low);
  p.bring();
  CHECK(judged() == 2);
  p.tell(agent, {{"curl", "8.0"}, {"bash", "5.2-1"}});
  CHECK(judged() == 3);
  CHECK(matches() == 3);
  // Around its end the look begins anew.
  REQUIRE(p.road.flow().tend());
  REQUIRE(p.road.flow().tend());
  CHECK(judged() == 3);
}

TEST_CASE("a book's findings of one machine have an end of their own, and the worst are kept") {
  Province p;
  const auto agent = p.road.machine("a");
  for (int i = 0; i < 5'000; ++i) {
    const auto name = "CVE-2020-" + std::to_string(10'000 + i);
    p.feeds.debian(name, "openssl", "3.0.11", Severity::high);
    p.feeds.attacked(name);
  }
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  p.road.see(agent, {inventory(1, {{"openssl", "3.0.10"}})});
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE state = 'new'") == 5'000);
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE rule = 'advisory:CVE-2024-0001'") == 1);
  CHECK(p.road.flow().lag().value().failed == 1);
  CHECK(p.road.machine_now(agent).open_findings == 5'000);
}

}  // namespace
}  // namespace khien::patch
