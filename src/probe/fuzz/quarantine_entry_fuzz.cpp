// Input: the text of a quarantine's record, as it comes out of its seal, or any
// bytes in its place.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/probe/quarantine.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entry = probe::quarantine_entry_from_json(text);
  if (!entry) return 0;

  // Beyond "no crash": no record leads out of its folder, and what was read is
  // written and read as the same.
  const std::string path = entry->path();
  if (!path.starts_with('/') || path.find('\0') != path.npos) std::abort();
  if ((path + "/").find("/../") != path.npos || path.find("//") != path.npos) std::abort();
  if (entry->file.find('/') != entry->file.npos || entry->aside.find('/') != entry->aside.npos) std::abort();
  const auto again = probe::quarantine_entry_from_json(to_json(*entry));
  if (!again || !(*again == *entry)) std::abort();
  return 0;
}
