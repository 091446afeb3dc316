#include <string>

#include "unpack/little_endian.hpp"
#include "unpack/unpacking.hpp"

namespace khien::scan {
namespace {

// Of MS-OXTNEF: what begins an attachment, its name, its bytes.
constexpr std::uint32_t kAttachRendData = 0x0006'9002;
constexpr std::uint32_t kAttachTitle = 0x0001'8010;
constexpr std::uint32_t kAttachData = 0x0006'800F;

constexpr std::size_t kHeadBytes = 6;           // signature, key
constexpr std::size_t kAttributeHeadBytes = 9;  // level, id, length
constexpr std::size_t kChecksumBytes = 2;

}  // namespace

// Outlook's "winmail.dat": a list of attributes.
void unpack_tnef(ByteView bytes, Unpacking& unpacking) {
  std::string title;
  std::size_t number = 0;
  std::uint64_t at = kHeadBytes;
  while (at + kAttributeHeadBytes <= bytes.size()) {
    if (!unpacking.take_entry()) return;
    const std::uint32_t id = u32_at(bytes, static_cast<std::size_t>(at) + 1);
    const std::uint32_t length = u32_at(bytes, static_cast<std::size_t>(at) + 5);
    const ByteView value = piece(bytes, at + kAttributeHeadBytes, length);
    if (value.size() < length) unpacking.gap("?", Unpacking::kDamaged);
    if (id == kAttachRendData) title = "#" + std::to_string(++number);
    if (id == kAttachTitle) title = as_text(value).substr(0, as_text(value).find('\0'));
    if (id == kAttachData && !unpacking.part(title.empty() ? "#0" : title, value)) return;
    at += kAttributeHeadBytes + std::uint64_t{length} + kChecksumBytes;
  }
}

}  // namespace khien::scan
