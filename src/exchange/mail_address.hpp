#pragma once

#include <string_view>

namespace khien::exchange {

// One address of ASCII letters, without a name, comments or quotes: what state bodies have.
bool is_mail_address(std::string_view text);

}  // namespace khien::exchange
