#include <algorithm>
#include <set>

#include "khien/core/json.hpp"
#include "khien/store/backup.hpp"

namespace khien::store {
namespace {

constexpr std::size_t kMaxItems = 10'000;
constexpr std::size_t kMaxTables = 1'000;

// One to four parts of plain characters, none of which begins with a dot: it
// cannot lead out of the folder, nor hide in it.
bool is_item_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || name.starts_with('/') || name.ends_with('/')) return false;
  if (std::ranges::count(name, '/') > 3) return false;
  bool at_start = true;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (at_start && !plain) return false;
    if (!plain && c != '.' && c != '-' && c != '_' && c != '/') return false;
    at_start = c == '/';
  }
  return true;
}

Result<std::int64_t> count_at(const Json& json, std::string_view name) {
  TRY(const auto count, json.integer_at(name));
  if (count < 0) return Error(Code::invalid, std::string(name) + ": negative");
  return count;
}

Result<Sha256> digest_at(const Json& json, std::string_view name) {
  TRY(const auto text, json.string_at(name));
  return Sha256::from_hex(text);
}

Result<BackupManifest::Table> table_from(const Json& json) {
  TRY(const auto name, json.string_at("name"));
  TRY(const auto rows, count_at(json, "rows"));
  return BackupManifest::Table{std::string(name), rows};
}

Result<BackupManifest::Tree> tree_from(const Json& json) {
  TRY(const auto tenant, count_at(json, "tenant"));
  TRY(const auto size, count_at(json, "size"));
  TRY(const auto root, digest_at(json, "root"));
  return BackupManifest::Tree{TenantId{tenant}, size, root};
}

template <class T>
Result<std::vector<T>> list_from(const Json& json, std::string_view name, Result<T> (*read)(const Json&),
                                 std::size_t most) {
  TRY(const auto list, json.field(name));
  if (!list.is_array()) return Error(Code::invalid, std::string(name) + ": not a list");
  if (list.size() > most) return Error(Code::exhausted, std::string(name) + ": too many");
  std::vector<T> items;
  TRY_VOID(list.each([&](const Json& each) -> Result<void> {
    TRY(auto item, read(each));
    items.push_back(std::move(item));
    return {};
  }));
  return items;
}

Result<BackupManifest::Item> item_from(const Json& json) {
  BackupManifest::Item item;
  TRY(const auto name, json.string_at("name"));
  if (!is_item_name(name) || name == "manifest.json") return Error(Code::invalid, "name: not a plain file name");
  item.name = name;
  TRY(const auto kind, json.string_at("kind"));
  if (kind != "database" && kind != "file") return Error(Code::invalid, "kind: neither database nor file");
  item.database = kind == "database";
  TRY(const auto mode, count_at(json, "mode"));
  if (mode > 0777) return Error(Code::invalid, "mode: more than permission bits");
  item.mode = static_cast<mode_t>(mode);
  TRY(item.bytes, count_at(json, "bytes"));
  TRY(item.sha256, digest_at(json, "sha256"));
  TRY(item.tables, list_from<BackupManifest::Table>(json, "tables", table_from, kMaxTables));
  TRY(item.trees, list_from<BackupManifest::Tree>(json, "audit_trees", tree_from, kMaxTables));
  return item;
}

void write_item(JsonWriter& json, const BackupManifest::Item& item) {
  json.begin_object()
      .field("name", item.name)
      .field("kind", item.database ? "database" : "file")
      .field("mode", static_cast<std::int64_t>(item.mode))
      .field("bytes", item.bytes)
      .field("sha256", item.sha256.hex());
  json.key("tables").begin_array();
  for (const auto& table : item.tables) {
    json.begin_object().field("name", table.name).field("rows", table.rows).end_object();
  }
  json.end_array().key("audit_trees").begin_array();
  for (const auto& tree : item.trees) {
    json.begin_object()
        .field("tenant", tree.tenant.value)
        .field("size", tree.size)
        .field("root", tree.root.hex())
        .end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string to_json(const BackupManifest& manifest) {
  JsonWriter json;
  json.begin_object().field("format", std::int64_t{1}).field("at", manifest.at).field("version", manifest.version);
  json.key("items").begin_array();
  for (const auto& item : manifest.items) write_item(json, item);
  json.end_array().end_object();
  return json.take();
}

Result<BackupManifest> backup_manifest_from_json(std::string_view text) {
  Budget budget({.bytes_in = 8u << 20});
  JsonDocument document;
  TRY(const auto json, document.parse(text, budget));
  TRY(const auto format, json.integer_at("format"));
  if (format != 1) return Error(Code::invalid, "format: made by a newer program");
  BackupManifest manifest;
  TRY(const auto at, json.string_at("at"));
  TRY(manifest.at, from_rfc3339(at));
  TRY(const auto version, json.string_at("version"));
  manifest.version = version;
  TRY(manifest.items, list_from<BackupManifest::Item>(json, "items", item_from, kMaxItems));
  std::set<std::string_view> names;
  for (const auto& item : manifest.items) {
    if (!names.insert(item.name).second) return Error(Code::invalid, "name: twice: " + item.name);
  }
  return manifest;
}

}  // namespace khien::store
