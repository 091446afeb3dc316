#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/model/page_view.hpp"

namespace khien::render {

// What one page may cost. Memory and the last word on time are the launcher's to see to.
struct RenderLimits {
  Duration start_time = seconds(15);   // until the browser speaks
  Duration load_time = seconds(20);    // until what is there is taken
  Duration settle_time = milliseconds(3500);  // after it was loaded: what scripts do a while later
  Duration quiet_time = milliseconds(500);    // without a request
  Duration answer_time = seconds(10);   // of the browser, once the page is to be taken
  std::size_t requests = 200;          // of a page; what is beyond gets no answer
  std::size_t bytes = 24u << 20;       // of their answers
  std::size_t steps = 10;              // "redirects"
  std::size_t dom_bytes = 4u << 20;    // "too_large"
  std::uint64_t memory_mib = 1024;     // of all its processes; "memory"
};

// What the web says to one request.
struct WebAnswer {
  int status = 0;  // 0: nobody answered
  std::vector<HttpHeader> headers;
  std::string body;
  std::string limit;  // as PageView::limit; of a status 0, or of a body that is not whole
};

// Answers the browser's requests, which has no network of its own: the crawler with its
// guard, as the floors above wire it; a table in tests.
class RequestAnswerer {
 public:
  virtual ~RequestAnswerer() = default;

  // A GET of an http or https address; redirects are not followed. `done` is called from
  // within step(), once.
  using Done = std::function<void(WebAnswer)>;
  virtual void ask(const std::string& url, Done done) = 0;
  // Goes on for at most `most`.
  virtual void step(Duration most) = 0;
};

struct Rendered {
  // What is there after scripts: Visitor::rendered, its body the document as the browser
  // has it (UTF-8). Limits beside the crawler's: "memory", "browser" (it died).
  PageView view;
  std::string picture;       // PNG of the page's upper part; empty: none could be had
  std::uint32_t picture_width = 0;
  std::uint32_t picture_height = 0;
  std::size_t requests = 0;  // answered
  std::size_t left_out = 0;  // not answered: beyond a limit, or of a kind that is not asked for
  std::size_t dialogs = 0;   // that the page opened; dismissed
  Duration took;
};

// Opens pages in a browser that has no network: each in a Chromium of its own, started by
// khien-browser. What comes from it is hostile: bounded, and never more than bytes here.
//
// Not thread-safe; the answerer is called on the caller's thread.
class Browser {
 public:
  struct Options {
    // The socket of the service that starts khien-browser; empty: `program` is started here.
    std::string socket;
    std::string program;
    std::string user = "khien-browser";  // whom `program` becomes; a number is one too
    std::string chromium;                // empty: the program's own choice
    std::string user_agent;
    std::string languages = "vi-VN,vi;q=0.9";
    RenderLimits limits;
  };
  // `clock` is borrowed.
  Browser(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  // What the page does is no error. Code::unavailable where no browser can be had, and
  // why is its word ("no_sandbox", launcher.hpp; "no_service": nobody answers).
  Result<Rendered> open(const std::string& url, RequestAnswerer& answerer, const std::function<bool()>& stops = {});

 private:
  Options options_;
  const Clock& clock_;
};

}  // namespace khien::render
