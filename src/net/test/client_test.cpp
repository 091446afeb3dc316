#include "khien/net/client.hpp"

#include "raw_peer.hpp"

namespace khien::net {
namespace {

ClientRequest to(std::string url, Method method = Method::get, std::string body = "") {
  ClientRequest request;
  request.method = method;
  request.url = std::move(url);
  request.body = std::move(body);
  return request;
}

Code code_of(const Result<ClientResponse>& result) {
  REQUIRE_FALSE(result);
  return result.error().code();
}

TEST_CASE("method, headers and body arrive as they were given") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const auto client = house.client();
  for (const auto method :
       {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_}) {
    CAPTURE(to_string(method));
    auto request =
        to(url(*server, "/x"), method, method == Method::get || method == Method::head ? "" : "body");
    request.headers.add("X-One", "1");
    request.headers.add("X-Empty", "");
    REQUIRE(client->send(request).value().status == 200);
    const auto seen = handler.last();
    CHECK(seen.method == method);
    CHECK(*seen.body == request.body);
    CHECK(seen.headers.get("x-one") == "1");
    CHECK(seen.headers.get("x-empty") == "");
    CHECK(seen.headers.count("expect") == 0);
  }
  CHECK(server->counts().connections_total == 1);
}

TEST_CASE("headers of one request do not follow into the next") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const auto client = house.client();
  auto request = to(url(*server, "/"), Method::post, "secret");
  request.headers.add("Authorization", "x");
  REQUIRE(client->send(request));
  REQUIRE(client->send(to(url(*server, "/"))));
  CHECK(handler.last().headers.count("authorization") == 0);
  CHECK(handler.last().body->empty());
  CHECK(handler.last().method == Method::get);
}

TEST_CASE("a connection the hub closed meanwhile is made anew") {
  House house;
  Answering handler;
  auto server = started(one(house.listener(handler)));
  const auto port = server->port(0);
  const auto client = house.client();
  const auto address = url(*server, "/");
  REQUIRE(client->send(to(address)));
  server.reset();
  CHECK(code_of(client->send(to(address))) == Code::unavailable);
  auto listener = house.listener(handler);
  listener.port = port;
  server = started(one(std::move(listener)));
  CHECK(client->send(to(address)).value().status == 200);
}

TEST_CASE("only the CA we were given is trusted, and only for the name we asked for") {
  House house;
  House other;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const auto stranger = CertificateAuthority::create("other", house.now, house.random).value();
  ClientOptions options;
  options.ca_pem = stranger.certificate_pem();
  CHECK(code_of(make_client(std::move(options)).value()->send(to(url(*server, "/")))) == Code::denied);
  // No CA is no trust, not the system's trust.
  CHECK_FALSE(make_client({}).value()->send(to(url(*server, "/"))));
  CHECK(handler.count() == 0);

  auto named = house.listener(handler);
  auto elsewhere =
      house.authority.issue_server({"elsewhere.gov.vn"}, house.now, days(1), house.random).value();
  named.certificate_pem = elsewhere.certificate_pem;
  named.key_pem = std::move(elsewhere.key_pem);
  const auto misnamed = started(one(std::move(named)));
  CHECK(code_of(house.client()->send(to(url(*misnamed, "/")))) == Code::denied);
  CHECK(handler.count() == 0);
}

TEST_CASE("an answer over the limit is refused") {
  House house;
  Answering handler([](const Request& request, const Responder& respond) {
    Response response;
    if (request.path == "/headers") {
      for (int i = 0; i < 40; ++i) response.headers.add("X-" + std::to_string(i), std::string(1000, 'x'));
    } else {
      response.body = std::string(request.path == "/fits" ? 1000 : 1001, 'x');
    }
    respond(std::move(response));
  });
  const auto server = started(one(house.listener(handler)));
  ClientOptions options;
  options.ca_pem = house.authority.certificate_pem();
  options.max_answer_bytes = 1000;
  const auto client = make_client(std::move(options)).value();
  CHECK(client->send(to(url(*server, "/fits"))).value().body.size() == 1000);
  CHECK(code_of(client->send(to(url(*server, "/large")))) == Code::exhausted);
  CHECK(code_of(client->send(to(url(*server, "/headers")))) == Code::exhausted);
  CHECK(client->send(to(url(*server, "/fits"))).value().body.size() == 1000);
}

TEST_CASE("a hub that is silent or absent is unavailable, in time") {
  Fd deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  REQUIRE(::bind(deaf.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::getsockname(deaf.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
  const auto port = std::to_string(ntohs(address.sin_port));
  House house;
  ClientOptions options;
  options.ca_pem = house.authority.certificate_pem();
  options.timeout = milliseconds(300);
  const auto client = make_client(std::move(options)).value();
  CHECK(code_of(client->send(to("https://127.0.0.1:" + port + "/"))) == Code::unavailable);
  REQUIRE(::listen(deaf.get(), 5) == 0);
  CHECK(code_of(client->send(to("https://127.0.0.1:" + port + "/"))) == Code::unavailable);
}

TEST_CASE("a redirect is an answer, not an order") {
  House house;
  Answering handler([](const Request&, const Responder& respond) {
    Response response;
    response.status = 302;
    response.headers.add("Location", "https://127.0.0.1:1/");
    response.headers.add("Set-Cookie", "a=b");
    respond(std::move(response));
  });
  const auto server = started(one(house.listener(handler)));
  const auto client = house.client();
  CHECK(client->send(to(url(*server, "/"))).value().status == 302);
  CHECK(client->send(to(url(*server, "/"))).value().status == 302);
  CHECK(handler.count() == 2);
  CHECK(handler.last().headers.count("cookie") == 0);
}

TEST_CASE("the environment's proxy is not ours") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  CHECK(house.client()->send(to(url(*server, "/"))));
  ::unsetenv("https_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_CASE("addresses that are not https are refused, but for http on this very machine") {
  Answering handler;
  const auto server = started(one(plain_listener(handler)));
  const auto client = make_client({}).value();
  CHECK(client->send(to(url(*server, "/", "http"))).value().status == 200);
  for (const auto* bad : {"http://192.0.2.1/", "http://127.0.0.1.example/", "http://localhost.example/",
                          "ftp://127.0.0.1/", "file:///etc/passwd", "https://user:pw@127.0.0.1/",
                          "gopher://127.0.0.1/", "", "https://", "127.0.0.1/"}) {
    CAPTURE(bad);
    CHECK(code_of(client->send(to(bad))) == Code::invalid);
  }
}

TEST_CASE("the trusted authorities may be a large file, as the system's is") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const std::string other = CertificateAuthority::create("Stranger", house.now, house.random).value().certificate_pem();
  std::string many;
  while (many.size() < 300u << 10) many += other;
  ClientOptions options;
  options.ca_pem = many + house.authority.certificate_pem();
  CHECK(make_client(std::move(options)).value()->send(to(url(*server, "/"))).value().status == 200);
}

TEST_CASE("plain HTTP to others is refused, unless it was asked for") {
  auto request = to("http://192.0.2.1/");
  request.timeout = milliseconds(100);
  CHECK(code_of(make_client({}).value()->send(request)) == Code::invalid);
  ClientOptions options;
  options.allow_plain = true;
  const auto client = make_client(std::move(options)).value();
  CHECK(code_of(client->send(request)) == Code::unavailable);
  CHECK(code_of(client->send(to("ftp://192.0.2.1/"))) == Code::invalid);
}

TEST_CASE("a header with a line break is refused before anything is sent") {
  Answering handler;
  const auto server = started(one(plain_listener(handler)));
  auto request = to(url(*server, "/", "http"));
  request.headers.add("X", "a\r\nY: b");
  CHECK(code_of(make_client({}).value()->send(request)) == Code::invalid);
  CHECK(handler.count() == 0);
}

TEST_CASE("options that cannot work are refused at once") {
  House house;
  const auto agent = house.issue_agent();
  ClientOptions bad_ca;
  bad_ca.ca_pem = "no";
  CHECK_FALSE(make_client(std::move(bad_ca)));
  ClientOptions no_key;
  no_key.certificate_pem = agent.certificate_pem;
  CHECK_FALSE(make_client(std::move(no_key)));
  ClientOptions other_key;
  other_key.certificate_pem = agent.certificate_pem;
  other_key.key_pem = Secret(std::string(house.server.key_pem.reveal()));
  CHECK_FALSE(make_client(std::move(other_key)));
}

TEST_CASE("a hub's CA is taken from a stranger only if it is the one the token names") {
  House house;
  const auto other = CertificateAuthority::create("other", house.now, house.random).value();
  std::mutex mutex;
  std::string served = house.authority.certificate_pem() + other.certificate_pem();
  int status = 200;
  Answering handler([&](const Request&, const Responder& respond) {
    const std::lock_guard lock(mutex);
    Response response;
    response.status = status;
    response.body = served;
    respond(std::move(response));
  });
  const auto serve = [&](int next_status, const std::string& next) {
    const std::lock_guard lock(mutex);
    status = next_status;
    served = next;
  };
  const auto server = started(one(house.listener(handler)));
  const auto wanted = house.authority.sha256();
  const auto fetched = fetch_ca(url(*server, "/"), wanted).value();
  CHECK(handler.last().path == "/agent/v1/ca");
  // What came along with it is not taken over.
  CHECK(fetched == house.authority.certificate_pem());
  CHECK(fetch_ca(url(*server, ""), other.sha256()).error().code() == Code::denied);
  serve(200, other.certificate_pem());
  CHECK(fetch_ca(url(*server, ""), wanted).error().code() == Code::denied);
  serve(200, "nothing of the kind");
  CHECK(fetch_ca(url(*server, ""), wanted).error().code() == Code::invalid);
  serve(404, "");
  CHECK(fetch_ca(url(*server, ""), wanted).error().code() == Code::unavailable);
}

}  // namespace
}  // namespace khien::net
