#include "khien/inventory/end_of_life.hpp"

#include <doctest/doctest.h>

#include "khien/core/file.hpp"

using namespace khien;
using namespace khien::inventory;

namespace {

Result<EndOfLifeTable> parse(std::string_view text) {
  Budget budget({});
  return EndOfLifeTable::parse(text, budget);
}

constexpr std::string_view kGood = "products:\n  - id: a\n    name: A\n    systems: [a]\n    packages: [appliance/m/a]\n    source: https://a.example/\n    cycles:\n"
                                   "      - {release: '7.0', ends_on: 2025-01-02, extended_to: 2026-01-02}\n      - {release: '7.0.1', ends_on: 2027-01-02}\n";

std::string refusal(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  const auto table = parse(text);
  REQUIRE(!table.has_value());
  return table.error().what();
}

}  // namespace

TEST_CASE("end of life: by day, the longest release that begins the version, and nothing by silence") {
  const auto table = parse(kGood);
  REQUIRE(table.has_value());
  const auto state = [&](std::string_view version, std::string_view day) {
    const auto life = table->of(advisory::Installed{.key = {"appliance", "m", "a", ""}, .version = std::string(version)}, *Date::parse(day));
    return life ? static_cast<int>(life->state) : -1;
  };
  CHECK(state("7.0.5", "2025-01-02") == 0);
  CHECK(state("7.0.5", "2025-01-03") == 1);
  CHECK(state("7.0.5", "2026-01-03") == 2);
  CHECK(state("7.0.1", "2026-01-03") == 0);
  CHECK(state("7.01", "2026-01-03") == -1);
  CHECK(state("8.0", "2026-01-03") == -1);
  CHECK(!table->of(OperatingSystem{"b", "", "7.0", ""}, *Date::parse("2026-01-03")).has_value());
}

TEST_CASE("end of life: a table that contradicts itself is refused by its line") {
  const std::string good(kGood);
  CHECK(refusal(good, "'7.0.1'", "'7.0'").find("twice") != std::string::npos);
  CHECK(refusal(good, "2026-01-02", "2024-01-02").find("extended") != std::string::npos);
  CHECK(refusal(good, "2027-01-02", "2027-02-30").find("no day") != std::string::npos);
  CHECK(refusal(good, "https://", "http://").find("https") != std::string::npos);
  CHECK(refusal(good, "appliance/m/a", "appliance").find("type/space/name") != std::string::npos);
}

TEST_CASE("end of life: what is shipped is whole") {
  const auto text = system_files().read(KHIEN_SOURCE_DIR "/content/advisories/end_of_life.yaml", 1u << 20);
  REQUIRE(text.has_value());
  const auto table = parse(*text);
  REQUIRE_MESSAGE(table.has_value(), (table ? std::string() : table.error().what()));
  const Date day = *Date::parse("2026-11-26");
  const auto system = [&](std::string_view id, std::string_view release) { return table->of(OperatingSystem{std::string(id), "", "", std::string(release)}, day); };
  REQUIRE(system("debian", "12").has_value());
  CHECK(system("debian", "9")->state == EndOfLife::State::ended);
  CHECK(system("ubuntu", "24.04")->state == EndOfLife::State::supported);
  CHECK(system("ubuntu", "20.04")->state == EndOfLife::State::extended_only);
  CHECK(table->products().size() >= 15);
}
