#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace khien::net {

// A peer's address as it is written and as it is counted.
struct PeerAddress {
  std::string text;        // "192.0.2.7", "2001:db8::1"
  std::string counted_as;  // the address, or the /64 of an IPv6 one
  bool is_loopback = false;
};

// Of a sockaddr_in or sockaddr_in6. IPv4 mapped into IPv6 is IPv4.
PeerAddress peer_address(const void* socket_address);

// How many connections a listener has, in all and from each address.
// Thread-safe.
class Admission {
 public:
  Admission(std::size_t most, std::size_t most_per_address)
      : most_(most), most_per_address_(most_per_address) {}

  // A place for as long as it lives; the Admission must outlive it.
  class Place {
   public:
    Place(Place&& other) noexcept : admission_(other.admission_), address_(std::move(other.address_)) {
      other.admission_ = nullptr;
    }
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (admission_ != nullptr) admission_->leave(address_);
    }

   private:
    friend class Admission;
    Place(Admission* admission, std::string address) : admission_(admission), address_(std::move(address)) {}
    Admission* admission_;
    std::string address_;  // empty: not counted by address
  };

  // None if there is no place left.
  std::optional<Place> enter(const PeerAddress& peer);

 private:
  void leave(const std::string& address);

  const std::size_t most_;
  const std::size_t most_per_address_;
  std::mutex mutex_;
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace khien::net
