#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "khien/core/env.hpp"
#include "khien/core/result.hpp"
#include "khien/fleet/fleet.hpp"
#include "khien/flow/flow.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/net/certificate.hpp"
#include "khien/net/http.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/store.hpp"

namespace khien::api {

struct AgentApiOptions {
  Duration certificate_valid = days(30);
  // How long the certificate before stays good: an agent may die between the
  // answer and its disk.
  Duration renewal_overlap = hours(24);
  unsigned refused_enrolments_per_address = 120;  // in 15 minutes, by IPv4 address or IPv6 /64
  unsigned renewals_per_machine = 10;     // in an hour
  Duration trust_cached = seconds(60);    // at most this long after a revocation by another hand
  fleet::Policy sharing = {};
  std::string content_folder = {};        // of releases, "<sha256>.release"; empty: no content from here
  // Ed25519 seed that signs what each machine is to do; empty: agents get no policies.
  Bytes policy_secret_key = {};
  unsigned policies_per_machine = 60;  // in an hour
  // Told by tick() after releases of content fared otherwise than before; the newest's version.
  std::function<void(std::int64_t version)> on_content = {};
};

// What agents talk to, on a listener that asks for client certificates:
//   GET  /agent/v1/ca      the hub CA (PEM), for whoever knows its hash
//   POST /agent/v1/enrol   one-time token + request → certificate
//   POST /agent/v1/renew   certificate + request → certificate
//   POST /agent/v1/batch   certificate + NDJSON → Acknowledgement
//   POST /agent/v1/fleet   certificate + FleetQuestion → FleetAnswer
//   POST /agent/v1/orders  certificate → what people ask of this machine
//   POST /agent/v1/content certificate + ContentReport → ContentOffer
//   POST /agent/v1/content/piece  certificate + ContentPiece → bytes of what was offered
//   POST /agent/v1/policy  certificate → what this machine is to do, signed; 204 if nobody said anything
//
// Invariants
//  (1) Who speaks is the certificate's word alone; nothing in a body or a header
//      names a machine or a tenant.
//  (2) An Acknowledgement is made from the ledger's AckToken and nothing else.
//  (3) A revoked machine is refused on its next request (forget) or within
//      trust_cached.
//  (4) An order is data: a verb of a closed list, hashes and numbers. No path, no
//      command and no program goes from a hub to an agent.
//
// Thread-safe.
class AgentApi final : public net::Handler {
 public:
  AgentApi(store::Store& hub, store::Ledger& ledger, flow::Flow& flow, const net::CertificateAuthority& authority,
           const Env& env, AgentApiOptions options = {});
  // Every batch must have been answered: drain the ledger first.
  ~AgentApi() override;

  void handle(net::Request request, net::Responder respond) override;

  // Nothing cached about this machine is believed any more.
  void forget(const AgentIdentity& identity);

  // What it has to do now and then; call every few seconds.
  void tick();

  struct Counts {
    std::int64_t batches = 0;
    std::int64_t events = 0;  // new ones
    std::int64_t refused = 0;
    std::int64_t enrolled = 0;
    std::int64_t renewed = 0;
  };
  Counts counts() const;
  fleet::Desk::Counts fleet_counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::api
