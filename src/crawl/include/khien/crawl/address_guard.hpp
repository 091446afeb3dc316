#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "khien/crawl/ip_address.hpp"
#include "khien/crawl/web_url.hpp"

namespace khien::crawl {

// Decides where the crawler may connect to. Pure: the same question, the same
// answer. Asked of every address of a name, again of the address that a socket is
// made for, and of every step that sends on.
class AddressGuard {
 public:
  struct Options {
    // For a lab, or sites inside an office: loopback, private and shared addresses,
    // and every port. Link-local stays closed: that is where clouds tell secrets.
    bool allow_private = false;
    // The same, of these networks only, and no more ports: sites that a province has
    // inside. Whatever page is looked at may then send a visitor there.
    std::vector<IpRange> opened;
    std::vector<std::uint16_t> ports{80, 443, 8443};
    // The hub's and its neighbours'. Closed whatever else is allowed.
    std::vector<IpRange> own;
  };

  AddressGuard() = default;
  explicit AddressGuard(Options options) : options_(std::move(options)) {}

  // Empty: open. Otherwise why not, a word: "loopback", "own".
  std::string_view refusal(const IpAddress& address) const;
  // The first refusal among the addresses of one name: one that is closed closes
  // them all. "none" where there are no addresses.
  std::string_view refusal(std::span<const IpAddress> addresses) const;
  // "port", or the address's refusal where the host is one; empty where only the
  // name's addresses can tell.
  std::string_view refusal(const WebUrl& url) const;

 private:
  Options options_;
};

}  // namespace khien::crawl
