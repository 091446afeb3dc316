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
  // … and what holds files, but by nobody here
  unreadable,
};

struct Found {
  Kind kind;
  ByteView bytes;  // from where it begins
  // Its mark may stand there by chance: a failure to read it means nothing until
  // its first head was read.
  bool guess = false;
  // It begins within the bytes, where it may be a piece of one of their parts.
  bool behind = false;
};

// Every way in which the bytes can be opened: mostly none, one for an archive,
// several for one behind a program (a self-extracting archive), or where two
// formats share a file. More than kMaxKinds means that there are more still.
inline constexpr std::size_t kMaxKinds = 256;
std::vector<Found> find_kinds(ByteView bytes);

// Whether there is a zip in the bytes: from their begin, or told by a list anywhere.
bool has_zip(ByteView bytes);

}  // namespace khien::scan
