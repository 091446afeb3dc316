#include "khien/estate/page_cursor.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "khien/core/assert.hpp"

namespace khien::estate {
namespace {

// A sort key is a few numbers and at most one name.
constexpr std::size_t kMaxCursorBytes = 16'384;
constexpr char kSeparator = '|';

Error refused() { return Error(Code::invalid, "the cursor is not one of this list"); }

std::string text_of(const CursorField& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field)) return std::to_string(*number);
  return to_hex(std::get<Bytes>(field));
}

std::optional<CursorField> field_of(std::string_view text, const CursorField& kind) {
  if (std::holds_alternative<Bytes>(kind)) {
    auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    return CursorField(std::move(bytes).value());
  }
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return CursorField(number);
}

// Cuts the next part off `rest`, up to a separator or the end.
std::string_view next_part(std::string_view& rest) {
  const auto cut = std::min(rest.find(kSeparator), rest.size());
  const std::string_view part = rest.substr(0, cut);
  rest.remove_prefix(std::min(cut + 1, rest.size()));
  return part;
}

}  // namespace

std::string to_cursor(std::string_view list, const std::vector<CursorField>& fields) {
  khien_assert(!list.empty() && list.find(kSeparator) == list.npos);
  std::string text(list);
  for (const CursorField& field : fields) (text += kSeparator) += text_of(field);
  return to_base64url(as_bytes(text));
}

Result<std::vector<CursorField>> from_cursor(std::string_view cursor, std::string_view list,
                                             const std::vector<CursorField>& kinds) {
  if (cursor.size() > kMaxCursorBytes) return refused();
  const auto decoded = from_base64url(cursor);
  if (!decoded) return refused();
  std::string_view rest = as_text(*decoded);
  if (next_part(rest) != list) return refused();

  std::vector<CursorField> fields;
  for (const CursorField& kind : kinds) {
    auto field = field_of(next_part(rest), kind);
    if (!field) return refused();
    fields.push_back(std::move(*field));
  }
  // One spelling for each key: no leading zeros, no capitals, nothing behind.
  if (to_cursor(list, fields) != cursor) return refused();
  return fields;
}

}  // namespace khien::estate
