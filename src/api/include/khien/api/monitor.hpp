#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/net/http.hpp"

namespace khien::api {

// One value for Prometheus: "khien_ledger_events_total".
struct Metric {
  enum class Kind : unsigned char { counter, gauge };
  std::string_view name;
  std::string_view help;
  Kind kind = Kind::gauge;
  double value = 0;
  std::string labels = {};  // `listener="agents"`, already escaped; usually empty
};

struct HealthCheck {
  std::string_view name;  // "store", "applier", "disk"
  bool ok = false;
  std::string detail;  // plain words, English
};

// For whoever runs the hub, on a loopback listener without TLS:
//   /healthz  200 or 503, and which check fell short
//   /metrics  Prometheus text format 0.0.4
// It knows no tenant and no person: counts only. Thread-safe if the callbacks are.
class Monitor final : public net::Handler {
 public:
  struct Sources {
    std::function<std::vector<HealthCheck>()> checks;
    std::function<std::vector<Metric>()> metrics;
  };
  explicit Monitor(Sources sources) : sources_(std::move(sources)) {}

  void handle(net::Request request, net::Responder respond) override;

 private:
  Sources sources_;
};

}  // namespace khien::api
