#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/authority.hpp"
#include "khien/core/hash.hpp"
#include "khien/seal/verify.hpp"

namespace khien::seal {

// SHA-256 of what the signed seeds say. Nothing else can be valid by kSeedAuthority.
inline constexpr std::array<std::string_view, 4> kGenuine = {
    "4128edc5f659757624bf8032529f6f1826b67c7ae6cb599a517ae38e43e02c4e",   // signed-cades.pdf
    "94e214d1d7637755f522be1be77a6c077fdcdfc402031de061358e968ef15ff5",   // signed-pkcs7.pdf
    "c2f7cb05305f6b162dd3e6cce463614d1a62a9e61fdcacd6414dbe3b846d3231",   // signed-twice.pdf
    "0c6068685ca8b858f090a0afee2b7ae0eec8cf487fa5fcab598d4aced6652bdc"};  // what both signed-….xml say

inline void demand(bool holds) {
  if (!holds) std::abort();
}

// Verified twice alike, there and back as JSON, and valid only where nothing was changed.
inline void verify_seed(ByteView bytes, FileKind kind, std::string (*identity)(ByteView)) {
  const VerifyOptions options{.trust_pem = std::string(kSeedAuthority), .now = {1'800'000'000'000}};
  const Budget::Limits limits{.bytes_in = 1u << 20, .bytes_out = 16u << 20, .depth = 16, .entries = 100'000};
  Budget first(limits), second(limits);
  const auto verification = verify(bytes, options, first);
  const auto again = verify(bytes, options, second);
  demand(verification.has_value() == again.has_value());
  if (!verification) {
    demand(verification.error().code() == Code::exhausted);
    return;
  }
  demand(*verification == *again);
  demand(!verification->valid || std::ranges::find(kGenuine, identity(bytes)) != kGenuine.end());
  demand(verification->kind == kind || !verification->valid);
  demand(verification_from_json(to_json(*verification)).has_value());
}

}  // namespace khien::seal
