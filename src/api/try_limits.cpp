#include "try_limits.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "khien/core/bytes.hpp"
#include "khien/core/hash.hpp"

namespace khien::api {
namespace {

constexpr Duration kWindow = minutes(15);
constexpr std::size_t kMostKeys = 20'000;

// A key of fixed length, so that names of any length cost the same memory.
std::string key_of(std::string_view text) { return std::string(as_text(sha256(text).view().first(16))); }

}  // namespace

std::string network_of(std::string_view address) {
  const std::string text(address);
  std::array<std::byte, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return text;
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return "?";
  // ::ffff:192.0.2.7 is an IPv4 address in disguise; else each IPv4 peer of a
  // dual-stack listener would share one /64.
  constexpr std::array<std::byte, 12> kMapped{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, std::byte{0xff}, std::byte{0xff}}};
  const bool mapped = std::ranges::equal(kMapped, ByteView(bytes).first(kMapped.size()));
  return to_hex(mapped ? ByteView(bytes) : ByteView(bytes).first(8));
}

void Window::forget_old(Entry& entry, Duration now) const {
  while (!entry.at_ms.empty() && entry.at_ms.front() <= now.ms - length_.ms) entry.at_ms.pop_front();
}

Duration Window::wait(const std::string& key, Duration now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  forget_old(found->second, now);
  if (found->second.at_ms.size() < most_) return {};
  return {found->second.at_ms.front() + length_.ms - now.ms};
}

void Window::note(const std::string& key, Duration now) {
  const auto [found, is_new] = entries_.try_emplace(key);
  Entry& entry = found->second;
  if (is_new) {
    entry.place = by_use_.insert(by_use_.end(), key);
  } else {
    by_use_.splice(by_use_.end(), by_use_, entry.place);
  }
  forget_old(entry, now);
  entry.at_ms.push_back(now.ms);
  if (entries_.size() > most_keys_) {
    const std::string oldest = by_use_.front();
    clear(oldest);
  }
}

void Window::clear(const std::string& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  by_use_.erase(found->second.place);
  entries_.erase(found);
}

TryLimits::TryLimits(const Clock& clock, unsigned per_account, unsigned per_address, unsigned in_all)
    : clock_(clock),
      accounts_(per_account, kWindow, kMostKeys),
      networks_(per_address, kWindow, kMostKeys),
      all_(in_all, kWindow, 1) {}

Duration TryLimits::take(std::string_view account, std::string_view address) {
  const auto now = clock_.monotonic();
  const auto account_key = key_of(account);
  const auto network = network_of(address);
  const std::lock_guard lock(mutex_);
  const auto wait = std::max({accounts_.wait(account_key, now), networks_.wait(network, now), all_.wait({}, now)});
  if (wait.ms > 0) return wait;
  accounts_.note(account_key, now);
  networks_.note(network, now);
  all_.note({}, now);
  return {};
}

Duration TryLimits::wait_for_address(std::string_view address) {
  const auto now = clock_.monotonic();
  const auto network = network_of(address);
  const std::lock_guard lock(mutex_);
  return std::max(networks_.wait(network, now), all_.wait({}, now));
}

void TryLimits::succeeded(std::string_view account) {
  const auto key = key_of(account);
  const std::lock_guard lock(mutex_);
  accounts_.clear(key);
}

}  // namespace khien::api
