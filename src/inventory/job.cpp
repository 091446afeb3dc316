#include "khien/inventory/job.hpp"

#include "khien/core/text.hpp"

namespace khien::inventory {

// A line's end in a name would be another part.
std::string inventory_ask(const Hint& hint) {
  return std::string(kInventoryWanted) + printable(truncate(hint.os, 100)) + "\n" + printable(truncate(hint.file_name, 500));
}

Result<std::string> run_inventory_job(std::string_view ask, ByteView bytes, const Clock* clock) {
  const auto end = ask.find('\n');
  if (end == ask.npos) return Error(Code::invalid, "no inventory is asked for");
  Budget budget(inventory_limits(), clock);
  TRY(const auto inventory, read_inventory(bytes, {.file_name = std::string(ask.substr(end + 1)), .os = std::string(ask.substr(0, end))}, budget));
  return to_json(inventory);
}

}  // namespace khien::inventory
