#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/model/signed_envelope.hpp"

namespace khien {

// So many of these keys must sign what is of that type.
struct SigningRole {
  SignedType type = SignedType::root;
  std::size_t threshold = 1;
  std::vector<Sha256> keys = {};  // ascending, each once

  bool operator==(const SigningRole&) const = default;
};

// Who may sign what: the payload of a signed file of type `root`, named "root".
struct RootDocument {
  std::vector<Bytes> keys = {};          // public ones, ascending by key_id(), each once
  std::vector<SigningRole> roles = {};   // in the order of SignedType, at most one each; root always

  bool operator==(const RootDocument&) const = default;
};

inline constexpr std::size_t kMaxRootBytes = 32u << 10;
inline constexpr std::string_view kRootName = "root";

// Code::invalid says what is wrong: a threshold beyond the keys, a key that no one
// has, no role for roots themselves.
Result<void> check_root(const RootDocument& root);
std::string to_json(const RootDocument& root);
Result<RootDocument> root_document_from_json(std::string_view text);

// What a program believes, because of whom, and what it has seen. Begins with a
// root that came with the installation and never from a hub. Belongs on the disk
// (to_json), outside of what it judges, before anything is done with what it took.
//
// Against each of the attacks that TUF names:
//  (1) arbitrary content: a threshold of the keys of that type must have signed it
//  (2) rollback: a version below the highest taken is refused, and the same one
//      with other bytes
//  (3) freeze: what has expired is not taken, and what was seen expired never again,
//      whatever the clock says later; the time is never before what was signed last
//  (4) mix and match: one statement is about all bytes of a release
//  (5) fast-forward: a version is at most kMaxVersionStep ahead, and new keys for a
//      type forget its versions
//  (6) wrong type: type and name are signed, and asked for by who wants them
//
// A value; not thread-safe.
class Trust {
 public:
  static constexpr std::int64_t kMaxVersionStep = 100'000;
  static constexpr std::size_t kMaxReleases = 256;  // lines of releases that are remembered

  // The signed file of a root, believed because of where it came from. It must be
  // signed by a threshold of its own keys. Whether it has expired is not asked yet.
  static Result<Trust> pin(std::string_view signed_root);
  static Result<Trust> from_json(std::string_view text);
  std::string to_json() const;

  // Takes the next root: version + 1, signed by a threshold of this one and of its
  // own. May have expired itself, so that one can go on to the one after it.
  Result<void> rotate(std::string_view signed_root);

  // Believes the envelope, and remembers its version. The caller has hashed the
  // payload; it may use the bytes only after this and after keeping to_json().
  // The first that does not hold:
  //   Code::invalid      another type or name than was asked for (6)
  //   Code::denied       not enough signatures (1)
  //   Code::exhausted    version too far ahead (5)
  //   Code::conflict     version below or beside what was taken (2)
  //   Code::unavailable  it has expired (3), or the root has: a newer one is needed
  //   Code::corrupt      not the payload that was signed (4)
  // Remembers what it saw expired also where it refuses.
  Result<void> accept(const SignedEnvelope& envelope, SignedType type, std::string_view name, const Sha256& payload_sha256,
                      std::uint64_t payload_size, Timestamp now);
  // Signatures, type and name alone (1) (6): whoever keeps many releases, as a hub
  // does, decides about versions by itself.
  Result<void> check_signers(const SignedEnvelope& envelope, SignedType type, std::string_view name) const;

  std::int64_t root_version() const { return version_; }
  Timestamp root_expires_at() const { return expires_at_; }
  const RootDocument& root() const { return root_; }
  // The signed file of the root in force.
  const std::string& signed_root() const { return signed_root_; }
  // The highest version taken; 0: none.
  std::int64_t seen_version(SignedType type, std::string_view name) const;

  bool operator==(const Trust&) const = default;

 private:
  struct Release {
    SignedType type = SignedType::content;
    std::string name;
    std::int64_t version = 0;  // the highest taken; 0: none
    Sha256 payload;            // of that version
    std::int64_t expired = 0;  // the highest seen expired

    bool operator==(const Release&) const = default;
  };
  Trust() = default;
  Result<void> take_root(std::string_view signed_root);
  Result<void> check_version(const Statement& statement, const Release* seen) const;
  const Release* seen(SignedType type, std::string_view name) const;
  Result<Release*> remembered(SignedType type, std::string_view name);

  std::string signed_root_;
  std::int64_t version_ = 0;
  Timestamp expires_at_;
  RootDocument root_;
  Timestamp not_before_{};  // the newest moment that was signed
  std::vector<Release> releases_;
};

}  // namespace khien
