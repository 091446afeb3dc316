#pragma once

#include <string>
#include <string_view>

namespace khien::hub {

// The technical words of an error, in Vietnamese where they are among those that a
// person at a command line meets: files, folders, lists, a hub that is not there.
// What is not known stays as it is.
std::string in_vietnamese(std::string_view what);

}  // namespace khien::hub
