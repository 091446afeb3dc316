#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/seal/signer.hpp"

namespace khien::seal {

// The packets between SignerProcess and khien-signer, on a SOCK_SEQPACKET pair that is the
// signer's descriptor 3. It greets with a SignerReply; then each request has one reply. The
// packet after an `approve` is the PIN's bare bytes, so that no parser ever copies them.
inline constexpr std::size_t kMaxSignerPacket = 64u << 10;
inline constexpr std::size_t kMaxPinBytes = 64;
inline constexpr std::size_t kMaxSignedInfoBytes = 4u << 10;

struct SignerRequest {
  enum class Ask : std::uint8_t { certificates, approve, sign_cms, sign_xml };
  Ask ask = Ask::certificates;
  SigningJob job;           // of all but `certificates`
  std::string signed_info;  // of `sign_xml`
  // How often the PIN was wrong in a row, as the client has counted, and whether the token
  // told so itself (CKF_USER_PIN_COUNT_LOW). Of the two signatures.
  std::uint8_t wrong_pins = 0;
  bool token_counts = false;

  bool operator==(const SignerRequest&) const = default;
};

struct SignerReply {
  enum class Login : std::uint8_t { none, right, wrong };
  std::uint8_t code = 0;      // 0, or the error's Code + 1
  Login login = Login::none;  // what this request did to the token's count of tries
  bool token_counts = false;  // after a wrong PIN: it says that fewer tries are left
  std::string words;          // the error's, or the greeting: what is in force
  std::vector<Bytes> parts;   // certificates, or the one signature

  bool operator==(const SignerReply&) const = default;
};

std::string encode(const SignerRequest& request);
std::string encode(const SignerReply& reply);
// Code::corrupt unless encode() could have made it; all lengths are bounded.
Result<SignerRequest> decode_signer_request(ByteView packet);
Result<SignerReply> decode_signer_reply(ByteView packet);

}  // namespace khien::seal
