#pragma once

#include <string_view>

#include "khien/core/result.hpp"

namespace khien::estate {

// Why estate refuses what a person asked, in words for that person. The English
// is the Error's text; fixed words, nothing from outside is part of them.
struct Refusal {
  Code code = Code::invalid;
  std::string_view field;  // of the request, as schema/openapi.yaml spells it; may be empty
  const char* vi = "";
  const char* en = "";
};

// Null if the error is not one of these.
const Refusal* refusal_of(const Error& error);

}  // namespace khien::estate
