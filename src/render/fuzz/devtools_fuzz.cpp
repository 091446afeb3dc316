#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devtools.hpp"
#include "khien/core/clock.hpp"
#include "khien/render/browser.hpp"
#include "page_session.hpp"

namespace {

// Says the same to everything.
class Answerer final : public khien::render::RequestAnswerer {
 public:
  void ask(const std::string&, Done done) override { done({.status = 200, .headers = {{"content-type", "text/html"}}, .body = "x", .limit = {}}); }
  void step(khien::Duration) override {}
};

}  // namespace

// A browser that a page has captured says what it likes: the session stays within its bounds and
// gives a view that names its limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const khien::render::Browser::Options options;
  khien::render::DevTools line{khien::Fd()};
  Answerer answerer;
  khien::ManualClock clock({0});
  khien::render::PageSession session("https://xa.test/", options, line, answerer, clock);
  khien::render::DevToolsReader reader;
  for (std::size_t at = 0; at < bytes.size() && !session.over(); at += 4096) {
    const auto read = reader.add(bytes.substr(at, 4096), [&](const khien::render::DevToolsMessage& message, const khien::Json* body) {
      return session.take(message, body);
    });
    if (!read) session.end("browser");
    clock.advance(khien::seconds(2));
    session.tick();
  }
  for (int i = 0; i < 60 && !session.over(); ++i) {
    clock.advance(khien::seconds(2));
    session.tick();
  }
  if (!session.over()) __builtin_trap();
  const auto result = session.take_result();
  if (result.view.body.size() > options.limits.dom_bytes * 3) __builtin_trap();
  if (result.view.limit.empty() && result.view.status == 0) __builtin_trap();
  return 0;
}
