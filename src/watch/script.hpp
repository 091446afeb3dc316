#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

// What can be told of a script without running it: plain literals only.

// Where `location = "…"` and its like send the reader without a click. Literals may be
// joined by "+", and written as atob("…") or String.fromCharCode(…).
std::optional<std::string> location_of_script(std::string_view script);

// Ids of elements that the script hides: getElementById("x").style.display = "none".
std::vector<std::string> hidden_by_script(std::string_view script);

// What document.write("…") writes, literal for literal.
std::vector<std::string> written_by_script(std::string_view script);

}  // namespace khien::watch
