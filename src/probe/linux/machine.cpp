#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cctype>
#include <memory>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/text.hpp"
#include "khien/probe/endpoint.hpp"
#include "linux/kernel_version.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxAddresses = 64;
constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxStatusBytes = 256u << 20;

std::string tame(std::string_view text) { return std::string(truncate(printable(text), kMaxNameBytes)); }

struct AddressesFree {
  void operator()(ifaddrs* list) const { freeifaddrs(list); }
};

// The address as text, if others could reach the machine by it.
std::string reachable_address(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_LOOPBACK) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (entry.ifa_addr->sa_family == AF_INET) {
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry.ifa_addr);
    if (inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) == nullptr) return {};
  } else if (entry.ifa_addr->sa_family == AF_INET6) {
    const auto* address = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr);
    if (IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr)) return {};
    if (inet_ntop(AF_INET6, &address->sin6_addr, text.data(), text.size()) == nullptr) return {};
  }
  return text.data();
}

Result<std::vector<std::string>> addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return system_error("getifaddrs", errno);
  const std::unique_ptr<ifaddrs, AddressesFree> owner(list);
  std::vector<std::string> found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (std::string text = reachable_address(*entry); !text.empty()) found.push_back(std::move(text));
  }
  // Sorted, so that the same machine says the same thing each time.
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  if (found.size() > kMaxAddresses) found.resize(kMaxAddresses);
  return found;
}

// A line of a small file of the kernel's; empty where there is none, or not for us.
std::string kernel_line(const std::string& path) {
  const auto text = system_files().read(path, 4u << 10);
  return text ? tame(std::string_view(*text).substr(0, text->find('\n'))) : std::string();
}

// Of network cards only: what stands on no device (bridges, tunnels, containers)
// has an address that somebody made up.
std::vector<std::string> card_addresses() {
  std::vector<std::string> found;
  const auto cards = DirFd::open("/sys/class/net");
  if (!cards) return found;
  (void)cards->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    const std::string card = "/sys/class/net/" + std::string(name);
    if (!system_files().exists(card + "/device")) return {};
    if (std::string mac = kernel_line(card + "/address"); !mac.empty()) found.push_back(std::move(mac));
    return {};
  });
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  if (found.size() > kMaxAddresses) found.resize(kMaxAddresses);
  return found;
}

// The newest kernel in /boot; empty where there is none, as in a container.
std::string newest_kernel() {
  std::string newest;
  const auto boot = DirFd::open("/boot");
  if (!boot) return newest;
  constexpr std::string_view kPrefix = "vmlinuz-";
  (void)boot->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    if (!name.starts_with(kPrefix)) return {};
    name.remove_prefix(kPrefix.size());
    if (newest.empty() || compare_kernel_versions(name, newest) > 0) newest = name;
    return {};
  });
  return tame(newest);
}

OsRelease os_release() {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    if (const auto text = system_files().read(path, 64u << 10)) return parse_os_release(*text);
  }
  return {};
}

class LinuxMachineProbe final : public MachineProbe {
 public:
  Result<MachineSeen> machine() override {
    utsname names{};
    if (uname(&names) != 0) return system_error("uname", errno);
    const OsRelease release = os_release();
    MachineSeen seen;
    seen.hostname = tame(names.nodename);
    seen.os_id = release.id;
    seen.os_name = release.pretty_name;
    seen.os_version = release.version_id;
    seen.kernel_running = tame(names.release);
    seen.kernel_installed = newest_kernel();
    TRY(seen.addresses, addresses());
    seen.macs = card_addresses();
    seen.serial = kernel_line("/sys/class/dmi/id/product_serial");
    return seen;
  }

  Result<std::vector<Package>> packages() override {
    auto status = system_files().read("/var/lib/dpkg/status", kMaxStatusBytes);
    if (!status) return std::move(status).error().within("packages");
    std::string distro = os_release().id;
    if (distro.empty()) distro = "debian";
    Budget budget({.bytes_in = kMaxStatusBytes});
    return parse_dpkg_status(*status, distro, budget);
  }
};

}  // namespace

std::unique_ptr<MachineProbe> make_machine_probe() { return std::make_unique<LinuxMachineProbe>(); }

}  // namespace khien::probe
