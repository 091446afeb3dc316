#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "khien/core/signature.hpp"
#include "khien/model/content.hpp"
#include "khien/model/trust.hpp"

namespace khien::agent {

// Those who sign content, offline: three for roots (1, 2, 3), three for content
// (4, 5, 6), two of each needed.
struct ContentSigner {
  static Bytes seed(int number) { return Bytes(32, std::byte(number)); }
  static Bytes public_key(int number) { return ed25519_public_key(seed(number)).value(); }

  static SigningRole role(SignedType type, const std::vector<int>& keys) {
    SigningRole made{.type = type, .threshold = 2};
    for (const int key : keys) made.keys.push_back(key_id(public_key(key)));
    std::ranges::sort(made.keys);
    return made;
  }
  static std::string root(std::int64_t version, const std::vector<int>& content_keys, Timestamp now) {
    RootDocument document;
    std::vector<int> all{1, 2, 3};
    all.insert(all.end(), content_keys.begin(), content_keys.end());
    for (const int key : all) document.keys.push_back(public_key(key));
    std::ranges::sort(document.keys, {}, [](const Bytes& key) { return key_id(key); });
    document.roles = {role(SignedType::root, {1, 2, 3}), role(SignedType::content, content_keys)};
    const std::string text = to_json(document);
    SignedEnvelope envelope{statement_about(SignedType::root, "root", version, now, days(3'650), as_bytes(text))};
    for (const int key : {1, 2}) REQUIRE(sign(envelope, seed(key)));
    return signed_file(envelope, text);
  }
  static SignedEnvelope release(std::int64_t version, std::string_view payload, Timestamp now,
                                const std::vector<int>& keys = {4, 5}) {
    SignedEnvelope envelope{
        statement_about(SignedType::content, std::string(kScanContent), version, now, days(30), as_bytes(payload))};
    for (const int key : keys) REQUIRE(sign(envelope, seed(key)));
    return envelope;
  }
};

}  // namespace khien::agent
