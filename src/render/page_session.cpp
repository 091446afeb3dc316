#include "page_session.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "khien/core/bytes.hpp"
#include "khien/core/text.hpp"
#include "khien/render/picture.hpp"

namespace khien::render {
namespace {

constexpr std::size_t kMostDialogs = 50;
constexpr std::size_t kMostUrl = 16'000;
constexpr std::size_t kMostFulfilling = 1'000;
// Nobody looks at these, and some are ways out.
constexpr std::array<std::string_view, 9> kNotAsked{"Media",    "Ping",      "CSPViolationReport", "Prefetch", "Manifest",
                                                    "TextTrack", "WebSocket", "SignedExchange",     "EventSource"};
// Not true of what we hand on, or nothing that a page of one look should keep.
constexpr std::array<std::string_view, 8> kNotHandedOn{"content-encoding", "content-length", "transfer-encoding", "connection",
                                                       "set-cookie",       "alt-svc",        "keep-alive",        "strict-transport-security"};

std::string_view text_at(const Json& map, std::string_view name) {
  const auto text = map.string_at(name);
  return text ? *text : std::string_view();
}

bool is_web(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

// A file that a link's `download` asks for has the kind of a page's document too, without its being one.
bool is_navigation(const Json& asked) {
  const auto headers = asked.field("headers");
  return headers && headers->string_at("Upgrade-Insecure-Requests").has_value();
}

bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

bool may_hand_on(const HttpHeader& header) {
  const auto token = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
  return !header.name.empty() && std::ranges::all_of(header.name, token) && std::ranges::all_of(header.value, plain) &&
         std::ranges::find(kNotHandedOn, header.name) == kNotHandedOn.end();
}

// One object with these texts.
std::string object(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : fields) json.field(name, value);
  json.end_object();
  return json.take();
}

std::string json_text(std::string_view text) {
  JsonWriter json;
  json.string(text);
  return json.take();
}

std::string fulfilment(const std::string& request, const WebAnswer& web) {
  JsonWriter json;
  json.begin_object().field("requestId", request).field("responseCode", std::int64_t{web.status}).key("responseHeaders").begin_array();
  for (const HttpHeader& header : web.headers) {
    if (may_hand_on(header)) json.begin_object().field("name", header.name).field("value", header.value).end_object();
  }
  json.end_array().field("body", to_base64(as_bytes(web.body))).end_object();
  return json.take();
}

constexpr int kMostDocumentsLost = 5;
constexpr std::string_view kDocumentAlone = R"({"depth":0})";
constexpr std::string_view kAttachAll = R"({"autoAttach":true,"waitForDebuggerOnStart":true,"flatten":true})";

}  // namespace

PageSession::PageSession(std::string url, const Browser::Options& options, DevTools& line, RequestAnswerer& answerer, const Clock& clock)
    : url_(std::move(url)), options_(options), line_(line), answerer_(answerer), clock_(clock), began_(clock.monotonic()), entered_(began_), lively_(began_) {
  result_.view.visitor = Visitor::rendered;
  result_.view.url = result_.view.final_url = url_;
  // A page of our own: the browser still has its own way with the one it starts with.
  created_asked_ = line_.send("Target.createTarget", R"({"url":"about:blank"})");
}

void PageSession::enter(State state) {
  state_ = state;
  entered_ = now();
}

void PageSession::end(std::string_view limit) {
  if (over()) return;
  if (result_.view.limit.empty()) result_.view.limit = limit;
  enter(State::over);
}

Result<void> PageSession::take(const DevToolsMessage& message, const Json* body) {
  if (over()) return {};
  if (message.id != 0) {
    take_answer(message, body);
    return {};
  }
  return body == nullptr ? Result<void>() : take_event(message, body);
}

Result<void> PageSession::take_event(const DevToolsMessage& message, const Json* body) {
  const std::string_view method = message.method;
  if (method == "Khien.refused") {
    refused_ = std::string(truncate(text_at(*body, "why"), 40));
    end("browser");
  } else if (method == "Khien.ended") {
    const auto why = text_at(*body, "why");
    end(why == "memory" ? "memory" : why == "time" ? "timeout" : "browser");
  } else if (method == "Target.attachedToTarget") {
    attached(*body);
  } else if (method == "Fetch.requestPaused") {
    paused(message, *body);
  } else if (method == "Page.javascriptDialogOpening") {
    ++result_.dialogs;
    line_.send("Page.handleJavaScriptDialog", R"({"accept":false})", message.session);
    if (result_.dialogs == kMostDialogs) stop_scripts();
  } else if (message.session == session_) {
    if (method == "Page.loadEventFired") loaded_ = now();
    if (method == "Page.frameNavigated") navigated(*body);
    if (method == "Page.frameStoppedLoading") stopped(*body);
    if (method == "Inspector.targetCrashed") end("memory");
    if (method == "Page.frameRequestedNavigation" && text_at(*body, "frameId") == main_frame_) {
      const auto reason = text_at(*body, "reason");
      const bool refresh = reason == "metaTagRefresh" || reason == "httpHeaderRefresh";
      onward_ = refresh ? RedirectStep::How::refresh : RedirectStep::How::script;
    }
  }
  return {};
}

void PageSession::begin(const DevToolsMessage& message, const Json* body) {
  if (message.failed || body == nullptr) return end("browser");
  if (message.id == created_asked_) {
    main_frame_ = text_at(*body, "targetId");
    attached_asked_ = line_.send("Target.attachToTarget", R"({"flatten":true,"targetId":)" + json_text(main_frame_) + "}");
    return;
  }
  if (message.id == attached_asked_) {
    session_ = text_at(*body, "sessionId");
    if (session_.empty()) return end("browser");
    prepared_asked_ = prepare(session_, true);
    return;
  }
  enter(State::loading);
  navigate_asked_ = line_.send("Page.navigate", object({{"url", url_}}), session_);
  line_.send("Target.setAutoAttach", kAttachAll);
}

void PageSession::attached(const Json& body) {
  const auto info = body.field("targetInfo");
  if (!info) return;
  const std::string session(text_at(body, "sessionId"));
  const auto type = text_at(*info, "type");
  if (type == "page") {
    const bool opened = !text_at(*info, "openerId").empty() || !text_at(*info, "openerFrameId").empty();
    if (opened) line_.send("Target.closeTarget", object({{"targetId", text_at(*info, "targetId")}}));
  } else if (type == "iframe" || type == "worker") {
    prepare(session, false);
  }
  // Service and shared workers, pages that nobody opened, and what else there is: halted they stay.
}

std::int64_t PageSession::prepare(const std::string& session, bool top) {
  line_.send("Fetch.enable", R"({"patterns":[{"urlPattern":"*"}]})", session);
  line_.send("Target.setAutoAttach", kAttachAll, session);
  if (!options_.user_agent.empty()) {
    line_.send("Emulation.setUserAgentOverride",
               object({{"userAgent", options_.user_agent}, {"acceptLanguage", options_.languages}, {"platform", "Win32"}}), session);
  }
  line_.send("Page.enable", "{}", session);
  if (top) {
    line_.send("Browser.setDownloadBehavior", R"({"behavior":"deny"})");
    line_.send("Network.enable", R"({"maxTotalBufferSize":0,"maxResourceBufferSize":0})", session);
    line_.send("Network.setBypassServiceWorker", R"({"bypass":true})", session);
    line_.send("Network.disable", "{}", session);
    line_.send("Emulation.setDeviceMetricsOverride", R"({"width":1280,"height":900,"deviceScaleFactor":1,"mobile":false})", session);
  }
  return line_.send("Runtime.runIfWaitingForDebugger", "{}", session);
}

void PageSession::paused(const DevToolsMessage& message, const Json& body) {
  const std::string session(message.session), request(text_at(body, "requestId"));
  const auto asked = body.field("request");
  if (request.empty() || !asked) return;
  std::string url(text_at(*asked, "url"));
  if (const auto fragment = url.find('#'); fragment != url.npos) url.resize(fragment);
  const auto method = text_at(*asked, "method");
  const auto type = text_at(body, "resourceType");
  if (method == "OPTIONS") return allow_preflight(session, request);
  const bool is_known = std::ranges::find(kNotAsked, type) == kNotAsked.end();
  const bool document = session == session_ && type == "Document" && text_at(body, "frameId") == main_frame_;
  // Whatever else is refused to a page, it stays: an error's page in its place would hide it.
  const std::string_view why_refused = document ? "Aborted" : "BlockedByClient";
  const bool within = result_.requests < options_.limits.requests && bytes_ < options_.limits.bytes && url.size() <= kMostUrl;
  if (state_ != State::loading || method != "GET" || !is_web(url) || !is_known || !within || (document && !is_navigation(*asked))) {
    ++result_.left_out;
    return refuse(session, request, why_refused);
  }
  if (document && !begins_document(body, url)) return refuse(session, request, why_refused);
  ask(url, session, request, document);
}

// False once the page was sent on too often.
bool PageSession::begins_document(const Json& body, const std::string& url) {
  auto& steps = result_.view.steps;
  const bool goes_on = !text_at(body, "redirectedRequestId").empty();
  if (dropped_ && !goes_on) take_back();
  const bool by_location = goes_on || is_redirect(newest_.status);
  arrived_ = dropped_ = false;
  if (!newest_.url.empty() && (newest_.url != url || by_location)) {
    if (steps.size() >= options_.limits.steps) {
      result_.view.limit = "redirects";
      return false;
    }
    steps.push_back({newest_.url, newest_.status, by_location ? RedirectStep::How::location : onward_});
  }
  newest_ = {.url = url, .status = 0, .headers = {}, .limit = {}};
  return true;
}

void PageSession::ask(const std::string& url, std::string session, std::string request, bool document) {
  ++open_;
  ++result_.requests;
  lively_ = now();
  answerer_.ask(url, [this, url, document, session = std::move(session), request = std::move(request)](WebAnswer web) {
    --open_;
    lively_ = now();
    bytes_ += web.body.size();
    if (over()) return;
    if (document && newest_.url == url) newest_ = {.url = url, .status = web.status, .headers = web.headers, .limit = web.limit};
    answer(session, request, web);
  });
}

void PageSession::answer(const std::string& session, const std::string& request, const WebAnswer& web) {
  if (web.status < 100 || web.status > 599) {
    return refuse(session, request, web.limit == "name" ? "NameNotResolved" : web.limit == "timeout" ? "TimedOut" : "ConnectionFailed");
  }
  const auto number = line_.send("Fetch.fulfillRequest", fulfilment(request, web), session);
  if (fulfilling_.size() < kMostFulfilling) fulfilling_.emplace(number, std::pair(session, request));
}

void PageSession::refuse(const std::string& session, const std::string& request, std::string_view why) {
  line_.send("Fetch.failRequest", object({{"requestId", request}, {"errorReason", why}}), session);
}

// Whether another site lets itself be read is said again by its answer.
void PageSession::allow_preflight(const std::string& session, const std::string& request) {
  const WebAnswer allowed{.status = 204,
                          .headers = {{"access-control-allow-origin", "*"}, {"access-control-allow-headers", "*"}, {"access-control-allow-methods", "GET"}},
                          .body = {},
                          .limit = {}};
  line_.send("Fetch.fulfillRequest", fulfilment(request, allowed), session);
}

void PageSession::navigated(const Json& body) {
  const auto frame = body.field("frame");
  if (!frame || text_at(*frame, "id") != main_frame_) return;
  loaded_.reset();
  const auto url = text_at(*frame, "url");
  if (!is_web(url) && !url.starts_with("chrome-error:")) return;
  arrived_ = true;
  dropped_ = false;
  steps_shown_ = result_.view.steps.size();
  // An error's page: nobody answered, and what sent on stays what was seen.
  const bool error = url.starts_with("chrome-error:") || text_at(*frame, "unreachableUrl").size() > 0;
  if (error && result_.view.limit.empty()) result_.view.limit = newest_.limit.empty() ? "connection" : newest_.limit;
  shown_ = error ? Document() : newest_;
  result_.view.final_url = newest_.url.empty() ? url_ : newest_.url;
}

// The page is loaded, or what it asked for next came to nothing (a file, an answer without a page, a stop by its
// own script). A page that goes elsewhere while it loads and comes back so is never told as loaded.
void PageSession::stopped(const Json& body) {
  if (text_at(body, "frameId") != main_frame_ || shown_.url.empty()) return;
  if (!arrived_) dropped_ = true;
  if (!loaded_) loaded_ = now();
}

void PageSession::take_back() {
  result_.view.steps.resize(steps_shown_);
  newest_ = shown_;
}

// The load of the empty page before it, told late, is none of this one's.
bool PageSession::is_loaded() const { return loaded_ && (arrived_ || dropped_); }

bool PageSession::settled() const {
  const auto at = now().ms;
  return is_loaded() && open_ == 0 && at - lively_.ms >= options_.limits.quiet_time.ms && at - loaded_->ms >= options_.limits.settle_time.ms;
}

void PageSession::tick() {
  const auto waited = now().ms - entered_.ms;
  const RenderLimits& limits = options_.limits;
  if (state_ == State::starting && waited > limits.start_time.ms) return end("browser");
  if (state_ == State::loading) {
    const bool late = waited > limits.load_time.ms;
    // One that was loaded and goes on asking is seen as well as it can be.
    if (late && !is_loaded() && result_.view.limit.empty()) result_.view.limit = "timeout";
    if (late || settled()) stop_scripts();
  }
  if (state_ == State::scripts_off && waited > limits.answer_time.ms) {
    if (terminated_) return end("timeout");
    terminated_ = true;
    entered_ = now();
    if (result_.view.limit.empty()) result_.view.limit = "timeout";
    line_.send("Runtime.terminateExecution", "{}", session_);
  }
  // A page without its picture is proof all the same.
  if (state_ == State::picture && waited > limits.answer_time.ms) enter(State::over);
}

void PageSession::stop_scripts() {
  if (state_ != State::loading) return;
  if (dropped_) take_back();
  enter(State::scripts_off);
  line_.send("Emulation.setScriptExecutionDisabled", R"({"value":true})", session_);
  document_asked_ = line_.send("DOM.getDocument", kDocumentAlone, session_);
}

void PageSession::take_answer(const DevToolsMessage& message, const Json* body) {
  if (state_ == State::starting && (message.id == created_asked_ || message.id == attached_asked_ || message.id == prepared_asked_)) {
    begin(message, body);
  } else if (message.id == navigate_asked_) {
    // A file, or nothing: there is no page to wait for.
    if (state_ == State::loading && !arrived_ && body != nullptr && text_at(*body, "errorText") == "net::ERR_ABORTED") end("connection");
  } else if (const auto found = fulfilling_.find(message.id); found != fulfilling_.end()) {
    // A header that the browser does not like.
    if (message.failed) refuse(found->second.first, found->second.second);
    fulfilling_.erase(found);
  } else if (message.id == document_asked_ || message.id == html_asked_) {
    take_document(message, body);
  } else if (message.id == size_asked_ && state_ == State::picture) {
    take_size(body);
  } else if (message.id == picture_asked_ && state_ == State::picture) {
    take_picture(body);
  }
}

void PageSession::take_document(const DevToolsMessage& message, const Json* body) {
  if (state_ != State::scripts_off) return;
  if (message.failed || body == nullptr) {
    // A script that was broken off leaves a document that is made anew behind our back.
    if (++document_lost_ > kMostDocumentsLost) return end("browser");
    document_asked_ = line_.send("DOM.getDocument", kDocumentAlone, session_);
    return;
  }
  if (message.id == document_asked_) {
    const auto root = body->field("root");
    const auto node = root ? root->integer_at("backendNodeId") : Result<std::int64_t>(Error(Code::invalid, "no document"));
    if (!node) return end("browser");
    JsonWriter json;
    json.begin_object().field("backendNodeId", *node).field("includeShadowDOM", true).end_object();
    html_asked_ = line_.send("DOM.getOuterHTML", json.take(), session_);
    return;
  }
  const auto html = text_at(*body, "outerHTML");
  if (html.size() > options_.limits.dom_bytes) {
    result_.view.limit = "too_large";
    return end("too_large");
  }
  // The error's page of the browser is nothing that the site said, nor its looks.
  if (shown_.url != result_.view.final_url) return end("connection");
  result_.view.body = to_valid_utf8(html);
  ask_picture();
}

void PageSession::ask_picture() {
  enter(State::picture);
  size_asked_ = line_.send("Page.getLayoutMetrics", "{}", session_);
}

void PageSession::take_size(const Json* body) {
  double height = 0;
  if (body != nullptr) {
    const auto size = body->field("cssContentSize");
    const auto said = size ? size->field("height") : Result<Json>(Error(Code::invalid, "no size"));
    if (said) {
      if (const auto number = said->number()) height = *number;
      if (const auto number = said->integer()) height = static_cast<double>(*number);
    }
  }
  if (!std::isfinite(height)) height = 0;
  const auto shown = static_cast<std::int64_t>(std::clamp(height, 200.0, static_cast<double>(kMostPictureHeight)));
  JsonWriter json;
  json.begin_object().field("format", "png").field("captureBeyondViewport", true).key("clip").begin_object();
  json.field("x", std::int64_t{0}).field("y", std::int64_t{0}).field("width", std::int64_t{kMostPictureWidth}).field("height", shown);
  json.field("scale", std::int64_t{1}).end_object().end_object();
  picture_asked_ = line_.send("Page.captureScreenshot", json.take(), session_);
}

void PageSession::take_picture(const Json* body) {
  enter(State::over);
  if (body == nullptr) return;
  const auto bytes = from_base64(text_at(*body, "data"));
  if (!bytes) return;
  const auto size = picture_size(as_text(*bytes));
  if (!size) return;
  result_.picture = as_text(*bytes);
  result_.picture_width = size->width;
  result_.picture_height = size->height;
}

Rendered PageSession::take_result() {
  PageView& view = result_.view;
  // Where nobody answered at the end, what sent on is what there is to say.
  const bool whole = shown_.url == view.final_url;
  view.status = whole ? shown_.status : newest_.status;
  view.headers = whole ? shown_.headers : newest_.headers;
  if (!whole && view.limit.empty()) view.limit = newest_.limit.empty() ? "timeout" : newest_.limit;
  if (view.limit.empty()) view.limit = shown_.limit;
  view.fetched_at = clock_.now();
  result_.took = {now().ms - began_.ms};
  return std::move(result_);
}

}  // namespace khien::render
