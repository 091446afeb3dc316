// Input: a manifest.json as it lies in a backup that somebody hands us.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/store/backup.hpp"

using namespace khien;
using namespace khien::store;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = backup_manifest_from_json({reinterpret_cast<const char*>(data), size});
  if (!manifest) return 0;
  for (const auto& item : manifest->items) {
    const std::string& name = item.name;
    if (name.empty() || name.front() == '/' || name.find("..") == 0 || name.find("/.") != name.npos) std::abort();
    if (name.find('\0') != name.npos || item.mode > 0777 || item.bytes < 0) std::abort();
  }
  // What is read can be written and reads the same.
  const auto again = backup_manifest_from_json(to_json(*manifest));
  if (!again || *again != *manifest) std::abort();
  return 0;
}
