#pragma once

#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/secret.hpp"
#include "khien/seal/signer.hpp"

namespace khien::seal {

// How many wrong PINs in a row are too many, whatever the token says: three tries lock
// the most impatient tokens.
inline constexpr int kMostWrongPins = 2;

// The client of khien-signer: a process of its own uid (where we are root), not dumpable,
// without core dumps, memory locked, that alone loads the PKCS #11 module and alone sees
// the PIN once it was handed over. What it answers is bounded and checked. One that does
// not answer in time is killed; the next call starts another.
//
// Not thread-safe.
class SignerProcess final : public Signer {
 public:
  struct Options {
    std::string executable;            // path of khien-signer
    std::string user = "khien-signer"; // "nobody" where it does not exist; ignored if we are not root
    std::string module;                // the PKCS #11 library, absolute
    std::string token;                 // its label, as `pkcs11-tool -L` prints it
    std::string key;                   // CKA_LABEL of key and certificate
    std::vector<std::string> environment = {};  // for the module, "NAME=value"; else it has none
    // Where wrong PINs are counted, under a lock: one folder for all who use the token on this
    // machine. Without it nothing is started (Code::invalid).
    std::string count_folder = {};
    Duration start_time = seconds(20);
    Duration job_time = seconds(60);   // tokens compute slowly
  };
  // Starts and greets it; touches no token yet. Code::unavailable if it cannot be started.
  // `files` and `clock` are borrowed.
  static Result<std::unique_ptr<SignerProcess>> start(Options options, Files& files, const Clock& clock);
  ~SignerProcess() override;

  // The next signature is this one, by this PIN. Both are forgotten by the signer after
  // that one job, or after two minutes, and the PIN here when this returns. Code::denied if
  // the PIN is empty. Logged with title and digest: "signer.approved".
  Result<void> approve(const SigningJob& job, Secret pin);

  Result<std::vector<Bytes>> certificates() override;
  // After approve() with the same job. A signature is logged: "signer.signed".
  Result<Bytes> sign_cms(const SigningJob& job) override;
  Result<Bytes> sign_xml(const SigningJob& job, std::string_view signed_info) override;

  // What protects it on this machine: "uid 998, not dumpable, memory locked".
  const std::string& in_force() const;
  int pid() const;

 private:
  struct Impl;
  explicit SignerProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::seal
