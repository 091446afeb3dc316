// Input: the manifest of a packed book. Oracle: what is none is refused as damaged, with words;
// what is read, written again, reads as the same. Then the input as a whole file: it opens or is
// refused.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/file.hpp"
#include "packed_book.hpp"

using namespace khien;
using namespace khien::hub;

namespace {

void check_refused(const Error& error) {
  const bool known = error.code() == Code::corrupt || error.code() == Code::exhausted;
  if (!known || error.what().empty()) std::abort();
}

void check_manifest(std::string_view text) {
  const auto manifest = manifest_from_text(text);
  if (!manifest) return check_refused(manifest.error());
  const std::string written = to_text(*manifest);
  const auto again = manifest_from_text(written);
  if (!again || again->feeds.size() != manifest->feeds.size() || again->packed_at != manifest->packed_at) std::abort();
  if (again->os != manifest->os || to_text(*again) != written) std::abort();
  for (std::size_t i = 0; i < manifest->feeds.size(); ++i) {
    if (again->feeds[i].second != manifest->feeds[i].second) std::abort();
  }
}

// A file of its own making: seldom one whose sum is right.
void check_file(std::string_view bytes) {
  const Fd file(memfd_create("packed", MFD_CLOEXEC));
  if (!file || ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
  if (const auto opened = PackedBook::open(file, bytes.size()); !opened) check_refused(opened.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_manifest(text);
  check_file(text);
  return 0;
}
