#include "policy_book.hpp"

#include <algorithm>

#include "khien/core/log.hpp"

namespace khien::agent {

void PolicyBook::load() {
  const std::lock_guard lock(mutex_);
  if (!parts_.files.exists(parts_.path)) return;
  const auto text = parts_.files.read(parts_.path, kMaxPolicyFileBytes);
  if (!text) {
    log_error("agent.policy_not_read", {{"error", text.error().what()}});
    return;
  }
  auto [refusal, taken] = judge(*text, true);
  if (refusal == PolicyRefusal::none) {
    put_in_force(std::move(taken));
    return;
  }
  refusal_ = refusal;
  log_error("agent.policy_not_good", {{"why", to_string(refusal)}});
}

Result<void> PolicyBook::offer(std::string_view signed_file) {
  const std::lock_guard lock(mutex_);
  auto [refusal, taken] = judge(signed_file, false);
  refusal_ = refusal;
  if (refusal != PolicyRefusal::none) {
    log_error("agent.policy_refused", {{"why", to_string(refusal)}});
    return {};
  }
  TRY_VOID(parts_.files.write(parts_.path, signed_file, 0600));
  if (!taken_ || taken_->document.version != taken.document.version) {
    log_info("agent.policy", {{"version", taken.document.version}});
  }
  put_in_force(std::move(taken));
  return {};
}

void PolicyBook::put_in_force(Taken taken) {
  const bool same = taken_ && taken_->document == taken.document;
  taken_ = std::move(taken);
  if (!same) ++change_;
}

void PolicyBook::pin(Bytes key) {
  const std::lock_guard lock(mutex_);
  if (parts_.key.empty()) parts_.key = std::move(key);
}

// A clock that went back must not bring back what had run out.
Timestamp PolicyBook::now() const {
  const Timestamp now = parts_.clock.now();
  return taken_ ? std::max(now, taken_->statement.issued_at) : now;
}

// The signature before anything that it is about.
std::pair<PolicyRefusal, PolicyBook::Taken> PolicyBook::judge(std::string_view signed_file, bool from_disk) const {
  Taken taken;
  const auto refuse = [&taken](PolicyRefusal why) { return std::pair(why, taken); };
  if (!parts_.accept) return refuse(PolicyRefusal::switched_off);
  if (parts_.key.empty()) return refuse(PolicyRefusal::no_key);
  if (signed_file.size() > kMaxPolicyFileBytes) return refuse(PolicyRefusal::malformed);
  const auto file = read_signed_file(as_bytes(signed_file));
  if (!file) return refuse(PolicyRefusal::malformed);
  if (!check_signature(file->envelope, parts_.key)) return refuse(PolicyRefusal::signature);
  taken.statement = file->envelope.statement;
  const Statement& said = taken.statement;
  if (said.payload_size != file->payload.size() || said.payload_sha256 != sha256(file->payload)) {
    return refuse(PolicyRefusal::signature);
  }
  if (said.type != SignedType::policy) return refuse(PolicyRefusal::malformed);
  if (said.name != policy_name(parts_.self)) return refuse(PolicyRefusal::other_machine);
  auto document = policy_document_from_json(as_text(file->payload));
  if (!document || document->version != said.version) return refuse(PolicyRefusal::malformed);
  if (document->machine != parts_.self) return refuse(PolicyRefusal::other_machine);
  if (said.expires_at - said.issued_at > kLongestLife) return refuse(PolicyRefusal::malformed);
  taken.document = std::move(document).value();
  if (from_disk) return refuse(PolicyRefusal::none);  // it was in time once, and is followed on
  if (said.expires_at <= now()) return refuse(PolicyRefusal::expired);
  return refuse(judge_version(said));
}

PolicyRefusal PolicyBook::judge_version(const Statement& said) const {
  if (!taken_) return PolicyRefusal::none;
  const Statement& have = taken_->statement;
  if (said.version < have.version) return PolicyRefusal::older;
  if (said.version == have.version && said.payload_sha256 != have.payload_sha256) return PolicyRefusal::older;
  if (said.version == have.version && said.issued_at < have.issued_at) return PolicyRefusal::older;
  return said.version - have.version > kMaxStep ? PolicyRefusal::malformed : PolicyRefusal::none;
}

bool PolicyBook::wants(std::int64_t hub_version) const {
  const std::lock_guard lock(mutex_);
  if (!parts_.accept && hub_version == 0) return false;
  if (asked_at_ && asked_for_ == hub_version && parts_.clock.monotonic().ms - asked_at_->ms < kAskAgain.ms) return false;
  const std::int64_t have = taken_ ? taken_->document.version : 0;
  if (hub_version != 0 && hub_version != have) return true;
  if (!taken_) return false;
  const Statement& said = taken_->statement;
  return (said.expires_at - parts_.clock.now()).ms * 2 < (said.expires_at - said.issued_at).ms;
}

void PolicyBook::asked(std::int64_t hub_version) {
  const std::lock_guard lock(mutex_);
  asked_for_ = hub_version;
  asked_at_ = parts_.clock.monotonic();
}

std::int64_t PolicyBook::version() const {
  const std::lock_guard lock(mutex_);
  return taken_ ? taken_->document.version : 0;
}

PolicyBook::InForce PolicyBook::in_force() const {
  const std::lock_guard lock(mutex_);
  return {.change = change_, .settings = taken_ ? taken_->document.settings : PolicySettings{}};
}

void PolicyBook::applied(std::vector<PolicySeen::Difference> differences) {
  const std::lock_guard lock(mutex_);
  differences_ = std::move(differences);
}

std::optional<PolicySeen> PolicyBook::seen() const {
  const std::lock_guard lock(mutex_);
  // A hub that knows nothing of policies is told nothing of them.
  if (!taken_ && parts_.key.empty() && refusal_ == PolicyRefusal::none) return std::nullopt;
  PolicySeen seen{.state = PolicySeen::State::none, .version = 0, .expires_at = {}, .differences = {}, .refusal = refusal_};
  if (!taken_) return seen;
  const bool over = taken_->statement.expires_at <= parts_.clock.now();
  seen.state = over ? PolicySeen::State::expired : PolicySeen::State::in_force;
  seen.version = taken_->document.version;
  seen.expires_at = taken_->statement.expires_at;
  seen.differences = differences_;
  return seen;
}

}  // namespace khien::agent
