#include "rules.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "khien/core/json.hpp"
#include "verdict.hpp"
#include "workers.hpp"

namespace khien::api {
namespace {

const Route& route_named(std::string_view name) {
  for (const Route& route : routes()) {
    if (route.name == name) return route;
  }
  FAIL("no such operation: ", name);
  return routes().front();
}

std::string broken(std::string_view operation, std::string_view text) {
  JsonDocument document;
  Budget budget({});
  const auto body = document.parse(text, budget);
  REQUIRE(body.has_value());
  return broken_body_field(route_named(operation).body, *body).value_or("none");
}

TEST_CASE("the interface's lengths are in characters, not bytes") {
  const auto name = [](std::size_t letters) {
    std::string text;
    for (std::size_t i = 0; i < letters; ++i) text += "ế";
    return R"({"name":")" + text + R"("})";
  };
  CHECK(broken("updateUnit", name(200)) == "none");
  CHECK(broken("updateUnit", name(201)) == "name");
  CHECK(broken("updateUnit", R"({"name":""})") == "name");
}

TEST_CASE("patterns, choices, ranges and lists are those of the interface") {
  const auto user = [](std::string_view username) {
    return R"({"username":")" + std::string(username) + R"(","name":"x","role":"leader","scope":[1]})";
  };
  CHECK(broken("createUser", user("an.nguyen-2_b")) == "none");
  CHECK(broken("createUser", user("a" + std::string(63, 'b'))) == "none");
  for (const std::string bad : {"a", "An", ".ab", "-ab", "a b", "ăn", "a\\nb", ""}) CHECK(broken("createUser", user(bad)) == "username");
  CHECK(broken("createUser", user("a" + std::string(64, 'b'))) == "username");
  CHECK(broken("signIn", R"({"username":"a","password":"b","totp":"123456"})") == "none");
  for (const char* code : {"12345", "1234567", "12345a", "１２３４５６"}) {
    CHECK(broken("signIn", R"({"username":"a","password":"b","totp":")" + std::string(code) + "\"}") == "totp");
  }
  CHECK(broken("updateFinding", R"({"state":"opened"})") == "state");
  CHECK(broken("createEnrolmentToken", R"({"unit":1,"valid_hours":25})") == "valid_hours");
  CHECK(broken("createEnrolmentToken", R"({"unit":9007199254740992})") == "unit");
  CHECK(broken("updateUser", R"({"scope":[]})") == "scope");
  CHECK(broken("updateMachine", R"({"revoked":false})") == "revoked");
  CHECK(broken("updateMachine", R"({"revoked":true})") == "none");
}

TEST_CASE("a path names an operation and an id, or nothing") {
  CHECK(match_route(net::Method::get, "/api/v1/machines/7")->object == 7);
  CHECK(match_route(net::Method::get, "/api/v1/machines/7/packages")->route->name == "listPackages");
  CHECK_FALSE(match_route(net::Method::get, "/api/v1/machines/007")->object.has_value());
  for (const char* none : {"", "/", "/api/v1", "/api/v1/machines/", "/api/v1/machines/7/", "/api/v1/machines/7/8",
                           "/api/v1//machines", "/api/v2/machines", "/api/v1/Machines"}) {
    CHECK_MESSAGE(!match_route(net::Method::get, none).has_value(), none);
  }
  CHECK_FALSE(match_route(net::Method::put, "/api/v1/machines/7").has_value());
}

TEST_CASE("the level is unknown until something was looked at, and good only when all is") {
  using Level = Verdict::Level;
  Situation s;
  CHECK(judge(s).level == Level::unknown);
  s.machines = 3;
  s.pending = 3;
  CHECK(judge(s).level == Level::unknown);
  s.infected = 1;
  s.open = s.critical = 1;
  CHECK(judge(s).level == Level::alarm);
  s = {.machines = 3, .protected_ = 3, .was_scanned = true};
  CHECK(judge(s).level == Level::good);
  CHECK(judge(s).reasons.size() == 1);
  s.protected_ = 2;
  s.pending = 1;
  CHECK(judge(s).level == Level::fair);
  s = {.machines = 3, .protected_ = 3, .was_scanned = true, .open = 1};
  CHECK(judge(s).level == Level::fair);
  s.high = 1;
  CHECK(judge(s).level == Level::attention);
  s = {.machines = 3, .protected_ = 2, .silent = 1, .was_scanned = true};
  CHECK(judge(s).level == Level::attention);
  CHECK(judge(s).reasons.front().en == "1 machine is silent.");
  s.open = s.critical = 2;
  CHECK(judge(s).level == Level::alarm);
}

TEST_CASE("workers refuse what is beyond the queue instead of keeping it") {
  std::mutex mutex;
  std::condition_variable wake;
  bool go = false;
  std::atomic<int> done{0};
  {
    Workers workers(1, 2);
    const auto job = [&] {
      std::unique_lock lock(mutex);
      wake.wait(lock, [&] { return go; });
      ++done;
    };
    int taken = 0;
    for (int i = 0; i < 10; ++i) taken += workers.post(job);
    // One runs or is about to, two wait.
    CHECK(taken >= 2);
    CHECK(taken <= 3);
    {
      const std::lock_guard lock(mutex);
      go = true;
    }
    wake.notify_all();
    while (done == 0) std::this_thread::yield();
  }
  CHECK(done <= 3);
}

}  // namespace
}  // namespace khien::api
