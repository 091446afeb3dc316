#pragma once

#include "khien/duty/register_form.hpp"

namespace khien::duty {

// One value against one field of a form: types, bounds, choices, formats. None
// for an empty one. Code::invalid with a Refusal.
Result<std::optional<FieldValue>> checked_value(const law::RegisterField& field, const Json& value);

// "fields.people".
std::string path_of(const law::RegisterField& field);

// The whole number that a value is or spells, as ids and levels: 0 if it is none.
std::int64_t id_of(const FieldValue& value);

}  // namespace khien::duty
