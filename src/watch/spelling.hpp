#pragma once

#include <string>
#include <string_view>

namespace khien::watch {

// Text as it is compared and shown: NFC, one space for white space, without letters of no
// width, full-width Latin letters as plain ones. `text` is valid UTF-8.
std::string spelled(std::string_view text);

// The address in a refresh ("5; url='http://…'"); empty if it names none.
std::string refresh_target(std::string_view content);

}  // namespace khien::watch
