#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chunked_body.hpp"
#include "khien/net/http.hpp"
#include "request_head.hpp"

namespace khien::net {

// Makes one request out of bytes that come in pieces. How they are cut changes
// nothing: the same bytes give the same request or the same refusal.
class RequestReader {
 public:
  struct Limits {
    std::size_t max_header_bytes = 16u << 10;
    std::size_t max_body_bytes = 1u << 20;
  };
  enum class State : unsigned char { head, body, complete, refused };

  // Where the head announces more than Limits::max_body_bytes, or does not say:
  // how much this request may bring after all. Less than the limit is "no more
  // than that", none at all is "not now" (503).
  using AskForRoom = std::function<std::optional<std::size_t>(const RequestHead&)>;

  explicit RequestReader(const Limits& limits, AskForRoom ask = {})
      : limits_(limits), ask_(std::move(ask)), chunks_(limits.max_body_bytes) {}

  // How many bytes were used; once complete, the rest is the next request's.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  // The status that refuses the request; 0 unless refused.
  int refusal() const { return refusal_; }
  bool keep_alive() const { return head_.keep_alive; }
  // The peer waits for "100 Continue" before it sends the body.
  bool wants_continue() const { return state_ == State::body && head_.wants_continue; }
  std::size_t body_bytes() const { return body_.size(); }

  // The request, without what only the connection knows. Once, when complete.
  Request take();

 private:
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void finish_head();
  bool find_room();
  void refuse(int status);

  Limits limits_;
  AskForRoom ask_;
  State state_ = State::head;
  int refusal_ = 0;
  std::string head_text_;
  RequestHead head_;
  ChunkedBody chunks_;
  std::string body_;
};

}  // namespace khien::net
