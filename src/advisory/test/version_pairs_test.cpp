#include "khien/advisory/version.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace khien;
using namespace khien::advisory;

namespace {

struct Tally {
  std::size_t right = 0;
  std::string wrong;
};

char sign(std::strong_ordering order) { return order < 0 ? '<' : order > 0 ? '>' : '='; }

// Rows `A<TAB>op<TAB>B`, each asked both ways.
Tally judge(const std::filesystem::path& file, VersionOrder order) {
  Tally tally;
  std::ifstream in(file);
  std::size_t number = 0;
  for (std::string row; std::getline(in, row);) {
    ++number;
    const auto first = row.find('\t'), second = row.rfind('\t');
    const std::string a = row.substr(0, first), b = row.substr(second + 1);
    const auto forth = compare_versions(order, a, b), back = compare_versions(order, b, a);
    const bool right = forth && back && sign(*forth) == row[first + 1] && *back == (0 <=> *forth);
    right ? void(++tally.right) : void(tally.wrong += std::to_string(number) + ": " + row + "\n");
  }
  return tally;
}

}  // namespace

TEST_CASE("versions: the pairs of each ecosystem") {
  const char* shared = std::getenv("KHIEN_SHARED");
  const auto folder = std::filesystem::path(shared == nullptr ? "" : shared) / "data/vuln/versions";
  if (shared == nullptr || !std::filesystem::exists(folder)) {
    MESSAGE("KHIEN_SHARED is not set: skipped");
    return;
  }
  struct File {
    const char* name;
    std::size_t rows, wrong;
  };
  // Those that are wrong contradict the ecosystem's own rule: docs/reference/version-orders.md.
  const File files[] = {{"debian", 7172, 0}, {"redhat", 85, 0}, {"semver", 48, 0}, {"alpine", 7490, 1}, {"maven", 7469, 7},
                        {"nuget", 15, 0}, {"packagist", 5415, 6}, {"pypi", 6313, 0}, {"rubygems", 2087, 0}};
  for (const File& file : files) {
    const Tally tally = judge(folder / (std::string(file.name) + ".tsv"), order_of_ecosystem(file.name).value());
    INFO(file.name, ": ", tally.right, " right\n", tally.wrong);
    CHECK(tally.right >= file.rows - file.wrong);
  }
}
