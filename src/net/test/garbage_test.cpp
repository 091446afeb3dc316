// Whatever comes to a port: random bytes, broken TLS, half of everything. Others
// must not notice. KHIEN_CAMPAIGN=1 sends 10^8 bytes instead of 10^5.
#include <cstdlib>

#include "raw_peer.hpp"

namespace khien::net {
namespace {

std::size_t campaign_bytes() { return std::getenv("KHIEN_CAMPAIGN") != nullptr ? 100'000'000 : 100'000; }

std::string random_text(SeededRandom& random, std::size_t size) {
  const auto bytes = random.bytes(size);
  return std::string(as_text(bytes));
}

// Sends and hangs up, sometimes after a look at the answer.
void throw_at(std::uint16_t port, std::string_view bytes, bool listen) {
  RawPeer peer(port);
  peer.send(bytes);
  if (listen) peer.receive();
}

struct Ports {
  House house;
  Answering handler;
  std::unique_ptr<Server> server = [this] {
    std::vector<Listener> listeners;
    listeners.push_back(house.listener(handler));
    listeners.push_back(house.listener(handler, true));
    listeners.push_back(plain_listener(handler));
    return started(std::move(listeners));
  }();

  // Is somebody who behaves still served, on the connection from before too?
  void check_served(Client& before) {
    CHECK(before.send({.url = url(*server, "/"), .headers = {}, .body = ""}).value().status == 200);
    CHECK(house.client()->send({.url = url(*server, "/"), .headers = {}, .body = ""}).value().status == 200);
  }
};

TEST_CASE("random bytes on any port harm nobody") {
  Ports ports;
  SeededRandom random(20261122);
  const auto witness = ports.house.client();
  ports.check_served(*witness);
  std::size_t sent = 0;
  for (std::size_t round = 0; sent < campaign_bytes(); ++round) {
    const auto garbage = random_text(random, 1 + random.below(4096));
    throw_at(ports.server->port(round % 3), garbage, false);
    sent += garbage.size();
    if (round % 500 == 499) ports.check_served(*witness);
  }
  ports.check_served(*witness);
  CHECK(eventually([&] { return ports.server->counts().connections_open <= 2; }));
}

// A TLS record: type, version, length, content.
std::string record(char type, std::string_view content) {
  std::string all{type, '\x03', '\x03', static_cast<char>(content.size() >> 8),
                  static_cast<char>(content.size() & 0xff)};
  return all.append(content);
}

TEST_CASE("records that look like TLS and are not end their own connection only") {
  Ports ports;
  SeededRandom random(1);
  const auto witness = ports.house.client();
  ports.check_served(*witness);
  const int rounds = std::getenv("KHIEN_CAMPAIGN") != nullptr ? 20'000 : 200;
  for (int round = 0; round < rounds; ++round) {
    const auto type = static_cast<char>(20 + random.below(6));
    auto content = random_text(random, random.below(600));
    // A hello's length, true or not, gets further into the parser.
    if (content.size() > 4)
      content.replace(0, 4, std::string("\x01\x00\x02", 3) + static_cast<char>(content.size()));
    throw_at(ports.server->port(static_cast<std::size_t>(round) % 2), record(type, content), round % 2 == 0);
  }
  // Announces 65,535 bytes, or sends 0xff without end.
  throw_at(ports.server->port(0), std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, '\x01'), true);
  throw_at(ports.server->port(1), std::string(70'000, '\xff'), true);
  ports.check_served(*witness);
  CHECK(ports.server->counts().handshakes_failed > 0);
}

TEST_CASE("garbage after a good handshake ends that connection only") {
  Ports ports;
  SeededRandom random(2);
  const auto witness = ports.house.client();
  ports.check_served(*witness);
  for (int round = 0; round < 30; ++round) {
    RawPeer inside(ports.server->port(0), RawTls{});
    REQUIRE(inside.is_secure());
    // As content: HTTP that is none.
    if (round % 2 == 0) {
      inside.send("\x01" + random_text(random, 300));
      CHECK(status_of(inside.receive_until("}}")) == 400);
      continue;
    }
    // Below TLS: a record that does not decrypt.
    const auto forged = record(23, random_text(random, 300));
    CHECK(::send(inside.fd(), forged.data(), forged.size(), MSG_NOSIGNAL) > 0);
    CHECK(inside.receive_all().empty());
  }
  ports.check_served(*witness);
}

TEST_CASE("requests that were cut or turned about are answered 4xx or not at all") {
  Ports ports;
  SeededRandom random(3);
  const std::string good =
      "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  const int rounds = std::getenv("KHIEN_CAMPAIGN") != nullptr ? 20'000 : 300;
  for (int round = 0; round < rounds; ++round) {
    auto bad = good;
    for (auto changes = 1 + random.below(3); changes > 0; --changes) {
      bad[random.below(bad.size())] = static_cast<char>(random.below(256));
    }
    RawPeer peer(ports.server->port(2));
    peer.send(bad);
    ::shutdown(peer.fd(), SHUT_WR);
    const int status = status_of(peer.receive_all());
    CAPTURE(bad);
    CHECK(
        (status == 0 || status == 200 || (status >= 400 && status < 500) || status == 501 || status == 505));
  }
}

}  // namespace
}  // namespace khien::net
