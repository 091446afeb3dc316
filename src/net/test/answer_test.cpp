#include "answer.hpp"

#include <doctest/doctest.h>

#include "khien/core/budget.hpp"
#include "khien/core/json.hpp"

namespace khien::net {
namespace {

TEST_CASE("dates are written as HTTP wants them") {
  CHECK(http_date(from_rfc3339("1994-11-06T08:49:37Z").value()) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(from_rfc3339("2024-02-29T23:59:59.999Z").value()) == "Thu, 29 Feb 2024 23:59:59 GMT");
  CHECK(http_date(from_rfc3339("1969-12-31T00:00:00Z").value()) == "Wed, 31 Dec 1969 00:00:00 GMT");
}

TEST_CASE("the framing is the server's, whatever the handler says") {
  Response response;
  response.headers.add("Content-Type", "text/plain");
  response.headers.add("content-length", "999");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("Connection", "upgrade");
  response.headers.add("DATE", "never");
  CHECK(answer_head(response, {5, true}, "today") ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: today\r\nContent-Length: 5\r\nConnection: "
        "keep-alive\r\n\r\n");
}

TEST_CASE("a field that would split the answer is left out") {
  Response response;
  response.headers.add("X-Name", "a\r\nSet-Cookie: evil");
  response.headers.add("X-\r\nName", "a");
  response.headers.add("X Name", "a");
  response.headers.add("", "a");
  response.headers.add("X-Nul", std::string("a\0b", 3));
  response.headers.add("X-Good", "đảo");
  const auto head = answer_head(response, {0, false}, "today");
  CHECK(head ==
        "HTTP/1.1 200 OK\r\nX-Good: đảo\r\nDate: today\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("answers that have no body say no length") {
  Response response;
  response.status = 204;
  CHECK(answer_head(response, {0, true}, "d").find("Content-Length") == std::string::npos);
  CHECK_FALSE(has_body(204));
  CHECK_FALSE(has_body(304));
  CHECK(has_body(404));
}

TEST_CASE("the server's refusals are the API's Problem, in both languages") {
  for (const int status : {400, 403, 408, 413, 417, 431, 500, 501, 505}) {
    const auto response = refusal(status);
    CHECK(response.status == status);
    JsonDocument document;
    Budget budget{Budget::Limits{}};
    const auto problem = document.parse(response.body, budget).value();
    CHECK_FALSE(problem.string_at("code").value().empty());
    CHECK_FALSE(problem.field("message").value().string_at("vi").value().empty());
    CHECK_FALSE(problem.field("message").value().string_at("en").value().empty());
  }
}

}  // namespace
}  // namespace khien::net
