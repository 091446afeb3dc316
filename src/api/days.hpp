#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "call.hpp"
#include "khien/core/date.hpp"

namespace khien::api {

// The interface checks that a day looks like one; whether there is such a day is
// asked here. The first of these fields of the body that names none.
std::optional<std::string_view> impossible_day(const Call& call, std::initializer_list<std::string_view> fields);

// After that check: the day, none if the field is absent.
std::optional<Date> day_in(const Call& call, std::string_view field);
// The same where an empty text takes the day away.
std::optional<std::optional<Date>> day_or_none_in(const Call& call, std::string_view field);

// The query's as_of; none if it is absent. Code::invalid for no day.
Result<std::optional<Date>> as_of(const Call& call);

}  // namespace khien::api
