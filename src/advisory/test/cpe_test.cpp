#include "khien/advisory/cpe.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace khien;
using namespace khien::advisory;

namespace {

std::vector<std::string> columns_of(const std::string& row) {
  std::vector<std::string> columns;
  std::size_t from = 0;
  for (auto tab = row.find('\t'); tab != row.npos; from = tab + 1, tab = row.find('\t', from)) columns.push_back(row.substr(from, tab - from));
  columns.push_back(row.substr(from));
  return columns;
}

// "withRange().havingStartExcluding("1.0.0").havingEndIncluding(…)".
VersionRange range_of(const std::string& words) {
  VersionRange range;
  const auto bound = [&](const std::string& name) {
    const auto at = words.find(name + "(\"");
    if (at == words.npos) return std::string();
    const auto from = at + name.size() + 2;
    return words.substr(from, words.find('"', from) - from);
  };
  range.introduced = bound("havingStartIncluding");
  if (range.introduced.empty()) range.introduced = bound("havingStartExcluding"), range.introduced_excluded = !range.introduced.empty();
  range.fixed = bound("havingEndExcluding");
  range.last_affected = bound("havingEndIncluding");
  return range;
}

bool matches(std::string_view source, std::string_view target) { return cpe_matches(parse_cpe(source).value(), parse_cpe(target).value()); }

}  // namespace

TEST_CASE("CPE: the table of names") {
  const char* shared = std::getenv("KHIEN_SHARED");
  const auto file = std::filesystem::path(shared == nullptr ? "" : shared) / "data/vuln/cpe_match.tsv";
  if (shared == nullptr || !std::filesystem::exists(file)) {
    MESSAGE("KHIEN_SHARED is not set: skipped");
    return;
  }
  std::ifstream in(file);
  std::size_t rows = 0;
  for (std::string row; std::getline(in, row); ++rows) {
    const auto columns = columns_of(row);
    REQUIRE(columns.size() == 4);
    const auto source = parse_cpe(columns[0]), target = parse_cpe(columns[3]);
    REQUIRE_MESSAGE(source, row);
    REQUIRE_MESSAGE(target, row);
    const VersionRange range = range_of(columns[1]);
    const bool matched = range == VersionRange() ? cpe_matches(*source, *target) : cpe_matches(*source, range, *target);
    INFO("row ", rows + 1, ": ", row);
    CHECK(matched == (columns[2] == "1"));
  }
  CHECK(rows == 110);
}

TEST_CASE("CPE: both bindings are one name") {
  const auto same = [](std::string_view uri, std::string_view formatted) {
    CHECK(to_string(parse_cpe(uri).value()) == formatted);
    CHECK(to_string(parse_cpe(formatted).value()) == formatted);
  };
  same("cpe:/a:microsoft:internet_explorer:8.0.6001:beta", "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*");
  same("cpe:/a:microsoft:internet_explorer:8.%2a:sp%3f", "cpe:2.3:a:microsoft:internet_explorer:8.\\*:sp\\?:*:*:*:*:*:*");
  same("cpe:/a:microsoft:internet_explorer:8.%02:sp%01", "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*");
  same("cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~", "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*");
  same("cpe:/a:foo%5cbar:big%24money:::~~special~ipod_touch~80gb~", "cpe:2.3:a:foo\\\\bar:big\\$money:*:*:*:*:special:ipod_touch:80gb:*");
}

TEST_CASE("CPE: what is no name") {
  for (const char* text : {"", "cpe:2.3:a:b:c", "cpe:2.3:a:b:c:*:*:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:1*2:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:**:*:*:*:*:*:*:*",
                           "cpe:2.3:a:b:c::*:*:*:*:*:*:*", "cpe:/a:b:c:1%0", "cpe:/a:b:c:1%07", "cpe:/a:b:c:1:2:3:4:5", "cpe:/a:b:c:::~a~b", "cpe:2.3:a:b c"}) {
    CHECK_FALSE_MESSAGE(parse_cpe(text), text);
  }
}

TEST_CASE("CPE: wild ends, and what is not applicable") {
  const std::string rest = ":*:*:*:*:*:*:*";
  CHECK(matches("cpe:2.3:a:v:p:1.*" + rest, "cpe:2.3:a:v:p:1.2.3" + rest));
  CHECK_FALSE(matches("cpe:2.3:a:v:p:1.*" + rest, "cpe:2.3:a:v:p:21.2" + rest));
  CHECK(matches("cpe:2.3:a:v:p:??1" + rest, "cpe:2.3:a:v:p:301" + rest));
  CHECK(matches("cpe:2.3:a:v:p:??1" + rest, "cpe:2.3:a:v:p:1" + rest));
  CHECK_FALSE(matches("cpe:2.3:a:v:p:??1" + rest, "cpe:2.3:a:v:p:4301" + rest));
  CHECK_FALSE(matches("cpe:2.3:a:v:p:-" + rest, "cpe:2.3:a:v:p:1" + rest));
  CHECK(matches("cpe:2.3:a:v:p:1\\.2" + rest, "cpe:2.3:a:V:P:1.2" + rest));
}
