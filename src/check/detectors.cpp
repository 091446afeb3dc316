#include "khien/check/detectors.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "reading.hpp"

namespace khien::check {
namespace {

constexpr std::size_t kMaxProcessBytes = 15;

struct VerbWord {
  std::string_view word;
  Look::Verb verb;
};
constexpr std::array<VerbWord, 4> kVerbs{{{"unit", Look::Verb::unit},
                                          {"process", Look::Verb::process},
                                          {"path", Look::Verb::path},
                                          {"text", Look::Verb::text}}};

// "/etc/ufw/ufw.conf": absolute, without detours.
bool is_plain_path(std::string_view path) {
  return path.size() > 1 && path.front() == '/' && !path.contains("//") && !path.contains("/.") && !path.ends_with('/');
}

Result<Look> read_look(const Reading& reading, const Yaml& map) {
  if (map.kind != Yaml::Kind::map || map.fields.empty()) return reading.wrong(map, "must be a map with one verb");
  const auto verb = std::ranges::find(kVerbs, map.fields.front().name, &VerbWord::word);
  if (verb == kVerbs.end()) return reading.wrong(map, "unknown verb '" + map.fields.front().name + "'");
  Look look{.verb = verb->verb, .what = {}, .text = {}};
  TRY(look.what, reading.text(map.fields.front().value));
  if (look.verb == Look::Verb::text) {
    constexpr std::string_view kFields[] = {"text", "in"};
    TRY_VOID(reading.only(map, kFields));
    look.text = std::move(look.what);
    TRY(look.what, reading.text_at(map, "in"));
  } else if (map.fields.size() != 1) {
    return reading.wrong(map, "must be a map with one verb");
  }
  const bool has_path = look.verb == Look::Verb::path || look.verb == Look::Verb::text;
  if (has_path && !is_plain_path(look.what)) return reading.wrong(map, "must be an absolute path without detours");
  if (!has_path && look.what.contains('/')) return reading.wrong(map, "must be a name");
  if (look.verb == Look::Verb::process && look.what.size() > kMaxProcessBytes) {
    return reading.wrong(map, "the kernel keeps 15 characters of a process's name");
  }
  return look;
}

Result<std::vector<Look>> looks_at(const Reading& reading, const Yaml& map, std::string_view name) {
  TRY(const auto* list, reading.list_at(map, name));
  std::vector<Look> looks;
  for (const Yaml& item : *list) {
    TRY(auto look, read_look(reading, item));
    looks.push_back(std::move(look));
  }
  return looks;
}

Result<ProductDetector> read_product(const Reading& reading, const Yaml& map) {
  constexpr std::string_view kFields[] = {"id", "name", "present", "on", "off", "content"};
  TRY_VOID(reading.only(map, kFields));
  ProductDetector product;
  TRY(product.id, reading.id_at(map, "id"));
  TRY(product.name, reading.text_at(map, "name"));
  TRY(product.present, looks_at(reading, map, "present"));
  TRY(product.on, looks_at(reading, map, "on"));
  if (map.find("off") != nullptr) {
    TRY(product.off, looks_at(reading, map, "off"));
  }
  const Yaml* content = map.find("content");
  if (content == nullptr) return product;
  TRY(product.content, reading.texts(*content));
  for (const std::string& path : product.content) {
    if (!is_plain_path(path)) return reading.wrong(*content, "must be absolute paths without detours");
  }
  return product;
}

Result<FirewallDetector> read_firewall(const Reading& reading, const Yaml& map) {
  constexpr std::string_view kFields[] = {"id", "on"};
  TRY_VOID(reading.only(map, kFields));
  FirewallDetector firewall;
  TRY(firewall.id, reading.id_at(map, "id"));
  TRY(firewall.on, looks_at(reading, map, "on"));
  return firewall;
}

}  // namespace

Result<Detectors> load_detectors(std::string_view path, std::string_view text, Budget& budget) {
  auto document = parse_yaml(text, budget);
  if (!document) return std::move(document).error().within(std::string(path));
  const Reading reading(path);
  constexpr std::string_view kFields[] = {"products", "firewalls"};
  TRY_VOID(reading.only(*document, kFields));
  Detectors detectors;
  TRY(const auto* products, reading.list_at(*document, "products"));
  for (const Yaml& item : *products) {
    TRY(auto product, read_product(reading, item));
    if (std::ranges::find(detectors.products, product.id, &ProductDetector::id) != detectors.products.end()) {
      return reading.wrong(item, "product " + product.id + " is there already");
    }
    detectors.products.push_back(std::move(product));
  }
  TRY(const auto* firewalls, reading.list_at(*document, "firewalls"));
  for (const Yaml& item : *firewalls) {
    TRY(auto firewall, read_firewall(reading, item));
    detectors.firewalls.push_back(std::move(firewall));
  }
  return detectors;
}

}  // namespace khien::check
