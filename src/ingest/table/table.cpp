#include "khien/ingest/table.hpp"

#include <utility>

#include "table/csv.hpp"
#include "table/leases.hpp"
#include "table/text_encoding.hpp"
#include "table/xlsx.hpp"

namespace khien::ingest {

Budget::Limits table_limits() {
  return {.bytes_in = 12u << 20, .bytes_out = 96u << 20, .depth = 64, .entries = 2'000'000, .time = seconds(20)};
}

Result<Table> read_table(ByteView bytes, Budget& budget) {
  TRY_VOID(budget.take_in(bytes.size()));
  const std::string_view start = as_text(bytes);
  if (start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06")) return read_xlsx(bytes, budget);
  if (start.starts_with("\xD0\xCF\x11\xE0")) {
    return Error(Code::invalid, "an old or protected Excel file; save it as .xlsx or CSV");
  }
  auto decoded = decode_text(bytes);
  if (decoded.text.find('\0') != std::string::npos) return Error(Code::invalid, "the file is no text");
  Table table;
  if (decoded.note) table.notes.push_back(std::move(*decoded.note));
  TRY(auto leases, parse_leases(decoded.text, budget));
  if (leases) {
    table.sheets.push_back(std::move(*leases));
    return table;
  }
  TRY(auto sheet, parse_csv(decoded.text, budget));
  table.sheets.push_back(std::move(sheet));
  return table;
}

}  // namespace khien::ingest
