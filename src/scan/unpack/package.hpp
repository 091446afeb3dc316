#pragma once

#include "unpack/unpacking.hpp"

namespace khien::scan {

// What Word and WordPad keep of a file that was dropped into a document
// ("Packager Shell Object"): a label, two paths, the file. `bytes` begin behind
// the length. Hands the file over; nothing where it is no such thing. False once
// all is over.
bool unpack_package(ByteView bytes, Unpacking& unpacking);

}  // namespace khien::scan
