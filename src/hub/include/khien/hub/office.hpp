#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/env.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/flow/flow.hpp"
#include "khien/hub/config.hpp"
#include "khien/hub/console.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/store.hpp"

namespace khien::exchange {
class Sender;
}

namespace khien::site {
class SiteWatcher;
}

namespace khien::hub {

class AdvisoryDesk;
class FeedFetcher;

// What an administrative command works on. There is one owner of the databases
// at a time: a hub that runs, or a command that opened the folder itself.
struct Office {
  store::Store& hub;
  store::Ledger& ledger;
  flow::Flow* flow = nullptr;  // none while no hub runs
  Env env;
  const Config& config;
  TenantId tenant;
  Sha256 ca_sha256;
  Bytes audit_public_key;
  std::uint16_t agents_port = 0;
  std::shared_ptr<const duty::Catalogues> law = {};  // none until a command needs it
  AdvisoryDesk* advisories = nullptr;                // none while no hub runs
  exchange::Sender* sharing = nullptr;               // none while no hub runs
  FeedFetcher* feeds = nullptr;                      // none while no hub runs
  std::function<void()> on_inventory = {};           // lists of software were handed in; none while no hub runs: it tells them at its start
  const site::SiteWatcher* watcher = nullptr;        // none while no hub runs, or no site is looked at
};

// Runs one of the commands that need the databases: user, token, unit, status, quarantine,
// backup, audit, demo. `words` is the command line behind "khien". Returns the exit
// code: 0 done, 1 refused or something found, 2 wrong use or a named file that cannot be read.
int run_office_command(Office& office, const std::vector<std::string>& words, Console& console);
bool is_office_command(std::string_view name);

}  // namespace khien::hub
