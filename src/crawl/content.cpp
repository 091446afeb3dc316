#include "khien/crawl/content.hpp"

#include "khien/core/yaml.hpp"

namespace khien::crawl {
namespace {

Error wrong(const Yaml& at, const std::string& what) {
  return {Code::invalid, "line " + std::to_string(at.line) + ": " + what};
}

Result<std::vector<std::string>> paths(const Yaml& root, std::string_view name) {
  const Yaml* list = root.find(name);
  if (list == nullptr || list->kind != Yaml::Kind::list) return wrong(root, "'" + std::string(name) + "' is missing");
  std::vector<std::string> all;
  for (const Yaml& each : list->items) {
    if (!each.is_scalar() || !each.text.starts_with('/')) return wrong(each, "a path begins with '/'");
    all.push_back(each.text);
  }
  return all;
}

std::string text_or_empty(const Yaml& map, std::string_view name) {
  const Yaml* field = map.find(name);
  return field == nullptr || !field->is_scalar() ? std::string() : field->text;
}

bool is_below(std::string_view name, std::string_view suffix) {
  return name == suffix || (name.size() > suffix.size() && name.ends_with(suffix) && name[name.size() - suffix.size() - 1] == '.');
}

}  // namespace

Result<CrawlPaths> parse_crawl_paths(std::string_view yaml, Budget& budget) {
  TRY(const Yaml root, parse_yaml(yaml, budget));
  CrawlPaths all;
  TRY(all.upload_folders, paths(root, "upload_folders"));
  TRY(all.search_paths, paths(root, "search_paths"));
  return all;
}

Result<std::vector<HostedService>> parse_hosted_services(std::string_view yaml, Budget& budget) {
  TRY(const Yaml root, parse_yaml(yaml, budget));
  const Yaml* list = root.find("services");
  if (list == nullptr || list->kind != Yaml::Kind::list) return wrong(root, "'services' is missing");
  std::vector<HostedService> all;
  for (const Yaml& each : list->items) {
    HostedService service{text_or_empty(each, "name"), text_or_empty(each, "suffix"), text_or_empty(each, "says")};
    if (service.name.empty() || service.suffix.find('.') == std::string::npos) return wrong(each, "a service has a name and a suffix");
    all.push_back(std::move(service));
  }
  return all;
}

std::vector<TakeoverCandidate> takeover_candidates(const std::vector<std::string>& aliases, bool has_address,
                                                   std::string_view body, const std::vector<HostedService>& services) {
  std::vector<TakeoverCandidate> found;
  for (const std::string& alias : aliases) {
    for (const HostedService& service : services) {
      if (!is_below(alias, service.suffix)) continue;
      const bool orphan = service.says.empty() ? !has_address : body.find(service.says) != body.npos || !has_address;
      if (orphan) found.push_back({alias, service.name});
    }
  }
  return found;
}

}  // namespace khien::crawl
