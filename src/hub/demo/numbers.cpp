#include "numbers.hpp"

#include <numeric>

#include "khien/core/assert.hpp"

namespace khien::hub::demo {

std::vector<std::int64_t> shared_out(std::int64_t total, std::span<const std::int64_t> weights) {
  const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  khien_assert(sum > 0);
  std::vector<std::int64_t> shares;
  shares.reserve(weights.size());
  // By the running sum, so that what one share loses by rounding the next gains.
  std::int64_t before = 0;
  for (const std::int64_t weight : weights) {
    const std::int64_t after = before + weight;
    shares.push_back(total * after / sum - total * before / sum);
    before = after;
  }
  return shares;
}

bool is_chosen(std::size_t index, std::size_t chosen, std::size_t all) {
  return (index + 1) * chosen / all != index * chosen / all;
}

std::uint64_t scattered(std::uint64_t index, std::uint64_t salt, std::uint64_t bound) {
  // SplitMix64's finalizer.
  std::uint64_t x = index * 0x9e3779b97f4a7c15u + salt * 0xd1b54a32d192ed03u + 0x8cb92ba72f3d8dd7u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (x ^ (x >> 31)) % bound;
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

}  // namespace khien::hub::demo
