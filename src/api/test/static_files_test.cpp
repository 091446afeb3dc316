#include "static_files.hpp"

#include "khien/api/monitor.hpp"
#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

ByteView bytes(std::string_view text) { return as_bytes(text); }

const std::vector<EmbeddedFile>& files() {
  static const std::vector<EmbeddedFile> all{
      {"/index.html", "text/html; charset=utf-8", "\"i1\"", bytes("<html>"), bytes("BR"), bytes("GZ"), false},
      {"/assets/app-1a2b.js", "text/javascript", "\"a1\"", bytes("app()"), bytes("br"), {}, true},
      {"/favicon.svg", "image/svg+xml", "\"f1\"", bytes("<svg/>"), {}, {}, false}};
  return all;
}

net::Response get(std::string_view path, std::vector<std::pair<std::string, std::string>> headers = {},
                  Method method = Method::get) {
  auto request = request_of(method, path);
  for (auto& [name, value] : headers) request.headers.add(name, value);
  return answer_static(files(), request);
}
std::string body(const net::Response& response) {
  return response.static_body ? std::string(as_text(*response.static_body)) : response.body;
}

TEST_CASE("a file is sent as small as the browser takes it") {
  CHECK(body(get("/index.html")) == "<html>");
  CHECK(body(get("/index.html", {{"Accept-Encoding", "gzip, deflate, br"}})) == "BR");
  CHECK(header_of(get("/index.html", {{"Accept-Encoding", "br"}}), "Content-Encoding") == "br");
  CHECK(body(get("/index.html", {{"Accept-Encoding", "gzip"}})) == "GZ");
  CHECK(body(get("/index.html", {{"Accept-Encoding", "br;q=0, gzip;q=0.5"}})) == "GZ");
  CHECK(body(get("/index.html", {{"Accept-Encoding", "brotli"}})) == "<html>");
  CHECK(body(get("/favicon.svg", {{"Accept-Encoding", "br, gzip"}})) == "<svg/>");
  CHECK(header_of(get("/favicon.svg"), "Vary") == "Accept-Encoding");
}

TEST_CASE("a place within the UI is index.html; a file that is not there is not") {
  for (const char* place : {"/", "/phat-hien", "/may-tinh/17", "/a.b/c"}) CHECK(body(get(place)) == "<html>");
  for (const char* missing : {"/missing.js", "/assets/none.css", "/.env", "/index.html.bak"}) {
    CHECK(get(missing).status == 404);
  }
}

TEST_CASE("what has a name of its content is kept for a year, the rest is asked for again") {
  CHECK(header_of(get("/assets/app-1a2b.js"), "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(header_of(get("/"), "Cache-Control") == "no-cache");
  CHECK(get("/", {{"If-None-Match", "\"i1\""}}).status == 304);
  CHECK(get("/", {{"If-None-Match", "\"x\", W/\"i1\""}}).status == 304);
  CHECK(get("/", {{"If-None-Match", "\"i1"}}).status == 200);
  CHECK(body(get("/", {{"If-None-Match", "\"i1\""}})).empty());
}

TEST_CASE("files are only read") {
  CHECK(get("/", {}, Method::head).status == 200);
  for (const auto method : {Method::post, Method::put, Method::delete_, Method::patch, Method::other}) {
    CHECK(get("/", {}, method).status == 405);
  }
}

TEST_CASE("the monitor says which check fell short, and counts in Prometheus' words") {
  bool disk = true;
  Monitor monitor({.checks = [&] { return std::vector<HealthCheck>{{"store", true, "writes"}, {"disk", disk, "3 %"}}; },
                   .metrics = [] {
                     return std::vector<Metric>{
                         {"khien_events_total", "Events stored.", Metric::Kind::counter, 1e9},
                         {"khien_connections", "Open.", Metric::Kind::gauge, 2, "listener=\"agents\""},
                         {"khien_connections", "Open.", Metric::Kind::gauge, 1, "listener=\"people\""}};
                   }});
  CHECK(answer_of(monitor, request_of(Method::get, "/healthz")).status == 200);
  disk = false;
  const auto sick = answer_of(monitor, request_of(Method::get, "/healthz"));
  CHECK(sick.status == 503);
  CHECK(field_of(sick.body, "checks.1.name") == "disk");
  CHECK(answer_of(monitor, request_of(Method::get, "/metrics")).body ==
        "# HELP khien_events_total Events stored.\n# TYPE khien_events_total counter\nkhien_events_total 1000000000\n"
        "# HELP khien_connections Open.\n# TYPE khien_connections gauge\nkhien_connections{listener=\"agents\"} 2\n"
        "khien_connections{listener=\"people\"} 1\n");
  CHECK(answer_of(monitor, request_of(Method::get, "/")).status == 404);
  CHECK(answer_of(monitor, request_of(Method::post, "/metrics")).status == 405);
}

}  // namespace
}  // namespace khien::api
