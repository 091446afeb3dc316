#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"

namespace khien {

// What a signature can be about. The list is closed: a key that may sign one type
// may not sign another unless the root document says so.
enum class SignedType : unsigned char {
  root,     // who may sign what (trust.hpp)
  content,  // rules and lists of hashes
  policy,   // what a machine shall do
  program,  // programs themselves
};
std::string_view to_string(SignedType type);
Result<SignedType> signed_type_from_string(std::string_view text);

// What is signed: these bytes are release `version` of `name`. Nothing else about
// the payload is believed, and nothing in the payload before this holds.
struct Statement {
  SignedType type = SignedType::content;
  std::string name;          // the line of releases; is_release_name()
  std::int64_t version = 0;  // counts releases of that line, from 1
  Timestamp issued_at;
  Timestamp expires_at;      // not to be taken from then on
  Sha256 payload_sha256;
  std::uint64_t payload_size = 0;

  bool operator==(const Statement&) const = default;
};

struct KeySignature {
  Sha256 key;        // key_id()
  Bytes signature;   // 64 bytes

  bool operator==(const KeySignature&) const = default;
};

// A statement and who signed it. Says nothing about whether that is true: see
// Trust, which is the only one to ask.
struct SignedEnvelope {
  Statement statement;
  std::vector<KeySignature> signatures = {};  // ascending by key, each key once

  bool operator==(const SignedEnvelope&) const = default;
};

inline constexpr std::size_t kMaxEnvelopeBytes = 8u << 10;
inline constexpr std::size_t kMaxSignatures = 16;

// 1 to 64 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit.
bool is_release_name(std::string_view text);

// The name of a key: SHA-256 of its 32 public bytes.
Sha256 key_id(ByteView public_key);

// The bytes that signatures are over. One statement, one spelling; begins with a
// line that no other use of a key of ours begins with.
std::string signed_bytes(const Statement& statement);

// Adds the signature of that key, or makes it anew. Code::invalid if it is no
// seed, exhausted beyond kMaxSignatures.
Result<void> sign(SignedEnvelope& envelope, ByteView secret_seed);
// Code::denied if the envelope has no signature by that key that holds.
Result<void> check_signature(const SignedEnvelope& envelope, ByteView public_key);

// One line of JSON without its end. Strict and canonical: a text that is not
// exactly what to_json writes is Code::invalid, one that is too long exhausted.
std::string to_json(const SignedEnvelope& envelope);
Result<SignedEnvelope> signed_envelope_from_json(std::string_view text);

// An envelope and its payload in one file: the envelope's line, "\n", the bytes.
struct SignedFile {
  SignedEnvelope envelope;
  ByteView payload;  // within the bytes that were read; not compared with its hash
};
// Of the whole file, or of its beginning: then the payload is what there is of it.
Result<SignedFile> read_signed_file(ByteView bytes);
std::string signed_file(const SignedEnvelope& envelope, std::string_view payload);

// The statement about that payload, to be signed.
Statement statement_about(SignedType type, std::string name, std::int64_t version, Timestamp issued_at, Duration lasts,
                          ByteView payload);

}  // namespace khien
