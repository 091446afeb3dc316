#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/time.hpp"
#include "khien/seal/verify.hpp"

namespace khien::seal {

// What a signature's moment is known by. A stamp is told apart from what was stamped: who has
// the key of a time stamp server dates as he likes (RFC 3161 §4).
enum class Moment : unsigned char { claimed, proven, of_stamp };

// What the lists say of one chain of certificates.
struct Revoked {
  Revocation revocation = Revocation::not_checked;
  std::optional<Timestamp> lists_of;
  std::optional<Timestamp> at;  // since when it is revoked: then the signature does not hold
  std::string detail;
};

// Lists of revoked certificates, by authority and day.
class Revocations {
 public:
  explicit Revocations(const std::vector<std::string>& lists);
  Revocations(const Revocations&) = delete;
  Revocations& operator=(const Revocations&) = delete;
  ~Revocations();

  // `chain`: DER, the signer's certificate first and an anchor, which nobody revokes, last.
  // `at`: the moment that counts: of a claimed one it is now.
  Revoked judge(const std::vector<Bytes>& chain, Timestamp at, Moment moment) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::seal
