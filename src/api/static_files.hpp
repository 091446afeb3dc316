#pragma once

#include <span>
#include <string_view>

#include "khien/api/embedded_ui.hpp"
#include "khien/net/http.hpp"

namespace khien::api {

// Answers GET and HEAD from the embedded UI. A path without a file and without an
// extension is a place within the UI: index.html.
net::Response answer_static(std::span<const EmbeddedFile> files, const net::Request& request);

// Every answer to a person carries these, whatever it is.
void add_security_headers(net::Response& response);

}  // namespace khien::api
