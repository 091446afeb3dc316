#include "hosts_once.hpp"

#include <utility>

#include "address.hpp"

namespace khien::watch {

void HostsOnce::add(std::string key, std::string address) {
  if (cut_ || hosts_.contains(key)) return;
  cut_ = hosts_.size() == kMost;
  if (cut_) return;
  hosts_.insert(std::move(key));
  kept_.push_back(std::move(address));
}

void HostsOnce::add(std::string address) {
  Address parsed = parse_address(resolve("https://a.invalid/", address));
  if (parsed.is_web()) add(std::move(parsed.host), std::move(address));
}

// A host that is named without "//" says less than an address does: each is kept.
void HostsOnce::add_named(std::string address) {
  const Address parsed = named_address(address);
  if (parsed.is_web()) add((address.contains("//") ? "" : ".") + parsed.host, std::move(address));
}

}  // namespace khien::watch
