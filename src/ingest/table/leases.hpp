#pragma once

#include <optional>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/model/table.hpp"

namespace khien::ingest {

// Leases of ISC dhcpd ("lease 192.0.2.7 { … }") or dnsmasq ("1795000000 mac ip
// name id"), as a list with headings name, mac, address, kind; one row a card, its
// newest lease. None if the text is neither.
Result<std::optional<TableSheet>> parse_leases(std::string_view utf8, Budget& budget);

}  // namespace khien::ingest
