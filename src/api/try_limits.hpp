#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "khien/core/clock.hpp"

namespace khien::api {

// An IPv4 address as it is, an IPv6 address as its /64: what one customer of a
// network holds. What is not an address counts as one.
std::string network_of(std::string_view address);

// How often each key did something within a sliding window. Holds a bounded
// number of keys: when full, the one that was quiet longest is forgotten.
// Not thread-safe.
class Window {
 public:
  Window(unsigned most, Duration length, std::size_t most_keys)
      : most_(most), length_(length), most_keys_(most_keys) {}

  // How long until one more is allowed; 0 now.
  Duration wait(const std::string& key, Duration now);
  void note(const std::string& key, Duration now);
  void clear(const std::string& key);
  std::size_t keys() const { return entries_.size(); }

 private:
  struct Entry {
    std::deque<std::int64_t> at_ms;
    std::list<std::string>::iterator place;
  };
  void forget_old(Entry& entry, Duration now) const;

  unsigned most_;
  Duration length_;
  std::size_t most_keys_;
  std::unordered_map<std::string, Entry> entries_;
  std::list<std::string> by_use_;  // quiet longest first
};

// Limits of sign-in: by account, by network, in all. In memory and before any
// other work, so that guessing costs us nothing. By monotonic time. Thread-safe.
class TryLimits {
 public:
  TryLimits(const Clock& clock, unsigned per_account, unsigned per_address, unsigned in_all);

  // 0 and the try is noted, or how long to wait and nothing is noted.
  Duration take(std::string_view account, std::string_view address);
  // The network and the whole only: before a request may even wait its turn.
  Duration wait_for_address(std::string_view address);
  // It was the right person: the account's tries are forgotten.
  void succeeded(std::string_view account);

 private:
  const Clock& clock_;
  std::mutex mutex_;
  Window accounts_;
  Window networks_;
  Window all_;
};

}  // namespace khien::api
