#pragma once

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"

namespace khien::scan {

// How bytes travel as text. All are as lenient as the programs that open such
// files: what does not belong is passed over, and what was read until the first
// thing that cannot be helped is given back.

Bytes decode_base64(std::string_view text);
Bytes decode_quoted_printable(std::string_view text);
// The lines below "begin 644 name" as far as "end".
Bytes decode_uu(std::string_view lines);
// Hexadecimal digits; ends at '>' (PDF) or with the text. An odd last digit is
// followed by 0.
Bytes decode_hex(std::string_view text);
// PDF's ASCII85Decode; ends at "~>".
Bytes decode_ascii85(std::string_view text);
// ASCII's letters small, all else as it is, so that places stay the same.
std::string lower_ascii(std::string_view text);
// A header's words of RFC 2047 in UTF-8; others stay as they are.
std::string decode_header_words(std::string_view text);

}  // namespace khien::scan
