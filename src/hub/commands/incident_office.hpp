#pragma once

#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {

// khien incident list, show, open, note, close: what needs the databases. Exit codes as every
// office command.
int incident_office(Office& office, const Arguments& arguments, Console& console);
// The file lies with whoever calls: its bytes travel.
Result<void> prepare_incident_import(const Arguments& arguments, std::vector<std::string>& words);
bool is_incident_office(const Arguments& arguments);

}  // namespace khien::hub
