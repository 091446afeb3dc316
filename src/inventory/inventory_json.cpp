#include <utility>

#include "khien/core/json.hpp"
#include "khien/inventory/inventory.hpp"

namespace khien::inventory {
namespace {

using advisory::Installed;

Error odd() { return Error(Code::corrupt, "an inventory is not as it is written"); }

void write(JsonWriter& json, const Installed& one) {
  json.begin_array().string(one.key.type).string(one.key.space).string(one.key.name).string(one.key.release);
  json.string(one.version).string(one.source).string(one.source_version).string(one.cpe).end_array();
}

Result<std::vector<std::string>> texts_of(const Json& json, std::size_t count) {
  if (json.size() != count) return odd();
  std::vector<std::string> texts;
  TRY_VOID(json.each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    texts.emplace_back(text);
    return {};
  }));
  return texts;
}

Result<Installed> installed_of(const Json& json) {
  TRY(auto texts, texts_of(json, 8));
  Installed one;
  one.key = {std::move(texts[0]), std::move(texts[1]), std::move(texts[2]), std::move(texts[3])};
  one.version = std::move(texts[4]);
  one.source = std::move(texts[5]);
  one.source_version = std::move(texts[6]);
  one.cpe = std::move(texts[7]);
  return one;
}

Result<std::uint64_t> count_at(const Json& json, std::string_view name) {
  TRY(const auto value, json.integer_at(name));
  if (value < 0) return odd();
  return static_cast<std::uint64_t>(value);
}

Result<void> read_lists(const Json& json, Inventory& inventory) {
  TRY(const Json packages, json.field("packages"));
  TRY_VOID(packages.each([&](Json one) -> Result<void> {
    TRY(auto installed, installed_of(one));
    inventory.packages.push_back(std::move(installed));
    return {};
  }));
  TRY(const Json labels, json.field("labels"));
  TRY(inventory.labels, texts_of(labels, inventory.packages.size()));
  TRY(const Json named, json.field("named"));
  return named.each([&](Json one) -> Result<void> {
    TRY(auto texts, texts_of(one, 2));
    inventory.named.push_back({std::move(texts[0]), std::move(texts[1])});
    return {};
  });
}

Result<Inventory> inventory_of(const Json& json) {
  Inventory inventory;
  TRY(inventory.format, json.string_at("format"));
  if (const auto os = json.field("os")) {
    TRY(auto texts, texts_of(*os, 4));
    inventory.os = OperatingSystem{std::move(texts[0]), std::move(texts[1]), std::move(texts[2]), std::move(texts[3])};
  }
  TRY(inventory.rows, count_at(json, "rows"));
  TRY(inventory.repeated, count_at(json, "repeated"));
  TRY(inventory.passed_over, count_at(json, "passed_over"));
  TRY_VOID(read_lists(json, inventory));
  return inventory;
}

}  // namespace

std::string to_json(const Inventory& inventory) {
  JsonWriter json;
  json.begin_object().field("format", inventory.format);
  if (inventory.os) {
    json.key("os").begin_array().string(inventory.os->id).string(inventory.os->name);
    json.string(inventory.os->version).string(inventory.os->release).end_array();
  }
  json.field("rows", static_cast<std::int64_t>(inventory.rows)).field("repeated", static_cast<std::int64_t>(inventory.repeated));
  json.field("passed_over", static_cast<std::int64_t>(inventory.passed_over)).key("packages").begin_array();
  for (const Installed& one : inventory.packages) write(json, one);
  json.end_array().key("labels").begin_array();
  for (const std::string& label : inventory.labels) json.string(label);
  json.end_array().key("named").begin_array();
  for (const PassedOver& passed : inventory.named) json.begin_array().string(passed.where).string(passed.why).end_array();
  json.end_array().end_object();
  return json.take();
}

Result<Inventory> inventory_from_json(std::string_view text, Budget& budget) {
  JsonDocument document;
  auto json = document.parse(text, budget);
  if (!json) return json.error().code() == Code::exhausted ? json.error() : odd();
  auto inventory = inventory_of(*json);
  // Held against what would have been written of it: nothing else gets through.
  if (!inventory || to_json(*inventory) != text || inventory->named.size() > Inventory::kMostNamed) return odd();
  return inventory;
}

}  // namespace khien::inventory
