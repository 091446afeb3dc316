#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/crawl/fetcher.hpp"

namespace khien::crawl {

// Whether a domain's mail comes in encrypted: what the first exchanger that answered said.
struct MailDoor {
  std::string exchanger;
  bool offered = false;         // STARTTLS (RFC 3207)
  std::optional<TlsFacts> tls;  // of the handshake that followed; none: none came about
};

// Greets the exchangers in order (two at most), asks whether they take mail encrypted, begins that, and takes leave:
// no mail is sent and nobody is named. None where nobody answered, or where `guard` closes the addresses. Eight seconds
// at most; bounded whatever is said.
std::optional<MailDoor> look_at_mail_door(const std::vector<std::string>& exchangers, const AddressGuard& guard, const std::string& dns_servers,
                                          const Clock& clock, std::uint16_t port = 25);

}  // namespace khien::crawl
