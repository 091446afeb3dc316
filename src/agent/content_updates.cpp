#include "content_updates.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/log.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/text.hpp"

#include "hub_answers.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxTrustBytes = 256u << 10;
constexpr std::uint64_t kMaxReleaseBytes = 1ull << 30;
constexpr Duration kWithoutRoot = minutes(10);
constexpr Duration kWithoutDesk = hours(1);  // a hub older than this agent
constexpr Duration kPatience = seconds(2);
constexpr Duration kNewsAfter = seconds(5);  // what changed is not kept for a minute

net::ClientResponse const* ok(const Result<net::ClientResponse>& answer) {
  return answer && answer->status == 200 ? &*answer : nullptr;
}

Error refusal(const Result<net::ClientResponse>& answer) {
  if (!answer) return answer.error();
  return Error(answer->status == 404 ? Code::not_found : Code::unavailable, "the hub answered " + std::to_string(answer->status));
}

BanReason reason_for(const Error& error) { return error.code() == Code::unavailable ? BanReason::failed : BanReason::refused; }

}  // namespace

Duration ContentUpdates::step() {
  if (auto settled = parts_.book.settle(); !settled) {
    log_error("agent.content_not_kept", {{"error", settled.error().what()}});
  }
  const Duration now = parts_.env.clock.monotonic();
  if (trust_ && failures_ == 0 && parts_.book.report() != told_) next_.ms = std::min(next_.ms, asked_.ms + kNewsAfter.ms);
  if (now < next_) return {next_.ms - now.ms};
  if (auto loaded = load_trust(); !loaded) {
    absent_ = loaded.error().what();
    wait(kWithoutRoot);
    return kWithoutRoot;
  }
  absent_.clear();
  const auto offer = ask();
  auto taken = offer ? take(*offer) : Result<void>(offer.error());
  if (offer) {
    failures_ = 0;
    wait(seconds(offer->ask_again_s));
  } else if (offer.error().code() == Code::not_found) {
    wait(kWithoutDesk);
  } else {
    wait(back_off(++failures_, parts_.env.random));
  }
  if (!taken) log_warning("agent.content_not_taken", {{"error", taken.error().what()}});
  return {std::max<std::int64_t>(0, next_.ms - parts_.env.clock.monotonic().ms)};
}

// A fifth of it by chance, so that a province does not ask at once.
void ContentUpdates::wait(Duration pause) {
  const auto chance = parts_.env.random.below(static_cast<std::uint64_t>(pause.ms / 5 + 1));
  next_ = {parts_.env.clock.monotonic().ms + pause.ms + static_cast<std::int64_t>(chance)};
}

// What was kept counts more than the file, unless an administrator put a newer root there.
Result<void> ContentUpdates::load_trust() {
  if (trust_) return {};
  auto& files = parts_.env.files;
  auto pinned_text = files.read(parts_.root_file, kMaxRootBytes + kMaxEnvelopeBytes);
  if (!pinned_text) return Error(pinned_text.error().code(), "no root is pinned: " + pinned_text.error().what());
  TRY(auto pinned, Trust::pin(*pinned_text));
  const std::string kept_path = parts_.folder + "/trust.json";
  if (files.exists(kept_path)) {
    TRY(const auto text, files.read(kept_path, kMaxTrustBytes));
    // Damaged: what it had seen is unknown, so nothing is taken until a person has looked.
    TRY(auto kept, Trust::from_json(text));
    if (kept.root_version() >= pinned.root_version()) {
      trust_ = std::move(kept);
      return {};
    }
  }
  trust_ = std::move(pinned);
  return keep_trust();
}

Result<void> ContentUpdates::keep_trust() {
  return parts_.env.files.write(parts_.folder + "/trust.json", trust_->to_json(), 0600);
}

Result<ContentOffer> ContentUpdates::ask() {
  ContentReport report = parts_.book.report();
  told_ = report;
  asked_ = parts_.env.clock.monotonic();
  const ContentVitals vitals = parts_.vitals();
  report.cpu_per_mille = vitals.cpu_per_mille;
  report.alerts = vitals.alerts;
  report.root_version = trust_->root_version();
  const auto answer = parts_.hub.post_soon(
      {.path = "/agent/v1/content", .content_type = "application/json", .content_encoding = {}, .body = to_json(report)}, kPatience);
  if (const auto* good = ok(answer)) return content_offer_from_json(good->body);
  return refusal(answer);
}

Result<void> ContentUpdates::take(const ContentOffer& offer) {
  for (const Sha256& sha256 : offer.recalled) TRY_VOID(parts_.book.recall(sha256));
  TRY_VOID(take_roots(offer));
  if (offer.envelope.empty()) return parts_.book.clear();
  TRY(const auto envelope, signed_envelope_from_json(offer.envelope));
  const Sha256& wanted = envelope.statement.payload_sha256;
  if (parts_.book.banned(wanted) || parts_.book.active().sha256 == wanted) return {};
  // One at a time: what is on probation is waited for.
  if (parts_.book.report().state == ContentState::probation) return {};
  return take_release(envelope);
}

Result<void> ContentUpdates::take_roots(const ContentOffer& offer) {
  if (offer.roots.empty()) return {};
  for (const std::string& root : offer.roots) TRY_VOID(trust_->rotate(root));
  log_info("agent.content_root", {{"version", trust_->root_version()}});
  return keep_trust();
}

Result<void> ContentUpdates::take_release(const SignedEnvelope& envelope) {
  const Statement& statement = envelope.statement;
  // Before a byte is fetched: strangers do not fill the disk.
  TRY_VOID(trust_->check_signers(envelope, SignedType::content, kScanContent));
  if (statement.version < trust_->seen_version(SignedType::content, kScanContent)) {
    return Error(Code::conflict, "an older release than one that was taken");
  }
  if (statement.payload_size > kMaxReleaseBytes) return Error(Code::exhausted, "a release over 1 GiB");
  TRY(const Sha256 fetched, fetch(statement));
  auto accepted = trust_->accept(envelope, SignedType::content, kScanContent, fetched, statement.payload_size,
                                 parts_.env.clock.now());
  // Also where it refuses: what was seen expired stays so.
  TRY_VOID(keep_trust());
  if (!accepted) {
    TRY_VOID(parts_.book.clear());
    return accepted;
  }
  return try_release(fetched);
}

// Into the file that the book would load; nothing opens it before begin().
Result<Sha256> ContentUpdates::fetch(const Statement& statement) {
  TRY(auto file, ReplacingFile::begin(parts_.book.path_of(statement.payload_sha256), 0644));
  Sha256Stream stream;
  for (std::uint64_t at = 0; at < statement.payload_size;) {
    const auto answer = parts_.hub.post({.path = "/agent/v1/content/piece",
                                         .content_type = "application/json",
                                         .content_encoding = {},
                                         .body = to_json(ContentPiece{statement.payload_sha256, at})});
    const auto* good = ok(answer);
    if (good == nullptr) return refusal(answer);
    const std::uint64_t wanted = std::min(ContentPiece::kMaxPiece, statement.payload_size - at);
    if (good->body.size() != wanted) return Error(Code::invalid, "a piece of another length");
    stream.update(as_bytes(good->body));
    TRY_VOID(file.append(as_bytes(good->body)));
    at += wanted;
  }
  const Sha256 sha256 = stream.finish();
  if (sha256 != statement.payload_sha256) return Error(Code::corrupt, "not the bytes that were signed");
  TRY_VOID(file.commit());
  return sha256;
}

Result<void> ContentUpdates::try_release(const Sha256& sha256) {
  TRY_VOID(parts_.book.begin(sha256));
  const auto tried = parts_.try_content(parts_.book.path_of(sha256));
  if (tried) return parts_.book.passed();
  TRY_VOID(parts_.book.refused(reason_for(tried.error()), tried.error().what()));
  TRY_VOID(parts_.book.clear());
  return Error(tried.error().code(), "release " + sha256.hex() + " was tried and banned: " + tried.error().what());
}

}  // namespace khien::agent
