#pragma once

#include <span>
#include <string_view>

#include "khien/api/embedded_ui.hpp"
#include "khien/net/http.hpp"

namespace khien::api {

// Answers GET and HEAD from the embedded UI. A path without a file and without an
// extension is a place within the UI: index.html.
net::Response answer_static(std::span<const EmbeddedFile> files, const net::Request& request);

// Exactly the policy that the UI was proved with; trusted types close DOM XSS.
inline constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";
// Of bytes that came from outside: an origin of its own, and nothing allowed.
inline constexpr std::string_view kSandboxedPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

// Every answer to a person carries these, whatever it is.
void add_security_headers(net::Response& response, std::string_view content_policy = kPagePolicy);

}  // namespace khien::api
