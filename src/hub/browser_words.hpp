#pragma once

#include <string_view>

#include "khien/model/local_text.hpp"
#include "khien/site/browser_state.hpp"

namespace khien::hub {

// Why there is no browser (render::Browser), in words that name the way out.
LocalText words_of_missing_browser(std::string_view why);

// Whether it is on, when it last opened a page, how much of today is used, and the last
// error: one line.
LocalText words_of_browser(const site::BrowserState& browser);

}  // namespace khien::hub
