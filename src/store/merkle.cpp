#include "merkle.hpp"

#include <array>
#include <bit>

#include "khien/core/assert.hpp"

namespace khien::store {
namespace {

constexpr std::array kLeafPrefix{std::byte{0}};
constexpr std::array kNodePrefix{std::byte{1}};

int ones(std::int64_t size) { return std::popcount(static_cast<std::uint64_t>(size)); }

}  // namespace

Sha256 merkle_leaf(ByteView leaf) {
  Sha256Stream hash;
  hash.update(kLeafPrefix);
  hash.update(leaf);
  return hash.finish();
}

Sha256 merkle_node(const Sha256& left, const Sha256& right) {
  Sha256Stream hash;
  hash.update(kNodePrefix);
  hash.update(left.view());
  hash.update(right.view());
  return hash.finish();
}

Result<MerkleEdge> MerkleEdge::from_bytes(std::int64_t size, ByteView bytes) {
  constexpr std::size_t kNodeBytes = sizeof(Sha256::bytes);
  if (size < 0 || bytes.size() != static_cast<std::size_t>(ones(size)) * kNodeBytes) {
    return Error(Code::corrupt, "the tree's edge does not fit its size");
  }
  MerkleEdge edge;
  edge.size_ = size;
  for (std::size_t at = 0; at < bytes.size(); at += kNodeBytes) {
    TRY(const auto node, Sha256::from_bytes(bytes.subspan(at, kNodeBytes)));
    edge.nodes_.push_back(node);
  }
  return edge;
}

void MerkleEdge::push(const Sha256& leaf) {
  Sha256 node = leaf;
  // As in adding 1: each carry joins two perfect subtrees of one height.
  for (auto carry = static_cast<std::uint64_t>(size_); (carry & 1) != 0; carry >>= 1) {
    khien_assert(!nodes_.empty());
    node = merkle_node(nodes_.back(), node);
    nodes_.pop_back();
  }
  nodes_.push_back(node);
  ++size_;
  khien_assert(nodes_.size() == static_cast<std::size_t>(ones(size_)));
}

Sha256 MerkleEdge::root() const {
  if (nodes_.empty()) return sha256(ByteView{});
  Sha256 root = nodes_.back();
  for (auto node = nodes_.rbegin() + 1; node != nodes_.rend(); ++node) root = merkle_node(*node, root);
  return root;
}

Bytes MerkleEdge::bytes() const {
  Bytes bytes;
  for (const Sha256& node : nodes_) bytes.insert(bytes.end(), node.bytes.begin(), node.bytes.end());
  return bytes;
}

}  // namespace khien::store
