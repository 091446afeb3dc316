#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"

namespace khien::estate {

// Where a page of a list ended: the sort key of its last row, as a word that the
// client hands back for the next page. It opens nothing: the scope is applied to
// every page anew, so a forged cursor shows no row that the list would not show.
using CursorField = std::variant<std::int64_t, Bytes>;

// `list` names the order, so that the cursor of one list is refused by another.
std::string to_cursor(std::string_view list, const std::vector<CursorField>& fields);

// Fields of the same number and kinds as `kinds`. Code::invalid for anything
// that to_cursor() does not write, to the byte.
Result<std::vector<CursorField>> from_cursor(std::string_view cursor, std::string_view list,
                                             const std::vector<CursorField>& kinds);

}  // namespace khien::estate
