#pragma once

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// "khien site render URL": one page as a browser shows it, its document and its picture as files.
int render_site(const Arguments& arguments, Console& console);

}  // namespace khien::hub
