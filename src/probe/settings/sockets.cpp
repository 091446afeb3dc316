#include <charconv>
#include <optional>
#include <set>

#include "settings/lines.hpp"
#include "settings/settings.hpp"

namespace khien::probe {
namespace {

// 127.0.0.0/8 in the kernel's byte order, ::1, and 127.0.0.0/8 within IPv6.
bool is_loopback(std::string_view address) {
  if (address.size() == 8) return address.ends_with("7F");
  return address == "00000000000000000000000001000000" ||
         (address.starts_with("0000000000000000FFFF0000") && address.ends_with("7F"));
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port, 16);
  if (digits.size() != 4 || read.ec != std::errc() || read.ptr != digits.data() + 4) return std::nullopt;
  return port;
}

}  // namespace

std::vector<std::uint16_t> parse_open_ports(std::string_view table, bool tcp) {
  std::set<std::uint16_t> ports;
  std::size_t rows = 0;
  while (!table.empty() && rows < kMaxStatements) {
    auto line = take_line(table);
    ++rows;
    (void)take_word(line);  // its number
    const std::string local = take_word(line);
    const std::string remote = take_word(line);
    const std::string state = take_word(line);
    // TCP_LISTEN; of UDP what is bound and not connected.
    if (state != (tcp ? "0A" : "07") || (!tcp && !remote.ends_with(":0000"))) continue;
    const auto colon = local.rfind(':');
    if (colon == local.npos || (colon != 8 && colon != 32) || is_loopback(std::string_view(local).substr(0, colon))) continue;
    if (const auto port = port_of(std::string_view(local).substr(colon + 1))) ports.insert(*port);
  }
  return {ports.begin(), ports.end()};
}

}  // namespace khien::probe
