#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"

namespace khien::store {

// What one `khien backup` carries away: databases that may be in use, and small
// files (keys, certificates, configuration).
struct BackupPlan {
  struct Item {
    std::string name;  // in the backup, and where it goes on restore: "keys/hub.key"
    std::string path;  // where it is now
    mode_t mode = 0600;
  };
  // Copied in this order. A database that follows another one goes first: the
  // hub's position must not lie beyond the ledger's end.
  std::vector<Item> databases = {};
  std::vector<Item> files = {};
  std::string folder = {};  // made if missing; must be empty
  Timestamp at;
  std::string version = {};      // of the program
  Bytes audit_public_key = {};   // if empty, the audit log's checkpoints are not looked at
};

// What a backup holds, as its manifest.json says and as was found to be true.
struct BackupManifest {
  struct Table {
    std::string name;
    std::int64_t rows = 0;
    bool operator==(const Table&) const = default;
  };
  struct Tree {  // an audit log
    TenantId tenant;
    std::int64_t size = 0;
    Sha256 root;
    bool operator==(const Tree&) const = default;
  };
  struct Item {
    std::string name;
    bool database = false;
    mode_t mode = 0600;
    std::int64_t bytes = 0;
    Sha256 sha256;
    std::vector<Table> tables = {};  // of a database, by name
    std::vector<Tree> trees = {};
    bool operator==(const Item&) const = default;
  };
  Timestamp at;
  std::string version;
  std::vector<Item> items;
  bool operator==(const BackupManifest&) const = default;
};

std::string to_json(const BackupManifest& manifest);
// A manifest is hostile until its sums are checked: names stay inside the
// folder, counts are bounded. Code::invalid or exhausted names the field.
Result<BackupManifest> backup_manifest_from_json(std::string_view text);

// Copies everything, then verifies the copy as restore would, and only then
// calls it a backup. Code::conflict if the folder is not empty; on failure there
// is no manifest.json, and a folder without one is no backup.
Result<BackupManifest> make_backup(const BackupPlan& plan, Files& files);

// Recomputes each sum, looks through each database (integrity, row counts,
// audit trees and their checkpoints). Code::corrupt names the item.
Result<BackupManifest> verify_backup(const std::string& folder, ByteView audit_public_key, Files& files);

// Verifies the backup, puts it into an empty folder and verifies what was put
// there. Whatever fails, `target` is then not to be used, and says so: it holds
// a file RESTORE-INCOMPLETE until all is verified.
Result<BackupManifest> restore_backup(const std::string& folder, const std::string& target,
                                      ByteView audit_public_key, Files& files);

}  // namespace khien::store
