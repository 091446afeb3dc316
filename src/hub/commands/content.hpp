#pragma once

#include "command.hpp"

namespace khien::hub {

// The words of `khien content`, by file.
int content_keygen(const Arguments& arguments, Console& console);
int content_root(const Arguments& arguments, Console& console);
int content_sign(const Arguments& arguments, Console& console);
int content_check_file(const Arguments& arguments, Console& console);  // verify FILE
int content_test(const Arguments& arguments, Console& console);

// Where the databases are.
int content_office(Office& office, const Arguments& arguments, Console& console);
Result<void> prepare_content(const Arguments& arguments, std::vector<std::string>& words);

}  // namespace khien::hub
