#pragma once

#include <optional>
#include <set>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/seal/signer_protocol.hpp"
#include "locked_page.hpp"
#include "module.hpp"

namespace khien::token {

// One approval waits for its signature, with the PIN in a locked page. Not thread-safe.
class Desk {
 public:
  struct Options {
    std::string token, key;  // labels
    Duration approval_time = minutes(2);
  };
  // `module` and `clock` are borrowed.
  Desk(Options options, const Module& module, LockedPage pin, const Clock& clock);

  // Where the PIN of an approval is received into, and that it has come. An approval
  // before it that was not used is forgotten.
  LockedPage& pin() { return pin_; }
  seal::SignerReply approve(const seal::SigningJob& job);

  // certificates, sign_cms or sign_xml. A signature takes approval and PIN with it,
  // whether it succeeds or not.
  seal::SignerReply serve(const seal::SignerRequest& request);

  // When the approval that waits is to be forgotten; none if none waits.
  std::optional<Duration> time_left() const;
  void forget();

 private:
  Result<void> check_approval(const seal::SigningJob& job);
  Result<void> check_tries(const Module::Session& session, const seal::SignerRequest& request) const;
  Result<void> log_in(Module::Session& session, seal::SignerReply& reply) const;
  Result<Bytes> sign(const seal::SignerRequest& request, seal::SignerReply& reply);

  Options options_;
  const Module& module_;
  LockedPage pin_;
  const Clock& clock_;
  std::optional<seal::SigningJob> approved_;
  Duration approved_at_;
  std::set<std::string> used_;
};

}  // namespace khien::token
