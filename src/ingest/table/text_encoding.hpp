#pragma once

#include <optional>
#include <string>

#include "khien/core/bytes.hpp"
#include "khien/model/local_text.hpp"

namespace khien::ingest {

// A text file as UTF-8 in NFC, whichever of the encodings of Vietnamese offices
// it is in; `note` says what was decided where it was not plain UTF-8.
struct DecodedText {
  std::string text;
  std::optional<LocalText> note;
};
DecodedText decode_text(ByteView bytes);

}  // namespace khien::ingest
