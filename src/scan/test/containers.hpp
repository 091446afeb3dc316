#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace khien::scan {

// Files made for the tests: no archive lies in the repository, where scanners of
// those who clone it would meet it.

struct Inner {
  std::string name;
  std::string bytes;
};

// By libarchive's writer. `format`: "zip", "7zip", "ustar", "iso9660", "newc",
// "ar"; "raw" for one file. `filter`: "none", "gzip", "xz", "bzip2", "zstd", "lz4",
// "lzma", "compress".
std::string archive_of(const std::string& format, const std::string& filter, const std::vector<Inner>& files,
                       const std::string& options = {}, const std::string& passphrase = {});
inline std::string zip_of(const std::vector<Inner>& files) { return archive_of("zip", "none", files); }

// MS-CFB with these streams; "A/B" puts B into storage A.
std::string compound_of(const std::vector<Inner>& streams);
// A module's stream as Office writes it: something, then MS-OVBA's container.
std::string vba_module_of(std::string_view text);
// A zlib stream.
std::string deflated(std::string_view bytes);
// What Windows puts into documents for a file dropped into them.
std::string package_of(std::string_view name, std::string_view bytes);

}  // namespace khien::scan
