#include "khien/advisory/version.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

using namespace khien;
using namespace khien::advisory;

namespace {

// "<", "=", ">", or what is wrong.
std::string compared(VersionOrder order, std::string_view a, std::string_view b) {
  const auto result = compare_versions(order, a, b);
  if (!result) return result.error().what();
  return *result < 0 ? "<" : *result > 0 ? ">" : "=";
}

}  // namespace

TEST_CASE("versions: an ecosystem by any of its names") {
  for (const char* name : {"rpm", "redhat", "Red Hat", "Red Hat:8", "centos", "rocky", "Rocky Linux:8", "alma", "AlmaLinux", "amazon", "oracle",
                           "photon", "suse", "openSUSE", "openSUSE Leap"}) {
    CHECK_MESSAGE(order_of_ecosystem(name).value() == VersionOrder::rpm, name);
  }
  for (const char* name : {"npm", "yarn", "pnpm", "go", "golang", "cargo", "crates.io", "hex", "pub", "swift", "SwiftURL"}) {
    CHECK_MESSAGE(order_of_ecosystem(name).value() == VersionOrder::semver, name);
  }
  CHECK(order_of_ecosystem("Debian:12").value() == VersionOrder::dpkg);
  CHECK(order_of_ecosystem("Wolfi").value() == VersionOrder::apk);
  CHECK(order_of_ecosystem("bundler").value() == VersionOrder::gem);
  CHECK(order_of_ecosystem("poetry").value() == VersionOrder::pypi);
  CHECK(order_of_ecosystem("gradle").value() == VersionOrder::maven);
  CHECK(order_of_ecosystem("Packagist").value() == VersionOrder::packagist);
  for (const char* name : {"slem", "SUSE Linux Enterprise Micro", "CentOS Stream", "opensuse.leap", "opensuse.tumbleweed"}) {
    CHECK_MESSAGE(order_of_ecosystem(name).value() == VersionOrder::rpm, name);
  }
  CHECK(order_of_ecosystem("sbt").value() == VersionOrder::maven);
  CHECK(order_of_ecosystem("gobinary").value() == VersionOrder::semver);
  CHECK(order_of_ecosystem("gemspec").value() == VersionOrder::gem);
  CHECK(order_of_ecosystem("CRAN").value() == VersionOrder::cran);
  CHECK(order_of_ecosystem("Hackage").value() == VersionOrder::hackage);
  const auto none = order_of_ecosystem("cobol");
  REQUIRE_FALSE(none);
  CHECK(none.error().code() == Code::not_found);
  CHECK(none.error().what().find("debian") != std::string::npos);
}

TEST_CASE("versions: what says that there is none is no version of any order") {
  for (int i = 0; i <= static_cast<int>(VersionOrder::hackage); ++i) {
    const auto order = static_cast<VersionOrder>(i);
    for (const char* none : {"", " ", "unknown", "Unknown", "*", "-", "n/a", "N/A"}) CHECK_FALSE_MESSAGE(check_version(order, none), none);
    CHECK_FALSE(check_version(order, "1\n2"));
    CHECK(check_version(order, order == VersionOrder::kb ? "10.0" : "1.0"));
  }
}

TEST_CASE("versions: numbers of any length, and texts that are too long") {
  const std::string long_number = "1" + std::string(30, '0'), longer = "1" + std::string(31, '0');
  for (int i = 0; i <= static_cast<int>(VersionOrder::hackage); ++i) {
    CHECK(compared(static_cast<VersionOrder>(i), long_number, longer) == "<");
    CHECK_FALSE(check_version(static_cast<VersionOrder>(i), std::string(100'000, '1')));
  }
  CHECK(compared(VersionOrder::dpkg, "4294967296:1", "1").find("epoch is over") != std::string::npos);
  CHECK(compared(VersionOrder::rpm, "4294967296:1", "1").find("epoch is over") != std::string::npos);
}

TEST_CASE("versions: every order is total, whatever the texts are made of") {
  constexpr std::array<const char*, 34> kPieces = {"0", "1", "2", "10", "00", "01", ".", ".", ".", "-", "-", "_", "~", "^", "+", ":", "a",
                                                   "b", "c", "rc", "alpha", "beta", "dev", "post", "p", "r", "final", "ga", "sp", "SNAPSHOT", "x", "!", "v", "KB"};
  std::uint64_t state = 88172645463325252u;
  const auto below = [&](std::uint64_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % bound;
  };
  for (int i = 0; i <= static_cast<int>(VersionOrder::hackage); ++i) {
    const auto order = static_cast<VersionOrder>(i);
    std::vector<std::string> texts;
    for (int tried = 0; tried < 20'000 && texts.size() < 60; ++tried) {
      std::string text = std::to_string(below(3));
      for (std::uint64_t piece = below(7); piece > 0; --piece) text += kPieces[below(kPieces.size())];
      if (check_version(order, text)) texts.push_back(text);
    }
    REQUIRE(texts.size() == 60);
    std::vector<std::vector<int>> signs(texts.size(), std::vector<int>(texts.size()));
    for (std::size_t a = 0; a < texts.size(); ++a) {
      for (std::size_t b = 0; b < texts.size(); ++b) {
        const auto compared = compare_versions(order, texts[a], texts[b]).value();
        signs[a][b] = compared < 0 ? -1 : compared > 0 ? 1 : 0;
      }
    }
    std::string faults;
    for (std::size_t a = 0; a < texts.size(); ++a) {
      if (signs[a][a] != 0) faults += texts[a] + " is not itself\n";
      for (std::size_t b = 0; b < texts.size(); ++b) {
        if (signs[a][b] != -signs[b][a]) faults += texts[a] + " and " + texts[b] + " both ways\n";
        for (std::size_t c = 0; c < texts.size(); ++c) {
          if (signs[a][b] <= 0 && signs[b][c] <= 0 && signs[a][c] > 0) faults += texts[a] + " <= " + texts[b] + " <= " + texts[c] + "\n";
        }
      }
    }
    CHECK_MESSAGE(faults.empty(), to_string(order) << ": " << faults.substr(0, 300));
  }
}

TEST_CASE("dpkg: what policy says of signs, and what it refuses") {
  CHECK(compared(VersionOrder::dpkg, "1.0~rc1-1", "1.0-1") == "<");
  CHECK(compared(VersionOrder::dpkg, "1.0-1~deb12u1", "1.0-1") == "<");
  CHECK(compared(VersionOrder::dpkg, "1.0a-1", "1.0+b-1") == "<");
  CHECK(compared(VersionOrder::dpkg, "1:0.1", "2.0") == ">");
  CHECK(compared(VersionOrder::dpkg, "1.0-1-2", "1.0-1-10") == "<");
  CHECK_FALSE(check_version(VersionOrder::dpkg, "a:1"));
  CHECK_FALSE(check_version(VersionOrder::dpkg, "1:"));
  CHECK_FALSE(check_version(VersionOrder::dpkg, "1.0_1"));
  CHECK_FALSE(check_version(VersionOrder::dpkg, "1.0-"));
}

TEST_CASE("rpm: tilde, caret and a release that is missing") {
  CHECK(compared(VersionOrder::rpm, "1.0~rc1", "1.0") == "<");
  CHECK(compared(VersionOrder::rpm, "1.0^git1", "1.0") == ">");
  CHECK(compared(VersionOrder::rpm, "1.0^git1", "1.0.1") == "<");
  CHECK(compared(VersionOrder::rpm, "1.0", "1.0-1") == "<");
  CHECK(compared(VersionOrder::rpm, "0:1.0-1", "1.0-1") == "=");
}

TEST_CASE("apk: suffixes, letters, fractions and hashes") {
  CHECK(compared(VersionOrder::apk, "1.0_alpha", "1.0") == "<");
  CHECK(compared(VersionOrder::apk, "1.0_p1", "1.0") == ">");
  CHECK(compared(VersionOrder::apk, "1.02", "1.1") == "<");
  CHECK(compared(VersionOrder::apk, "1.010", "1.02") == "<");
  CHECK(compared(VersionOrder::apk, "1.0", "1") == ">");
  CHECK(compared(VersionOrder::apk, "1.0", "1.0-r0") == "<");
  CHECK(compared(VersionOrder::apk, "1.0a", "1.0.1") == "<");
  CHECK(compared(VersionOrder::apk, "1.0_git20200101~abc-r1", "1.0_git20200101~abd-r0") == "<");
}

TEST_CASE("maven: ComparableVersion's own examples") {
  CHECK(compared(VersionOrder::maven, "1.0.0.RC1", "1.0.0-RC2") == "<");
  CHECK(compared(VersionOrder::maven, "2-alpha", "2.0.0.alpha") == "=");
  CHECK(compared(VersionOrder::maven, "1-sp-1", "1-ga-1") == "<");  // "ga" says nothing: "1-1"
  CHECK(compared(VersionOrder::maven, "1-SNAPSHOT", "1") == "<");
  CHECK(compared(VersionOrder::maven, "1.foo", "1-1") == "<");
  CHECK(compared(VersionOrder::maven, "1-1", "1.1") == "<");
}

TEST_CASE("pypi: the order of PEP 440's summary") {
  const char* rising[] = {"1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456",
                          "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post456.dev34",
                          "1.0.post456", "1.0.15", "1.1.dev1", "1!0.1"};
  for (std::size_t i = 0; i + 1 < std::size(rising); ++i) CHECK_MESSAGE(compared(VersionOrder::pypi, rising[i], rising[i + 1]) == "<", rising[i]);
  CHECK(compared(VersionOrder::pypi, "1.0-1", "1.0.post1") == "=");
  CHECK(compared(VersionOrder::pypi, "1.0a.", "1.0a0") == "=");
  CHECK(compared(VersionOrder::pypi, "1.0a.b", "0.1") == "<");
  CHECK(compared(VersionOrder::pypi, "v1.0ALPHA", "1a0") == "=");
}

TEST_CASE("gem, packagist, nuget: their own rules") {
  CHECK(compared(VersionOrder::gem, "1.0-1", "1.0") == "<");
  CHECK(compared(VersionOrder::gem, "1.0.0.rc1", "1.rc.1") == "=");
  CHECK(compared(VersionOrder::packagist, "1.0", "1.0.0.0") == "=");
  CHECK(compared(VersionOrder::packagist, "1.0-ALPHA1", "1.0-beta1") == "<");
  CHECK(compared(VersionOrder::packagist, "1.0-patch1", "1.0-stable") == ">");
  CHECK(compared(VersionOrder::packagist, "1.0-dev", "1.0-alpha1") == "<");
  CHECK(compared(VersionOrder::nuget, "1.0.0-RC", "1.0-rc") == "=");
  CHECK(compared(VersionOrder::nuget, "1.0.0.1", "1.0") == ">");
}

TEST_CASE("kb and generic: builds, hotfixes and what appliances are called") {
  CHECK(compared(VersionOrder::kb, "10.0.19045.3570", "10.0.19045.10000") == "<");
  CHECK(compared(VersionOrder::kb, "KB5031356", "kb5031357") == "<");
  CHECK(compared(VersionOrder::kb, "KB1", "1").find("cannot be compared") != std::string::npos);
  CHECK_FALSE(check_version(VersionOrder::kb, "KB12x"));
  CHECK(compared(VersionOrder::generic, "7.0", "7.0.0") == "=");
  CHECK(compared(VersionOrder::generic, "1.0.2k", "1.0.2") == ">");
  CHECK(compared(VersionOrder::generic, "1.0.2zz", "1.0.3") == "<");
  CHECK(compared(VersionOrder::generic, "1.0-rc1", "1.0") == "<");
  CHECK(compared(VersionOrder::generic, "7.0 U3", "7.0 U2") == ">");
  CHECK(compared(VersionOrder::generic, "v2.10", "2.9") == ">");
}

TEST_CASE("cran and hackage: lists of numbers, of which the shorter is the older") {
  for (const auto order : {VersionOrder::cran, VersionOrder::hackage}) {
    CHECK(compared(order, "1.10", "1.9") == ">");
    CHECK(compared(order, "1.0", "1.0.0") == "<");
    CHECK(compared(order, "1.02", "1.2") == "=");
    for (const char* none : {"1.", ".1", "1..2", "1.a", "v1.0", "1.0-"}) CHECK_FALSE_MESSAGE(check_version(order, none), none);
  }
  CHECK(compared(VersionOrder::cran, "1.2-3", "1.2.3") == "=");
  CHECK(compared(VersionOrder::cran, "0.9-12", "0.9-2") == ">");
  CHECK_FALSE(check_version(VersionOrder::hackage, "1.2-3"));
}
