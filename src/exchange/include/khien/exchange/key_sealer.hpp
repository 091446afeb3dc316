#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/exchange/xml_sealer.hpp"

namespace khien::exchange {

// Seals with a key out of a file (PEM, RSA of 2048 bits or more) and its certificate: a machine's
// own key, for messages that go out by themselves. Code::invalid if they do not belong together.
Result<XmlSealer> make_key_sealer(const Secret& key_pem, std::string_view certificate_pem);

// A key made here and now, and a certificate that it signed for itself, in the name given:
// for samples and tests. Nobody trusts it, and it is gone with the process.
struct ThrowAwayKey {
  Secret key_pem;
  std::string certificate_pem;
};
Result<ThrowAwayKey> make_throw_away_key(std::string_view common_name);

// Is there exactly one signature, is it good, and by which certificate? By libxmlsec. Code::denied
// if not. `trusted_pem`: certificates of which one must have made it.
Result<void> check_seal(std::string_view xml, std::string_view trusted_pem);

}  // namespace khien::exchange
