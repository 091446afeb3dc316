#pragma once

#include <string>
#include <string_view>

namespace khien::ingest {

// What a number format of a workbook does to a number, as far as lists go.
struct NumberFormat {
  bool date = false;
  bool time = false;
  std::size_t zeros = 0;  // "00000": padded to five digits
};
NumberFormat number_format_of(int id, std::string_view code);

// The number as the cell shows it. `text` is the workbook's; what is no number
// comes back as it is.
std::string shown_number(std::string_view text, const NumberFormat& format, bool from_1904);

}  // namespace khien::ingest
