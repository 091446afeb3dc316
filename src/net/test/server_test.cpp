#include "khien/net/server.hpp"

#include <atomic>
#include <deque>
#include <thread>

#include "raw_peer.hpp"

namespace khien::net {
namespace {

TEST_CASE("a request over TLS is answered, again and again on one connection") {
  House house;
  Answering handler;
  const auto server = started(one(house.listener(handler)));
  const auto client = house.client();
  for (int i = 0; i < 5; ++i) {
    const auto answer =
        client->send({.url = url(*server, "/hello?q=a%20b"), .headers = {}, .body = ""}).value();
    CHECK(answer.status == 200);
    CHECK(answer.body == "xin chào /hello");
    CHECK(answer.headers.get("content-length") == "16");
    CHECK(answer.headers.get("connection") == "keep-alive");
  }
  CHECK(handler.last().query_value("q") == "a b");
  CHECK(handler.last().peer_address == "127.0.0.1");
  CHECK_FALSE(handler.last().certificate);
  CHECK(server->counts().connections_total == 1);
  CHECK(server->counts().requests == 5);
}

TEST_CASE("the date of an answer is the clock's") {
  ManualClock clock(from_rfc3339("2026-11-22T03:04:05Z").value());
  Answering handler;
  const auto server = started(one(plain_listener(handler)), {}, clock);
  RawPeer peer(server->port(0));
  peer.send(get("/"));
  CHECK(peer.receive_until("/").find("Date: Sun, 22 Nov 2026 03:04:05 GMT\r\n") != std::string::npos);
  clock.advance(hours(1));
  peer.send(get("/"));
  CHECK(peer.receive_until("/").find("Date: Sun, 22 Nov 2026 04:04:05 GMT\r\n") != std::string::npos);
}

TEST_CASE("HEAD is answered with the length of what GET would give, and nothing more") {
  Answering handler;
  const auto server = started(one(plain_listener(handler)));
  RawPeer peer(server->port(0));
  peer.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b", "Connection: close\r\n"));
  const auto all = peer.receive_all();
  CHECK(handler.count() == 2);
  CHECK(all.find("Content-Length: 12\r\n") != all.npos);
  // Right behind the head of the first answer stands the second.
  CHECK(all.substr(all.find("\r\n\r\n") + 4).starts_with("HTTP/1.1 200"));
}

TEST_CASE("bytes that live for ever are sent whole, however large") {
  House house;
  std::string large(3u << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7 + i / 251);
  Answering handler([&](const Request&, const Responder& respond) {
    Response response;
    response.body = "not this";
    response.static_body = as_bytes(large);
    respond(std::move(response));
  });
  const auto server = started(one(house.listener(handler)));
  ClientOptions options;
  options.ca_pem = house.authority.certificate_pem();
  options.max_answer_bytes = 4u << 20;
  const auto client = make_client(std::move(options)).value();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client->send({.url = url(*server, "/"), .headers = {}, .body = ""}).value();
    CHECK((answer.body == large));
  }
}

TEST_CASE("bodies arrive whole, by length and in chunks, with 100 Continue where asked") {
  House house;
  Answering handler([](const Request& request, const Responder& respond) {
    Response response;
    response.body = sha256(*request.body).hex();
    respond(std::move(response));
  });
  const auto server = started(one(house.listener(handler)));
  const std::string body(900'000, 'k');
  const auto answer =
      house.client()
          ->send({.method = Method::post, .url = url(*server, "/"), .headers = {}, .body = body})
          .value();
  CHECK(answer.body == sha256(body).hex());

  RawPeer peer(server->port(0), RawTls{});
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  CHECK(peer.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("5\r\nabcde\r\n");
  peer.send("1\r\nf\r\n0\r\n\r\n");
  CHECK(peer.receive_until(sha256("abcdef").hex()).ends_with(sha256("abcdef").hex()));
}

TEST_CASE("requests that come in one piece are answered one after the other, in order") {
  Answering handler;
  const auto server = started(one(plain_listener(handler)));
  RawPeer peer(server->port(0));
  std::string all;
  for (int i = 0; i < 300; ++i) all += get("/n" + std::to_string(i));
  all += get("/end", "Connection: close\r\n");
  peer.send(all);
  const auto answers = peer.receive_all();
  std::size_t at = 0;
  for (int i = 0; i < 300; ++i) {
    at = answers.find("xin chào /n" + std::to_string(i) + "HTTP", at);
    REQUIRE(at != answers.npos);
  }
  CHECK(answers.ends_with("xin chào /end"));
}

TEST_CASE("an answer may come later and from any thread") {
  Withholding handler;
  const auto server = started(one(plain_listener(handler)));
  std::deque<RawPeer> peers;
  for (int i = 0; i < 20; ++i) peers.emplace_back(server->port(0)).send(get("/wait"));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const auto respond = handler.take();
        Response response;
        response.body = "later";
        respond(std::move(response));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto& peer : peers) CHECK(peer.receive_until("later").ends_with("later"));
}

TEST_CASE("a responder that is dropped answers 500; a second answer is ignored") {
  Answering handler([](const Request& request, const Responder& respond) {
    if (request.path == "/drop") return;
    if (request.path == "/throw") throw std::runtime_error("a bug");
    Response first;
    first.body = "first";
    respond(std::move(first));
    Response second;
    second.body = "second";
    respond(std::move(second));
  });
  const auto server = started(one(plain_listener(handler)));
  RawPeer peer(server->port(0));
  peer.send(get("/drop"));
  CHECK(status_of(peer.receive_until("}}")) == 500);
  peer.send(get("/throw"));
  CHECK(status_of(peer.receive_until("}}")) == 500);
  peer.send(get("/twice") + get("/drop"));
  const auto answers = peer.receive_until("}}");
  CHECK(answers.find("first") != answers.npos);
  CHECK(answers.find("second") == answers.npos);
}

TEST_CASE("a peer that is gone costs its answer and nothing else") {
  Withholding handler;
  const auto server = started(one(plain_listener(handler)));
  auto peer = std::make_unique<RawPeer>(server->port(0));
  peer->send(get("/wait"));
  const auto respond = handler.take();
  peer.reset();
  Response large;
  large.body = std::string(1u << 20, 'x');
  respond(std::move(large));
  CHECK(eventually([&] { return server->counts().connections_open == 0; }));
  RawPeer other(server->port(0));
  other.send(get("/other"));
  CHECK(status_of(other.receive_until("\r\n\r\n")) == 200);
}

TEST_CASE("a server that stops finishes the answers that are running") {
  Withholding handler;
  auto server = started(one(plain_listener(handler)));
  RawPeer idle(server->port(0));
  idle.send(get("/"));
  idle.receive_until("\r\n\r\n");
  auto running = std::make_unique<RawPeer>(server->port(0));
  running->send(get("/wait"));
  const auto respond = handler.take();
  std::thread stopping([&] { server.reset(); });
  CHECK(idle.is_ended());
  Response response;
  response.body = "done";
  respond(std::move(response));
  const auto answer = running->receive_all();
  CHECK(answer.find("Connection: close") != answer.npos);
  CHECK(answer.ends_with("done"));
  // It was waiting for nothing but this.
  running.reset();
  stopping.join();
}

TEST_CASE("a server that stops does not wait for an answer that never comes") {
  Withholding handler;
  auto server = started(one(plain_listener(handler)));
  RawPeer peer(server->port(0));
  peer.send(get("/wait"));
  auto respond = handler.take();
  server.reset();
  CHECK(peer.receive_all().empty());
  // Too late, and harmless.
  respond({});
  respond = nullptr;
}

TEST_CASE("servers are made and ended without ever being started") {
  Answering handler;
  const auto server = Server::create(one(plain_listener(handler)), {}, system_clock()).value();
  CHECK(server->port(0) != 0);
  CHECK_FALSE(Server::create({}, {.threads = 0}, system_clock()));
}

TEST_CASE("a port that is taken is said so") {
  Answering handler;
  const auto first = started(one(plain_listener(handler)));
  auto listener = plain_listener(handler);
  listener.port = first->port(0);
  const auto second = Server::create(one(std::move(listener)), {}, system_clock());
  REQUIRE_FALSE(second);
  CHECK(second.error().what().find("port " + std::to_string(first->port(0))) != std::string::npos);
}

TEST_CASE("a thousand peers at once keep their connections and get their own answers") {
  House house;
  ManualClock clock(house.now);  // however long a busy machine takes for it
  Answering handler;
  const auto server = started(one(house.listener(handler)), {}, clock);
  std::deque<RawPeer> peers;
  for (int i = 0; i < 1000; ++i) peers.emplace_back(server->port(0), RawTls{});
  std::atomic<int> right{0};
  const auto ask = [&](std::size_t begin, std::size_t end) {
    for (int round = 0; round < 3; ++round) {
      for (auto i = begin; i < end; ++i)
        peers[i].send(get("/p" + std::to_string(i) + "r" + std::to_string(round)));
      for (auto i = begin; i < end; ++i) {
        const auto wanted = "xin chào /p" + std::to_string(i) + "r" + std::to_string(round);
        right += peers[i].receive_until(wanted).ends_with(wanted) ? 1 : 0;
      }
    }
  };
  std::thread half([&] { ask(0, 500); });
  ask(500, 1000);
  half.join();
  CHECK(right == 3000);
  CHECK(server->counts().connections_open == 1000);
  CHECK(server->counts().connections_total == 1000);
  CHECK(server->counts().requests == 3000);
}

}  // namespace
}  // namespace khien::net
