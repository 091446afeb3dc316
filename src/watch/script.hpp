#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace khien::watch {

// What can be told of a script without running it: plain literals, and names that it gave
// plain literals before. Literals may be joined by "+" or out of lists, turned around, and written
// as atob("…"), String.fromCharCode(…), unescape("…") and their like.

// The script with what it keeps from being read in the open: behind it, what it runs out of
// literals by eval("…") and its like, packed or not; `a["b"]` as `a.b`. Empty: it is as it was.
std::string unfolded_script(std::string_view script);

// Where `location = "…"` and its like send the reader without a click.
std::optional<std::string> location_of_script(std::string_view script);

// "#id" or ".class" of elements that the script hides or takes away: getElementById("x").style.display = "none",
// $("x").hide().
std::vector<std::string> hidden_by_script(std::string_view script);

// What document.write("…"), innerHTML = "…" and their like write.
std::vector<std::string> written_by_script(std::string_view script);

// Where a click anywhere on the page leads: document.addEventListener("click", … window.open("…")).
std::optional<std::string> opened_by_any_click(std::string_view script);

// Whole literals that are web addresses or names of hosts, in their order, until one is not taken.
// Linear, whatever the script is.
void addresses_in_script(std::string_view script, const std::function<bool(std::string)>& take);

// Web addresses that it keeps coded, so that nobody who reads it sees their hosts: by String.fromCharCode(…), atob("…"),
// escapes, or turned around.
std::vector<std::string> coded_in_script(std::string_view script);

// Whether it makes files or starts programs on the machine of who reads the page, as no page may.
bool starts_programs(std::string_view script);

// Sentences among its literals: what it may say to people.
std::vector<std::string> texts_in_script(std::string_view script);

// What stands in the address itself, "data:text/javascript;base64,…". None: it is another one, or cannot be read.
std::optional<std::string> script_of_address(std::string_view address);

// The literal of `: "…"`.
std::optional<std::string> literal_behind_colon(std::string_view text);

}  // namespace khien::watch
