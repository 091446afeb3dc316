#pragma once

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {

// "khien site list|show|recheck": sites that are watched, where the databases are.
bool is_about_watched_sites(const Arguments& arguments);
int run_watched_sites(Office& office, const Arguments& arguments, Console& console);

}  // namespace khien::hub
