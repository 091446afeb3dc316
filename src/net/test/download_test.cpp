#include "khien/net/download.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "house.hpp"

namespace khien::net {
namespace {

// A server of public files, and what came of asking it.
struct Shelf {
  House house;
  std::string ca_file = "/tmp/khien-net-ca-" + std::to_string(getpid()) + ".pem";
  Answering handler;
  std::unique_ptr<Server> server;
  DownloadOptions options{.ca_file = ca_file, .max_bytes = 1'000};
  std::string came;

  explicit Shelf(Answering::Answer answer) : handler(std::move(answer)), server(started(one(house.listener(handler)))) {
    REQUIRE(system_files().write(ca_file, house.authority.certificate_pem(), 0600));
  }
  ~Shelf() { ::unlink(ca_file.c_str()); }

  Result<Downloaded> get(const std::string& path, const FileMark& known = {}) {
    const Fd into(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    REQUIRE(into);
    auto got = download(url(*server, path), known, options, into);
    came.assign(2'000, '\0');
    came.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::pread(into.get(), came.data(), came.size(), 0))));
    return got;
  }
};

Response file(std::string body, const std::string& etag = {}) {
  Response response;
  response.body = std::move(body);
  if (!etag.empty()) response.headers.add("ETag", etag);
  return response;
}

Response sent_on(const std::string& to) {
  Response response;
  response.status = 302;
  response.headers.add("Location", to);
  response.body = "somewhere else";
  return response;
}

TEST_CASE("a file comes once, and is not sent again while it is the same") {
  Shelf shelf([](const Request& request, const Responder& respond) {
    Response same;
    same.status = 304;
    respond(request.headers.get("if-none-match") == "\"7\"" ? std::move(same) : file("records", "\"7\""));
  });
  const auto first = shelf.get("/feed.json");
  REQUIRE_MESSAGE(first, first.error().what());
  CHECK(first->changed);
  CHECK(first->bytes == 7);
  CHECK(first->mark.etag == "\"7\"");
  CHECK(shelf.came == "records");
  CHECK_FALSE(shelf.handler.last().headers.get("authorization"));
  const auto again = shelf.get("/feed.json", first->mark);
  REQUIRE(again);
  CHECK_FALSE(again->changed);
  CHECK(shelf.came.empty());
}

TEST_CASE("what sends on is followed to https alone, five times, and nothing of it is kept") {
  std::string to = "/there";
  Shelf shelf([&](const Request& request, const Responder& respond) { respond(request.path == "/there" ? file("records") : sent_on(to)); });
  REQUIRE(shelf.get("/here"));
  CHECK(shelf.came == "records");
  to = "/round";
  CHECK(shelf.get("/here").error().code() == Code::invalid);
  to = url(*shelf.server, "/there", "http");
  CHECK(shelf.get("/here").error().code() == Code::invalid);
  to = "file:///etc/passwd";
  CHECK(shelf.get("/here").error().code() == Code::invalid);
  CHECK(shelf.came.find("root:") == shelf.came.npos);
}

TEST_CASE("a key is told to whom it is for, and never to whom that one sends on") {
  Shelf shelf([&](const Request& request, const Responder& respond) { respond(request.path == "/there" ? file("records") : sent_on("/there")); });
  const Secret key(std::string("5f9e-1c1a"));
  shelf.options.key_header = "apiKey";
  shelf.options.key = &key;
  REQUIRE(shelf.get("/there"));
  CHECK(shelf.handler.last().headers.get("apikey") == "5f9e-1c1a");
  const auto refused = shelf.get("/here");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what() == "HTTP 302");
  CHECK(shelf.handler.last().path == "/here");
}

TEST_CASE("more than is allowed is given up, and so is what nobody wants any more") {
  Shelf shelf([](const Request& request, const Responder& respond) {
    if (request.path == "/large") respond(file(std::string(1'001, 'x')));
    if (request.path == "/exact") respond(file(std::string(1'000, 'x')));
    if (request.path == "/slow") std::thread([respond] { sleep(3); respond(file("late")); }).detach();
  });
  CHECK(shelf.get("/exact"));
  CHECK(shelf.get("/large").error().code() == Code::exhausted);
  std::atomic<bool> stop{false};
  shelf.options.stop = &stop;
  std::thread ender([&] {
    usleep(200'000);
    stop = true;
  });
  const auto before = system_clock().monotonic();
  CHECK(shelf.get("/slow").error().code() == Code::unavailable);
  CHECK(system_clock().monotonic().ms - before.ms < 2'500);
  ender.join();
  sleep(3);  // what is still to be answered
}

TEST_CASE("who is asked must be whom the certificate names, by https, and answer with a file") {
  Shelf shelf([](const Request& request, const Responder& respond) {
    Response none;
    none.status = request.path == "/gone" ? 404 : request.path == "/same" ? 304 : 503;
    respond(std::move(none));
  });
  CHECK(shelf.get("/gone").error().code() == Code::invalid);
  // The same as what? It was never here.
  CHECK(shelf.get("/same").error().code() == Code::invalid);
  CHECK(shelf.get("/busy").error().code() == Code::unavailable);
  shelf.options.ca_file.clear();
  CHECK(shelf.get("/gone").error().code() == Code::denied);
  const Fd into(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  for (const char* address : {"http://127.0.0.1/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "", "https://"}) {
    CHECK(download(address, {}, shelf.options, into).error().code() == Code::invalid);
  }
}

}  // namespace
}  // namespace khien::net
