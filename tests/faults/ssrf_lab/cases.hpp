#pragma once

#include <map>
#include <string>
#include <vector>

#include "lab_names.hpp"

namespace khien::ssrf {

// Addresses on the Internet, as far as this lab goes: whom the crawler may ask.
constexpr const char* kPublic = "203.119.8.10";
constexpr const char* kPublic6 = "2405:4800::10";
constexpr const char* kNames = "203.119.36.1";

// Inner addresses where somebody listens; those that loopback can be given.
const std::vector<std::string>& inner_addresses();

struct Case {
  std::string kind;  // "numbers", "dns", "redirect" …
  std::string url;
};
// In the order of kinds; each once. `site` is the public server's name.
std::vector<Case> cases();

// Names of the lab.
std::map<std::string, crawl::Zone> zones();

}  // namespace khien::ssrf
