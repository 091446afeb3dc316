#include "khien/model/order.hpp"

#include <doctest/doctest.h>

namespace khien {
namespace {

constexpr Timestamp kSoon{1'795'334'461'000};

Order quarantine() {
  return {.id = OrderId{7},
          .verb = Verb::quarantine,
          .expires_at = kSoon,
          .reason = "mã độc",
          .path_sha256 = sha256("/home/an/x"),
          .sha256 = sha256("X5O"),
          .insist = true};
}

Order restore() {
  return {.id = OrderId{8},
          .verb = Verb::restore,
          .expires_at = kSoon,
          .reason = "báo nhầm",
          .sha256 = sha256("X5O"),
          .quarantine = "0123456789abcdef0123456789abcdef",
          .two_persons = true,
          .allow_until = kSoon + days(30)};
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("orders come through as they were given") {
  const std::vector<Order> all{quarantine(), restore(), {.id = OrderId{9}, .verb = Verb::scan, .expires_at = kSoon}};
  CHECK(orders_from_json(to_json(all)).value() == all);
  CHECK(orders_request_from_json(orders_request()));
}

TEST_CASE("the list of verbs is closed, and so is its version") {
  const std::string text = to_json(std::vector{quarantine()});
  CHECK_FALSE(orders_from_json(with(text, "\"quarantine\"", "\"run\"")));
  CHECK_FALSE(orders_from_json(with(text, "\"version\":1", "\"version\":2")));
  CHECK_FALSE(orders_from_json(with(text, "\"insist\":true", "\"insist\":1")));
  CHECK_FALSE(orders_from_json(with(text, "\"id\":7", "\"id\":0")));
  CHECK_FALSE(orders_request_from_json(R"({"version":2})"));
}

TEST_CASE("what is held is named by 32 digits and nothing that could be a path") {
  const std::string text = to_json(std::vector{restore()});
  for (const char* name : {"", "..", "../../etc/passwd", "0123456789abcdef0123456789abcde/", "0123456789ABCDEF0123456789ABCDEF",
                           "0123456789abcdef0123456789abcdef0"}) {
    CHECK_FALSE(orders_from_json(with(text, "0123456789abcdef0123456789abcdef", name)));
  }
}

TEST_CASE("no more orders than the agent takes at once") {
  std::vector<Order> many(kMaxOrders + 1, restore());
  CHECK(orders_from_json(to_json(many)).error().code() == Code::exhausted);
}

TEST_CASE("an order without a field it needs is malformed") {
  CHECK(orders_from_json(R"({"version":1,"orders":[{"id":1,"verb":"restore","expires_at":"2026-11-22T03:04:05.678Z","reason":""}]})")
            .error()
            .code() == Code::invalid);
}

TEST_CASE("folders on which the system stands") {
  for (const char* path : {"/etc/passwd", "/usr/bin/x", "/boot/x", "/lib/x", "/lib64/ld.so", "/usr/local/bin/x", "/etc", "/root/.ssh/authorized_keys",
                           "/var/spool/cron/crontabs/root"}) {
    CHECK_MESSAGE(is_system_path(path), path);
  }
  for (const char* path : {"/home/an/etc/x", "/srv/x", "/etcetera/x", "/var/www/x", "/tmp/x", "/dev/shm/x", "/usr/local/share/x"}) {
    CHECK_MESSAGE(!is_system_path(path), path);
  }
}

}  // namespace
}  // namespace khien
