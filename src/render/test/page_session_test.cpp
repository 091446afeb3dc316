// What is said to a browser, and when: the browser is played.
#include "page_session.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "table_answerer.hpp"

namespace khien::render {
namespace {

struct Said {
  std::int64_t id;
  std::string method;
};

std::array<int, 2> two_ends() {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  return ends;
}

// The page's session is "P", its frame "T".
class PlayedBrowser {
 public:
  explicit PlayedBrowser(TableAnswerer& web) : PlayedBrowser(web, two_ends()) {}

  // What was said to it since.
  std::vector<Said> heard() {
    turn();
    std::array<char, 1u << 16> bytes;
    const auto got = ::recv(end_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    std::vector<Said> all;
    if (got > 0) {
      REQUIRE(reader_.add({bytes.data(), static_cast<std::size_t>(got)}, [&](const DevToolsMessage& message, const Json*) -> Result<void> {
        all.push_back({message.id, std::string(message.method)});
        return {};
      }));
    }
    return all;
  }
  void say(std::string text) {
    text += '\0';
    REQUIRE(::send(end_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    turn();
  }
  void answer(std::int64_t id, const std::string& result = "{}") { say(R"({"id":)" + std::to_string(id) + R"(,"result":)" + result + "}"); }
  void tell(const std::string& method, const std::string& params) { say(R"({"method":")" + method + R"(","sessionId":"P","params":)" + params + "}"); }
  void asks_for_document(const std::string& url, bool navigation = true) {
    tell("Fetch.requestPaused", R"({"requestId":"r","frameId":"T","resourceType":"Document","request":{"url":")" + url +
                                    R"(","method":"GET","headers":{)" + (navigation ? R"("Upgrade-Insecure-Requests":"1")" : "") + "}}}");
  }
  void pass(Duration time) {
    clock.advance(time);
    session.tick();
  }
  // The page that was asked for is there, and loaded.
  void shows_page() {
    answer(heard().at(0).id, R"({"targetId":"T"})");
    answer(heard().at(0).id, R"({"sessionId":"P"})");
    answer(heard().back().id);
    asks_for_document("https://xa.test/");
    tell("Page.frameNavigated", R"({"frame":{"id":"T","url":"https://xa.test/"}})");
    tell("Page.loadEventFired", "{}");
    heard();
  }

  ManualClock clock{Timestamp{0}};

 private:
  PlayedBrowser(TableAnswerer& web, std::array<int, 2> ends)
      : web_(web), end_(ends[1]), line_(Fd(ends[0])), session("https://xa.test/", options_, line_, web, clock) {}
  void turn() {
    REQUIRE(line_.step({0}, [&](const DevToolsMessage& message, const Json* body) { return session.take(message, body); }));
    web_.step({0});
    REQUIRE(line_.step({0}, [&](const DevToolsMessage& message, const Json* body) { return session.take(message, body); }));
  }

  Browser::Options options_;
  TableAnswerer& web_;
  Fd end_;
  DevTools line_;
  DevToolsReader reader_;

 public:
  PageSession session;
};

bool holds(const std::vector<Said>& all, std::string_view method) {
  return std::ranges::any_of(all, [&](const Said& one) { return one.method == method; });
}

// (3)
TEST_CASE("the page is asked for once the browser has answered that it tells what becomes of it") {
  TableAnswerer web;
  PlayedBrowser browser(web);
  browser.answer(browser.heard().at(0).id, R"({"targetId":"T"})");
  browser.answer(browser.heard().at(0).id, R"({"sessionId":"P"})");
  const auto prepared = browser.heard();
  CHECK(holds(prepared, "Page.enable"));
  CHECK_FALSE(holds(prepared, "Page.navigate"));
  for (const Said& one : prepared) {
    CHECK_FALSE(holds(browser.heard(), "Page.navigate"));
    browser.answer(one.id);
  }
  CHECK(holds(browser.heard(), "Page.navigate"));
}

// (4)
TEST_CASE("what comes to nothing leaves the page, which is taken when it is quiet") {
  TableAnswerer web;
  web.web["https://xa.test/"] = page_of("x");
  web.web["https://xa.test/nothing"] = {.status = 204, .headers = {}, .body = {}, .limit = {}};
  PlayedBrowser browser(web);
  browser.shows_page();
  browser.asks_for_document("https://xa.test/nothing");
  browser.pass(seconds(5));
  CHECK_FALSE(holds(browser.heard(), "DOM.getDocument"));
  browser.tell("Page.frameStoppedLoading", R"({"frameId":"T"})");
  browser.pass(seconds(1));
  CHECK(holds(browser.heard(), "DOM.getDocument"));
  browser.session.end("browser");
  CHECK(browser.session.take_result().view.steps.empty());
}

TEST_CASE("a file that a link downloads is not asked for, and is no way out of the page") {
  TableAnswerer web;
  web.web["https://xa.test/"] = page_of("x");
  PlayedBrowser browser(web);
  browser.shows_page();
  browser.asks_for_document("https://xa.test/f.bin", false);
  CHECK(holds(browser.heard(), "Fetch.failRequest"));
  browser.pass(seconds(5));
  CHECK(holds(browser.heard(), "DOM.getDocument"));
  CHECK(web.asked == std::vector<std::string>{"https://xa.test/"});
}

}  // namespace
}  // namespace khien::render
