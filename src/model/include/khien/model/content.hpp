#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/hash.hpp"

namespace khien {

// The line of releases that machines load into their workers.
inline constexpr std::string_view kScanContent = "scan";

// Where a machine stands with its content.
//   factory    what came with the package
//   probation  a release that passed its trial here, not yet long enough at work
//   good       a release that was long enough at work
//   safe       two contents killed the worker: nothing is scanned any more
enum class ContentState : unsigned char { factory, probation, good, safe };
std::string_view to_string(ContentState state);
Result<ContentState> content_state_from_string(std::string_view text);

// Why a machine will not load a release again.
//   refused   it could not be read, or judged a sample wrongly
//   failed    its worker died, hung or needed too much, on trial or at work
//   left      the machine ended while it was being tried
//   recalled  the hub took it back
enum class BanReason : unsigned char { refused, failed, left, recalled };
std::string_view to_string(BanReason reason);
Result<BanReason> ban_reason_from_string(std::string_view text);

struct BannedContent {
  Sha256 sha256;
  BanReason reason = BanReason::refused;
  std::string detail;  // for a person; printable, bounded

  bool operator==(const BannedContent&) const = default;
};

// POST /agent/v1/content: how this machine fares, and what it should have.
struct ContentReport {
  static constexpr std::size_t kMaxBanned = 16;
  static constexpr std::size_t kMaxDetail = 300;

  ContentState state = ContentState::factory;
  std::optional<Sha256> content;     // the release at work; none: factory
  std::int64_t failures = 0;         // of its workers, since it was taken
  std::int64_t cpu_per_mille = 0;    // of one core, since the last report
  std::int64_t alerts = 0;           // files found bad since the last report
  std::int64_t root_version = 0;     // of the root in force
  std::vector<BannedContent> banned = {};  // newest first

  bool operator==(const ContentReport&) const = default;
};
std::string to_json(const ContentReport& report);
Result<ContentReport> content_report_from_json(std::string_view text);

// The answer. All that a hub can say about content: here is what somebody else
// signed, and: go back from these to what you held good before. It cannot name
// what to go back to.
struct ContentOffer {
  static constexpr std::size_t kMaxRoots = 4;
  static constexpr std::size_t kMaxRecalled = 16;

  std::string envelope;              // of a release; empty: nothing new for this machine
  std::vector<std::string> roots;    // signed files of the roots after the one in force
  std::vector<Sha256> recalled;
  std::int64_t ask_again_s = 60;

  bool operator==(const ContentOffer&) const = default;
};
std::string to_json(const ContentOffer& offer);
Result<ContentOffer> content_offer_from_json(std::string_view text);

// POST /agent/v1/content/piece: bytes of a release that was offered, from `offset`
// on. The answer is the bytes, at most kMaxPiece, fewer only at the end.
struct ContentPiece {
  static constexpr std::uint64_t kMaxPiece = 512u << 10;
  Sha256 sha256;
  std::uint64_t offset = 0;

  bool operator==(const ContentPiece&) const = default;
};
std::string to_json(const ContentPiece& piece);
Result<ContentPiece> content_piece_from_json(std::string_view text);

}  // namespace khien
