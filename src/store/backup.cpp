#include "khien/store/backup.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "copy.hpp"
#include "khien/core/assert.hpp"
#include "khien/store/audit_log.hpp"
#include "migrate.hpp"
#include "sqlite.hpp"

namespace khien::store {
namespace {

constexpr std::size_t kMaxFileBytes = 64u << 20;
constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kIncomplete = "RESTORE-INCOMPLETE";

std::string inside(const std::string& folder, std::string_view name) { return folder + "/" + std::string(name); }

Result<void> make_empty_folder(const std::string& folder, Files& files) {
  TRY_VOID(files.make_folder(folder, 0700));
  TRY(const auto opened, DirFd::open(folder));
  return opened.each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    return Error(Code::conflict, folder + ": not empty: " + std::string(name));
  });
}

Result<void> make_folder_of(const std::string& folder, const std::string& name, Files& files) {
  const auto slash = name.rfind('/');
  if (slash == name.npos) return {};
  return files.make_folder(inside(folder, name.substr(0, slash)), 0700);
}

// Size and sum of a file of any size.
Result<void> measure(const std::string& folder, BackupManifest::Item& item) {
  TRY(const auto opened, DirFd::open(folder));
  TRY(const auto file, opened.open_file(item.name));
  Sha256Stream hash;
  std::array<std::byte, 1 << 16> buffer;
  item.bytes = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0) return system_error("read " + item.name, errno);
    if (got == 0) break;
    hash.update(ByteView(buffer).first(static_cast<std::size_t>(got)));
    item.bytes += got;
  }
  item.sha256 = hash.finish();
  return {};
}

// A table's name cannot be bound; it is quoted as an identifier.
Result<std::int64_t> rows_in(Connection& connection, const std::string& table) {
  sqlite3* const database = connection.impl().database;
  char* const sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table.c_str());
  sqlite3_stmt* statement = nullptr;
  const int prepared = sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
  sqlite3_free(sql);
  if (prepared != SQLITE_OK) return sqlite_error(database, "count " + table);
  const int stepped = sqlite3_step(statement);
  const std::int64_t rows = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  if (stepped != SQLITE_ROW) return sqlite_error(database, "count " + table);
  return rows;
}

Result<std::vector<BackupManifest::Tree>> trees_of(Connection& connection, ByteView audit_public_key) {
  std::vector<TenantId> tenants;
  TRY_VOID(connection.query("SELECT tenant_id FROM audit_tree ORDER BY tenant_id", {}, [&](const Row& row) -> Result<void> {
    tenants.push_back(row.id<TenantTag>(0));
    return {};
  }));
  std::vector<BackupManifest::Tree> trees;
  for (const TenantId tenant : tenants) {
    TRY(const auto found, verify_audit(connection, tenant, audit_public_key));
    if (!found.ok) {
      return Error(Code::corrupt, "the audit log of tenant " + std::to_string(tenant.value) + " from entry " +
                                      std::to_string(found.first_bad_index.value_or(0)) + " on");
    }
    trees.push_back({tenant, found.entries, found.root});
  }
  return trees;
}

// What can be said of a database only by looking through all of it.
Result<void> look_through(const std::string& path, ByteView audit_public_key, BackupManifest::Item& item) {
  TRY(auto connection, Connection::open({.path = path, .read_only = true}));
  TRY_VOID(check_wholly(connection));
  std::vector<std::string> names;
  TRY_VOID(connection.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", {},
                            [&](const Row& row) -> Result<void> {
                              names.emplace_back(row.text(0));
                              return {};
                            }));
  item.tables.clear();
  item.trees.clear();
  for (const std::string& name : names) {
    TRY(const auto rows, rows_in(connection, name));
    item.tables.push_back({name, rows});
    if (name != "audit_tree") continue;
    TRY(item.trees, trees_of(connection, audit_public_key));
  }
  return {};
}

Result<BackupManifest::Item> back_up_one(const BackupPlan& plan, const BackupPlan::Item& source, bool database,
                                         Files& files) {
  BackupManifest::Item item{.name = source.name, .database = database, .mode = source.mode, .bytes = 0, .sha256 = {}};
  const std::string copy = inside(plan.folder, source.name);
  TRY_VOID(make_folder_of(plan.folder, source.name, files));
  if (database) {
    TRY_VOID(copy_database({.path = source.path, .read_only = true}, copy));
    TRY_VOID(look_through(copy, plan.audit_public_key, item));
  } else {
    TRY(const auto content, files.read(source.path, kMaxFileBytes));
    TRY_VOID(files.write(copy, content, 0600));
  }
  TRY_VOID(measure(plan.folder, item));
  return item;
}

Result<BackupManifest> read_manifest(const std::string& folder, Files& files) {
  auto text = files.read(inside(folder, kManifest), 8u << 20);
  if (!text) return std::move(text).error().within(folder + " is not a complete backup");
  auto manifest = backup_manifest_from_json(*text);
  if (!manifest) return std::move(manifest).error().within(inside(folder, kManifest));
  return manifest;
}

// Everything in `folder` is what the manifest says.
Result<void> verify_items(const std::string& folder, const BackupManifest& manifest, ByteView audit_public_key,
                          bool compare_sums) {
  for (const auto& expected : manifest.items) {
    BackupManifest::Item found = expected;
    if (compare_sums || !expected.database) TRY_VOID(measure(folder, found));
    if (found != expected) return Error(Code::corrupt, expected.name + ": not the bytes that were backed up");
    if (!expected.database) continue;
    auto looked = look_through(inside(folder, expected.name), audit_public_key, found);
    if (!looked) return std::move(looked).error().within(expected.name);
    if (found != expected) return Error(Code::corrupt, expected.name + ": not the rows that were backed up");
  }
  return {};
}

Result<void> restore_one(const std::string& folder, const std::string& target, const BackupManifest::Item& item,
                         Files& files) {
  TRY_VOID(make_folder_of(target, item.name, files));
  if (item.database) {
    return copy_database({.path = inside(folder, item.name), .read_only = true}, inside(target, item.name));
  }
  TRY(const auto content, files.read(inside(folder, item.name), kMaxFileBytes));
  return files.write(inside(target, item.name), content, item.mode);
}

}  // namespace

Result<BackupManifest> make_backup(const BackupPlan& plan, Files& files) {
  khien_assert(!plan.folder.empty());
  TRY_VOID(make_empty_folder(plan.folder, files));
  BackupManifest manifest{.at = plan.at, .version = plan.version, .items = {}};
  for (const bool databases : {true, false}) {
    for (const auto& source : databases ? plan.databases : plan.files) {
      auto item = back_up_one(plan, source, databases, files);
      if (!item) return std::move(item).error().within("back up " + source.name);
      manifest.items.push_back(std::move(item).value());
    }
  }
  // What restore would refuse must not be called a backup: same reader, same checks.
  const std::string text = to_json(manifest);
  TRY(const auto read_back, backup_manifest_from_json(text));
  khien_assert(read_back == manifest);
  TRY_VOID(verify_items(plan.folder, read_back, plan.audit_public_key, true));
  TRY_VOID(files.write(inside(plan.folder, kManifest), text, 0600));
  return manifest;
}

Result<BackupManifest> verify_backup(const std::string& folder, ByteView audit_public_key, Files& files) {
  TRY(auto manifest, read_manifest(folder, files));
  TRY_VOID(verify_items(folder, manifest, audit_public_key, true));
  return manifest;
}

Result<BackupManifest> restore_backup(const std::string& folder, const std::string& target,
                                      ByteView audit_public_key, Files& files) {
  TRY(auto manifest, verify_backup(folder, audit_public_key, files));
  TRY_VOID(make_empty_folder(target, files));
  TRY_VOID(files.write(inside(target, kIncomplete), "This restore did not finish. Do not use this folder.\n", 0600));
  for (const auto& item : manifest.items) {
    auto restored = restore_one(folder, target, item, files);
    if (!restored) return std::move(restored).error().within("restore " + item.name);
  }
  // A database's pages may lie elsewhere in the file now: its rows are compared.
  TRY_VOID(verify_items(target, manifest, audit_public_key, false));
  TRY_VOID(files.remove(inside(target, kIncomplete)));
  return manifest;
}

}  // namespace khien::store
