#pragma once

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// `advisory compare`: two versions, or a file of rows `A<TAB>op<TAB>B` with --batch.
int compare_versions_of(const Arguments& arguments, Console& console);

}  // namespace khien::hub
