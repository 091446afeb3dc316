#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

// What can be told of a script without running it: plain literals, and names that it gave
// plain literals before. Literals may be joined by "+", and written as atob("…"),
// String.fromCharCode(…), unescape("…") and their like.

// Where `location = "…"` and its like send the reader without a click.
std::optional<std::string> location_of_script(std::string_view script);

// Ids of elements that the script hides: getElementById("x").style.display = "none".
std::vector<std::string> hidden_by_script(std::string_view script);

// What document.write("…"), innerHTML = "…" and their like write.
std::vector<std::string> written_by_script(std::string_view script);

}  // namespace khien::watch
