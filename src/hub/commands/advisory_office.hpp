#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace khien::hub {

// `khien advisory import FILE…`, `list`, `show NAME`: where the databases are.
int advisory_office(Office& office, const Arguments& arguments, Console& console);
bool advisory_at_the_office(const Arguments& arguments);
// Files to import, by their whole paths.
Result<void> prepare_advisory(const Arguments& arguments, std::vector<std::string>& words);

}  // namespace khien::hub
