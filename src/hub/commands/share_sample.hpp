#pragma once

#include <functional>

#include "khien/hub/console.hpp"
#include "khien/hub/office.hpp"

namespace khien::hub {

// Makes the sample province in a folder of its own, works on it, and removes it. What it returns is the exit code.
int with_sample_office(Console& console, const std::function<int(Office&)>& work);

}  // namespace khien::hub
