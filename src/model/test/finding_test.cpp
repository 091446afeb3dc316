#include "khien/model/finding.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "khien/core/hash.hpp"

namespace khien {
namespace {

TEST_CASE("a finding's fingerprint depends on who, which rule and what, and on nothing else") {
  const Claim claim{.rule = "yara:a", .subject = "/b", .severity = Severity::high};
  const auto base = fingerprint(TenantId{1}, MachineId{2}, claim);

  Claim worse = claim;
  worse.severity = Severity::critical;
  CHECK(fingerprint(TenantId{1}, MachineId{2}, worse) == base);

  std::set<Sha256> all{base};
  all.insert(fingerprint(TenantId{2}, MachineId{2}, claim));
  all.insert(fingerprint(TenantId{1}, MachineId{3}, claim));
  all.insert(fingerprint(TenantId{1}, MachineId{2}, {.rule = "yara:b", .subject = "/b"}));
  all.insert(fingerprint(TenantId{1}, MachineId{2}, {.rule = "yara:a", .subject = "/c"}));
  all.insert(fingerprint(TenantId{1}, MachineId{2}, {.judge = JudgeId::watch, .rule = "yara:a", .subject = "/b"}));
  // The border between rule and subject counts.
  all.insert(fingerprint(TenantId{1}, MachineId{2}, {.rule = "yara:a/", .subject = "b"}));
  CHECK(all.size() == 7);
}

TEST_CASE("a machine's fingerprint is what it was before there were sites") {
  // Stored: by the bytes of 2026-11, whatever becomes of the code.
  const Claim claim{.rule = "yara:a", .subject = "/b", .severity = Severity::high};
  std::string bytes;
  const auto number = [&](std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xFF);
  };
  const auto text = [&](std::string_view value) {
    number(value.size());
    bytes += value;
  };
  number(1);
  number(2);
  for (const char* part : {"scan", "yara:a", "/b"}) text(part);
  CHECK(fingerprint(TenantId{1}, MachineId{2}, claim) == sha256(bytes));
}

TEST_CASE("a site's finding is another than that of the machine with its number") {
  const Claim claim{.judge = JudgeId::watch, .rule = "watch:defaced", .subject = "https://xa.gov.vn/"};
  std::set<Sha256> all;
  for (const std::int64_t tenant : {1, 2}) {
    for (const std::int64_t number : {1, 2}) {
      all.insert(fingerprint(TenantId{tenant}, MachineId{number}, claim));
      all.insert(fingerprint(TenantId{tenant}, SiteId{number}, claim));
    }
  }
  CHECK(all.size() == 8);
}

TEST_CASE("an asset is a machine or a site, never both") {
  const AssetId machine = MachineId{3};
  const AssetId site = SiteId{3};
  CHECK(machine != site);
  CHECK(machine.machine() == MachineId{3});
  CHECK_FALSE(machine.site());
  CHECK(site.site() == SiteId{3});
  CHECK_FALSE(site.machine());
  CHECK_FALSE(AssetId());
  for (const auto kind : {AssetId::Kind::machine, AssetId::Kind::site}) CHECK(*asset_kind_from_string(to_string(kind)) == kind);
  CHECK_FALSE(asset_kind_from_string("Site"));
}

TEST_CASE("stored names go both ways") {
  for (int i = 0; i < 5; ++i) {
    const auto severity = static_cast<Severity>(i);
    CHECK(*severity_from_string(to_string(severity)) == severity);
  }
  CHECK(to_string(FindingState::new_) == "new");
  CHECK(*finding_state_from_string("suppressed") == FindingState::suppressed);
  CHECK_FALSE(finding_state_from_string("Suppressed"));
}

}  // namespace
}  // namespace khien
