#include <array>

#include "khien/feed/feed.hpp"

// What a program needs that takes records and reads no feed.
namespace khien::feed {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"kev", "cve", "nvd", "osv", "debian", "csaf", "epss", "trivy"};

}  // namespace

std::string_view to_string(FeedKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

Result<FeedKind> feed_kind_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<FeedKind>(i);
  }
  return Error(Code::invalid, "no kind of feed");
}

Budget::Limits feed_limits() {
  return {.bytes_in = kMostFileBytes, .bytes_out = 8ull << 30, .depth = 64, .entries = 400'000'000, .time = minutes(15)};
}

}  // namespace khien::feed
