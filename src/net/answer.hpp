#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "khien/core/time.hpp"
#include "khien/net/http.hpp"

namespace khien::net {

// "Sun, 22 Nov 2026 06:31:31 GMT" (RFC 9110 §5.6.7).
std::string http_date(Timestamp time);

struct Framing {
  std::optional<std::size_t> content_length;  // none: chunked
  bool keep_alive = true;
};

// Status line and fields, to the empty line. The framing is the server's: what
// the handler says of it is dropped, as is a field that would break the message.
std::string answer_head(const Response& response, const Framing& framing, std::string_view date);

// May an answer of that status have a body at all?
bool has_body(int status);

// The server's own words for what it refuses, as the API's Problem.
Response refusal(int status);

}  // namespace khien::net
