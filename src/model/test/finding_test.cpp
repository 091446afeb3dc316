#include "khien/model/finding.hpp"

#include <doctest/doctest.h>

#include <set>

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
