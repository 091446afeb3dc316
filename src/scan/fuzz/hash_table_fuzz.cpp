// Input: a compiled table of hashes, its head's checksum made to fit; or a list.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "hash_table_format.hpp"
#include "khien/core/text.hpp"
#include "khien/scan/hash_table.hpp"

using namespace khien;

namespace {

void ask(const scan::HashTable& table, ByteView bytes) {
  for (std::size_t at = 0; at + 32 <= bytes.size(); at += 64) {
    for (const auto kind : {scan::HashKind::sha256, scan::HashKind::sha1, scan::HashKind::md5}) {
      const auto hit = table.find(kind, bytes.subspan(at, scan::digest_bytes(kind)), 7);
      if (hit && (hit->name.empty() || printable(hit->name) != hit->name)) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView view(reinterpret_cast<const std::byte*>(data), size);
  Bytes bytes(view.begin(), view.end());
  namespace format = scan::hash_table_format;
  if (bytes.size() >= format::kHeadBytes) {
    const Sha256 head = sha256(ByteView(bytes).first(format::kHeadSumAt));
    std::memcpy(bytes.data() + format::kHeadSumAt, head.bytes.data(), head.bytes.size());
  }
  if (const auto table = scan::HashTable::open(bytes, nullptr)) {
    ask(*table, bytes);
    (void)table->verify();
  }
  // Beyond "no crash": what a list makes is a table that holds.
  Budget budget({});
  scan::HashTableBuilder builder;
  if (!builder.add_list(as_text(view), budget)) return 0;
  const auto made = scan::hash_table_of(builder);
  if (!made || !made->verify() || made->count() > builder.size()) std::abort();
  return 0;
}
