#include "khien/store/audit_log.hpp"

#include <doctest/doctest.h>

#include "khien/core/signature.hpp"
#include "khien/store/store.hpp"
#include "merkle.hpp"
#include "signed_note.hpp"
#include "temporary_folder.hpp"

namespace khien::store {
namespace {

constexpr TenantId kTenant{1};
constexpr std::string_view kOrigin = "khien.test/audit/1";

Bytes secret_key() { return Bytes(32, std::byte{0x42}); }
Bytes public_key() { return ed25519_public_key(secret_key()).value(); }

// A hub database whose triggers an attacker with the file can drop.
struct Hub {
  TemporaryFolder folder;
  std::unique_ptr<Store> store = Store::open({.path = folder / "hub.db", .migrations = hub_migrations()}).value();

  void append(int count) {
    REQUIRE(store->write([&](Connection& connection) -> Result<void> {
      for (int i = 0; i < count; ++i) {
        TRY_VOID(append_audit(connection, kTenant, {Timestamp{i}, "an.nguyen", "user.create", "user:7", "", "::1"}));
      }
      return {};
    }));
  }
  std::string checkpoint() {
    std::string note;
    REQUIRE(store->write([&](Connection& connection) -> Result<void> {
      TRY(note, write_audit_checkpoint(connection, kTenant, kOrigin, secret_key(), Timestamp{99}));
      return {};
    }));
    return note;
  }
  void tamper(std::string_view script) {
    REQUIRE(store->write([&](Connection& connection) -> Result<void> {
      TRY_VOID(connection.run_script("DROP TRIGGER audit_entry_is_never_changed;"
                                     "DROP TRIGGER audit_entry_is_never_removed"));
      return connection.run_script(script);
    }));
  }
  AuditVerification verify(std::span<const std::string> witnessed = {}) {
    AuditVerification found;
    REQUIRE(store->read([&](Connection& connection) -> Result<void> {
      TRY(found, verify_audit(connection, kTenant, public_key(), witnessed));
      return {};
    }));
    return found;
  }
};

TEST_CASE("roots are those of RFC 6962 for the test vectors of Certificate Transparency") {
  // The seven leaves and roots of the reference implementation.
  const std::vector<std::string> leaves = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const std::vector<std::string> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleEdge edge;
  CHECK(edge.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    edge.push(merkle_leaf(from_hex(leaves[i]).value()));
    CHECK(edge.root().hex() == roots[i]);
    CHECK(MerkleEdge::from_bytes(edge.size(), edge.bytes()).value() == edge);
  }
}

TEST_CASE("an untouched log verifies, with every checkpoint it ever gave") {
  Hub hub;
  std::vector<std::string> notes = {hub.checkpoint()};
  for (int i = 0; i < 5; ++i) {
    hub.append(3);
    notes.push_back(hub.checkpoint());
  }
  const auto found = hub.verify(notes);
  CHECK(found.ok);
  CHECK(found.entries == 15);
  CHECK(found.checkpoints == 12);
  CHECK_FALSE(found.first_bad_index);
}

TEST_CASE("an entry can be neither changed nor removed through the product's own connection") {
  Hub hub;
  hub.append(1);
  for (const char* script : {"UPDATE audit_entry SET leaf = '{}'", "DELETE FROM audit_entry"}) {
    CHECK_FALSE(hub.store->write([&](Connection& connection) { return connection.run_script(script); }));
  }
}

TEST_CASE("each way to tamper with the file is found, with its place") {
  Hub hub;
  hub.append(10);
  hub.checkpoint();
  hub.append(2);
  std::vector<std::string> witnessed;
  std::int64_t bad = 0;
  SUBCASE("an edited entry") {
    hub.tamper("UPDATE audit_entry SET leaf = replace(leaf, 'an.nguyen', 'be.tran') WHERE leaf_index = 4");
    bad = 4;
  }
  SUBCASE("a removed entry") {
    hub.tamper("DELETE FROM audit_entry WHERE leaf_index = 6");
    bad = 6;
  }
  SUBCASE("two entries swapped with their hashes") {
    hub.tamper("UPDATE audit_entry SET leaf_index = leaf_index + 100 WHERE leaf_index IN (2, 3);"
               "UPDATE audit_entry SET leaf_index = 105 - leaf_index + 0 WHERE leaf_index > 100");
    bad = 0;  // the checkpoint at 10 no longer vouches for any of them
  }
  SUBCASE("the end cut off") {
    hub.tamper("DELETE FROM audit_entry WHERE leaf_index >= 11");
    bad = 11;
  }
  SUBCASE("the end cut off below a checkpoint") {
    hub.tamper("DELETE FROM audit_entry WHERE leaf_index >= 8");
    bad = 8;
  }
  SUBCASE("a checkpoint's text replaced") {
    hub.tamper("UPDATE audit_checkpoint SET note = replace(note, char(10) || '10' || char(10), char(10) || '9' || char(10))");
    bad = 0;
  }
  SUBCASE("the stored edge changed") {
    hub.tamper("UPDATE audit_tree SET edge = zeroblob(64)");
    bad = 10;
  }
  SUBCASE("a whole older database put back, seen by a witness alone") {
    CHECK(hub.verify().ok);
    hub.append(5);
    witnessed = {hub.checkpoint()};
    hub.tamper("DELETE FROM audit_checkpoint WHERE size = 17; DELETE FROM audit_entry WHERE leaf_index >= 12;"
               "DELETE FROM audit_tree");
    bad = 10;
    Hub other;
    other.append(12);
    CHECK(other.verify().ok);
    const auto back = other.verify(witnessed);
    CHECK_FALSE(back.ok);
    CHECK(back.first_bad_index.value() == 12);
    bad = 12;
  }
  const auto found = hub.verify(witnessed);
  CHECK_FALSE(found.ok);
  CHECK(found.first_bad_index.value() == bad);
}

TEST_CASE("a checkpoint reads back, and any changed byte of it is refused") {
  Hub hub;
  hub.append(3);
  const std::string note = hub.checkpoint();
  const auto read = read_audit_checkpoint(note, public_key()).value();
  CHECK(read.origin == kOrigin);
  CHECK(read.size == 3);
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(read_audit_checkpoint(changed, public_key()));
  }
  CHECK_FALSE(read_audit_checkpoint(note, Bytes(32, std::byte{1})));
}

TEST_CASE("each tenant has a tree of its own") {
  Hub hub;
  hub.append(2);
  REQUIRE(hub.store->write([](Connection& connection) -> Result<void> {
    TRY(const auto index, append_audit(connection, TenantId{2}, {Timestamp{1}, "x", "user.create", "", "", ""}));
    CHECK(index == 0);
    TRY(const auto size, audit_size(connection, kTenant));
    CHECK(size == 2);
    return {};
  }));
}

TEST_CASE("entries read back newest first with what was written, hostile bytes made harmless") {
  Hub hub;
  REQUIRE(hub.store->write([](Connection& connection) -> Result<void> {
    TRY_VOID(append_audit(connection, kTenant, {Timestamp{5}, "a", "x.y", "o", "line\n\"quoted\" \xff", "::1"}));
    TRY_VOID(append_audit(connection, kTenant, {Timestamp{6}, "b", "x.z", "", "", ""}));
    TRY(const auto records, read_audit_before(connection, kTenant, 100, 10));
    REQUIRE(records.size() == 2);
    CHECK(records[0].index == 1);
    CHECK(records[1].entry.detail == "line\n\"quoted\" \ufffd");
    CHECK(records[1].entry.at.ms == 5);
    TRY(const auto found, read_audit_before(connection, kTenant, 100, 10, "QUOTED"));
    REQUIRE(found.size() == 1);
    CHECK(found[0].index == 0);
    return {};
  }));
  CHECK(hub.verify().ok);
}

}  // namespace
}  // namespace khien::store
