#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "devtools.hpp"
#include "khien/core/clock.hpp"
#include "khien/render/browser.hpp"

namespace khien::render {

// One page in one browser, from the first word to its picture. What comes is told by
// take(), time by tick(); what is to be said goes out through `line`.
//
//   starting ─► loading ─► scripts_off ─► picture ─► over
//
// Invariants
//  (1) Each request that the browser makes is answered or refused by us, once; it waits
//      until then.
//  (2) No page but the first is ever let run: others are closed, workers that outlive a
//      page stay halted.
//  (3) The page is asked for once the browser has answered that it tells what becomes of it:
//      who asks sooner may never hear that it arrived.
//  (4) A document that was asked for is the page once the browser shows it. One that comes
//      to nothing leaves the page, its address and its steps as they were.
class PageSession {
 public:
  PageSession(std::string url, const Browser::Options& options, DevTools& line, RequestAnswerer& answerer, const Clock& clock);

  // One message. An error ends the session as over(why).
  Result<void> take(const DevToolsMessage& message, const Json* body);
  // What time asks for.
  void tick();
  bool over() const { return state_ == State::over; }
  // The browser is gone: "memory", "timeout", "browser", "too_large".
  void end(std::string_view limit);
  // Why nothing was started; empty: it was.
  const std::string& refused() const { return refused_; }
  bool begun() const { return !session_.empty(); }
  bool waits_for_answers() const { return open_ > 0; }
  Rendered take_result();

 private:
  enum class State : unsigned char { starting, loading, scripts_off, picture, over };
  struct Paused;  // a request

  Result<void> take_event(const DevToolsMessage& message, const Json* body);
  void begin(const DevToolsMessage& message, const Json* body);
  void attached(const Json& body);
  // The number of the last of what it sends: its answer comes when all is done.
  std::int64_t prepare(const std::string& session, bool top);
  void paused(const DevToolsMessage& message, const Json& body);
  bool begins_document(const Json& body, const std::string& url);
  void ask(const std::string& url, std::string session, std::string request, bool document);
  void answer(const std::string& session, const std::string& request, const WebAnswer& web);
  void refuse(const std::string& session, const std::string& request, std::string_view why = "BlockedByClient");
  void allow_preflight(const std::string& session, const std::string& request);
  void navigated(const Json& body);
  void stopped(const Json& body);
  void take_back();
  void take_answer(const DevToolsMessage& message, const Json* body);
  void take_document(const DevToolsMessage& message, const Json* body);
  void take_size(const Json* body);
  void take_picture(const Json* body);
  void stop_scripts();
  void ask_picture();
  bool is_loaded() const;
  bool settled() const;
  void enter(State state);
  Duration now() const { return clock_.monotonic(); }

  std::string url_;
  const Browser::Options& options_;
  DevTools& line_;
  RequestAnswerer& answerer_;
  const Clock& clock_;

  State state_ = State::starting;
  Duration began_;
  Duration entered_;    // into state_
  Duration lively_;     // a request last began or ended
  std::optional<Duration> loaded_;  // what is shown
  std::string refused_;
  std::string session_;     // of the page; empty: not yet
  std::string main_frame_;
  RedirectStep::How onward_ = RedirectStep::How::script;
  bool arrived_ = false;    // the browser shows what newest_ said
  bool dropped_ = false;    // newest_ came to nothing; shown_ stays
  std::size_t steps_shown_ = 0;  // of the view's, those that led to shown_
  bool terminated_ = false;
  int document_lost_ = 0;   // answers that named one that is no more
  std::size_t open_ = 0;    // requests that wait for the answerer
  std::size_t bytes_ = 0;
  std::map<std::int64_t, std::pair<std::string, std::string>> fulfilling_;  // number → session, request
  std::int64_t created_asked_ = 0, attached_asked_ = 0, prepared_asked_ = 0, navigate_asked_ = 0;
  std::int64_t document_asked_ = 0, html_asked_ = 0, size_asked_ = 0, picture_asked_ = 0;

  // What the page's newest address said: it counts once the browser shows it.
  struct Document {
    std::string url;
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string limit;
  };
  Document newest_;
  Document shown_;
  Rendered result_;
};

}  // namespace khien::render
