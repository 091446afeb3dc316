#include "khien/model/finding.hpp"

#include <array>
#include <cstdint>

namespace khien {
namespace {

// Big-endian, so that the fingerprint is the same on every machine.
void put_number(Sha256Stream& hash, std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>((number >> (56 - 8 * i)) & 0xFF);
  hash.update(bytes);
}

// Its length goes first: "ab"+"c" and "a"+"bc" must differ.
void put_text(Sha256Stream& hash, std::string_view text) {
  put_number(hash, text.size());
  hash.update(as_bytes(text));
}

}  // namespace

std::string_view to_string(AssetId::Kind kind) { return kind == AssetId::Kind::machine ? "machine" : "site"; }

Result<AssetId::Kind> asset_kind_from_string(std::string_view text) {
  for (const auto kind : {AssetId::Kind::machine, AssetId::Kind::site}) {
    if (to_string(kind) == text) return kind;
  }
  return Error(Code::invalid, "asset kind is not one that is known");
}

Sha256 fingerprint(TenantId tenant, AssetId asset, const Claim& claim) {
  Sha256Stream hash;
  // No tenant is 0: what begins so is no machine's.
  if (asset.kind != AssetId::Kind::machine) {
    put_number(hash, 0);
    put_text(hash, to_string(asset.kind));
  }
  put_number(hash, static_cast<std::uint64_t>(tenant.value));
  put_number(hash, static_cast<std::uint64_t>(asset.value));
  put_text(hash, to_string(claim.judge));
  put_text(hash, claim.rule);
  put_text(hash, claim.subject);
  return hash.finish();
}

}  // namespace khien
