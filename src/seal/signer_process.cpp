#include "khien/seal/signer_process.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/core/lock.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/seal/signer_protocol.hpp"
#include "linux/signer_child.hpp"

namespace khien::seal {
namespace {

using Login = SignerReply::Login;

struct WrongPins {
  std::uint8_t count = 0;
  bool token_counts = false;
};

Error refused(const SignerReply& reply) {
  return Error(static_cast<Code>(reply.code - 1), printable(truncate(reply.words, 300))).within("signer");
}

}  // namespace

struct SignerProcess::Impl {
  Options options;
  Files& files;
  const Clock& clock;
  std::optional<SignerChild> child = {};
  std::string in_force = {};

  std::string count_file() const {
    return options.count_folder + "/pin-" + sha256(options.module + '\n' + options.token).hex().substr(0, 16);
  }
  Result<WrongPins> read_count();
  Result<void> keep_count(WrongPins now);
  Result<void> start();
  Result<void> revive();
  Result<SignerReply> ask(const SignerRequest& request);
  Result<SignerReply> try_pin(SignerRequest& request);
  Result<Bytes> sign(SignerRequest request);
};

Result<WrongPins> SignerProcess::Impl::read_count() {
  const auto text = files.read(count_file(), 16);
  if (!text && text.error().code() == Code::not_found) return WrongPins{};
  TRY(const auto kept, text);
  int count = 0;
  const auto [end, problem] = std::from_chars(kept.data(), kept.data() + kept.size(), count);
  // Not ours to understand: as many as there may be, for a locked token is worse.
  const bool right = problem == std::errc() && count >= 0 && count <= 100;
  return WrongPins{.count = static_cast<std::uint8_t>(right ? count : kMostWrongPins), .token_counts = kept.ends_with("low")};
}

Result<void> SignerProcess::Impl::keep_count(WrongPins now) {
  if (now.count == 0 && !files.exists(count_file())) return {};
  if (now.count == 0) return files.remove(count_file());
  return files.write(count_file(), std::to_string(now.count) + (now.token_counts ? " low" : ""), 0600);
}

Result<void> SignerProcess::Impl::start() {
  TRY(auto started, SignerChild::start(options.executable,
                                       {"--module", options.module, "--token", options.token, "--key", options.key, "--user", options.user},
                                       options.environment));
  child.emplace(std::move(started));
  TRY(const auto packet, child->receive(options.start_time, clock));
  TRY(const auto hello, decode_signer_reply(packet));
  if (hello.code != 0) return refused(hello);
  in_force = printable(hello.words);
  return {};
}

// One that died or hung at the job before takes no part in the next.
Result<void> SignerProcess::Impl::revive() {
  if (child && child->pid() > 0) return {};
  child.reset();
  return start();
}

Result<SignerReply> SignerProcess::Impl::ask(const SignerRequest& request) {
  TRY_VOID(revive());
  TRY_VOID(child->send(encode(request)));
  TRY(const auto packet, child->receive(options.job_time, clock));
  return decode_signer_reply(packet);
}

// Counted as wrong before it is tried: whoever dies in between has not tried for free. From
// reading the count to keeping it again nobody else tries: two who remember each their own
// would try twice as often.
Result<SignerReply> SignerProcess::Impl::try_pin(SignerRequest& request) {
  const auto lock = FileLock::take(count_file() + ".lock");
  if (!lock && lock.error().code() == Code::conflict) return Error(Code::unavailable, "the token is signing for somebody else");
  if (!lock) return lock.error();
  TRY(const WrongPins before, read_count());
  request.wrong_pins = before.count;
  request.token_counts = before.token_counts;
  const auto tried = static_cast<std::uint8_t>(before.count < 100 ? before.count + 1 : before.count);
  TRY_VOID(keep_count({tried, before.token_counts}));
  TRY(auto reply, ask(request));
  if (reply.login == Login::right) TRY_VOID(keep_count({}));
  if (reply.login == Login::none) TRY_VOID(keep_count(before));
  if (reply.login == Login::wrong) TRY_VOID(keep_count({tried, reply.token_counts}));
  return reply;
}

Result<Bytes> SignerProcess::Impl::sign(SignerRequest request) {
  TRY(auto reply, try_pin(request));
  const std::string digest = request.job.digest.hex();
  if (reply.code != 0) {
    log_warning("signer.refused", {{"approval", request.job.approval_id}, {"sha256", digest}, {"why", reply.words}});
    return refused(reply);
  }
  if (reply.parts.size() != 1 || reply.parts[0].empty()) return Error(Code::corrupt, "signer: no signature in its answer");
  log_info("signer.signed", {{"approval", request.job.approval_id}, {"title", request.job.title}, {"sha256", digest}});
  return std::move(reply.parts[0]);
}

SignerProcess::SignerProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SignerProcess::~SignerProcess() = default;

Result<std::unique_ptr<SignerProcess>> SignerProcess::start(Options options, Files& files, const Clock& clock) {
  if (!options.module.starts_with('/')) return Error(Code::invalid, "signing.module: an absolute path is needed");
  if (options.count_folder.empty()) return Error(Code::invalid, "no folder is named where wrong PINs are counted");
  std::unique_ptr<Impl> impl(new Impl{.options = std::move(options), .files = files, .clock = clock});
  TRY_VOID(impl->read_count());  // one that cannot be read is told before anybody types a PIN
  TRY_VOID(impl->start());
  return std::unique_ptr<SignerProcess>(new SignerProcess(std::move(impl)));
}

Result<void> SignerProcess::approve(const SigningJob& job, Secret pin) {
  if (pin.empty()) return Error(Code::denied, "the PIN is empty");
  if (pin.reveal().size() > kMaxPinBytes) return Error(Code::denied, "the PIN is longer than any token's");
  if (job.approval_id.empty()) return Error(Code::invalid, "an approval without a record");
  TRY_VOID(impl_->revive());
  TRY_VOID(impl_->child->send(encode(SignerRequest{.ask = SignerRequest::Ask::approve, .job = job, .signed_info = {}})));
  TRY_VOID(impl_->child->send(pin.reveal()));
  pin = Secret();
  TRY(const auto packet, impl_->child->receive(impl_->options.job_time, impl_->clock));
  TRY(const auto reply, decode_signer_reply(packet));
  if (reply.code != 0) return refused(reply);
  log_info("signer.approved", {{"approval", job.approval_id}, {"title", job.title}, {"sha256", job.digest.hex()}});
  return {};
}

Result<std::vector<Bytes>> SignerProcess::certificates() {
  TRY(auto reply, impl_->ask({.ask = SignerRequest::Ask::certificates, .job = {}, .signed_info = {}}));
  if (reply.code != 0) return refused(reply);
  if (reply.parts.empty()) return Error(Code::corrupt, "signer: no certificate in its answer");
  return std::move(reply.parts);
}

Result<Bytes> SignerProcess::sign_cms(const SigningJob& job) {
  return impl_->sign({.ask = SignerRequest::Ask::sign_cms, .job = job, .signed_info = {}});
}

Result<Bytes> SignerProcess::sign_xml(const SigningJob& job, std::string_view signed_info) {
  if (signed_info.size() > kMaxSignedInfoBytes) return Error(Code::denied, "what is to be signed is no SignedInfo of ours");
  return impl_->sign({.ask = SignerRequest::Ask::sign_xml, .job = job, .signed_info = std::string(signed_info)});
}

const std::string& SignerProcess::in_force() const { return impl_->in_force; }
int SignerProcess::pid() const { return impl_->child ? impl_->child->pid() : -1; }

}  // namespace khien::seal
