#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "khien/core/file.hpp"
#include "khien/incident/clocks.hpp"

using namespace khien;
using namespace khien::incident;

namespace {

const law::Catalogue& shipped() {
  static const auto catalogue = [] {
    std::vector<law::SourceFile> files;
    for (const std::string folder : {"law", "directives", "registers", "calendars", "levels", "requirements", "clocks", "scores", "indexes"}) {
      const std::string path = std::string(KHIEN_SOURCE_DIR) + "/content/" + folder;
      const auto read = DirFd::open(path).value().each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
        files.push_back({folder + "/" + std::string(name), system_files().read(path + "/" + std::string(name), 4 << 20).value()});
        return {};
      });
      REQUIRE(read);
    }
    std::ranges::sort(files, {}, &law::SourceFile::path);
    Budget budget({.depth = 24, .entries = 2'000'000});
    return law::Catalogue::load(files, budget).catalogue;
  }();
  REQUIRE(catalogue);
  return *catalogue;
}

std::string severities_text() { return system_files().read(std::string(KHIEN_SOURCE_DIR) + "/content/incidents/severities.yaml", 1 << 20).value(); }

Result<SeverityTable> table_of(std::string_view yaml) {
  Budget budget({.depth = 8, .entries = 10'000});
  return read_severities(yaml, budget);
}

Timestamp at(std::string_view text) { return from_rfc3339(text).value(); }

// "initial 2026-11-27T01:30:00.000Z; …"
std::string told(const Clocks& clocks) {
  std::string text;
  for (const ReportingClock& clock : clocks.clocks) text += (text.empty() ? "" : "; ") + clock.id + " " + (clock.due ? to_rfc3339(*clock.due) : "-");
  return text;
}

std::string told(std::string_view detected, const std::vector<std::string>& traits) { return told(clocks_of(shipped(), at(detected), traits)); }

}  // namespace

TEST_CASE("the version in force on the day of detection at UTC+7 says which clocks run") {
  CHECK(told("2026-06-30T23:59:59+07:00", {}) == "notice 2026-07-05T16:59:59.999Z");
  CHECK(told("2026-07-01T00:00:00+07:00", {}) == "duty -");
  CHECK(told("2026-08-18T23:59:59+07:00", {"serious"}) == "duty -");
  CHECK(told("2026-08-19T00:00:00+07:00", {}) == "report 2026-08-21T17:00:00.000Z");
  CHECK(told("2026-08-18T17:00:00Z", {}) == "report 2026-08-21T17:00:00.000Z");
}

TEST_CASE("a serious incident has its 24 hours beside the 72") {
  CHECK(told("2026-11-26T08:30:00+07:00", {"serious", "serious_interruption"}) ==
        "preliminary 2026-11-26T01:30:00.000Z; initial 2026-11-27T01:30:00.000Z; report 2026-11-29T01:30:00.000Z");
}

TEST_CASE("personal data has its own clock, also in the weeks that have no other") {
  CHECK(told("2026-07-15T08:00:00+07:00", {"personal_data"}) == "personal_data_notice 2026-07-18T01:00:00.000Z; duty -");
  CHECK(told("2023-07-01T08:00:00+07:00", {"personal_data"}) == "personal_data_notice 2023-07-04T01:00:00.000Z; notice 2023-07-06T16:59:59.999Z");
  CHECK(told("2023-06-30T08:00:00+07:00", {"personal_data"}) == "notice 2023-07-05T16:59:59.999Z");
}

TEST_CASE("before any rule is known there is a duty, and no version that says more") {
  const Clocks clocks = clocks_of(shipped(), at("2017-10-31T23:59:59+07:00"), {"serious"});
  CHECK(told(clocks) == "duty -");
  CHECK(clocks.rule.empty());
  CHECK_FALSE(clocks.clocks[0].basis.empty());
  CHECK(told("2017-11-01T00:00:00+07:00", {}) == "notice 2017-11-06T16:59:59.999Z");
}

TEST_CASE("a severity says what the province's table says, and a person's word is added") {
  const auto table = table_of(severities_text());
  REQUIRE(table);
  CHECK(traits_of(*table, Severity::low, {}).empty());
  CHECK(traits_of(*table, Severity::critical, {"personal_data", "serious"}) == std::vector<std::string>{"personal_data", "serious", "serious_interruption"});
  CHECK(traits_of(*table, Severity::info, {"personal_data"}) == std::vector<std::string>{"personal_data"});
}

TEST_CASE("every trait of the shipped table is one that the newest rules know") {
  const law::ClockRules& newest = shipped().clock_rules().back();
  const auto table = table_of(severities_text());
  REQUIRE(table);
  for (const SeverityTable::Row& row : table->rows) {
    for (const std::string& trait : row.traits) CHECK(std::ranges::find(newest.traits, trait, &law::IncidentTrait::id) != newest.traits.end());
  }
}

TEST_CASE("what is no table is refused with its line") {
  const std::string good = severities_text();
  for (const auto& [from, to, why] : {std::tuple{"severity: low", "severity: mild", "unknown severity 'mild'"},
                                      {"severity: low", "severity: high", "this severity stands twice"},
                                      {"traits: [serious]", "traits: [[]]", "a trait is a name"},
                                      {"severities:", "severity_table:", "severities is missing"}}) {
    std::string changed = good;
    changed.replace(changed.find(from), std::string_view(from).size(), to);
    const auto table = table_of(changed);
    REQUIRE_FALSE(table);
    CAPTURE(table.error().what());
    CHECK(table.error().what().starts_with("line "));
    CHECK(table.error().what().find(why) != std::string::npos);
  }
}
