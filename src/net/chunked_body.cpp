#include "chunked_body.hpp"

#include <algorithm>

namespace khien::net {
namespace {

constexpr int kMaxSizeDigits = 8;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t ChunkedBody::feed(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ != State::done && state_ != State::refused) {
    if (state_ == State::data) {
      used += take_data(bytes.substr(used), body);
      continue;
    }
    const char c = bytes[used++];
    switch (state_) {
      case State::size:
        take_size(c);
        break;
      case State::size_lf:
        take_mark(c, '\n', left_ > 0 ? State::data : State::end_cr);
        break;
      case State::data_cr:
        take_mark(c, '\r', State::data_lf);
        break;
      case State::data_lf:
        take_mark(c, '\n', State::size);
        break;
      case State::end_cr:
        take_mark(c, '\r', State::end_lf);
        break;
      case State::end_lf:
        take_mark(c, '\n', State::done);
        break;
      case State::data:
      case State::done:
      case State::refused:
        break;
    }
  }
  return used;
}

void ChunkedBody::take_size(char c) {
  if (c == '\r' && digits_ > 0) {
    digits_ = 0;
    total_ += static_cast<std::size_t>(left_);
    state_ = State::size_lf;
    if (total_ > max_bytes_) refuse(413);
    return;
  }
  if (digit(c) < 0 || digits_ == kMaxSizeDigits) return refuse(400);
  left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<std::uint64_t>(digit(c));
  ++digits_;
}

void ChunkedBody::take_mark(char c, char wanted, State next) {
  if (c != wanted) return refuse(400);
  state_ = next;
}

std::size_t ChunkedBody::take_data(std::string_view bytes, std::string& body) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body.append(bytes.substr(0, count));
  left_ -= count;
  if (left_ == 0) state_ = State::data_cr;
  return count;
}

void ChunkedBody::refuse(int status) {
  refused_ = status;
  state_ = State::refused;
}

}  // namespace khien::net
