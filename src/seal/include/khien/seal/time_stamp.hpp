#pragma once

#include <memory>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/net/client.hpp"

namespace khien::seal {

struct TimeStampToken {
  Bytes der;     // a ContentInfo
  Timestamp at;  // what it says
};

// Proves that something existed at a moment (RFC 3161).
class TimeStamper {
 public:
  virtual ~TimeStamper() = default;
  // Over SHA-256 of the bytes. Code::unavailable if the server does not answer or refuses,
  // Code::corrupt if its answer is not for these bytes, or not from whom we trust.
  virtual Result<TimeStampToken> stamp(ByteView bytes) = 0;
};

// Over HTTP (RFC 3161 §3.4). `client` and `random` are borrowed; what a token says is proven by
// itself, so the client may be one that allows plain HTTP. `trust_pem`: certificates that the
// server's own must lead to; its extended key usage must be time stamping.
std::unique_ptr<TimeStamper> make_time_stamper(net::Client& client, std::string url, std::string trust_pem, Random& random);

}  // namespace khien::seal
