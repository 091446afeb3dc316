// Input: /etc/os-release of a machine that somebody else owns.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/core/text.hpp"
#include "khien/probe/endpoint.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto release = probe::parse_os_release(std::string_view(reinterpret_cast<const char*>(data), size));
  // Beyond "no crash": each value is short, valid and cannot disguise text.
  for (const std::string& value : {release.id, release.pretty_name, release.version_id}) {
    if (value.size() > 200 || !is_utf8(value) || printable(value) != value) std::abort();
  }
  return 0;
}
