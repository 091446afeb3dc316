#pragma once

#include <doctest/doctest.h>

#include "khien/core/clock.hpp"
#include "khien/crawl/fetcher.hpp"
#include "plain_reader.hpp"

namespace khien::crawl {

// Short limits, so that what must end ends while somebody waits.
inline FetchLimits lab_limits() {
  FetchLimits limits;
  limits.view_time = milliseconds(1500);
  limits.slow_time = milliseconds(700);
  limits.connect_time = milliseconds(1000);
  limits.host_pause = {0};
  limits.host_at_once = 8;
  limits.body_bytes = 1u << 20;
  return limits;
}

// A fetcher for servers of this machine.
struct Lab {
  explicit Lab(FetchLimits limits = lab_limits(), AddressGuard::Options guard = {.allow_private = true})
      : fetcher(Fetcher::create({.limits = limits, .guard = std::move(guard)}, reader, system_clock()).value()) {}

  std::vector<Fetched> all(std::vector<FetchRequest> requests) {
    std::vector<Fetched> out(requests.size());
    std::size_t ended = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      REQUIRE(fetcher->submit(requests[i], [&out, &ended, i](Fetched fetched) {
        out[i] = std::move(fetched);
        ++ended;
      }));
    }
    fetcher->run();
    CHECK(ended == requests.size());
    return out;
  }
  Fetched one(std::string url, Visitor visitor = Visitor::desktop) {
    return all({{.url = std::move(url), .visitor = visitor}}).front();
  }

  PlainReader reader;
  std::unique_ptr<Fetcher> fetcher;
};

}  // namespace khien::crawl
