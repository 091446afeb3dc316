#pragma once

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"

namespace khien::hub {

// `advisory match --inventory FILE --feed FILE…`: 0 nothing, 1 found, 3 nothing but
// what cannot be told; 2 not read, or nothing found where packages could not be judged.
int match_inventory(const Arguments& arguments, Console& console);
// `advisory letter FILE`: 0 read, 2 not read.
int read_letter_file(const Arguments& arguments, Console& console);

}  // namespace khien::hub
