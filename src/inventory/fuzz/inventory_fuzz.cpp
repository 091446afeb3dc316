// Input: the bytes of a file that claims to be an inventory; a first line "#name" gives
// it a file's name.
//
// Beyond "no crash": read twice alike, packages in normal form and each once, JSON and back.
#include <cstdint>
#include <cstdlib>

#include "khien/advisory/ecosystem.hpp"
#include "khien/inventory/inventory.hpp"

using namespace khien;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

constexpr Budget::Limits kLimits{.bytes_in = 1u << 20, .bytes_out = 4u << 20, .depth = 64, .entries = 100'000};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  inventory::Hint hint;
  if (text.starts_with('#') && text.find('\n') < 60) {
    hint.file_name = text.substr(1, text.find('\n') - 1);
    text.remove_prefix(text.find('\n') + 1);
  }
  Budget first(kLimits), second(kLimits);
  const auto read = inventory::read_inventory(as_bytes(text), hint, first);
  const auto again = inventory::read_inventory(as_bytes(text), hint, second);
  demand(read.has_value() == again.has_value());
  if (!read) return 0;
  demand(*read == *again && read->labels.size() == read->packages.size());
  demand(read->packages.size() + read->repeated + read->passed_over == read->rows);
  for (std::size_t i = 0; i < read->packages.size(); ++i) {
    demand(advisory::normal_key(read->packages[i].key) == read->packages[i].key);
    demand(i == 0 || !(read->packages[i] == read->packages[i - 1]));
  }
  Budget way({.bytes_in = 64u << 20, .depth = 8, .entries = 10'000'000});
  const auto back = inventory::inventory_from_json(to_json(*read), way);
  demand(back && *back == *read);
  return 0;
}
