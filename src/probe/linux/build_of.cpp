#include "linux/build_of.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "khien/core/bytes.hpp"

namespace khien::probe {
namespace {

constexpr std::string_view kProgram = "khien-worker";
constexpr std::array<std::string_view, 3> kLibraries = {"libyara.", "libarchive.", "libz."};
constexpr std::string_view kOwner("GNU\0", 4);

std::size_t padded(std::size_t bytes) { return (bytes + 3) / 4 * 4; }

// In a segment of notes; empty if there is none. Notes are ours and the packages'
// own, but a length is a length.
std::string build_id_in(ByteView notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head;
    std::memcpy(&head, notes.data(), sizeof head);
    notes = notes.subspan(sizeof head);
    const std::size_t name = padded(head.n_namesz);
    const std::size_t text = padded(head.n_descsz);
    if (name > notes.size() || text > notes.size() - name) return {};
    const bool is_id = head.n_type == NT_GNU_BUILD_ID && as_text(notes.first(head.n_namesz)) == kOwner;
    if (is_id) return to_hex(notes.subspan(name, head.n_descsz));
    notes = notes.subspan(name + text);
  }
  return {};
}

std::string build_id_of(const dl_phdr_info& object) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* at = reinterpret_cast<const std::byte*>(object.dlpi_addr + segment.p_vaddr);
    if (std::string id = build_id_in(ByteView(at, segment.p_memsz)); !id.empty()) return id;
  }
  return "unknown";
}

// The program has no name here, and comes first.
int add_object(dl_phdr_info* object, std::size_t, void* into) {
  std::string& text = *static_cast<std::string*>(into);
  std::string_view name = object->dlpi_name == nullptr ? std::string_view() : object->dlpi_name;
  name = name.substr(name.rfind('/') + 1);
  const bool counts = std::ranges::any_of(kLibraries, [&](std::string_view start) { return name.starts_with(start); });
  if (!text.empty() && !counts) return 0;
  text += (text.empty() ? std::string(kProgram) : ", " + std::string(name)) + " " + build_id_of(*object);
  return 0;
}

}  // namespace

std::string build_of_engines() {
  std::string text;
  dl_iterate_phdr(add_object, &text);
  return text;
}

}  // namespace khien::probe
