#include "linux/machine_load.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "khien/core/file.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxBytes = 4'096;
constexpr const char* kSupplies = "/sys/class/power_supply";

// "12.34" as thousandths of `whole`; 0 for anything else.
std::uint32_t decimal_per_mille(std::string_view text, double whole) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= 0) || number > 1e6 || whole <= 0) return 0;
  return static_cast<std::uint32_t>(number * 1'000 / whole);
}

std::string read(const std::string& path) {
  auto text = system_files().read(path, kMaxBytes);
  return text ? std::move(text).value() : std::string();
}

// On mains if any supply that is not a battery is there; a desktop has no supplies.
bool on_battery() {
  const auto folder = DirFd::open(kSupplies);
  if (!folder) return false;
  bool discharging = false;
  (void)folder->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    const std::string supply = std::string(kSupplies) + "/" + std::string(name);
    discharging = discharging || (read(supply + "/type").starts_with("Battery") &&
                                  read(supply + "/scope").find("Device") == std::string::npos &&
                                  read(supply + "/status").starts_with("Discharging"));
    return {};
  });
  return discharging;
}

}  // namespace

std::uint32_t load_per_mille(std::string_view loadavg, unsigned cores) {
  return decimal_per_mille(loadavg.substr(0, loadavg.find(' ')), std::max(1u, cores));
}

std::uint32_t pressure_per_mille(std::string_view pressure) {
  constexpr std::string_view kBegin = "some avg10=";
  if (!pressure.starts_with(kBegin)) return 0;
  pressure.remove_prefix(kBegin.size());
  return decimal_per_mille(pressure.substr(0, pressure.find(' ')), 100);
}

MachineLoad machine_load() {
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  return {.load_per_mille = load_per_mille(read("/proc/loadavg"), cores > 0 ? static_cast<unsigned>(cores) : 1),
          .wait_per_mille = std::max(pressure_per_mille(read("/proc/pressure/cpu")),
                                     pressure_per_mille(read("/proc/pressure/io"))),
          .on_battery = on_battery()};
}

}  // namespace khien::agent
