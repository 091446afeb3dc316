// What a peer may take of our time and room. The clock is a test's own, so each
// limit is met exactly.
#include <sys/resource.h>

#include <deque>

#include "raw_peer.hpp"

namespace khien::net {
namespace {

struct Plain {
  explicit Plain(ServerLimits limits = {}, Listener listener = {}) {
    listener.handler = &handler;
    server = started(one(std::move(listener)), limits, clock);
  }
  ManualClock clock{system_clock().now()};
  Answering handler;
  std::unique_ptr<Server> server;

  std::uint16_t port() const { return server->port(0); }
  // Moves the clock, once the server did all it had to do before, and gives its
  // tick time to see it.
  void pass(Duration time) {
    settle();
    clock.advance(time);
    ::poll(nullptr, 0, 250);
  }
  // The server has taken everything that was sent.
  void settle() { ::poll(nullptr, 0, 200); }
};

TEST_CASE("a header that does not end in time is refused; one that does is not") {
  Plain door;
  RawPeer slow(door.port());
  RawPeer quick(door.port());
  slow.send("GET / HT");
  quick.send("GET / HT");
  door.settle();
  door.pass(seconds(9));
  CHECK(slow.is_silent(0));
  quick.send("TP/1.1\r\nHost: h\r\n\r\n");
  CHECK(status_of(quick.receive_until("/")) == 200);
  door.pass(seconds(2));
  CHECK(status_of(slow.receive_all()) == 408);
  CHECK(door.server->counts().refused == 1);
}

TEST_CASE("a peer that says nothing at all is closed without a word") {
  Plain door;
  RawPeer mute(door.port());
  door.settle();
  door.pass(seconds(9));
  CHECK(mute.is_silent(0));
  door.pass(seconds(2));
  CHECK(mute.receive_all().empty());
}

TEST_CASE("a handshake that does not end in time is closed") {
  House house;
  ManualClock clock(house.now);
  Answering handler;
  const auto server = started(one(house.listener(handler)), {}, clock);
  RawPeer half(server->port(0));
  half.send("\x16\x03\x01\x02\x00\x01");
  // The ten seconds begin when the server has taken the connection.
  REQUIRE(eventually([&] { return server->counts().connections_open == 1; }));
  ::poll(nullptr, 0, 50);
  clock.advance(seconds(11));
  CHECK(half.is_ended());
  CHECK(eventually([&] { return server->counts().handshakes_failed == 1; }));
}

TEST_CASE("a body that comes in drips is refused, whatever its length") {
  Plain door;
  RawPeer drip(door.port());
  drip.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");
  door.settle();
  for (int second = 0; second < 9; ++second) {
    drip.send("x");
    door.clock.advance(seconds(1));
  }
  door.settle();
  CHECK(drip.is_silent(200));
  door.pass(seconds(2));
  CHECK(status_of(drip.receive_all()) == 408);
}

TEST_CASE("a body that keeps the least rate still ends within its time") {
  Plain door;
  RawPeer steady(door.port());
  steady.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n");
  door.settle();
  for (int step = 0; step < 5; ++step) {
    steady.send(std::string(20'000, 'x'));
    door.settle();
    door.pass(seconds(11));
    CHECK(steady.is_silent(0));
  }
  door.pass(seconds(6));
  CHECK(status_of(steady.receive_all()) == 408);
}

TEST_CASE("an idle connection is closed after its time, not before") {
  Plain door;
  RawPeer idle(door.port());
  idle.send(get("/"));
  CHECK(status_of(idle.receive_until("xin chào /")) == 200);
  door.pass(minutes(9));
  CHECK(idle.is_silent(0));
  idle.send(get("/"));
  CHECK(status_of(idle.receive_until("xin chào /")) == 200);
  door.pass(minutes(11));
  CHECK(idle.is_ended());
}

TEST_CASE("a body over the listener's limit is refused while it is still being sent") {
  Listener listener;
  listener.max_body_bytes = 1000;
  Plain door({}, std::move(listener));
  RawPeer peer(door.port());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n" + std::string(300'000, 'x'));
  // The answer arrives although the peer had more to say.
  CHECK(status_of(peer.receive_until("}}")) == 413);
  CHECK(door.handler.count() == 0);
}

// Takes more than usual where the path says so, and answers when told to.
class Roomy final : public Handler {
 public:
  void handle(Request request, Responder respond) override {
    const std::lock_guard lock(mutex_);
    size_ = request.body->size();
    waiting_.push_back(std::move(respond));
  }
  std::size_t most_body_bytes(Method method, std::string_view path, const Headers&) const override {
    return method == Method::post && path == "/large" ? 200'000 : 0;
  }
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return size_;
  }
  void answer_all() {
    const std::lock_guard lock(mutex_);
    for (auto& respond : waiting_) respond({});
    waiting_.clear();
  }

 private:
  std::mutex mutex_;
  std::size_t size_ = 0;
  std::vector<Responder> waiting_;
};

std::string post_of(std::string_view path, std::size_t size) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
         std::string(size, 'x');
}

struct RoomyDoor {
  explicit RoomyDoor(std::size_t most_large) {
    Listener listener;
    listener.handler = &handler;
    listener.max_body_bytes = 1'000;
    listener.max_large_bodies = most_large;
    server = started(one(std::move(listener)), {}, clock);
  }
  int refusal_of(std::string_view bytes) const {
    RawPeer peer(server->port(0));
    peer.send(bytes);
    return status_of(peer.receive_until("}}"));
  }
  ManualClock clock{system_clock().now()};
  Roomy handler;
  std::unique_ptr<Server> server;
};

TEST_CASE("a body over the listener's limit is taken where the handler takes it, up to what it takes") {
  RoomyDoor door(8);
  CHECK(door.refusal_of(post_of("/other", 1'001)) == 413);
  CHECK(door.refusal_of(post_of("/large", 200'001)) == 413);
  RawPeer peer(door.server->port(0));
  peer.send(post_of("/large", 200'000));
  REQUIRE(eventually([&] { return door.handler.waiting() == 1; }));
  CHECK(door.handler.size() == 200'000);
  door.handler.answer_all();
  CHECK(status_of(peer.receive_until("\r\n\r\n")) == 200);
}

TEST_CASE("a chunked body may grow beyond the listener's limit only where the handler takes it") {
  RoomyDoor door(8);
  const auto chunked = [](std::string_view path, std::size_t size) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%zx", size);
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
           digits.data() + "\r\n" + std::string(size, 'x') + "\r\n0\r\n\r\n";
  };
  CHECK(door.refusal_of(chunked("/other", 1'001)) == 413);
  CHECK(door.refusal_of(chunked("/large", 200'001)) == 413);
  RawPeer peer(door.server->port(0));
  peer.send(chunked("/large", 4'000));
  REQUIRE(eventually([&] { return door.handler.waiting() == 1; }));
  door.handler.answer_all();
}

TEST_CASE("only so many large bodies are held at a time, until they are answered") {
  RoomyDoor door(1);
  RawPeer first(door.server->port(0));
  first.send(post_of("/large", 2'000));
  REQUIRE(eventually([&] { return door.handler.waiting() == 1; }));
  CHECK(door.refusal_of(post_of("/large", 2'000)) == 503);
  // One of the usual size needs no place.
  RawPeer small(door.server->port(0));
  small.send(post_of("/large", 1'000));
  REQUIRE(eventually([&] { return door.handler.waiting() == 2; }));
  door.handler.answer_all();
  CHECK(status_of(first.receive_until("\r\n\r\n")) == 200);
  RawPeer second(door.server->port(0));
  second.send(post_of("/large", 2'000));
  CHECK(eventually([&] { return door.handler.waiting() == 1; }));
  door.handler.answer_all();
}

TEST_CASE("a large body has five times the time of a usual one, at the same least rate") {
  RoomyDoor door(8);
  RawPeer steady(door.server->port(0));
  steady.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n");
  ::poll(nullptr, 0, 200);
  const auto pass = [&] {
    steady.send(std::string(30'000, 'x'));
    ::poll(nullptr, 0, 200);
    door.clock.advance(seconds(25));
    ::poll(nullptr, 0, 250);
  };
  for (int step = 0; step < 4; ++step) pass();
  CHECK(steady.is_silent(0));
  door.clock.advance(seconds(60));
  CHECK(status_of(steady.receive_all()) == 408);
}

TEST_CASE("a header over the server's limit is refused") {
  Plain door;
  RawPeer peer(door.port());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x'));
  CHECK(status_of(peer.receive_until("}}")) == 431);
}

TEST_CASE("connections over the limit are closed; a place that is given up is free again") {
  Listener listener;
  listener.max_connections = 3;
  Plain door({}, std::move(listener));
  std::deque<RawPeer> inside;
  for (int i = 0; i < 3; ++i) {
    inside.emplace_back(door.port()).send(get("/"));
    CHECK(status_of(inside.back().receive_until("/")) == 200);
  }
  CHECK(RawPeer(door.port()).is_ended());
  CHECK(door.server->counts().refused == 1);
  inside.pop_front();
  CHECK(eventually([&] { return door.server->counts().connections_open == 2; }));
  RawPeer next(door.port());
  next.send(get("/"));
  CHECK(status_of(next.receive_until("/")) == 200);
}

TEST_CASE("a peer that does not read its answer is let go in time") {
  Plain door;
  static const std::string large(32u << 20, 'a');
  door.server.reset();
  Answering generous([](const Request&, const Responder& respond) {
    Response response;
    response.static_body = as_bytes(large);
    respond(std::move(response));
  });
  const auto server = started(one(plain_listener(generous)), {}, door.clock);
  RawPeer lazy(server->port(0));
  lazy.send(get("/"));
  REQUIRE(eventually([&] { return server->counts().requests == 1; }));
  door.pass(hours(2));
  CHECK(eventually([&] { return server->counts().connections_open == 0; }));
}

TEST_CASE("without free descriptors the server pauses and then goes on") {
  Plain door;
  RawPeer before(door.port());
  before.send(get("/"));
  CHECK(status_of(before.receive_until("/")) == 200);

  rlimit old{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
  RawPeer waiting(door.port());  // ours is open; the server's end is not yet
  CHECK(eventually([&] { return door.server->counts().connections_open == 2; }));
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // The lowest free number is always taken, so all below `client` are in use.
  rlimit low = old;
  low.rlim_cur = static_cast<rlim_t>(client + 1);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(door.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::poll(nullptr, 0, 150);
  CHECK(door.server->counts().connections_total == 2);
  // Those who are in are served meanwhile.
  before.send(get("/"));
  CHECK(status_of(before.receive_until("/")) == 200);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &old) == 0);
  CHECK(eventually([&] { return door.server->counts().connections_total == 3; }));
  ::close(client);
}

TEST_CASE("plain HTTP is refused on addresses that others can reach") {
  Answering handler;
  for (const auto* address : {"0.0.0.0", "::", "192.0.2.1", "nonsense", ""}) {
    CAPTURE(address);
    auto listener = plain_listener(handler);
    listener.address = address;
    const auto server = Server::create(one(std::move(listener)), {}, system_clock());
    REQUIRE_FALSE(server);
    CHECK(server.error().code() == Code::invalid);
  }
}

}  // namespace
}  // namespace khien::net
