// Input: /var/lib/dpkg/status of a machine that somebody else owns.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/probe/endpoint.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Budget budget({.bytes_in = 1u << 20, .entries = 10'000});
  const auto packages = probe::parse_dpkg_status(text, "debian", budget);
  if (!packages) return 0;

  // Beyond "no crash": a URL is made of its parts and of plain characters, and
  // reading what was read gives the same again.
  std::string again;
  for (const Package& package : *packages) {
    if (!package.purl.starts_with("pkg:deb/debian/" + package.name + "@" + package.version)) std::abort();
    for (const char c : package.purl) {
      if (c <= ' ' || c > '~' || c == '"' || c == '<' || c == '%' || c == '#') std::abort();
    }
    if (!package.source_version.empty() && package.source.empty()) std::abort();
    again += "Package: " + package.name + "\nStatus: install ok installed\nVersion: " + package.version;
    if (const auto arch = package.purl.find("?arch="); arch != package.purl.npos) {
      again += "\nArchitecture: " + package.purl.substr(arch + 6);
    }
    if (!package.source.empty()) again += "\nSource: " + package.source;
    if (!package.source_version.empty()) again += " (" + package.source_version + ")";
    again += "\n\n";
  }
  Budget more({.bytes_in = 16u << 20, .entries = 10'000});
  if (probe::parse_dpkg_status(again, "debian", more).value() != *packages) std::abort();
  return 0;
}
