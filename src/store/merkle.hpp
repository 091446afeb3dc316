#pragma once

#include <cstdint>
#include <vector>

#include "khien/core/hash.hpp"

namespace khien::store {

// Hashes of RFC 6962 §2.1: a leaf can never pass for an inner node.
Sha256 merkle_leaf(ByteView leaf);
Sha256 merkle_node(const Sha256& left, const Sha256& right);

// A Merkle tree that only grows, of which nothing is kept but its right edge:
// the roots of its perfect subtrees, largest first, one for each 1 in `size`.
class MerkleEdge {
 public:
  MerkleEdge() = default;
  // Code::corrupt unless `bytes` holds exactly the nodes that `size` asks for.
  static Result<MerkleEdge> from_bytes(std::int64_t size, ByteView bytes);

  void push(const Sha256& leaf);
  // SHA-256 of nothing for the empty tree.
  Sha256 root() const;

  std::int64_t size() const { return size_; }
  Bytes bytes() const;
  bool operator==(const MerkleEdge&) const = default;

 private:
  std::int64_t size_ = 0;
  std::vector<Sha256> nodes_;
};

}  // namespace khien::store
