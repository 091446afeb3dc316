#include "host_gates.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::crawl {

void HostGates::list(const std::string& host, const Gate& gate) {
  if (gate.inside >= at_once_) return;
  if (!gate.going_on.empty()) going_on_.emplace(gate.open_at.ms, host);
  if (!gate.going_on.empty() || !gate.newcomers.empty()) any_.emplace(gate.open_at.ms, host);
}

void HostGates::unlist(const std::string& host, const Gate& gate) {
  any_.erase({gate.open_at.ms, host});
  going_on_.erase({gate.open_at.ms, host});
}

// Hosts that nobody asks for any more stay until their pause is over, and then until
// there are many.
void HostGates::forget_idle(Duration now) {
  if (gates_.size() < forget_above_) return;
  std::erase_if(gates_, [&](const auto& each) { return each.second.idle() && each.second.open_at <= now; });
  forget_above_ = std::max<std::size_t>(1024, gates_.size() * 2);
}

void HostGates::wait(const std::string& host, std::uint64_t number, Who who, Duration now) {
  forget_idle(now);
  Gate& gate = gates_[host];
  (who == Who::going_on ? gate.going_on : gate.newcomers).push_back(number);
  list(host, gate);
}

std::optional<std::uint64_t> HostGates::next(Duration now, bool newcomers) {
  const Listed& listed = newcomers ? any_ : going_on_;
  if (listed.empty() || listed.begin()->first > now.ms) return std::nullopt;
  const std::string host = listed.begin()->second;
  Gate& gate = gates_.at(host);
  khien_assert(gate.inside < at_once_);
  unlist(host, gate);
  auto& from = gate.going_on.empty() ? gate.newcomers : gate.going_on;
  khien_assert(!from.empty());
  const std::uint64_t number = from.front();
  from.pop_front();
  ++gate.inside;
  gate.open_at = {now.ms + pause_.ms};
  list(host, gate);
  return number;
}

void HostGates::leave(const std::string& host) {
  const auto found = gates_.find(host);
  khien_assert(found != gates_.end() && found->second.inside > 0);
  --found->second.inside;
  list(host, found->second);
}

void HostGates::forget(const std::string& host, std::uint64_t number) {
  const auto found = gates_.find(host);
  if (found == gates_.end()) return;
  unlist(host, found->second);
  std::erase(found->second.going_on, number);
  std::erase(found->second.newcomers, number);
  list(host, found->second);
}

std::optional<Duration> HostGates::next_at(bool newcomers) const {
  const Listed& listed = newcomers ? any_ : going_on_;
  if (listed.empty()) return std::nullopt;
  return Duration{listed.begin()->first};
}

}  // namespace khien::crawl
