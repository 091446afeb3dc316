#include "target.hpp"

#include <doctest/doctest.h>

namespace khien::net {
namespace {

std::string path_of(std::string_view raw) {
  const auto target = decode_target(raw);
  return target ? (*target).path : "refused: " + target.error().what();
}

bool is_refused(std::string_view raw) { return !decode_target(raw); }

TEST_CASE("a path is decoded once") {
  CHECK(path_of("/") == "/");
  CHECK(path_of("/api/v1/units/") == "/api/v1/units/");
  CHECK(path_of("/x%20y") == "/x y");
  CHECK(path_of("/%C4%91%E1%BA%A3o") == "/đảo");
  CHECK(path_of("/%2541") == "/%41");
  CHECK(path_of("/a+b") == "/a+b");
  CHECK(path_of("/...") == "/...");
  CHECK(path_of("/.well-known/x..y") == "/.well-known/x..y");
  CHECK(path_of("/a:b@c;d=1,2|[3]") == "/a:b@c;d=1,2|[3]");
}

TEST_CASE("a path that two readers could read differently is refused") {
  for (const auto* raw : {"",          "*",         "a",      "http://host/a", "//",     "//a",     "/a//b",
                          "/.",        "/..",       "/a/.",   "/a/..",         "/a/./b", "/a/../b", "/%2e",
                          "/%2E%2e/b", "/a/%2e%2E", "/a%2fb", "/a%2Fb",        "/%2f",   "/a\\b",   "/a%5Cb",
                          "/a b",      "/a#b",      "/a\"b",  "/a<b>",         "/a\x7f", "/a\x80",  "/đ"}) {
    CAPTURE(raw);
    CHECK(is_refused(raw));
  }
}

TEST_CASE("control characters and broken text are refused, in the query too") {
  for (const auto* bad :
       {"%00", "%01",       "%0a",          "%0D",    "%09", "%1f", "%7F", "%C2%80", "%C2%9f", "%c0%ae",
        "%ff", "%ED%A0%80", "%F4%90%80%80", "%e1%ba", "%",   "%4",  "%4g", "%g4",    "%%41",   "%u0041"}) {
    CAPTURE(bad);
    CHECK(is_refused(std::string("/a") + bad));
    CHECK(is_refused(std::string("/a?q=") + bad));
    CHECK(is_refused(std::string("/a?") + bad + "=1"));
  }
  CHECK_FALSE(is_refused("/a%C2%A0"));
}

TEST_CASE("a query is split before it is decoded, and keeps its order") {
  const auto query = decode_target("/s?q=a+b%26c&b=&c&&d==e%3d&q=%2e%2e//?").value().query;
  const std::vector<std::pair<std::string, std::string>> wanted{
      {"q", "a b&c"}, {"b", ""}, {"c", ""}, {"d", "=e="}, {"q", "..//?"}};
  CHECK(query == wanted);
}

TEST_CASE("a query of more than 64 values is refused") {
  std::string raw = "/?a=1";
  for (int i = 1; i < 64; ++i) raw += "&a=1";
  CHECK(decode_target(raw).value().query.size() == 64);
  CHECK(is_refused(raw + "&a=1"));
}

}  // namespace
}  // namespace khien::net
