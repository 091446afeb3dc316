#include "hub_monitor.hpp"

#include <sys/statvfs.h>

namespace khien::hub {
namespace {

using api::HealthCheck;
using api::Metric;

// Below this the databases may soon be unable to commit.
constexpr std::uint64_t kLeastFreeBytes = 256u << 20;
// What the road may be behind before screens are no longer true.
constexpr std::int64_t kMostLagEvents = 100'000;

HealthCheck check_store(std::string_view name, const store::Store& store) {
  const auto read = store.read([](store::Connection& connection) {
    return connection.query_one("SELECT 1", {}, [](const store::Row&) { return Result<void>(); });
  });
  return {name, read.has_value(), read ? std::string() : read.error().what()};
}

HealthCheck check_applier(const flow::Flow& flow) {
  const auto lag = flow.lag();
  if (!lag) return {"applier", false, lag.error().what()};
  return {"applier", lag->events < kMostLagEvents, std::to_string(lag->events) + " events behind"};
}

HealthCheck check_disk(const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return {"disk", false, "the data folder cannot be looked at"};
  const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  return {"disk", free_bytes > kLeastFreeBytes, std::to_string(free_bytes >> 20) + " MiB free"};
}

Metric counter(std::string_view name, std::string_view help, std::int64_t value) {
  return {name, help, Metric::Kind::counter, static_cast<double>(value)};
}
Metric gauge(std::string_view name, std::string_view help, std::int64_t value) {
  return {name, help, Metric::Kind::gauge, static_cast<double>(value)};
}

void add_server(std::vector<Metric>& all, const net::Server& server) {
  const auto counts = server.counts();
  all.push_back(gauge("khien_connections_open", "Open connections", counts.connections_open));
  all.push_back(counter("khien_connections_total", "Connections since start", counts.connections_total));
  all.push_back(counter("khien_handshakes_failed_total", "TLS handshakes that failed", counts.handshakes_failed));
  all.push_back(counter("khien_http_requests_total", "Requests taken", counts.requests));
  all.push_back(counter("khien_http_refused_total", "Requests answered by a limit", counts.refused));
}

void add_browser(std::vector<Metric>& all, const site::BrowserState& browser) {
  all.push_back(gauge("khien_browser_on", "1: pages may be opened in a browser", browser.on ? 1 : 0));
  all.push_back(gauge("khien_browser_failing", "1: the last page that was to be opened found no browser", browser.fails() ? 1 : 0));
  all.push_back(gauge("khien_browser_pages_today", "Pages opened in a browser today", static_cast<std::int64_t>(browser.opened_today)));
  all.push_back(gauge("khien_browser_sites_at_end", "Sites of which no more pages may be opened today", static_cast<std::int64_t>(browser.sites_at_end)));
}

std::vector<Metric> collect(const Monitored& from) {
  std::vector<Metric> all;
  if (from.server) add_server(all, *from.server);
  const auto people = from.people.counts();
  all.push_back(counter("khien_api_requests_total", "Requests of people", people.requests));
  all.push_back(counter("khien_api_failed_total", "Requests answered with 5xx", people.failed));
  all.push_back(counter("khien_sign_ins_failed_total", "Sign-ins refused", people.sign_ins_failed));
  all.push_back(gauge("khien_streams_open", "Screens that follow live", people.streams_open));
  const auto agents = from.agents.counts();
  all.push_back(counter("khien_batches_total", "Batches acknowledged", agents.batches));
  all.push_back(counter("khien_events_total", "Events acknowledged", agents.events));
  all.push_back(counter("khien_agent_refused_total", "Agent requests refused", agents.refused));
  const auto fleet = from.agents.fleet_counts();
  all.push_back(counter("khien_fleet_asked_total", "Files that agents asked about by hash", fleet.asked));
  all.push_back(counter("khien_fleet_clean_total", "Of them, told clean", fleet.clean));
  all.push_back(counter("khien_fleet_later_total", "Of them, told to wait for others", fleet.later));
  all.push_back(counter("khien_fleet_votes_total", "Verdicts taken for the fleet", fleet.votes));
  all.push_back(counter("khien_fleet_refused_total", "Questions refused by a limit", fleet.refused));
  const auto ledger = from.ledger.store().counts();
  all.push_back(counter("khien_ledger_commits_total", "Durable commits of the ledger", ledger.commits));
  all.push_back(counter("khien_hub_commits_total", "Durable commits of the hub's database", from.hub.counts().commits));
  if (from.watcher != nullptr) add_browser(all, from.watcher->browser());
  if (const auto lag = from.flow.lag()) {
    all.push_back(gauge("khien_applier_lag_events", "Acknowledged events not applied yet", lag->events));
    all.push_back(counter("khien_applier_failed_total", "Events or judges that failed", lag->failed));
  }
  return all;
}

}  // namespace

api::Monitor::Sources monitor_sources(Monitored monitored) {
  return {.checks =
              [monitored] {
                return std::vector<HealthCheck>{check_store("hub_store", monitored.hub),
                                                check_store("ledger", monitored.ledger.store()),
                                                check_applier(monitored.flow), check_disk(monitored.folder)};
              },
          .metrics = [monitored] { return collect(monitored); }};
}

}  // namespace khien::hub
