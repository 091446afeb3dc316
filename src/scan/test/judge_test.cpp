#include "khien/scan/judge.hpp"

#include <doctest/doctest.h>

namespace khien::scan {
namespace {

FileSeen file(FileVerdict verdict, std::vector<FileMatch> matches = {}) {
  FileSeen seen;
  seen.path = "/srv/x";
  seen.sha256 = sha256("x");
  seen.verdict = verdict;
  seen.matches = std::move(matches);
  return seen;
}

const FileMatch kYara{khien::Engine::yara, "r", "base", Severity::critical};

TEST_CASE("each match is a claim about the path") {
  const auto claims = judge(file(FileVerdict::malicious, {kYara, {khien::Engine::clamav, "Sig", "clamav:daily", Severity::high}}), {});
  REQUIRE(claims.size() == 2);
  CHECK(claims[0] == Claim{JudgeId::scan, Claim::Standing::present, "yara:r", "/srv/x", Severity::critical});
  CHECK(claims[1].rule == "clamav:Sig");
}

TEST_CASE("today's IOCs speak of files that were clean yesterday") {
  const IocSet iocs = IocSet::of({{sha256("x"), "Known", Severity::high}});
  const auto claims = judge(file(FileVerdict::clean), iocs);
  REQUIRE(claims.size() == 1);
  CHECK(claims[0].standing == Claim::Standing::present);
  CHECK(claims[0].rule == "ioc:Known");
}

TEST_CASE("an IOC that the agent knew as well is one claim") {
  const IocSet iocs = IocSet::of({{sha256("x"), "Known", Severity::critical}});
  const auto claims = judge(file(FileVerdict::malicious, {{khien::Engine::ioc, "Known", "base", Severity::low}}), iocs);
  REQUIRE(claims.size() == 1);
  CHECK(claims[0].severity == Severity::critical);
}

TEST_CASE("clean and gone close the path") {
  const Claim gone{JudgeId::scan, Claim::Standing::gone, "", "/srv/x", Severity::info};
  CHECK(judge(file(FileVerdict::clean), {}) == std::vector{gone});
  CHECK(judge(FileGone{"/srv/x"}) == std::vector{gone});
}

TEST_CASE("not scanned claims nothing, unless its hash is known") {
  CHECK(judge(file(FileVerdict::not_scanned), {}).empty());
  const IocSet iocs = IocSet::of({{sha256("x"), "Known", Severity::high}});
  CHECK(judge(file(FileVerdict::not_scanned), iocs).size() == 1);
}

TEST_CASE("an access that was denied speaks of the same finding as the file; one let through claims nothing") {
  AccessSeen seen{.path = "/srv/x", .matches = {kYara}, .program = {}};
  CHECK(judge(seen) == judge(file(FileVerdict::malicious, {kYara}), {}));
  seen.answer = AccessSeen::Answer::late;
  CHECK(judge(seen).empty());
}

TEST_CASE("a verdict without its matches claims nothing and closes nothing") {
  CHECK(judge(file(FileVerdict::malicious), {}).empty());
}

}  // namespace
}  // namespace khien::scan
