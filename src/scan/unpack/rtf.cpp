#include <algorithm>
#include <cctype>
#include <string>

#include "unpack/little_endian.hpp"
#include "unpack/package.hpp"
#include "unpack/text_encodings.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

// The digits of an object: as far as its group, without control words and inner
// groups, which are put between them to hide it.
std::string object_digits(std::string_view text) {
  std::string digits;
  int depth = 1;
  for (std::size_t at = 0; at < text.size() && depth > 0; ++at) {
    const char c = text[at];
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (c == '\\') {
      while (at + 1 < text.size() && std::isalnum(static_cast<unsigned char>(text[at + 1])) != 0) ++at;
    } else if (depth == 1 && std::isxdigit(static_cast<unsigned char>(c)) != 0) {
      digits += c;
    }
  }
  return digits;
}

// Where an OLE 1 object's own bytes begin: behind version, kind and three names.
std::uint64_t native_data_at(ByteView object) {
  std::uint64_t at = 8;
  for (int names = 0; names < 3; ++names) {
    const auto size_at = static_cast<std::size_t>(std::min<std::uint64_t>(at, object.size()));
    at += 4 + std::uint64_t{u32_at(object, size_at)};
  }
  return at + 4;
}

bool give(const std::string& name, ByteView object, Unpacking& unpacking) {
  const ByteView native = piece(object, native_data_at(object), object.size());
  if (native.empty()) return unpacking.part(name, object);
  return unpacking.part(name, native) && unpack_package(native, unpacking);
}

}  // namespace

void unpack_rtf(ByteView bytes, Unpacking& unpacking) {
  constexpr std::string_view kObject = "\\objdata";
  const std::string_view text = as_text(bytes);
  std::size_t number = 0;
  for (auto at = text.find(kObject); at != text.npos; at = text.find(kObject, at + 1)) {
    if (!unpacking.take_entry()) return;
    const Bytes object = decode_hex(object_digits(text.substr(at + kObject.size())));
    if (!unpacking.take_out(object.size())) return;
    if (!give("#" + std::to_string(++number), object, unpacking)) return;
  }
}

}  // namespace khien::scan
