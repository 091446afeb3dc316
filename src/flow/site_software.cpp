#include "site_software.hpp"

#include <algorithm>
#include <utility>

#include "khien/advisory/distribution.hpp"
#include "khien/advisory/package.hpp"

namespace khien::flow {
namespace {

// The facts of one product follow each other: cms.name, and cms.version and cms.cpe where
// they are told.
struct Product {
  std::string_view title, version, cpe;
};

std::vector<Product> products_in(const std::vector<Fact>& facts) {
  std::vector<Product> products;
  for (const Fact& fact : facts) {
    if (fact.name == "cms.name") products.push_back({.title = fact.value, .version = {}, .cpe = {}});
    if (products.empty()) continue;
    if (fact.name == "cms.version") products.back().version = fact.value;
    if (fact.name == "cms.cpe") products.back().cpe = fact.value;
  }
  return products;
}

// "Drupal 10" says nothing of 10.2.3.
bool tells_a_release(std::string_view version) { return version.find('.') != version.npos; }

}  // namespace

std::vector<Package> software_of(const SiteSeen& seen) {
  std::vector<Package> packages;
  for (const Product& product : products_in(seen.facts)) {
    advisory::Installed one;
    if (const auto known = advisory::find_product("", product.title); known && known->key.type == "cms") {
      one.key = known->key;
    } else if (!product.cpe.empty()) {
      one.key = {.type = "cms", .space = {}, .name = advisory::key_of_cpe(product.cpe).name, .release = {}};
      one.cpe = product.cpe;
    }
    if (one.key.name.empty()) continue;
    if (tells_a_release(product.version)) one.version = product.version;
    if (one.version.empty()) one.cpe.clear();
    packages.push_back({.purl = advisory::observed_url_of(one), .name = one.key.name, .version = one.version, .source = {}, .source_version = {}});
  }
  return packages;
}

Package untold(Package package) {
  advisory::Installed one;
  if (auto url = advisory::parse_package_url(package.purl)) one.key = std::move(url->key);
  package.version.clear();
  package.purl = one.key.name.empty() ? std::string() : advisory::observed_url_of(one);
  return package;
}

void keep_hidden(std::vector<Package>& shown, std::vector<Package> known) {
  const auto has = [](const std::vector<Package>& all, const Package& one) { return std::ranges::find(all, one.name, &Package::name) != all.end(); };
  if (!std::ranges::all_of(shown, [&](const Package& one) { return has(known, one); })) return;
  std::erase_if(known, [&](const Package& one) { return has(shown, one); });
  for (Package& one : known) shown.push_back(untold(std::move(one)));
}

}  // namespace khien::flow
