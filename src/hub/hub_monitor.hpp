#pragma once

#include <memory>
#include <string>

#include "khien/api/agent_api.hpp"
#include "khien/api/api.hpp"
#include "khien/api/monitor.hpp"
#include "khien/flow/flow.hpp"
#include "khien/net/server.hpp"
#include "khien/site/watcher.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/store.hpp"

namespace khien::hub {

// What /metrics and /healthz look at. Borrowed; `server` is set later than the
// monitor, which is one of its handlers.
struct Monitored {
  const store::Store& hub;
  const store::Ledger& ledger;
  const flow::Flow& flow;
  const api::Api& people;
  const api::AgentApi& agents;
  const std::unique_ptr<net::Server>& server;
  const site::SiteWatcher* watcher;  // none: no site is looked at
  std::string folder;
};

api::Monitor::Sources monitor_sources(Monitored monitored);

}  // namespace khien::hub
