#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::store {

// One privileged action. The leaf's bytes are the entry's canonical JSON; the
// leaf hash is SHA-256(0x00 ‖ bytes) (RFC 6962 §2.1).
struct AuditEntry {
  Timestamp at;
  std::string who;      // user name, "system", or an agent's URI
  std::string action;   // "user.create"
  std::string object;   // "user:7"
  std::string detail;   // plain words; never a secret
  std::string address;  // the peer's
};

// Appends inside the caller's transaction, so that an action and its entry are
// committed together or not at all. Each tenant has a tree of its own.
// Returns the leaf's index.
Result<std::int64_t> append_audit(Connection& connection, TenantId tenant, const AuditEntry& entry);

// The root of the tree over the first `size` leaves (RFC 6962 §2.1); that of
// the empty tree for 0. O(log n) from the stored right edge if size is current.
Result<Sha256> audit_root(Connection& connection, TenantId tenant);
Result<std::int64_t> audit_size(Connection& connection, TenantId tenant);

// An entry as it is stored.
struct AuditRecord {
  std::int64_t index = 0;
  AuditEntry entry;
  Sha256 leaf_hash;
};
// Up to `limit` entries with an index below `before`, newest first; of these
// those that mention `containing` in any field (case and marks do not matter).
Result<std::vector<AuditRecord>> read_audit_before(Connection& connection, TenantId tenant, std::int64_t before,
                                                   std::size_t limit, std::string_view containing = {});

// A checkpoint in C2SP tlog-checkpoint form, signed with Ed25519 as a signed
// note. Kept, so that a later verification can compare. `origin` names the log
// ("khien.example.gov.vn/audit/1"); no spaces, no plus sign.
Result<std::string> write_audit_checkpoint(Connection& connection, TenantId tenant, std::string_view origin,
                                           ByteView ed25519_secret_key, Timestamp at);

struct AuditCheckpoint {
  std::string origin;
  std::int64_t size = 0;
  Sha256 root;
};
// What a note says once its signature by the log's key holds: Code::invalid if
// malformed, denied if not so signed.
Result<AuditCheckpoint> read_audit_checkpoint(std::string_view note, ByteView ed25519_public_key);

struct AuditVerification {
  bool ok = false;
  std::int64_t entries = 0;
  std::int64_t checkpoints = 0;  // that were compared
  Sha256 root;
  // Of the first entry that is missing, changed, or not vouched for any more.
  std::optional<std::int64_t> first_bad_index;
};
// Recomputes every leaf hash and the tree, and compares it with each stored
// checkpoint whose signature it checks. `witnessed` are notes that were kept
// somewhere else: only these show that a whole database was put back. With an
// empty key the tree is recomputed, and no checkpoint of this database is compared.
Result<AuditVerification> verify_audit(Connection& connection, TenantId tenant, ByteView ed25519_public_key,
                                       std::span<const std::string> witnessed = {});

}  // namespace khien::store
