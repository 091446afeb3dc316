#include "khien/api/monitor.hpp"

#include <fmt/format.h>

#include "khien/core/json.hpp"

namespace khien::api {
namespace {

net::Response plain(int status, std::string_view type, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.add("Content-Type", std::string(type));
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(body);
  return response;
}

net::Response health(const std::vector<HealthCheck>& checks) {
  bool ok = true;
  JsonWriter json;
  json.begin_object().key("checks").begin_array();
  for (const HealthCheck& check : checks) {
    ok = ok && check.ok;
    json.begin_object().field("name", check.name).field("ok", check.ok).field("detail", check.detail).end_object();
  }
  json.end_array().field("ok", ok).end_object();
  return plain(ok ? 200 : 503, "application/json", json.take());
}

net::Response metrics(const std::vector<Metric>& all) {
  std::string text;
  std::string_view described;
  for (const Metric& metric : all) {
    // Lines of one metric with several labels follow each other.
    if (metric.name != described) {
      const auto kind = metric.kind == Metric::Kind::counter ? "counter" : "gauge";
      text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", metric.name, metric.help, metric.name, kind);
      described = metric.name;
    }
    const auto labels = metric.labels.empty() ? "" : "{" + metric.labels + "}";
    text += fmt::format("{}{} {:.17g}\n", metric.name, labels, metric.value);
  }
  return plain(200, "text/plain; version=0.0.4", std::move(text));
}

}  // namespace

void Monitor::handle(net::Request request, net::Responder respond) {
  const bool reads = request.method == net::Method::get || request.method == net::Method::head;
  if (!reads) return respond(plain(405, "text/plain", "only GET\n"));
  if (request.path == "/healthz") return respond(health(sources_.checks()));
  if (request.path == "/metrics") return respond(metrics(sources_.metrics()));
  respond(plain(404, "text/plain", "only /healthz and /metrics\n"));
}

}  // namespace khien::api
