#pragma once

#include "command.hpp"

// The words behind "khien law", one function each.
namespace khien::hub {

int check_law(const Arguments& arguments, Console& console);
int list_clauses(const Arguments& arguments, Console& console);
int list_deadlines(const Arguments& arguments, Console& console);

}  // namespace khien::hub
