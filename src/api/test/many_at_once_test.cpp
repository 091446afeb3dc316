// Several people, agents, events and the clock's ticks at once; for the thread
// sanitizer above all.
#include <atomic>
#include <thread>

#include "world.hpp"

namespace khien::api {
namespace {

using net::Method;

class CountingSink final : public net::StreamSink {
 public:
  bool write(std::string bytes) override {
    total += bytes.size();
    return true;
  }
  std::atomic<std::size_t> total{0};
};

struct Crowd {
  Crowd() : world(ApiOptions{}, 2) {
    province = world.add_tenant("Tỉnh A");
    admin = world.add_person(province.tenant, "admin", Role::province_admin, {province.root});
  }
  // Every answer is one that the interface knows; none is our own fault.
  void ask(Browser& browser, Method method, std::string_view target, std::string body = {}) {
    const auto response = late_answer_of(*world.api, browser.request(method, target, std::move(body)));
    if (response.status >= 500) ++failed;
    if (response.stream) response.stream(std::make_shared<CountingSink>());
    ++answered;
  }

  World world;
  estate::NewTenant province;
  UserId admin;
  std::atomic<int> answered{0};
  std::atomic<int> failed{0};
};

TEST_CASE("people, screens, changes and ticks at once: every request is answered, none by a fault") {
  Crowd crowd;
  constexpr int kRounds = 15;
  std::vector<Browser> browsers;
  for (int i = 0; i < 3; ++i) browsers.push_back(crowd.world.session(crowd.province.tenant, crowd.admin));
  {
    std::vector<std::jthread> threads;
    for (auto& browser : browsers) {
      threads.emplace_back([&] {
        for (int i = 0; i < kRounds; ++i) {
          crowd.ask(browser, Method::get, "/api/v1/overview");
          crowd.ask(browser, Method::get, "/api/v1/events");
          crowd.ask(browser, Method::post, "/api/v1/units",
                    R"({"name":"Xã )" + browser.csrf.substr(0, 5) + std::to_string(i) +
                        R"(","kind":"commune","parent":)" + std::to_string(crowd.province.root.value) + "}");
          crowd.ask(browser, Method::post, "/api/v1/session", R"({"username":"nobody","password":"x"})");
        }
      });
    }
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds * 20; ++i) {
        crowd.world.api->publish({flow::Change::Kind::finding, crowd.province.tenant, crowd.province.root, i});
        crowd.world.clock.advance(milliseconds(50));
      }
    });
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        if (!crowd.world.api->tick()) ++crowd.failed;
        (void)crowd.world.api->counts();
      }
    });
  }
  CHECK(crowd.answered == 3 * kRounds * 4);
  CHECK(crowd.failed == 0);
  CHECK(crowd.world.api->counts().failed == 0);
}

}  // namespace
}  // namespace khien::api
