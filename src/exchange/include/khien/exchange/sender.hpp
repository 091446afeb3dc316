#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/exchange/avreport.hpp"
#include "khien/exchange/privacy.hpp"
#include "khien/exchange/sharing.hpp"
#include "khien/exchange/xml_sealer.hpp"
#include "khien/net/client.hpp"
#include "khien/store/store.hpp"

namespace khien::exchange {

// One partner as it is configured; [sharing] of khien.toml.
struct PartnerSettings {
  std::string name;             // unique; "2290"
  Scheme scheme;
  std::string url;              // https; http to loopback only
  std::string ca_pem;           // CAs that are trusted; or
  std::string pinned_key;       // "sha256//<base64>" of the server's public key: this key alone
  std::string source_address;   // to send from; empty: any. Receivers know senders by it
  Organisation from;
  std::string public_address;   // of the machines, as the world sees them; empty: not told
  Privacy privacy;
  std::size_t batch = 500;      // rows a message, kLeastRows to kMostRows
  std::optional<Timestamp> since;  // what was opened earlier is not shared; none: since the partner was set up
};

// What is known of the tenant's machines as rows, for who wants a message without a ledger.
struct Gathered {
  std::vector<ReportRow> rows;
  std::int64_t not_updated = 0;
};
struct GatherQuery {
  TenantId tenant;
  std::optional<UnitId> unit;  // none: all
  Timestamp since;             // malware and vulnerabilities opened at or after it
  Timestamp now;
  bool sample = false;         // made-up machines, and these alone; they are never sent
  std::size_t limit = kMostRows;
};
Result<Gathered> gather(store::Connection& connection, const PartnerSettings& settings, const GatherQuery& query);

// Sends what is to be shared, on a thread of its own: notes rows, composes messages out of
// them, seals them, sends them one after another, keeps each answer. Growing pauses after
// what did not go well (a minute to an hour, with a part left to chance); an unclear answer
// is asked again at most kMostUnclear times. Thread-safe.
class Sender {
 public:
  struct Options {
    std::vector<PartnerSettings> partners;
    XmlSealer seal;                       // empty: nothing is composed
    Duration every = minutes(60);         // rows are noted and composed
    std::int64_t regular_days = 7;        // within which a unit must be accepted to be "regular"
    std::int64_t keep_days = 400;         // signed XML and answers
    std::function<void()> on_change;      // something of the ledger changed; from a thread of ours
    // Pauses after what did not go well, how long an exchange may take, how often something due
    // is looked for: others for tests.
    Duration first_pause = minutes(1);
    Duration longest_pause = minutes(60);
    Duration send_time = seconds(60);
    Duration look_every = seconds(5);
    // What is found is mostly quarantined within minutes: its row waits for that.
    Duration settle_time = minutes(10);
    // In place of net's client, for tests.
    std::function<Result<std::unique_ptr<net::Client>>(const PartnerSettings&)> client = {};
  };
  Sender(store::Store& hub, const Clock& clock, Random& random, Options options);
  ~Sender();

  void start();
  // Ends after the exchange it is at, at the latest after its time-out.
  void stop();
  // Something may be due at once.
  void wake();

  // Partners as they are configured, in the ledger. tend() does it, too.
  Result<void> set_up();

  // One round: what is due of noting, composing, sending and counting. start()'s thread does it;
  // tests and the command line call it. `at_once`: what is not due yet as well.
  Result<void> tend(bool at_once = false);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::int64_t kMostUnclear = 5;

}  // namespace khien::exchange
