#pragma once

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// khien incident clocks: one incident, or a file of them. Exit 0; 2 for wrong use; 1 if a
// row of a file is none (named by its line) or the content cannot be read.
int incident_clocks(const Arguments& arguments, Console& console);

}  // namespace khien::hub
