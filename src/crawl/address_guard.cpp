#include "khien/crawl/address_guard.hpp"

#include <algorithm>

namespace khien::crawl {
namespace {

bool is_office(AddressUse use) {
  return use == AddressUse::loopback || use == AddressUse::private_use || use == AddressUse::shared;
}

}  // namespace

std::string_view AddressGuard::refusal(const IpAddress& address) const {
  for (const IpRange& range : options_.own) {
    if (range.holds(address)) return "own";
  }
  const AddressUse use = use_of(address);
  if (use == AddressUse::open || (options_.allow_private && is_office(use))) return {};
  const bool opened = std::ranges::any_of(options_.opened, [&](const IpRange& range) { return range.holds(address); });
  if (opened && is_office(use)) return {};
  return to_string(use);
}

std::string_view AddressGuard::refusal(std::span<const IpAddress> addresses) const {
  if (addresses.empty()) return "none";
  for (const IpAddress& address : addresses) {
    if (const auto word = refusal(address); !word.empty()) return word;
  }
  return {};
}

std::string_view AddressGuard::refusal(const WebUrl& url) const {
  if (url.port == 0) return "port";
  if (!options_.allow_private && std::ranges::find(options_.ports, url.port) == options_.ports.end()) return "port";
  return url.address ? refusal(*url.address) : std::string_view{};
}

}  // namespace khien::crawl
