#pragma once

#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {

// khien incident list, show, open, note, close: what needs the databases. Exit codes as every
// office command.
int incident_office(Office& office, const Arguments& arguments, Console& console);
bool is_incident_office(const Arguments& arguments);

}  // namespace khien::hub
