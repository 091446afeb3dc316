#pragma once

#include <vector>

#include "command.hpp"

namespace khien::hub {

// `khien site judge`: saved pages, judged in khien-worker.
int judge_pages(const Arguments& arguments, Console& console);
std::vector<OptionSpec> page_judge_options();

}  // namespace khien::hub
