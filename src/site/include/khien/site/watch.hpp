#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/site/bell.hpp"
#include "khien/site/watcher.hpp"
#include "khien/store/scope.hpp"
#include "khien/store/store.hpp"

namespace khien::site {

// A person asks for a look at once. Code::not_found outside of the scope.
Result<void> wish_look(store::Connection& connection, const store::TenantScope& scope, SiteId site, UserId who, Timestamp now);

// How often the site is looked at; none: as the province does. Code::invalid outside
// of an hour to 30 days.
Result<void> set_interval(store::Connection& connection, const store::TenantScope& scope, SiteId site,
                          std::optional<Duration> every, Timestamp now);

// When sites are looked at and by whom: every site by its interval, one that is ill
// hourly until it is mended and daily while its case is watched, one that a person
// asks for at once. What is due, what runs and how it went is in table site_watch.
//
// Invariants
//  (1) A site is looked at by one at a time.
//  (2) A page is told to the road after its bytes are kept, and before the look ends.
//  (3) A look that a restart, a failure or a lapse of time broke off is begun again.
//  (4) Pages that were not clean once are told at each look, clean or not; others
//      only when they are not.
//
// Thread-safe.
class Watch {
 public:
  struct Options {
    Duration every = hours(24);
    Duration when_ill = hours(1);
    Duration one_look = minutes(60);  // after that another may begin
    std::size_t at_once = 2;
    Duration ask_every = seconds(5);    // what is due
    Duration tend_every = seconds(10);
    std::function<void(const flow::Change&)> on_change;  // a case changed; from a thread of ours
    std::shared_ptr<Bell> bell;  // rung: what is due is asked for at once; none: every few seconds only
  };
  Watch(store::Store& hub, flow::HubSensor& sensor, std::shared_ptr<SiteWatcher> watcher, const Clock& clock, Options options);
  ~Watch();

  void start();
  // Waits for looks that run to hand over the page they are at.
  void stop();

  // One site that is due; false if none is. start()'s threads do it, tests call it.
  Result<bool> look_once();
  // What time and the road ask for: cases, new rules on kept pages, what a person
  // approved. start()'s threads do it every few seconds.
  Result<void> tend();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::site
