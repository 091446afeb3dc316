#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/local_text.hpp"

namespace khien::seal {

enum class FileKind : unsigned char { pdf, xml, unknown };
std::string_view to_string(FileKind kind);

enum class SignatureState : unsigned char {
  valid,
  digest_mismatch,   // the bytes are not those that were signed
  bad_signature,     // not made by the certificate's key
  untrusted,         // the certificate leads to no anchor
  expired,           // when it was stamped, or now
  revoked,           // and nothing proves that it was signed before
  not_yet_valid,
  weak_algorithm,    // SHA-1, MD5, RSA below 2048 bits
  covers_part_only,  // something of the file is not under it
  changed_after,     // and was written after it
  malformed,
};
std::string_view to_string(SignatureState state);
Result<SignatureState> signature_state_from_string(std::string_view text);
LocalText words_of(SignatureState state);

// What the lists of revoked certificates say of a signature's certificates, where they do not
// say `revoked`.
enum class Revocation : unsigned char {
  not_checked,  // there is no list at all
  good,
  unknown,      // none of this authority, or none that is new enough
};
std::string_view to_string(Revocation revocation);
LocalText words_of(Revocation revocation);

struct SignatureFinding {
  SignatureState state = SignatureState::malformed;
  // A document time stamp: it says when, and nobody's will. Without a signer.
  bool is_time_stamp = false;
  std::string signer;  // the subject's common name, or its whole name
  std::string issuer;
  std::string serial;  // hexadecimal
  std::optional<Timestamp> signed_at;      // claimed by the signer
  std::optional<Timestamp> timestamped_at; // proven by an RFC 3161 token that leads to an anchor
  // Of a PDF: how many of the file's first bytes are what was signed, the signature with them; 0
  // if it does not hold.
  std::int64_t signed_bytes = 0;
  // Valid, of an earlier revision; and a later signature shows a picture of itself on a page,
  // which may cover something.
  bool pictured_after = false;
  Revocation revocation = Revocation::not_checked;
  std::optional<Timestamp> lists_of;   // when the oldest list was made that `good` is by
  std::optional<Timestamp> revoked_at; // of `revoked`
  std::string detail;  // in English, for the expert: "ByteRange ends 12 bytes before the file"

  bool operator==(const SignatureFinding&) const = default;
};

// What a person is to know of a file. `valid`: somebody signed it (a time stamp alone is no
// signature), each finding is valid, and what they cover together is the whole file.
struct Verification {
  FileKind kind = FileKind::unknown;
  bool valid = false;
  // Was it asked for a first revision (VerifyOptions::first_revision), and do signatures
  // alone, that show nothing, lie between it and the file? Apart from `valid`.
  bool covers_first_revision_only_signatures = false;
  std::vector<SignatureFinding> signatures;  // as they stand in the file
  LocalText words;                           // one sentence

  bool operator==(const Verification&) const = default;
};

struct VerifyOptions {
  // Anchors: certificates in PEM, those of the Government CA and whom else the reader trusts.
  // None: every signature is `untrusted` at best.
  std::string trust_pem;
  Timestamp now;
  // Anchors besides, for time stamps alone.
  std::string time_trust_pem = {};
  // Lists of revoked certificates (RFC 5280), each a file in DER or PEM; of one authority there
  // may be many, of many days. At most kMostRevocationLists.
  std::vector<std::string> revocation_lists = {};
  // How many of a PDF's first bytes are a document of ours that was signed since; 0: none.
  // That they are ours is the caller's to compare.
  std::size_t first_revision = 0;
};

inline constexpr std::size_t kMostRevocationLists = 400;

// The names of those who signed, "; " between them and none in them; empty if one has no name.
std::string signers_of(const Verification& verification);

// Limits that fit every file that units send: 64 MiB, and less time than its reader waits.
Budget::Limits verify_limits();

// Reads hostile bytes: in production in khien-worker (verify_job). Whoever made them, a
// file is an answer and no error; Code::exhausted alone comes of the budget. Revocation is judged by
// the lists that are given: nothing is fetched. Pure.
Result<Verification> verify(ByteView bytes, const VerifyOptions& options, Budget& budget);

std::string to_json(const Verification& verification);
// Of a worker, which is not believed: bounded, Code::corrupt unless to_json() could say it.
Result<Verification> verification_from_json(std::string_view json);

// What khien-worker is asked for: the two ends of one line. The file that it is given is
// all anchors, all lists and then the file itself.
inline constexpr std::string_view kVerifyWanted = "verify\n";
std::string verify_ask(const VerifyOptions& options);  // begins with kVerifyWanted
// Loads what the libraries load on first use, before a sandbox shuts.
void warm_up_verify();
// `ask` without kVerifyWanted.
Result<std::string> run_verify_job(std::string_view ask, ByteView bytes, const Clock* clock);

}  // namespace khien::seal
