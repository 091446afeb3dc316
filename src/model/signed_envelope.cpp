#include "khien/model/signed_envelope.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/core/signature.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::string_view kPurpose = "khien signed statement 1\n";
constexpr std::array<std::string_view, 4> kTypes{"root", "content", "policy", "program"};
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kMaxNameBytes = 64;

void write(JsonWriter& out, const Statement& statement) {
  out.begin_object().field("type", to_string(statement.type)).field("name", statement.name);
  out.field("version", statement.version).field("issued_at", statement.issued_at);
  out.field("expires_at", statement.expires_at).field("payload_sha256", statement.payload_sha256.hex());
  out.field("payload_size", static_cast<std::int64_t>(statement.payload_size)).end_object();
}

Result<Timestamp> time_at(const Json& object, std::string_view name) {
  TRY(const auto text, object.string_at(name));
  return from_rfc3339(text);
}

Result<Statement> read_statement(const Json& object) {
  Statement statement;
  TRY(const auto type, object.string_at("type"));
  TRY(statement.type, signed_type_from_string(type));
  TRY(const auto name, object.string_at("name"));
  if (!is_release_name(name)) return Error(Code::invalid, "field 'name' is no name of a release");
  statement.name = name;
  TRY(statement.version, object.integer_at("version"));
  if (statement.version < 1) return Error(Code::invalid, "field 'version' is below 1");
  TRY(statement.issued_at, time_at(object, "issued_at"));
  TRY(statement.expires_at, time_at(object, "expires_at"));
  if (statement.expires_at <= statement.issued_at) return Error(Code::invalid, "it expires before it was issued");
  TRY(const auto hash, object.string_at("payload_sha256"));
  TRY(statement.payload_sha256, Sha256::from_hex(hash));
  TRY(const auto size, object.integer_at("payload_size"));
  if (size < 0) return Error(Code::invalid, "field 'payload_size' is below 0");
  statement.payload_size = static_cast<std::uint64_t>(size);
  return statement;
}

Result<KeySignature> read_signature(const Json& object) {
  KeySignature signature;
  TRY(const auto key, object.string_at("key"));
  TRY(signature.key, Sha256::from_hex(key));
  TRY(const auto text, object.string_at("signature"));
  TRY(signature.signature, from_base64url(text));
  if (signature.signature.size() != kSignatureBytes) return Error(Code::invalid, "a signature has 64 bytes");
  return signature;
}

Result<SignedEnvelope> read_envelope(std::string_view text) {
  Budget budget({.bytes_in = kMaxEnvelopeBytes, .depth = 4, .entries = 128});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  TRY(const auto statement, root.field("signed"));
  SignedEnvelope envelope;
  TRY(envelope.statement, read_statement(statement));
  TRY(const auto signatures, root.field("signatures"));
  if (!signatures.is_array()) return Error(Code::invalid, "field 'signatures' is not an array");
  if (signatures.size() > kMaxSignatures) return Error(Code::exhausted, "too many signatures");
  TRY_VOID(signatures.each([&](Json element) -> Result<void> {
    TRY(auto signature, read_signature(element));
    if (!envelope.signatures.empty() && envelope.signatures.back().key >= signature.key) {
      return Error(Code::invalid, "signatures are not in the order of their keys, each once");
    }
    envelope.signatures.push_back(std::move(signature));
    return {};
  }));
  // What is signed is what to_json writes: another spelling, a field that is not
  // known or one that is there twice would be read otherwise by someone else.
  if (to_json(envelope) != text) return Error(Code::invalid, "an envelope in another spelling");
  return envelope;
}

}  // namespace

std::string_view to_string(SignedType type) { return kTypes.at(static_cast<std::size_t>(type)); }

Result<SignedType> signed_type_from_string(std::string_view text) {
  const auto found = std::ranges::find(kTypes, text);
  if (found == kTypes.end()) return Error(Code::invalid, "not a type that is signed");
  return static_cast<SignedType>(found - kTypes.begin());
}

bool is_release_name(std::string_view text) {
  const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto any = [&word](char c) { return word(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kMaxNameBytes && word(text.front()) && std::ranges::all_of(text, any);
}

Sha256 key_id(ByteView public_key) { return sha256(public_key); }

std::string signed_bytes(const Statement& statement) {
  JsonWriter out;
  write(out, statement);
  return std::string(kPurpose) + out.take();
}

Result<void> sign(SignedEnvelope& envelope, ByteView secret_seed) {
  khien_assert(is_release_name(envelope.statement.name) && envelope.statement.version >= 1);
  TRY(const auto public_key, ed25519_public_key(secret_seed));
  TRY(auto signature, ed25519_sign(secret_seed, as_bytes(signed_bytes(envelope.statement))));
  const Sha256 key = key_id(public_key);
  auto& all = envelope.signatures;
  const auto place = std::ranges::lower_bound(all, key, {}, &KeySignature::key);
  if (place != all.end() && place->key == key) {
    place->signature = std::move(signature);
    return {};
  }
  if (all.size() >= kMaxSignatures) return Error(Code::exhausted, "too many signatures");
  all.insert(place, {key, std::move(signature)});
  return {};
}

Result<void> check_signature(const SignedEnvelope& envelope, ByteView public_key) {
  const auto& all = envelope.signatures;
  const auto found = std::ranges::find(all, key_id(public_key), &KeySignature::key);
  if (found == all.end()) return Error(Code::denied, "not signed by that key");
  return ed25519_verify(public_key, as_bytes(signed_bytes(envelope.statement)), found->signature);
}

std::string to_json(const SignedEnvelope& envelope) {
  JsonWriter out;
  out.begin_object().key("signed");
  write(out, envelope.statement);
  out.key("signatures").begin_array();
  for (const KeySignature& signature : envelope.signatures) {
    out.begin_object().field("key", signature.key.hex());
    out.field("signature", to_base64url(signature.signature)).end_object();
  }
  out.end_array().end_object();
  return out.take();
}

Result<SignedEnvelope> signed_envelope_from_json(std::string_view text) {
  if (text.size() > kMaxEnvelopeBytes) return Error(Code::exhausted, "an envelope over 8 KiB");
  return malformed(read_envelope(text));
}

Result<SignedFile> read_signed_file(ByteView bytes) {
  const std::string_view head = as_text(bytes.first(std::min(bytes.size(), kMaxEnvelopeBytes + 1)));
  const auto end = head.find('\n');
  if (end == head.npos) return Error(Code::invalid, "not a signed file: no envelope in its first line");
  TRY(auto envelope, signed_envelope_from_json(head.substr(0, end)));
  return SignedFile{std::move(envelope), bytes.subspan(end + 1)};
}

std::string signed_file(const SignedEnvelope& envelope, std::string_view payload) {
  std::string text = to_json(envelope);
  text += '\n';
  text += payload;
  return text;
}

Statement statement_about(SignedType type, std::string name, std::int64_t version, Timestamp issued_at, Duration lasts,
                          ByteView payload) {
  khien_assert(is_release_name(name) && version >= 1 && lasts.ms > 0);
  return {type, std::move(name), version, issued_at, issued_at + lasts, sha256(payload), payload.size()};
}

}  // namespace khien
