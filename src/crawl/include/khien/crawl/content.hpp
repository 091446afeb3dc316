#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::crawl {

// content/crawl/paths.yaml.
struct CrawlPaths {
  std::vector<std::string> upload_folders;
  std::vector<std::string> search_paths;
};
// Code::invalid names the line; every path begins with '/'.
Result<CrawlPaths> parse_crawl_paths(std::string_view yaml, Budget& budget);

// content/crawl/takeover.yaml: one service.
struct HostedService {
  std::string name;
  std::string suffix;  // of the names it gives out
  std::string says;    // of a name that is nobody's; empty: it has no address then
};
Result<std::vector<HostedService>> parse_hosted_services(std::string_view yaml, Budget& budget);

// A name that points to a service where nobody owns what it points to.
struct TakeoverCandidate {
  std::string alias;    // what the CNAME leads to
  std::string service;
  bool operator==(const TakeoverCandidate&) const = default;
};
// `aliases`: the CNAMEs behind a host, in order. `body`: what it serves, empty where it
// leads to no address. Pure.
std::vector<TakeoverCandidate> takeover_candidates(const std::vector<std::string>& aliases, bool has_address,
                                                   std::string_view body, const std::vector<HostedService>& services);

}  // namespace khien::crawl
