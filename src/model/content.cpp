#include "khien/model/content.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"
#include "khien/model/signed_envelope.hpp"
#include "khien/model/trust.hpp"
#include "malformed.hpp"

namespace khien {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMaxReportBytes = 32u << 10;
constexpr std::size_t kMaxOfferBytes = 512u << 10;
constexpr std::int64_t kLongestPauseSeconds = 86'400;
constexpr std::array<std::string_view, 4> kStates{"factory", "probation", "good", "safe"};
constexpr std::array<std::string_view, 4> kReasons{"refused", "failed", "left", "recalled"};

template <std::size_t N>
Result<std::size_t> place_of(std::string_view text, const std::array<std::string_view, N>& names) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return Error(Code::invalid, "a word that is not known");
  return static_cast<std::size_t>(found - names.begin());
}

Result<Json> begin(JsonDocument& memory, std::string_view text, std::size_t most) {
  Budget budget({.bytes_in = most, .depth = 5, .entries = 1'000});
  TRY(const auto root, memory.parse(text, budget));
  TRY(const auto version, root.integer_at("version"));
  if (version != kVersion) return Error(Code::invalid, "another version of the message");
  return root;
}

Result<std::int64_t> count_at(const Json& object, std::string_view name) {
  TRY(const auto number, object.integer_at(name));
  if (number < 0) return Error(Code::invalid, "field '" + std::string(name) + "' is below 0");
  return number;
}

Result<Sha256> hash_at(const Json& object, std::string_view name) {
  TRY(const auto text, object.string_at(name));
  return Sha256::from_hex(text);
}

Result<BannedContent> read_banned(const Json& object) {
  BannedContent banned;
  TRY(banned.sha256, hash_at(object, "sha256"));
  TRY(const auto reason, object.string_at("reason"));
  TRY(banned.reason, ban_reason_from_string(reason));
  TRY(const auto detail, object.string_at("detail"));
  if (detail.size() > ContentReport::kMaxDetail) return Error(Code::exhausted, "field 'detail' is too long");
  banned.detail = detail;
  return banned;
}

Result<ContentReport> read_report(std::string_view text) {
  JsonDocument memory;
  TRY(const auto root, begin(memory, text, kMaxReportBytes));
  ContentReport report;
  TRY(const auto state, root.string_at("state"));
  TRY(report.state, content_state_from_string(state));
  TRY(const auto content, root.string_at("content"));
  if (!content.empty()) {
    TRY(report.content, Sha256::from_hex(content));
  }
  TRY(report.failures, count_at(root, "failures"));
  TRY(report.cpu_per_mille, count_at(root, "cpu_per_mille"));
  TRY(report.alerts, count_at(root, "alerts"));
  TRY(report.root_version, count_at(root, "root_version"));
  TRY(const auto banned, root.field("banned"));
  if (banned.size() > ContentReport::kMaxBanned) return Error(Code::exhausted, "too many banned");
  TRY_VOID(banned.each([&](Json element) -> Result<void> {
    TRY(auto one, read_banned(element));
    report.banned.push_back(std::move(one));
    return {};
  }));
  return report;
}

Result<ContentOffer> read_offer(std::string_view text) {
  JsonDocument memory;
  TRY(const auto root, begin(memory, text, kMaxOfferBytes));
  ContentOffer offer;
  TRY(const auto envelope, root.string_at("envelope"));
  if (envelope.size() > kMaxEnvelopeBytes) return Error(Code::exhausted, "field 'envelope' is too long");
  offer.envelope = envelope;
  TRY(const auto roots, root.field("roots"));
  if (roots.size() > ContentOffer::kMaxRoots) return Error(Code::exhausted, "too many roots at once");
  TRY_VOID(roots.each([&](Json element) -> Result<void> {
    TRY(const auto one, element.string());
    if (one.size() > kMaxRootBytes + kMaxEnvelopeBytes) return Error(Code::exhausted, "a root that is too long");
    offer.roots.emplace_back(one);
    return {};
  }));
  TRY(const auto recalled, root.field("recalled"));
  if (recalled.size() > ContentOffer::kMaxRecalled) return Error(Code::exhausted, "too many recalled");
  TRY_VOID(recalled.each([&](Json element) -> Result<void> {
    TRY(const auto one, element.string());
    TRY(const auto hash, Sha256::from_hex(one));
    offer.recalled.push_back(hash);
    return {};
  }));
  TRY(offer.ask_again_s, count_at(root, "ask_again_s"));
  if (offer.ask_again_s < 1 || offer.ask_again_s > kLongestPauseSeconds) {
    return Error(Code::invalid, "field 'ask_again_s' is not between a second and a day");
  }
  return offer;
}

Result<ContentPiece> read_piece(std::string_view text) {
  JsonDocument memory;
  TRY(const auto root, begin(memory, text, 1'024));
  ContentPiece piece;
  TRY(piece.sha256, hash_at(root, "sha256"));
  TRY(const auto offset, count_at(root, "offset"));
  piece.offset = static_cast<std::uint64_t>(offset);
  return piece;
}

}  // namespace

std::string_view to_string(ContentState state) { return kStates.at(static_cast<std::size_t>(state)); }
Result<ContentState> content_state_from_string(std::string_view text) {
  TRY(const auto place, place_of(text, kStates));
  return static_cast<ContentState>(place);
}

std::string_view to_string(BanReason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }
Result<BanReason> ban_reason_from_string(std::string_view text) {
  TRY(const auto place, place_of(text, kReasons));
  return static_cast<BanReason>(place);
}

std::string to_json(const ContentReport& report) {
  JsonWriter out;
  out.begin_object().field("version", kVersion).field("state", to_string(report.state));
  out.field("content", report.content ? report.content->hex() : std::string()).field("failures", report.failures);
  out.field("cpu_per_mille", report.cpu_per_mille).field("alerts", report.alerts);
  out.field("root_version", report.root_version).key("banned").begin_array();
  for (const BannedContent& banned : report.banned) {
    out.begin_object().field("sha256", banned.sha256.hex()).field("reason", to_string(banned.reason));
    out.field("detail", banned.detail).end_object();
  }
  out.end_array().end_object();
  return out.take();
}

Result<ContentReport> content_report_from_json(std::string_view text) { return malformed(read_report(text)); }

std::string to_json(const ContentOffer& offer) {
  JsonWriter out;
  out.begin_object().field("version", kVersion).field("envelope", offer.envelope).key("roots").begin_array();
  for (const std::string& root : offer.roots) out.string(root);
  out.end_array().key("recalled").begin_array();
  for (const Sha256& hash : offer.recalled) out.string(hash.hex());
  out.end_array().field("ask_again_s", offer.ask_again_s).end_object();
  return out.take();
}

Result<ContentOffer> content_offer_from_json(std::string_view text) { return malformed(read_offer(text)); }

std::string to_json(const ContentPiece& piece) {
  JsonWriter out;
  out.begin_object().field("version", kVersion).field("sha256", piece.sha256.hex());
  out.field("offset", static_cast<std::int64_t>(piece.offset)).end_object();
  return out.take();
}

Result<ContentPiece> content_piece_from_json(std::string_view text) { return malformed(read_piece(text)); }

}  // namespace khien
