#include <doctest/doctest.h>

#include <string>

#include "khien/probe/endpoint.hpp"
#include "linux/kernel_version.hpp"

namespace khien::probe {
namespace {

std::vector<Package> parse(std::string_view text, Budget::Limits limits = {}) {
  Budget budget(limits);
  return parse_dpkg_status(text, "debian", budget).value();
}

TEST_CASE("an installed package becomes a package URL") {
  const auto packages = parse(
      "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2+b2\n"
      "Description: shell\n several lines\n Version: 9\n\n");
  REQUIRE(packages.size() == 1);
  CHECK(packages[0].purl == "pkg:deb/debian/bash@5.2.15-2+b2?arch=amd64");
  CHECK(packages[0].name == "bash");
  CHECK(packages[0].version == "5.2.15-2+b2");
  CHECK(packages[0].source.empty());
}

TEST_CASE("the source package is named where it has another name or version") {
  const auto packages = parse(
      "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nSource: glibc\n\n"
      "Package: libx\nStatus: hold ok installed\nVersion: 1:2~rc1-1\nSource: x (1.0-1)\n");
  REQUIRE(packages.size() == 2);
  CHECK(packages[0].source == "glibc");
  CHECK(packages[0].source_version.empty());
  CHECK(packages[1].source == "x");
  CHECK(packages[1].source_version == "1.0-1");
  CHECK(packages[1].purl == "pkg:deb/debian/libx@1:2~rc1-1");
}

TEST_CASE("what was removed is not installed, and half an installation is") {
  CHECK(parse("Package: a\nStatus: deinstall ok config-files\nVersion: 1\n").empty());
  CHECK(parse("Package: a\nStatus: purge ok not-installed\nVersion: 1\n").empty());
  CHECK(parse("Package: a\nStatus: install ok half-configured\nVersion: 1\n").size() == 1);
}

TEST_CASE("a damaged paragraph costs itself only") {
  const auto packages = parse(
      "Package: ../../etc\nStatus: install ok installed\nVersion: 1\n\n"
      "Package: b\nStatus: install ok installed\nVersion: 1?x=y\n\n"
      "garbage\n\n\n\nPackage: c\nStatus: install ok installed\nVersion: 1\n");
  REQUIRE(packages.size() == 1);
  CHECK(packages[0].name == "c");
}

TEST_CASE("the list is bounded") {
  const std::string one = "Package: a\nStatus: install ok installed\nVersion: 1\n\n";
  Budget entries({.entries = 1});
  CHECK(parse_dpkg_status(one + one, "debian", entries).error().code() == Code::exhausted);
  Budget bytes({.bytes_in = 10});
  CHECK(parse_dpkg_status(one, "debian", bytes).error().code() == Code::exhausted);
  Budget any({});
  CHECK(parse_dpkg_status(one, "a/b", any).error().code() == Code::invalid);
}

TEST_CASE("os-release is read as a shell would, and never run") {
  const auto release = parse_os_release(
      "NAME=x\nID=debian\nPRETTY_NAME=\"Debian \\\"12\\\" $(id)\"\nVERSION_ID='12'\r\nbroken\n=x\n");
  CHECK(release.id == "debian");
  CHECK(release.pretty_name == "Debian \"12\" $(id)");
  CHECK(release.version_id == "12");
  CHECK(parse_os_release("").id.empty());
  CHECK(parse_os_release("ID=\"").id == "\"");
  CHECK(parse_os_release("ID=a\x1b[0m").id.find('\x1b') == std::string::npos);
  CHECK(parse_os_release("ID=" + std::string(10'000, 'x')).id.size() <= 200);
}

TEST_CASE("kernels are compared by their numbers") {
  CHECK(compare_kernel_versions("6.1.0-9-amd64", "6.1.0-29-amd64") < 0);
  CHECK(compare_kernel_versions("6.10.0", "6.9.99") > 0);
  CHECK(compare_kernel_versions("6.1.0", "6.1.0") == 0);
  CHECK(compare_kernel_versions("6.1", "6.1.1") < 0);
  CHECK(compare_kernel_versions("6.01", "6.1") == 0);
  CHECK(compare_kernel_versions("", "1") < 0);
}

TEST_CASE("this machine can say what it is") {
  const auto machine = make_machine_probe()->machine().value();
  CHECK_FALSE(machine.hostname.empty());
  CHECK_FALSE(machine.kernel_running.empty());
  CHECK_FALSE(machine.os_id.empty());
  for (const std::string& address : machine.addresses) CHECK(address != "127.0.0.1");
}

TEST_CASE("this machine's packages are listed") {
  const auto packages = make_machine_probe()->packages();
  if (!packages) {
    CHECK(packages.error().code() == Code::not_found);
    return;
  }
  CHECK(packages->size() > 50);
  for (const Package& package : *packages) CHECK(package.purl.starts_with("pkg:deb/"));
}

}  // namespace
}  // namespace khien::probe
