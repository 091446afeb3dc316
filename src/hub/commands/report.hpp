#pragma once

#include "command.hpp"
#include "khien/report/kind.hpp"

namespace khien::hub {

// `report make`: counts at the hub, or takes figures from a file, and writes the document here.
int make_report(const Arguments& arguments, Console& console);
// `report sign`: a PDF, by the token of who calls.
int sign_report(const Arguments& arguments, Console& console);

// Where the document goes: --output FILE, or -o FILE as other programs have it. Takes "-o" and
// the file out of `given`.
std::optional<std::string> output_of(const Arguments& arguments, std::vector<std::string>& given);

}  // namespace khien::hub
