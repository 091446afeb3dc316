#pragma once

#include "khien/model/local_text.hpp"

namespace khien::app {

// Prints one line for a person, in the language of KHIEN_LANG or the locale:
// English unless it is Vietnamese.
void say(const LocalText& text);
void warn(const LocalText& text);  // to standard error, after the program's name

}  // namespace khien::app
