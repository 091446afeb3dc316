#include "multi.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

constexpr std::size_t kSpare = 64;

void begin_curl() {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
  khien_assert(begun == CURLE_OK);
}

}  // namespace

Multi::Multi(EventLoop& loop, std::size_t connections) : loop_(loop) {
  begin_curl();
  multi_ = curl_multi_init();
  khien_assert(multi_ != nullptr);
  handler_ = [this](int fd, EventLoop::Ready ready) {
    act(fd, (ready.readable ? CURL_CSELECT_IN : 0) | (ready.writable ? CURL_CSELECT_OUT : 0));
  };
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(connections));
}

Multi::~Multi() {
  for (CURL* easy : spare_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
}

CURL* Multi::handle() {
  CURL* easy = nullptr;
  if (spare_.empty()) {
    easy = curl_easy_init();
    khien_assert(easy != nullptr);
  } else {
    easy = spare_.back();
    spare_.pop_back();
  }
  return easy;
}

void Multi::begin(CURL* easy) {
  const CURLMcode code = curl_multi_add_handle(multi_, easy);
  khien_assert(code == CURLM_OK);
}

void Multi::drop(CURL* easy) {
  curl_multi_remove_handle(multi_, easy);
  if (spare_.size() < kSpare) spare_.push_back(easy);
  else curl_easy_cleanup(easy);
}

void Multi::settle(const std::function<void(CURL*, CURLcode)>& ended) {
  int left = 0;
  std::vector<std::pair<CURL*, CURLcode>> done;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) done.emplace_back(message->easy_handle, message->data.result);
  }
  for (const auto& [easy, code] : done) ended(easy, code);
}

Duration Multi::step(Duration most, Duration now) {
  if (timer_new_) {
    timer_new_ = false;
    timer_at_ = {now.ms + timer_ms_};
  }
  if (timer_ms_ >= 0 && timer_at_ <= now) {
    timer_ms_ = -1;
    act(CURL_SOCKET_TIMEOUT, 0);
    if (timer_new_) {
      timer_new_ = false;
      timer_at_ = {now.ms + timer_ms_};
    }
  }
  if (timer_ms_ < 0) return most;
  return {std::clamp<std::int64_t>(timer_at_.ms - now.ms, 0, most.ms)};
}

void Multi::act(curl_socket_t fd, int events) {
  int running = 0;
  const CURLMcode code = curl_multi_socket_action(multi_, fd, events, &running);
  khien_assert(code == CURLM_OK || code == CURLM_BAD_SOCKET);
}

int Multi::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& multi = *static_cast<Multi*>(self);
  multi.loop_.watch(fd, {(what & CURL_POLL_IN) != 0 && what != CURL_POLL_REMOVE,
                         (what & CURL_POLL_OUT) != 0 && what != CURL_POLL_REMOVE},
                    multi.handler_);
  return 0;
}

int Multi::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& multi = *static_cast<Multi*>(self);
  multi.timer_ms_ = timeout_ms;
  multi.timer_new_ = timeout_ms >= 0;
  return 0;
}

}  // namespace khien::crawl
