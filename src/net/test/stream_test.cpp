// Answers without an end.
#include "stream.hpp"

#include <sys/ioctl.h>

#include <thread>

#include "raw_peer.hpp"

namespace khien::net {
namespace {

// Hands out the sink of the newest stream.
class Streaming final : public Handler {
 public:
  void handle(Request, Responder respond) override {
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.stream = [this](std::shared_ptr<StreamSink> sink) {
      const std::lock_guard lock(mutex_);
      sink_ = std::move(sink);
    };
    respond(std::move(response));
  }

  std::shared_ptr<StreamSink> take() {
    std::shared_ptr<StreamSink> taken;
    CHECK(eventually([&] {
      const std::lock_guard lock(mutex_);
      taken = std::move(sink_);
      return taken != nullptr;
    }));
    return taken;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<StreamSink> sink_;
};

struct Stream {
  ManualClock clock{system_clock().now()};
  Streaming handler;
  std::unique_ptr<Server> server = started(one(plain_listener(handler)), {}, clock);
};

TEST_CASE("what is written to a stream arrives as chunks; dropping the sink ends the answer") {
  Stream stream;
  RawPeer peer(stream.server->port(0));
  peer.send(get("/events"));
  auto sink = stream.handler.take();
  const auto head = peer.receive_until("\r\n\r\n");
  CHECK(head.find("Transfer-Encoding: chunked") != head.npos);
  CHECK(head.find("Content-Length") == head.npos);
  std::thread([&] { CHECK(sink->write("data: xin chào\n\n")); }).join();
  CHECK(peer.receive_until("\n\n\r\n") == "11\r\ndata: xin chào\n\n\r\n");
  CHECK(sink->write(""));
  sink.reset();
  CHECK(peer.receive_until("0\r\n\r\n") == "0\r\n\r\n");
  // The connection is as good as before.
  peer.send(get("/events"));
  CHECK(status_of(peer.receive_until("\r\n\r\n")) == 200);
}

TEST_CASE("a stream over TLS carries more than one record, in order") {
  House house;
  Streaming handler;
  const auto server = started(one(house.listener(handler)));
  RawPeer peer(server->port(0), RawTls{});
  peer.send(get("/events"));
  const auto sink = handler.take();
  peer.receive_until("\r\n\r\n");
  std::string all;
  for (int i = 0; i < 100; ++i) {
    const std::string piece(5000, static_cast<char>('a' + i % 26));
    REQUIRE(sink->write(piece));
    all += peer.receive_until(piece + "\r\n");
  }
  CHECK(all.size() == 100 * (5000 + 8));
}

TEST_CASE("a quiet stream sends a comment every fifteen seconds") {
  Stream stream;
  RawPeer peer(stream.server->port(0));
  peer.send(get("/events"));
  const auto sink = stream.handler.take();
  peer.receive_until("\r\n\r\n");
  ::poll(nullptr, 0, 50);
  stream.clock.advance(seconds(14));
  CHECK(peer.is_silent(250));
  stream.clock.advance(seconds(1));
  CHECK(peer.receive_until(":\n\n") == "3\r\n:\n\n\r\n");
}

TEST_CASE("a reader that is too slow is cut, and the writer learns it") {
  Stream stream;
  RawPeer peer(stream.server->port(0));
  peer.send(get("/events"));
  const auto sink = stream.handler.take();
  const std::string piece(64u << 10, 'x');
  int written = 0;
  // The kernel's buffers take a few MiB first.
  while (written < 2000 && sink->write(piece)) ++written;
  CHECK(written >= 3);
  CHECK(written < 2000);
  CHECK_FALSE(sink->write("x"));
  CHECK(eventually([&] { return stream.server->counts().connections_open == 0; }));
  CHECK(stream.server->counts().refused == 1);
}

// The server's end of a peer's connection: it lives in this process too.
int other_end(const RawPeer& peer) {
  sockaddr_in own{};
  socklen_t length = sizeof own;
  REQUIRE(::getsockname(peer.fd(), reinterpret_cast<sockaddr*>(&own), &length) == 0);
  for (int fd = 0; fd < 4096; ++fd) {
    sockaddr_in there{};
    length = sizeof there;
    const bool connected = ::getpeername(fd, reinterpret_cast<sockaddr*>(&there), &length) == 0;
    if (connected && there.sin_family == AF_INET && there.sin_port == own.sin_port) return fd;
  }
  return -1;
}

// How many bytes the kernel holds between the two.
std::size_t on_the_way(int sender, int reader) {
  int unsent = 0;
  int unread = 0;
  REQUIRE(::ioctl(sender, TIOCOUTQ, &unsent) == 0);
  REQUIRE(::ioctl(reader, FIONREAD, &unread) == 0);
  return static_cast<std::size_t>(unsent + unread);
}

TEST_CASE("a reader that stands still is cut in time even if little waits") {
  Stream stream;
  RawPeer peer(stream.server->port(0));
  peer.send(get("/events"));
  const auto sink = stream.handler.take();
  peer.receive_until("\r\n\r\n");
  const int there = other_end(peer);
  // Sizes of our own: the kernel would otherwise enlarge its buffers as it goes,
  // and what shall wait for the reader would vanish in them.
  const int small = 64 << 10;
  REQUIRE(::setsockopt(there, SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0);
  REQUIRE(::setsockopt(peer.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
  const std::string piece(32u << 10, 'x');
  // Until the kernel takes no more.
  std::size_t written = 0;
  for (int patience = 0; patience < 50;) {
    REQUIRE(sink->write(piece));
    written += piece.size();
    for (patience = 0; patience < 50 && on_the_way(there, peer.fd()) < written; ++patience)
      ::poll(nullptr, 0, 10);
  }
  // The kernel may find room for a little more later, but not for all of this.
  for (int i = 0; i < 5; ++i) REQUIRE(sink->write(piece));
  const auto open = [&] { return stream.server->counts().connections_open; };
  stream.clock.advance(seconds(55));
  ::poll(nullptr, 0, 250);
  CHECK(open() == 1);
  // Each byte that the kernel still takes begins the minute anew.
  for (int minute = 0; minute < 20 && open() == 1; ++minute) {
    stream.clock.advance(seconds(61));
    ::poll(nullptr, 0, 250);
  }
  CHECK(open() == 0);
  CHECK(stream.server->counts().refused == 0);
}

TEST_CASE("the writer learns that its reader left, and so does one that talks meanwhile") {
  Stream stream;
  auto peer = std::make_unique<RawPeer>(stream.server->port(0));
  peer->send(get("/events"));
  auto sink = stream.handler.take();
  peer.reset();
  CHECK(eventually([&] { return !sink->write("x"); }));
  RawPeer talker(stream.server->port(0));
  talker.send(get("/events"));
  sink = stream.handler.take();
  talker.send("hello?");
  CHECK(eventually([&] { return !sink->write("x"); }));
  CHECK(eventually([&] { return stream.server->counts().connections_open == 0; }));
}

TEST_CASE("a HEAD of a stream gets its head and no stream") {
  Stream stream;
  RawPeer peer(stream.server->port(0));
  peer.send("HEAD /events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto answer = peer.receive_all();
  CHECK(status_of(answer) == 200);
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a sink that outlives its server is harmless") {
  auto stream = std::make_unique<Stream>();
  RawPeer peer(stream->server->port(0));
  peer.send(get("/events"));
  auto sink = stream->handler.take();
  stream.reset();
  CHECK_FALSE(sink->write("x"));
  sink.reset();
}

}  // namespace
}  // namespace khien::net
