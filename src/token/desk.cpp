#include "desk.hpp"

#include <utility>

#include "cms.hpp"
#include "khien/core/log.hpp"
#include "khien/seal/signer_process.hpp"
#include "khien/seal/xml_signature.hpp"

namespace khien::token {
namespace {

using seal::SignerReply;
using seal::SignerRequest;
using Ask = SignerRequest::Ask;

constexpr std::size_t kMaxUsed = 10'000;  // signatures of one process

SignerReply refusal(const Error& error, SignerReply reply = {}) {
  reply.code = static_cast<std::uint8_t>(error.code()) + 1;
  reply.words = error.what();
  reply.parts.clear();
  return reply;
}

seal::XmlMethod method_of(KeyKind kind) { return kind == KeyKind::rsa ? seal::XmlMethod::rsa_sha256 : seal::XmlMethod::ecdsa_sha256; }

}  // namespace

Desk::Desk(Options options, const Module& module, LockedPage pin, const Clock& clock)
    : options_(std::move(options)), module_(module), pin_(std::move(pin)), clock_(clock) {}

void Desk::forget() {
  pin_.wipe();
  approved_.reset();
}

std::optional<Duration> Desk::time_left() const {
  if (!approved_) return std::nullopt;
  return Duration{approved_at_.ms + options_.approval_time.ms - clock_.monotonic().ms};
}

SignerReply Desk::approve(const seal::SigningJob& job) {
  approved_.reset();
  if (pin_.empty()) return refusal(Error(Code::denied, "the PIN is empty"));
  if (job.approval_id.empty() || used_.contains(job.approval_id) || used_.size() >= kMaxUsed) {
    forget();
    return refusal(Error(Code::denied, "this approval has signed already"));
  }
  approved_ = job;
  approved_at_ = clock_.monotonic();
  return {};
}

Result<void> Desk::check_approval(const seal::SigningJob& job) {
  if (const auto left = time_left(); left && left->ms <= 0) forget();
  if (!approved_ || pin_.empty()) return Error(Code::denied, "nobody has approved this signature");
  if (*approved_ != job) return Error(Code::denied, "what is to be signed is not what was approved");
  return {};
}

Result<void> Desk::check_tries(const Module::Session& session, const SignerRequest& request) const {
  TRY(const Tries tries, session.tries());
  if (tries.locked) return Error(Code::conflict, "the token is locked by wrong PINs");
  if (tries.no_pin) return Error(Code::conflict, "the token has no PIN yet");
  if (tries.last) return Error(Code::conflict, "one more wrong PIN would lock the token: log in once with its own program first");
  // A token that told of a wrong PIN before and does not now has seen the right one since.
  const bool right_since = request.token_counts && !tries.low;
  if (request.wrong_pins >= seal::kMostWrongPins && !right_since) {
    return Error(Code::conflict, "the PIN was wrong " + std::to_string(request.wrong_pins) +
                                     " times: log in once with the token's own program first");
  }
  return {};
}

Result<void> Desk::log_in(Module::Session& session, SignerReply& reply) const {
  using Login = Module::Session::Login;
  switch (session.login(pin_.reveal())) {
    case Login::right: reply.login = SignerReply::Login::right; return {};
    case Login::wrong: {
      reply.login = SignerReply::Login::wrong;
      const auto tries = session.tries();
      reply.token_counts = tries && tries->low;
      return Error(Code::denied, "the PIN is wrong");
    }
    case Login::locked: reply.login = SignerReply::Login::wrong; return Error(Code::conflict, "the token is locked by wrong PINs");
    case Login::taken: return Error(Code::conflict, "somebody else is logged in at the token");
    case Login::failed: break;
  }
  return Error(Code::unavailable, "the token does not answer to a login");
}

Result<Bytes> Desk::sign(const SignerRequest& request, SignerReply& reply) {
  TRY_VOID(check_approval(request.job));
  const bool xml = request.ask == Ask::sign_xml;
  TRY(auto session, module_.open(options_.token));
  TRY(auto all, session.certificates(options_.key));
  TRY(const auto certificates, chain_of(std::move(all)));
  TRY(const KeyKind kind, key_kind_of(certificates[0]));
  if (xml) TRY_VOID(seal::check_signed_info(request.signed_info, request.job.digest, method_of(kind)));
  TRY_VOID(check_tries(session, request));
  TRY_VOID(log_in(session, reply));
  log_info("signer.signing", {{"approval", request.job.approval_id}, {"title", request.job.title}, {"sha256", request.job.digest.hex()}});
  used_.insert(request.job.approval_id);
  const auto by_token = [&](ByteView bytes) -> Result<Bytes> {
    auto signature = session.sign(options_.key, kind, bytes, pin_.reveal());
    // The token's PIN was right; the key's own was not, and that is a try as well.
    if (!signature && signature.error().code() == Code::denied) reply.login = SignerReply::Login::wrong;
    if (!signature) return signature.error();
    if (kind == KeyKind::rsa) {
      TRY_VOID(check_signature(certificates[0], bytes, *signature));
      return signature;
    }
    // XML keeps the two numbers side by side, a CMS has them as a sequence.
    TRY(auto sequence, ecdsa_sequence(*signature));
    TRY_VOID(check_signature(certificates[0], bytes, sequence));
    return xml ? std::move(*signature) : std::move(sequence);
  };
  if (xml) return by_token(as_bytes(request.signed_info));
  return make_cms(certificates, request.job.digest, by_token);
}

SignerReply Desk::serve(const SignerRequest& request) {
  SignerReply reply;
  if (request.ask == Ask::certificates) {
    const auto session = module_.open(options_.token);
    if (!session) return refusal(session.error());
    auto all = session->certificates(options_.key);
    if (!all) return refusal(all.error());
    auto certificates = chain_of(std::move(all).value());
    if (!certificates) return refusal(certificates.error());
    reply.parts = std::move(certificates).value();
    return reply;
  }
  auto signature = sign(request, reply);
  forget();
  if (!signature) return refusal(signature.error(), reply);
  reply.parts.push_back(std::move(signature).value());
  return reply;
}

}  // namespace khien::token
