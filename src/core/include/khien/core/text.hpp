#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien {

// Unicode text in UTF-8, Vietnamese first. All functions are pure.

bool is_utf8(std::string_view text);

// The text with each invalid byte sequence replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

// Normal form C (UAX #15). Code::invalid if not UTF-8.
Result<std::string> nfc(std::string_view text);

// Search key: lower case, no marks, đ as d, so that "my chau" finds "Mỹ Châu"
// and "hoà" finds "hòa". Invalid sequences become U+FFFD.
std::string fold(std::string_view text);

// Small letters, marks kept: "XÃ ĐÔNG" is "xã đông". Invalid sequences become U+FFFD.
std::string lower(std::string_view text);

// Order of Vietnamese dictionaries (CLDR collation "vi"): <0, 0, >0.
int compare_vietnamese(std::string_view a, std::string_view b);

// A binary key whose byte order is that order, for storing beside the text.
std::string collation_key(std::string_view text);

// Text of the two legacy font encodings still met in commune offices. Bytes
// that the table does not know are kept as Latin-1.
std::string from_tcvn3(std::string_view bytes);  // TCVN 5712:1993 VN3 (".VnTime")
std::string from_vni(std::string_view bytes);    // VNI for Windows ("VNI-Times")

// Escapes what could disguise text on a terminal or a screen: C0, C1, DEL and
// bidirectional controls become "\u00XX"; invalid UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

// At most `max_bytes` of the text, cut between code points.
std::string_view truncate(std::string_view text, std::size_t max_bytes);

}  // namespace khien
