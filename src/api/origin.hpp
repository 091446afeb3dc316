#pragma once

#include "khien/net/http.hpp"

namespace khien::api {

// Was this request made by a page of ours (or typed by a person), as far as the
// browser says? For requests that change something the browser must say so: by
// Origin, which must be https:// and our Host, or by Sec-Fetch-Site.
bool is_from_our_page(const net::Request& request);

// X-Khien-Csrf is the session's own.
bool has_csrf_token(const net::Request& request, std::string_view wanted);

}  // namespace khien::api
