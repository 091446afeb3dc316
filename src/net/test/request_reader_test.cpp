#include "request_reader.hpp"

#include <doctest/doctest.h>

namespace khien::net {
namespace {

constexpr RequestReader::Limits kLimits{512, 100};

// The status that refuses the bytes; 0 if they are a request; -1 if more is wanted.
int read(std::string_view bytes) {
  RequestReader reader(kLimits);
  reader.feed(bytes);
  switch (reader.state()) {
    case RequestReader::State::refused:
      return reader.refusal();
    case RequestReader::State::complete:
      return 0;
    default:
      return -1;
  }
}

std::string head(std::string_view fields, std::string_view line = "POST /a HTTP/1.1") {
  return std::string(line) + "\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

TEST_CASE("a request is taken apart") {
  RequestReader reader(kLimits);
  const std::string bytes =
      "PUT /a/b?x=1 HTTP/1.1\r\nHost: h\r\nX-Thing:  v \r\nContent-Length: 3\r\n\r\nabcGET";
  CHECK(reader.feed(bytes) == bytes.size() - 3);
  REQUIRE(reader.state() == RequestReader::State::complete);
  CHECK(reader.keep_alive());
  const auto request = reader.take();
  CHECK(request.method == Method::put);
  CHECK(request.path == "/a/b");
  CHECK(request.query_value("x") == "1");
  CHECK(request.headers.get("x-thing") == "v");
  CHECK(*request.body == "abc");
}

TEST_CASE("every method but ours is 'other'; names are told by case") {
  for (const auto& [name, method] : {std::pair{"GET", Method::get},
                                     {"HEAD", Method::head},
                                     {"POST", Method::post},
                                     {"PUT", Method::put},
                                     {"PATCH", Method::patch},
                                     {"DELETE", Method::delete_},
                                     {"OPTIONS", Method::other},
                                     {"TRACE", Method::other},
                                     {"get", Method::other}}) {
    CAPTURE(name);
    RequestReader reader(kLimits);
    reader.feed(head("", std::string(name) + " / HTTP/1.1"));
    REQUIRE(reader.state() == RequestReader::State::complete);
    CHECK(reader.take().method == method);
  }
}

TEST_CASE("what ends a message in two ways is refused") {
  CHECK(read(head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")) == 400);
  CHECK(read(head("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")) == 400);
  CHECK(read(head("Content-Length: 5\r\nContent-Length: 5\r\n")) == 400);
  CHECK(read(head("Content-Length: 5\r\nContent-Length: 6\r\n")) == 400);
  CHECK(read(head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
  for (const auto* length :
       {"5, 5", "+5", "-5", "0x5", "5 5", "", " ", "5;", "٥", "1e2", "99999999999999999999"}) {
    CAPTURE(length);
    CHECK(read(head("Content-Length: " + std::string(length) + "\r\n")) == 400);
  }
  for (const auto* coding : {"gzip", "gzip, chunked", "chunked, gzip", "xchunked", "chunked;q=1", "chunked,",
                             "\x0b"
                             "chunked"}) {
    CAPTURE(coding);
    const int status = read(head("Transfer-Encoding: " + std::string(coding) + "\r\n"));
    CHECK((status == 501 || status == 400));
  }
}

TEST_CASE("a head that is not written by the book is refused") {
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\n\r\n"),  // no Host
                                   head("Host: other\r\n"),                // two of them
                                   head(" folded: 1\r\n"),
                                   head("X: 1\r\n folded\r\n"),
                                   head("X: 1\r\n\tfolded\r\n"),
                                   head("X : 1\r\n"),
                                   head("X\r\n"),
                                   head(": 1\r\n"),
                                   head("X\tY: 1\r\n"),
                                   head("X(Y): 1\r\n"),
                                   head("X: 1\nY: 2\r\n"),
                                   head("X: 1\rY: 2\r\n"),
                                   head("Content-Length\r\n"),
                                   head("X: a\r\r\n"),
                                   head(std::string_view("X: a\0b\r\n", 8)),
                                   head("X: a\x7f\r\n"),
                                   head("X: a\x01\r\n"),
                                   head("", "GET  / HTTP/1.1"),
                                   head("", " GET / HTTP/1.1"),
                                   head("", "GET / HTTP/1.1 "),
                                   head("", "GET /"),
                                   head("", "GET / HTTP/1.1 x"),
                                   head("", "GET\t/ HTTP/1.1"),
                                   head("", "/ HTTP/1.1"),
                                   head("", ""),
                                   head("", "GET http://h/ HTTP/1.1"),
                                   head("", "OPTIONS * HTTP/1.1"),
                                   head("", "CONNECT h:443 HTTP/1.1"),
                                   head("", "GET /../x HTTP/1.1"),
                                   head("", "GET /\xc4\x91 HTTP/1.1"),
                                   head("", "G@T / HTTP/1.1"),
                                   "\r\n" + head(""),
                                   std::string("GET / HTTP/1.1\nHost: h\n\n\r\n\r\n")}) {
    CAPTURE(bytes);
    CHECK(read(bytes) == 400);
  }
}

TEST_CASE("only HTTP/1.1 is spoken") {
  CHECK(read(head("", "GET / HTTP/1.0")) == 505);
  CHECK(read(head("", "GET / HTTP/1.2")) == 505);
  for (const auto* version :
       {"HTTP/2.0", "HTTP/0.9", "HTTP/11", "HTTP/1.", "http/1.1", "HTTPS/1.1", "HTTP/01.1"}) {
    CAPTURE(version);
    const int status = read(head("", "GET / " + std::string(version)));
    CHECK((status == 505 || status == 400));
  }
}

TEST_CASE("what cannot become HTTP is refused at its first byte") {
  CHECK(read("\x16") == 400);
  CHECK(read("GET /\x80") == -1);
  CHECK(read(std::string_view("\0", 1)) == 400);
}

TEST_CASE("limits of head and body") {
  CHECK(read(head("X: " + std::string(400, 'x') + "\r\n")) == 0);
  CHECK(read(head("X: " + std::string(600, 'x') + "\r\n")) == 431);
  CHECK(read(std::string(511, 'G')) == -1);
  CHECK(read(std::string(512, 'G')) == 431);
  CHECK(read(head("Content-Length: 101\r\n")) == 413);
  CHECK(read(head("Content-Length: 100\r\n") + std::string(100, 'b')) == 0);
  CHECK(read(head("Transfer-Encoding: chunked\r\n") + "64\r\n" + std::string(100, 'b') + "\r\n0\r\n\r\n") ==
        0);
  CHECK(read(head("Transfer-Encoding: chunked\r\n") + "65\r\n") == 413);
  CHECK(read(head("Transfer-Encoding: chunked\r\n") + "60\r\n" + std::string(96, 'b') + "\r\n5\r\n") == 413);
  CHECK(read(head("Transfer-Encoding: chunked\r\n") + "ffffffff\r\n") == 413);
}

TEST_CASE("more than a hundred fields are too many") {
  RequestReader::Limits roomy{16u << 10, 0};
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X: 1\r\n";
  RequestReader enough(roomy);
  enough.feed(head(fields));
  CHECK(enough.state() == RequestReader::State::complete);
  RequestReader too_many(roomy);
  too_many.feed(head(fields + "X: 1\r\n"));
  CHECK(too_many.refusal() == 431);
}

TEST_CASE("a chunked body is decoded strictly") {
  const auto chunked = head("Transfer-Encoding: Chunked\r\n");
  RequestReader reader(kLimits);
  reader.feed(chunked + "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n");
  REQUIRE(reader.state() == RequestReader::State::complete);
  CHECK(*reader.take().body == "abc0123456789");
  for (const auto* body :
       {"3;x=1\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n", "\r\n", "-1\r\n", "0x3\r\nabc\r\n", "g\r\n", "3\nabc",
        "3\r\nabcd\r\n", "3\r\nabc\n", "0\r\nX: 1\r\n\r\n", "000000001\r\na", "3\r\r\nabc", "0\r\n\n"}) {
    CAPTURE(body);
    CHECK(read(chunked + body) == 400);
  }
}

TEST_CASE("expectations and the end of keep-alive are understood") {
  RequestReader reader(kLimits);
  reader.feed(head("Expect: 100-Continue\r\nContent-Length: 1\r\nConnection: close\r\n"));
  CHECK(reader.wants_continue());
  CHECK_FALSE(reader.keep_alive());
  CHECK(read(head("Expect: magic\r\n")) == 417);
}

TEST_CASE("how the bytes are cut changes nothing") {
  const std::vector<std::string> all{head("Content-Length: 3\r\n") + "abcNEXT",
                                     head("Transfer-Encoding: chunked\r\n") + "2\r\nab\r\n0\r\n\r\nNEXT",
                                     head("X: 1\r\n folded\r\n"),
                                     head("Transfer-Encoding: chunked\r\n") + "2\r\nabX",
                                     "GET / HT\x01P/1.1\r\n\r\n",
                                     std::string(600, 'G')};
  for (const auto& bytes : all) {
    RequestReader whole(kLimits);
    const auto whole_used = whole.feed(bytes);
    for (std::size_t piece = 1; piece < 9; ++piece) {
      RequestReader cut(kLimits);
      std::size_t used = 0;
      while (used < bytes.size()) {
        const auto taken = cut.feed(std::string_view(bytes).substr(used, piece));
        used += taken;
        if (taken == 0) break;
      }
      CHECK(cut.state() == whole.state());
      CHECK(cut.refusal() == whole.refusal());
      if (whole.state() == RequestReader::State::complete) CHECK(used == whole_used);
    }
  }
}

}  // namespace
}  // namespace khien::net
