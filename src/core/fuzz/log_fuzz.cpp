// Input: an event, a NUL, a field's name, a NUL, its text. All are hostile.
#include "khien/core/log.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

using namespace khien;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view event = take_part(rest);
  const std::string_view name = take_part(rest);
  const std::string line =
      log_line({static_cast<std::int64_t>(size)}, LogLevel::warning, event,
               {{"number", size}, {name, rest}, {"flag", true}});

  // Nothing is left in it that printable() would have to escape.
  require(printable(line) == line);
  static JsonDocument document;
  Budget budget({});
  const Json root = document.parse(line, budget).value();
  require(root.size() == 6);
  require(root.string_at("log.level").value() == "warning");
  require(root.string_at("event").value() == to_valid_utf8(event));

  std::size_t position = 0;
  require(root.each_field([&](std::string_view key, Json value) {
    if (position++ != 4) return Result<void>();
    require(key == to_valid_utf8(name));
    require(value.string().value() == to_valid_utf8(rest));
    return Result<void>();
  }).has_value());
  return 0;
}
