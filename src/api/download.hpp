#pragma once

#include <string>
#include <string_view>

namespace khien::api {

// The value of Content-Disposition (RFC 6266) for a file that a person named:
// plain ASCII for old browsers, UTF-8 percent-encoded (RFC 8187) for the rest.
// Whatever the name holds, the value is one header on one line.
std::string attachment(std::string_view file_name);

}  // namespace khien::api
