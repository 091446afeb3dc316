#pragma once

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::seal {

struct DefiniteLengths {
  Bytes der;
  std::size_t read = 0;  // bytes of the source
};

// The first element of what a program wrote as a stream (X.690 §8.1.3.6: lengths that are not
// told, and two zeros at the end), with its lengths told: NSS writes CMS so, and with it
// LibreOffice and poppler. Elements whose length is told stay what they are. Every byte of the
// source is in what comes out, or was looked at. Code::corrupt if it is none.
Result<DefiniteLengths> with_definite_lengths(ByteView source);

}  // namespace khien::seal
