// Input: a file that a person uploads as a list.
#include <cstdint>
#include <cstdlib>

#include "khien/core/text.hpp"
#include "khien/ingest/table.hpp"

using namespace khien;

namespace {

Budget::Limits limits() {
  auto limits = ingest::table_limits();
  limits.bytes_out = 4u << 20;
  limits.entries = 100'000;
  return limits;
}

void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Budget budget(limits());
  const auto table = ingest::read_table({reinterpret_cast<const std::byte*>(data), size}, budget);
  if (!table) return 0;

  for (const TableSheet& sheet : table->sheets) {
    for (const TableRow& row : sheet.rows) {
      for (const std::string& cell : row.cells) demand(is_utf8(cell) && nfc(cell).value() == cell);
    }
    // Written as CSV and read again it has the same cells.
    Budget again(limits());
    const std::string csv = ingest::to_csv(sheet);
    const auto copy = ingest::read_table(as_bytes(csv), again);
    if (!copy) continue;  // quotes and separators may make it longer than the budget
    demand(copy->sheets.size() == 1 && copy->sheets[0].rows.size() == sheet.rows.size());
    for (std::size_t i = 0; i < sheet.rows.size(); ++i) demand(copy->sheets[0].rows[i].cells == sheet.rows[i].cells);
  }
  // The way between sandbox and hub changes nothing.
  Budget transport({.bytes_in = 64u << 20, .bytes_out = 64u << 20, .depth = 8, .entries = 4'000'000});
  const auto carried = table_from_json(to_json(*table), transport);
  demand(carried && *carried == *table);
  return 0;
}
