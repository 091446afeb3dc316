#include <algorithm>
#include <map>

#include "khien/core/assert.hpp"
#include "khien/store/audit_log.hpp"
#include "merkle.hpp"

namespace khien::store {
namespace {

// Checkpoints by the size of the tree they vouch for. Several may speak of one
// size: ours and a witness's copy.
using Checkpoints = std::multimap<std::int64_t, Sha256>;

// Walks the leaves from the first to the last and compares on the way.
class Verifier {
 public:
  explicit Verifier(Checkpoints checkpoints) : checkpoints_(std::move(checkpoints)) { compare(); }

  void leaf(std::int64_t index, std::string_view bytes, ByteView claimed_hash) {
    // A hole: what comes after it stands in another place than it was given.
    if (index != edge_.size()) bad(edge_.size());
    const Sha256 hash = merkle_leaf(as_bytes(bytes));
    if (!std::ranges::equal(hash.view(), claimed_hash)) bad(edge_.size());
    edge_.push(hash);
    compare();
  }

  AuditVerification finish(const Result<MerkleEdge>& stored) {
    // A checkpoint beyond the last leaf: the end was cut off.
    if (checkpoints_.upper_bound(edge_.size()) != checkpoints_.end()) bad(edge_.size());
    if (!stored) {
      bad(vouched_);
    } else if (*stored != edge_) {
      bad(stored->size() > edge_.size() ? edge_.size() : vouched_);
    }
    return {!first_bad_, edge_.size(), compared_, edge_.root(), first_bad_};
  }

 private:
  void compare() {
    const auto [begin, end] = checkpoints_.equal_range(edge_.size());
    bool agreed = false;
    for (auto checkpoint = begin; checkpoint != end; ++checkpoint) {
      ++compared_;
      agreed = checkpoint->second == edge_.root();
      if (!agreed) bad(vouched_);
    }
    if (agreed && !first_bad_) vouched_ = edge_.size();
  }
  void bad(std::int64_t index) {
    if (!first_bad_) first_bad_ = index;
  }

  Checkpoints checkpoints_;
  MerkleEdge edge_;
  std::int64_t vouched_ = 0;  // leaves before this are what a checkpoint signed
  std::int64_t compared_ = 0;
  std::optional<std::int64_t> first_bad_;
};

Result<MerkleEdge> stored_edge(Connection& connection, TenantId tenant) {
  MerkleEdge edge;
  TRY_VOID(connection.query("SELECT size, edge FROM audit_tree WHERE tenant_id = ?", {tenant},
                            [&](const Row& row) -> Result<void> {
                              TRY(edge, MerkleEdge::from_bytes(row.integer(0), row.bytes(1)));
                              return {};
                            }));
  return edge;
}

// A note whose signature does not hold vouches for nothing; that it is here at
// all is the finding. It is kept as a root that no tree has.
void add(Checkpoints& checkpoints, std::string_view note, ByteView public_key, std::int64_t stored_size) {
  const auto checkpoint = read_audit_checkpoint(note, public_key);
  const bool holds = checkpoint && (stored_size < 0 || checkpoint->size == stored_size);
  if (holds) {
    checkpoints.emplace(checkpoint->size, checkpoint->root);
  } else {
    checkpoints.emplace(std::max<std::int64_t>(stored_size, 0), Sha256{});
  }
}

}  // namespace

Result<AuditVerification> verify_audit(Connection& connection, TenantId tenant, ByteView ed25519_public_key,
                                       std::span<const std::string> witnessed) {
  khien_assert(tenant);
  Checkpoints checkpoints;
  for (const std::string& note : witnessed) add(checkpoints, note, ed25519_public_key, -1);
  const bool no_key = ed25519_public_key.empty();
  TRY_VOID(connection.query("SELECT size, note FROM audit_checkpoint WHERE tenant_id = ?", {tenant},
                            [&](const Row& row) -> Result<void> {
                              if (!no_key) add(checkpoints, row.text(1), ed25519_public_key, row.integer(0));
                              return {};
                            }));
  Verifier verifier(std::move(checkpoints));
  TRY_VOID(connection.query("SELECT leaf_index, leaf, leaf_hash FROM audit_entry WHERE tenant_id = ?"
                            " ORDER BY leaf_index",
                            {tenant}, [&](const Row& row) -> Result<void> {
                              verifier.leaf(row.integer(0), row.text(1), row.bytes(2));
                              return {};
                            }));
  return verifier.finish(stored_edge(connection, tenant));
}

}  // namespace khien::store
