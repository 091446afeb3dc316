// Input: a snapshot's JSON. Either an error that says where, or a snapshot that is valid,
// is written and read back as it was, and whose values can all be said.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/core/text.hpp"
#include "khien/report/snapshot.hpp"

using namespace khien;
using namespace khien::report;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void say(const Value& value, const LocalText& unit) {
  const LocalText said = describe(value, unit);
  require(is_utf8(said.vi) && is_utf8(said.en));
  // Only text may be empty: what is not known says that it is not known.
  require(std::holds_alternative<std::string>(value) || (!said.vi.empty() && !said.en.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto read = read_snapshot(text);
  if (!read) {
    require(!read.error().what().empty());
    return 0;
  }
  require(validate(*read).has_value());
  const std::string json = to_json(*read);
  const auto again = read_snapshot(json);
  require(again.has_value() && *again == *read && to_json(*again) == json);
  require(digest_of(*again) == sha256(json));
  for (const Figure& figure : read->figures) say(figure.value, figure.unit);
  for (const Table& table : read->tables) {
    for (const auto& row : table.rows) {
      for (const Value& cell : row.cells) say(cell, {});
    }
  }
  const Previous previous = previous_of(*read);
  require(previous.figures.size() == read->figures.size() && previous.digest == sha256(json).hex());
  return 0;
}
