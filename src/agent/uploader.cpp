#include "uploader.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/log.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/model/batch.hpp"

#include "hub_answers.hpp"

namespace khien::agent {
namespace {

constexpr Duration kGather = seconds(5);       // how long others may wait for company
constexpr Duration kIdle = seconds(5);
constexpr Duration kRefused = minutes(5);      // revoked: nothing helps but a person
constexpr Duration kBusyWithoutWord = seconds(5);

Duration sum(Duration a, Duration b) { return {a.ms + b.ms}; }

}  // namespace

Uploader::Uploader(Spool& spool, HubLink& hub, const Clock& clock, Random& random)
    : spool_(spool), hub_(hub), clock_(clock), random_(random), max_events_(kMaxBatchEvents) {}

Duration Uploader::step() {
  const Duration now = clock_.monotonic();
  if (now < not_before_) return {not_before_.ms - now.ms};
  if (const auto renewed = hub_.renew_if_due(); !renewed) {
    log_warning("agent.renewal_failed", {{"error", renewed.error().what()}});
  }
  if (!due(now)) {
    if (!waiting_since_) return kIdle;
    return {std::max<std::int64_t>(1, waiting_since_->ms + kGather.ms - now.ms)};
  }
  send();
  const Duration after = clock_.monotonic();
  if (after < not_before_) return {not_before_.ms - after.ms};
  return more_ ? Duration{0} : kIdle;
}

bool Uploader::due(Duration now) {
  if (outgoing_) return true;
  const Spool::State state = spool_.state();
  if (state.idle()) {
    waiting_since_.reset();
    return false;
  }
  if (!waiting_since_) waiting_since_ = now;
  return state.urgent || more_ || state.events >= max_events_ || now.ms - waiting_since_->ms >= kGather.ms;
}

void Uploader::send() {
  if (const auto prepared = prepare(); !prepared) return fail(prepared.error());
  if (outgoing_->empty()) {
    outgoing_.reset();
    waiting_since_.reset();
    more_ = false;
    return;
  }
  auto answer = hub_.post({.path = "/agent/v1/batch",
                           .content_type = "application/x-ndjson",
                           .content_encoding = "zstd",
                           .body = ingest::compress_upload(outgoing_->text)});
  if (!answer) return fail(answer.error());
  if (const auto taken = take_answer(*answer); !taken) fail(taken.error());
}

Result<void> Uploader::prepare() {
  if (outgoing_) return {};
  TRY(outgoing_, spool_.next_batch(max_events_, kMaxBatchBytes));
  return {};
}

Result<void> Uploader::take_answer(const net::ClientResponse& answer) {
  switch (answer.status) {
    case 200: return take_acknowledgement(answer.body);
    case 409: return take_conflict(answer.body);
    case 413:
    case 422: return take_unfit(answer);
    case 429:
    case 503: {
      const Duration pause = retry_after(answer.headers).value_or(kBusyWithoutWord);
      // A quarter more by chance, and never less than asked for.
      const auto chance = random_.below(static_cast<std::uint64_t>(pause.ms / 4 + 1'000));
      wait_for(sum(pause, milliseconds(static_cast<std::int64_t>(chance))));
      return {};
    }
    case 401:
    case 403:
      contact_ = Contact::refused;
      wait_for(sum(kRefused, milliseconds(static_cast<std::int64_t>(random_.below(60'000)))));
      log_error("agent.refused", {{"status", answer.status}, {"message", refusal_message(answer.body)}});
      return {};
    default: return Error(Code::unavailable, "the hub answered " + std::to_string(answer.status));
  }
}

Result<void> Uploader::take_acknowledgement(const std::string& body) {
  TRY(const auto said, acknowledgement_from_json(body));
  if (said.epoch != outgoing_->epoch || said.batch_sha256 != sha256(outgoing_->text)) {
    return Error(Code::invalid, "the hub acknowledged another batch");
  }
  // A watermark beyond the batch speaks of events that it has by other ways, and
  // is believed when their own batch is acknowledged.
  const std::uint64_t seq_hi = std::min(said.seq_hi, outgoing_->last_seq);
  if (seq_hi < outgoing_->last_seq) return Error(Code::invalid, "the hub acknowledged less than the batch");
  const std::uint64_t before = spool_.state().acknowledged_seq;
  TRY_VOID(spool_.acknowledge(said.epoch, seq_hi));
  // (3): whatever the reason, a batch that stays would go out again at once.
  if (spool_.state().acknowledged_seq == before) return Error(Code::unavailable, "the spool did not move");

  orders_wait_ = orders_wait_ || said.orders_wait;
  policy_version_ = said.policy_version;
  ++counts_.batches;
  counts_.events += static_cast<std::int64_t>(outgoing_->events);
  failures_ = 0;
  contact_ = Contact::reached;
  reached_at_ms_ = clock_.now().ms;
  max_events_ = std::min(kMaxBatchEvents, max_events_ * 2);
  outgoing_.reset();
  waiting_since_.reset();
  more_ = !spool_.state().idle();
  return {};
}

Result<void> Uploader::take_conflict(const std::string& body) {
  TRY(const auto conflict, conflict_from_json(body));
  const Resync plan = plan_resync(outgoing_->epoch, outgoing_->first_seq, conflict);
  ++counts_.resyncs;
  log_warning("agent.resync", {{"epoch", std::int64_t{outgoing_->epoch}},
                               {"first_seq", static_cast<std::int64_t>(outgoing_->first_seq)},
                               {"hub_epoch", std::int64_t{conflict.epoch}},
                               {"hub_expects", static_cast<std::int64_t>(conflict.expected_seq)}});
  switch (plan.step) {
    case Resync::Step::none: return Error(Code::invalid, "the hub expects what it refused");
    case Resync::Step::new_epoch: TRY_VOID(spool_.begin_epoch(plan.epoch)); break;
    case Resync::Step::fill_gap: TRY_VOID(spool_.forget_acknowledged(plan.seq, "hub_forgot")); break;
  }
  outgoing_.reset();
  wait_for(back_off(++failures_, random_));  // (3)
  return {};
}

// Halves the batch until the one event that the hub cannot take is alone, and
// drops that: one event must not hold up all that follow.
Result<void> Uploader::take_unfit(const net::ClientResponse& answer) {
  if (outgoing_->events == 0) return Error(Code::invalid, "the hub refused drop records");
  log_warning("agent.batch_unfit", {{"status", answer.status},
                                    {"events", outgoing_->events},
                                    {"message", refusal_message(answer.body)}});
  if (outgoing_->events == 1) {
    TRY_VOID(spool_.drop_first(outgoing_->epoch, outgoing_->first_seq, outgoing_->last_seq, "refused_by_hub"));
    max_events_ = kMaxBatchEvents;
  } else {
    max_events_ = std::max<std::size_t>(1, outgoing_->events / 2);
  }
  outgoing_.reset();
  wait_for(milliseconds(500));
  return {};
}

std::optional<Timestamp> Uploader::reached_at() const {
  const std::int64_t at = reached_at_ms_;
  if (at == 0) return std::nullopt;
  return Timestamp{at};
}

void Uploader::wait_for(Duration pause) { not_before_ = sum(clock_.monotonic(), pause); }

void Uploader::fail(const Error& error) {
  ++counts_.failures;
  contact_ = Contact::failing;
  ++failures_;
  wait_for(back_off(failures_, random_));
  // An outage is told of once, and then once for every doubling of the pause.
  if ((failures_ & (failures_ - 1)) == 0) {
    log_warning("agent.upload_failed", {{"failures", std::int64_t{failures_}}, {"error", error.what()}});
  }
}

}  // namespace khien::agent
