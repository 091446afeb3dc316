#pragma once

#include <string_view>
#include <vector>

#include "khien/core/bytes.hpp"

namespace khien::scan {

// What a file holds other files in, told from its bytes alone: names lie.
enum class Kind : unsigned char {
  // by libarchive: archives …
  zip, seven_zip, tar, cpio, ar, iso, cab, rar, rar5, rpm, xar, lha,
  // … and a single file, or a tar or cpio, that was compressed
  gzip, bzip2, xz, lzma, zstd, lz4, lzip, compress,
  // by ourselves
  mail, tnef, pdf, compound, rtf,
};

struct Found {
  Kind kind;
  ByteView bytes;  // from where it begins
  // Its mark may stand there by chance, so a failure to read it means nothing.
  bool guess = false;
};

// Every way in which the bytes can be opened: mostly none, one for an archive,
// several for one behind a program (a self-extracting archive) or a picture.
std::vector<Found> find_kinds(ByteView bytes);

}  // namespace khien::scan
