#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/net/http.hpp"

namespace khien::net {

struct RequestHead {
  Method method = Method::other;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool wants_continue = false;
};

// Parses a request line and its fields, from the first byte to the empty line.
// 0, or the status that refuses it. Stricter than RFC 9112 wherever two readers
// could disagree about where a message ends: bare CR or LF, folded lines, space
// before a colon, more than one Content-Length or Transfer-Encoding, both of
// them, any transfer coding but "chunked", no Host or two.
int parse_request_head(std::string_view text, RequestHead& head);

}  // namespace khien::net
