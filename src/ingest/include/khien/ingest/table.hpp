#pragma once

#include <string>

#include "khien/core/budget.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/table.hpp"

namespace khien::ingest {

// What one list may cost: 12 MiB in, 96 MiB out of compression, two million cells.
Budget::Limits table_limits();

// A list as offices keep it: XLSX; CSV with commas, semicolons or tabs in UTF-8,
// UTF-16, TCVN3 or VNI; leases of ISC dhcpd or dnsmasq. The format is that of the
// bytes, never of a name. Pure.
//
// Code::invalid if it is none of these (an old .xls is not), with the line where
// that is known; exhausted if it is a bomb or beyond the budget. Entities, DTDs and
// anything outside the file are refused.
Result<Table> read_table(ByteView bytes, Budget& budget);

// RFC 4180 with every cell in quotes: read_table() gives the same cells again.
std::string to_csv(const TableSheet& sheet);

}  // namespace khien::ingest
