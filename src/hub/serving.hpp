#pragma once

#include "khien/core/env.hpp"
#include "khien/core/time.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// The world that `khien serve` runs in. Tests have a hub whose days pass faster; a
// site is then asked as fast as it answers.
struct ServeWorld {
  Env env;
  Duration site_pause = milliseconds(250);  // between two steps to one site
  Duration ask_sites_every = seconds(5);    // which are due
};

// `khien serve`: until SIGINT or SIGTERM. Its exit code.
int serve(const Arguments& arguments, Console& console, const ServeWorld& world);

}  // namespace khien::hub
