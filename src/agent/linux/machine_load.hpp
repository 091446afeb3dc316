#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "governor.hpp"

namespace khien::agent {

// How busy this machine is now: /proc/loadavg, /proc/pressure, /sys/class/power_supply.
// What it does not say is 0.
MachineLoad machine_load();

// Pure, and fuzzed. "0.52 0.58 0.59 1/389 1234": runnable tasks a core of the last minute.
std::uint32_t load_per_mille(std::string_view loadavg, unsigned cores);
// "some avg10=1.23 avg60=… total=…": of the last ten seconds.
std::uint32_t pressure_per_mille(std::string_view pressure);

}  // namespace khien::agent
