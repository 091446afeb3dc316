#pragma once

#include <string>

#include "khien/core/env.hpp"
#include "khien/core/lock.hpp"
#include "khien/core/result.hpp"
#include "khien/net/certificate.hpp"

namespace khien::hub {

// The folder that holds everything a hub owns: one backup carries it away.
//   khien.db ledger.db      databases (store)
//   ca.pem ca.key           the hub's certificate authority
//   server.pem server.key   its listeners' certificate, renewed by itself
//   audit.key               Ed25519 seed that signs audit checkpoints
//   policy.key              Ed25519 seed that signs policies of machines
//   lock control.sock       who uses the folder, and how to reach them
//
// Held exclusively while the object lives.
class DataFolder {
 public:
  // Makes the folder (0700) where missing. Code::conflict if it is in use.
  static Result<DataFolder> open(const std::string& path, const Env& env);

  // Each is made at the first call of all and read afterwards.
  Result<net::CertificateAuthority> authority(std::string_view name) const;
  struct SigningKey {
    Bytes secret;  // 32-byte seed
    Bytes public_key;
  };
  Result<SigningKey> audit_key() const { return signing_key("audit.key"); }
  Result<SigningKey> policy_key() const { return signing_key("policy.key"); }
  // Made anew when it has less than a third of its 90 days left, or when
  // `names` changed.
  Result<net::KeyAndCertificate> server_certificate(const net::CertificateAuthority& authority,
                                                    const std::vector<std::string>& names) const;

  std::string hub_database() const { return path_ + "/khien.db"; }
  std::string ledger_database() const { return path_ + "/ledger.db"; }
  std::string control_socket() const { return control_socket_of(path_); }
  static std::string control_socket_of(const std::string& path) { return path + "/control.sock"; }
  const std::string& path() const { return path_; }

 private:
  Result<SigningKey> signing_key(std::string_view name) const;
  DataFolder(std::string path, FileLock lock, const Env& env)
      : path_(std::move(path)), lock_(std::move(lock)), env_(env) {}

  std::string path_;
  FileLock lock_;
  Env env_;
};

}  // namespace khien::hub
