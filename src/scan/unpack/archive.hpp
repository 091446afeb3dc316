#pragma once

#include "unpack/unpacking.hpp"

namespace khien::scan {

// How the reading of an archive or of an entry ended.
enum class End : unsigned char { whole, broken, stopped };

// The one entry of a zip that has no other, by libarchive: for what we cannot
// inflate ourselves. What came out until it broke is kept.
End read_single_entry(ByteView zip, Bytes& out, Unpacking& unpacking);

// A zip without its list, from its begin on. Something is missing in any case.
void unpack_zip_from_begin(ByteView bytes, Unpacking& unpacking);

}  // namespace khien::scan
