#include "request_reader.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kFirstBodyReserve = 64u << 10;

bool is_stray_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\r' && c != '\n' && c != '\t') || byte == 0x7f;
}

}  // namespace

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::head) used = feed_head(bytes);
  if (state_ == State::body) used += feed_body(bytes.substr(used));
  return used;
}

std::size_t RequestReader::feed_head(std::string_view bytes) {
  const std::size_t before = head_text_.size();
  head_text_.append(bytes.substr(0, limits_.max_header_bytes - before));
  const auto end = head_text_.find(kHeadEnd, before < kHeadEnd.size() ? 0 : before - kHeadEnd.size() + 1);
  if (end != head_text_.npos) head_text_.resize(end + kHeadEnd.size());
  // What cannot be HTTP (a TLS hello on the wrong port) is not waited for.
  if (std::any_of(head_text_.begin() + static_cast<std::ptrdiff_t>(before), head_text_.end(),
                  is_stray_control)) {
    refuse(400);
  } else if (end != head_text_.npos) {
    finish_head();
  } else if (head_text_.size() == limits_.max_header_bytes) {
    refuse(431);
  }
  return head_text_.size() - before;
}

void RequestReader::finish_head() {
  if (const int status = parse_request_head(head_text_, head_)) return refuse(status);
  if (!find_room()) return;
  const bool has_body = head_.chunked || head_.content_length > 0;
  state_ = has_body ? State::body : State::complete;
  // Never what the peer merely announces.
  body_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(head_.content_length, kFirstBodyReserve)));
}

// Larger bodies are the exception, so only a head that wants one asks for it.
bool RequestReader::find_room() {
  if (ask_ && (head_.chunked || head_.content_length > limits_.max_body_bytes)) {
    const auto room = ask_(head_);
    if (!room) {
      refuse(503);
      return false;
    }
    limits_.max_body_bytes = std::max(limits_.max_body_bytes, *room);
    chunks_ = ChunkedBody(limits_.max_body_bytes);
  }
  if (head_.content_length > limits_.max_body_bytes) refuse(413);
  return state_ != State::refused;
}

std::size_t RequestReader::feed_body(std::string_view bytes) {
  if (head_.chunked) {
    const auto used = chunks_.feed(bytes, body_);
    if (chunks_.refused() != 0) refuse(chunks_.refused());
    if (chunks_.complete()) state_ = State::complete;
    return used;
  }
  const auto wanted = static_cast<std::size_t>(head_.content_length) - body_.size();
  const auto used = std::min(wanted, bytes.size());
  body_.append(bytes.substr(0, used));
  if (used == wanted) state_ = State::complete;
  return used;
}

Request RequestReader::take() {
  khien_assert(state_ == State::complete);
  static const auto kNoBody = std::make_shared<const std::string>();
  Request request;
  request.method = head_.method;
  request.path = std::move(head_.path);
  request.query = std::move(head_.query);
  request.headers = std::move(head_.headers);
  request.body = body_.empty() ? kNoBody : std::make_shared<const std::string>(std::move(body_));
  return request;
}

void RequestReader::refuse(int status) {
  refusal_ = status;
  state_ = State::refused;
}

}  // namespace khien::net
