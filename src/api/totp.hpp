#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/time.hpp"

namespace khien::api {

// Time-based one-time passwords (RFC 6238): HMAC-SHA-1, 30 s, six digits, as
// every authenticator app speaks them.
inline constexpr std::size_t kTotpSecretBytes = 20;

std::string totp_code(ByteView secret, std::int64_t step);
std::int64_t totp_step(Timestamp now);

// The step whose code this is: the current one or a neighbour, and later than
// `last_step`, so that no code is taken twice.
std::optional<std::int64_t> matching_totp_step(ByteView secret, std::string_view code, std::int64_t last_step,
                                               Timestamp now);

// otpauth:// address for the authenticator's camera.
std::string totp_uri(std::string_view issuer, std::string_view username, ByteView secret);

}  // namespace khien::api
