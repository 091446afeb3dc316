#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Text as a person sees it, for the search for markings of state secrets.
namespace khien::duty {

// Of a Unicode scalar value.
void append_code_point(std::string& out, std::uint32_t code);

// Full-width, mathematical and look-alike letters as the Latin ones they are drawn as,
// without what is not drawn at all. Of valid UTF-8.
std::string as_seen(std::string_view utf8);
// In NFC; as it is where that cannot be.
std::string composed(std::string text);

// Tags end a line, so that a stamp in a cell or a frame stands by itself, but for those
// within words; characters written by number or name become what they stand for.
std::string without_markup(std::string_view text);

}  // namespace khien::duty
