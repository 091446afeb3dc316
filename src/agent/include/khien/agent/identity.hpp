#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "khien/core/env.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/client.hpp"

namespace khien::agent {

// How connections to a hub are made; net::make_client, or a fake.
using ClientFactory = std::function<Result<std::unique_ptr<net::Client>>(net::ClientOptions)>;
// net::fetch_ca, or a fake.
using FetchCa = std::function<Result<std::string>(const std::string& hub_url, const Sha256& expected)>;

// Who this agent is: a folder (0700) with
//   key.pem (0600)  certificate.pem  ca.pem  agent.json {"hub_url","epoch","issued_at"}
//   policy.pub, the key by which the province signs policies; pinned once
// and, while a renewal is on its way, key.next.pem and certificate.next.pem. A
// pair is whole once its certificate is there, for that is written last; so
// there is a pair that belongs together after a crash at any moment.
//
// Not thread-safe.
class Identity {
 public:
  // Code::not_found if the folder holds no identity.
  static Result<Identity> load(std::string folder, Files& files);

  const std::string& hub_url() const { return hub_url_; }
  // The hub moved; its CA is still the same. Not stored: the configuration says it.
  void use_hub(std::string url) { hub_url_ = std::move(url); }
  const std::string& ca_pem() const { return ca_pem_; }
  // The pair to use: the next one if there is one.
  const net::KeyAndCertificate& pair() const { return next_ ? *next_ : current_; }
  bool on_trial() const { return next_.has_value(); }
  Timestamp issued_at() const { return issued_at_; }

  // A new pair; the old one is kept until it is accepted.
  Result<void> propose(net::KeyAndCertificate next);
  // The hub took the new pair: it replaces the old one.
  Result<void> accept(Timestamp now);
  // The hub refused the new pair: back to the old one.
  Result<void> discard();

  // 32 bytes; empty if the hub had none yet.
  const Bytes& policy_key() const { return policy_key_; }
  // Pins it, if none is: another one comes only with another enrolment.
  Result<void> pin_policy_key(const Bytes& key);
  std::string policy_path() const { return path("policy.signed"); }

  // The spool's highest epoch.
  std::uint32_t epoch() const { return epoch_; }
  Result<void> remember_epoch(std::uint32_t epoch);

 private:
  Identity(std::string folder, Files& files) : folder_(std::move(folder)), files_(&files) {}

  Result<void> read_settings();
  Result<void> read_pairs();
  Result<void> write_settings() const;
  std::string path(std::string_view name) const { return folder_ + "/" + std::string(name); }

  std::string folder_;
  Files* files_;
  std::string hub_url_;
  std::string ca_pem_;
  net::KeyAndCertificate current_;
  std::optional<net::KeyAndCertificate> next_;
  Timestamp issued_at_;
  std::uint32_t epoch_ = 0;
  Bytes policy_key_;
};

struct Enrolment {
  std::string hub_url;   // "https://hub:8444"
  std::string token;     // "<secret>.<hub CA>"
  std::string ca_sha256; // of the hub's CA as somebody heard it elsewhere, in hex, colons or not; may be empty
  std::string folder;
  std::string hostname;
  std::string agent_version;
  bool again = false;    // replace an identity that is there
};
// Trusts the hub by the token's CA hash, makes a key, asks for its certificate
// and stores both. Code::conflict if the folder holds an identity, denied if the
// hub refuses the token, is not the one that made it, or not that of `ca_sha256`.
Result<void> enrol(const Enrolment& enrolment, const Env& env, const FetchCa& fetch_ca,
                   const ClientFactory& make_client);

// Is `issued` an answer to the request: from this CA, for this key?
Result<void> check_issued(const IssuedCertificate& issued, std::string_view csr_pem, const Sha256& ca_sha256);

}  // namespace khien::agent
