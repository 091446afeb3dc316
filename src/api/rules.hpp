#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/json.hpp"
#include "route.hpp"

namespace khien::api {

// Checks hostile input against the interface before any handler sees it. Each
// returns the name of the first field that breaks a rule ("" for the body as a
// whole); none if all is well. A field that the interface does not have breaks
// one, and so does a field given twice.
std::optional<std::string> broken_body_field(std::span<const ValueRule> rules, const Json& body);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;
std::optional<std::string> broken_query_field(std::span<const ValueRule> rules, const QueryPairs& query);

// One value as text, as a query has it.
bool fits(const ValueRule& rule, std::string_view text);

// The whole text is a decimal integer without sign tricks or spaces.
std::optional<std::int64_t> integer_from(std::string_view text);

// Comma-separated values of a list parameter (style form, explode false).
std::vector<std::string_view> list_items(std::string_view text);

}  // namespace khien::api
