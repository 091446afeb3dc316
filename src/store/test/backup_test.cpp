#include "khien/store/backup.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "khien/core/signature.hpp"
#include "khien/store/audit_log.hpp"
#include "khien/store/store.hpp"
#include "temporary_folder.hpp"

namespace khien::store {
namespace {

// An installation with a hub database in use and a key.
struct Installation {
  TemporaryFolder folder;
  std::string data = folder / "data";
  Bytes secret = Bytes(32, std::byte{7});
  std::unique_ptr<Store> hub;

  Installation() {
    REQUIRE(system_files().make_folder(data + "/keys", 0700));
    REQUIRE(system_files().write(data + "/keys/hub.key", "secret", 0600));
    hub = Store::open({.path = data + "/hub.db", .migrations = hub_migrations()}).value();
    append(5);
    REQUIRE(hub->write([&](Connection& connection) -> Result<void> {
      TRY_VOID(write_audit_checkpoint(connection, TenantId{1}, "khien.test/audit/1", secret, Timestamp{1}));
      return {};
    }));
  }
  void append(int entries) const {
    for (int i = 0; i < entries; ++i) {
      REQUIRE(hub->write([&](Connection& connection) -> Result<void> {
        TRY_VOID(append_audit(connection, TenantId{1}, {Timestamp{i}, "an", "user.create", "user:1", "", ""}));
        return {};
      }));
    }
  }
  Bytes public_key() const { return ed25519_public_key(secret).value(); }
  BackupPlan plan() const {
    return {.databases = {{"hub.db", data + "/hub.db"}},
            .files = {{"keys/hub.key", data + "/keys/hub.key", 0640}},
            .folder = folder.path() + "/backup",
            .at = Timestamp{1'000},
            .version = "0.1.0",
            .audit_public_key = public_key()};
  }
  std::string read(const std::string& name) const { return system_files().read(folder / name, 8u << 20).value(); }
  void write(const std::string& name, std::string_view content) const {
    REQUIRE(system_files().write(folder / name, content, 0600));
  }
};

TEST_CASE("a backup taken while the hub writes restores to what it said it holds") {
  Installation installation;
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) installation.append(1);
  });
  const auto made = make_backup(installation.plan(), system_files());
  stop = true;
  busy.join();
  REQUIRE(made);
  REQUIRE(made->items.size() == 2);
  CHECK(made->items[0].trees.at(0).size >= 5);

  const auto restored = restore_backup(installation.folder / "backup", installation.folder / "new",
                                       installation.public_key(), system_files());
  REQUIRE(restored);
  CHECK(*restored == *made);
  CHECK(installation.read("new/keys/hub.key") == "secret");
  CHECK_FALSE(system_files().exists(installation.folder / "new/RESTORE-INCOMPLETE"));
  // The restored database is one the program can go on with.
  const auto again = Store::open({.path = installation.folder / "new/hub.db", .migrations = hub_migrations()});
  REQUIRE(again);
  CHECK((*again)->read([&](Connection& connection) -> Result<void> {
    TRY(const auto size, audit_size(connection, TenantId{1}));
    CHECK(size == made->items[0].trees[0].size);
    return {};
  }));
}

TEST_CASE("a backup with any changed byte is refused before anything is restored") {
  Installation installation;
  REQUIRE(make_backup(installation.plan(), system_files()));
  std::string name;
  SUBCASE("in a database") { name = "backup/hub.db"; }
  SUBCASE("in a file") { name = "backup/keys/hub.key"; }
  SUBCASE("in the manifest's sums") { name = "backup/manifest.json"; }
  std::string content = installation.read(name);
  char& byte = name.ends_with("json") ? content[content.find("sha256") + 12] : content[content.size() / 2];
  byte = byte == '0' ? '1' : '0';
  installation.write(name, content);
  CHECK_FALSE(restore_backup(installation.folder / "backup", installation.folder / "new", installation.public_key(),
                             system_files()));
  CHECK_FALSE(system_files().exists(installation.folder / "new"));
}

TEST_CASE("a database with a forged audit log is not backed up") {
  Installation installation;
  REQUIRE(installation.hub->write([](Connection& connection) {
    return connection.run_script("DROP TRIGGER audit_entry_is_never_changed;"
                                 "UPDATE audit_entry SET leaf = replace(leaf, 'an', 'be') WHERE leaf_index = 2");
  }));
  const auto made = make_backup(installation.plan(), system_files());
  REQUIRE_FALSE(made);
  CHECK(made.error().code() == Code::corrupt);
  CHECK_FALSE(system_files().exists(installation.folder / "backup/manifest.json"));
  CHECK_FALSE(verify_backup(installation.folder / "backup", installation.public_key(), system_files()));
}

TEST_CASE("neither a backup nor a restore goes into a folder that holds something") {
  Installation installation;
  const auto into_data = [&] {
    BackupPlan plan = installation.plan();
    plan.folder = installation.data;
    return make_backup(plan, system_files());
  }();
  REQUIRE_FALSE(into_data);
  CHECK(into_data.error().code() == Code::conflict);
  REQUIRE(make_backup(installation.plan(), system_files()));
  const auto over = restore_backup(installation.folder / "backup", installation.data, installation.public_key(),
                                   system_files());
  REQUIRE_FALSE(over);
  CHECK(over.error().code() == Code::conflict);
}

TEST_CASE("a manifest that names a place outside the folder is refused") {
  for (const char* name : {"../x", "/etc/passwd", "a/../../x", ".hidden", "a//b", "a/b/c/d/e", "", "manifest.json", "a\\b"}) {
    BackupManifest manifest{.at = {}, .version = "", .items = {}};
    manifest.items.push_back({.name = name, .sha256 = {}});
    CHECK_FALSE(backup_manifest_from_json(to_json(manifest)));
  }
}

}  // namespace
}  // namespace khien::store
