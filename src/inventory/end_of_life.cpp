#include "khien/inventory/end_of_life.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "khien/core/yaml.hpp"

namespace khien::inventory {
namespace {

Error at_line(std::uint32_t line, std::string_view why) { return Error(Code::invalid, "line " + std::to_string(line) + ": " + std::string(why)); }

Result<std::string> text_at(const Yaml& map, std::string_view name) {
  const Yaml* value = map.find(name);
  if (value == nullptr || !value->is_scalar() || value->text.empty()) return at_line(map.line, "field '" + std::string(name) + "' is missing");
  return value->text;
}

Result<void> check_fields(const Yaml& map, std::initializer_list<std::string_view> names) {
  if (map.kind != Yaml::Kind::map) return at_line(map.line, "a map was expected");
  for (const Yaml::Field& field : map.fields) {
    if (std::ranges::find(names, field.name) == names.end()) return at_line(field.value.line, "field '" + field.name + "' is unknown");
  }
  return {};
}

Result<Date> day_at(const Yaml& map, std::string_view name) {
  TRY(const auto text, text_at(map, name));
  auto day = Date::parse(text);
  if (!day) return at_line(map.line, "'" + text + "' is no day");
  return day;
}

Result<Cycle> cycle_of(const Yaml& map) {
  TRY_VOID(check_fields(map, {"release", "ends_on", "extended_to", "note"}));
  Cycle cycle;
  TRY(cycle.release, text_at(map, "release"));
  TRY(cycle.ends_on, day_at(map, "ends_on"));
  if (map.find("extended_to") != nullptr) {
    TRY(cycle.extended_to, day_at(map, "extended_to"));
    if (*cycle.extended_to < cycle.ends_on) return at_line(map.line, "it is extended to a day before it ends");
  }
  if (const Yaml* note = map.find("note")) cycle.note = note->text;
  return cycle;
}

// "appliance/fortinet/fortios", "generic//php": type, space, name.
Result<advisory::PackageKey> key_of(const Yaml& value) {
  const auto first = value.text.find('/');
  const auto second = first == std::string::npos ? first : value.text.find('/', first + 1);
  if (second == std::string::npos || second + 1 == value.text.size()) return at_line(value.line, "type/space/name was expected");
  return advisory::PackageKey{value.text.substr(0, first), value.text.substr(first + 1, second - first - 1), value.text.substr(second + 1), ""};
}

Result<LifeOfProduct> product_of(const Yaml& map) {
  TRY_VOID(check_fields(map, {"id", "name", "systems", "packages", "cycles", "source"}));
  LifeOfProduct product;
  TRY(product.id, text_at(map, "id"));
  TRY(product.name, text_at(map, "name"));
  TRY(product.source, text_at(map, "source"));
  if (!product.source.starts_with("https://")) return at_line(map.line, "source is no https address");
  if (const Yaml* systems = map.find("systems")) {
    for (const Yaml& one : systems->items) product.systems.push_back(one.text);
  }
  if (const Yaml* packages = map.find("packages")) {
    for (const Yaml& one : packages->items) {
      TRY(auto key, key_of(one));
      product.packages.push_back(std::move(key));
    }
  }
  if (product.systems.empty() && product.packages.empty()) return at_line(map.line, "it is about neither a system nor a package");
  const Yaml* cycles = map.find("cycles");
  if (cycles == nullptr || cycles->items.empty()) return at_line(map.line, "it has no cycles");
  std::set<std::string> releases;
  for (const Yaml& one : cycles->items) {
    TRY(auto cycle, cycle_of(one));
    if (!releases.insert(cycle.release).second) return at_line(one.line, "release '" + cycle.release + "' is there twice");
    product.cycles.push_back(std::move(cycle));
  }
  return product;
}

// "7.0" begins "7.0.14" and is "7.0", but does not begin "7.01".
// "any" begins all.
bool begins(std::string_view release, std::string_view version) {
  if (release == "any") return true;
  return version.starts_with(release) && (version.size() == release.size() || std::string_view("0123456789").find(version[release.size()]) == std::string_view::npos);
}

std::optional<EndOfLife> standing(const LifeOfProduct& product, std::string_view version, Date day) {
  const Cycle* best = nullptr;
  for (const Cycle& cycle : product.cycles) {
    if (begins(cycle.release, version) && (best == nullptr || cycle.release.size() > best->release.size())) best = &cycle;
  }
  if (best == nullptr) return std::nullopt;
  EndOfLife life;
  life.product = product.name;
  life.release = best->release;
  life.ends_on = best->ends_on;
  life.extended_to = best->extended_to;
  life.source = product.source;
  if (day > best->ends_on) life.state = best->extended_to && day <= *best->extended_to ? EndOfLife::State::extended_only : EndOfLife::State::ended;
  return life;
}

}  // namespace

Result<EndOfLifeTable> EndOfLifeTable::parse(std::string_view yaml, Budget& budget) {
  TRY(const Yaml root, parse_yaml(yaml, budget));
  TRY_VOID(check_fields(root, {"products"}));
  const Yaml* list = root.find("products");
  if (list == nullptr || list->kind != Yaml::Kind::list) return at_line(root.line, "field 'products' is missing");
  std::vector<LifeOfProduct> products;
  std::set<std::string> ids;
  for (const Yaml& one : list->items) {
    TRY(auto product, product_of(one));
    if (!ids.insert(product.id).second) return at_line(one.line, "id '" + product.id + "' is there twice");
    products.push_back(std::move(product));
  }
  return EndOfLifeTable(std::move(products));
}

std::optional<EndOfLife> EndOfLifeTable::of(const OperatingSystem& system, Date day) const {
  for (const LifeOfProduct& product : products_) {
    if (std::ranges::find(product.systems, system.id) == product.systems.end()) continue;
    if (auto life = standing(product, system.release.empty() ? system.version : system.release, day)) return life;
  }
  return std::nullopt;
}

std::optional<EndOfLife> EndOfLifeTable::of(const advisory::Installed& package, Date day) const {
  advisory::PackageKey key = package.key;
  key.release.clear();
  for (const LifeOfProduct& product : products_) {
    if (std::ranges::find(product.packages, key) == product.packages.end()) continue;
    std::string_view version = package.version;
    if (const auto colon = version.find(':'); colon != version.npos) version.remove_prefix(colon + 1);
    if (auto life = standing(product, version, day)) return life;
  }
  return std::nullopt;
}

}  // namespace khien::inventory
