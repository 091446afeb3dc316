#pragma once

#include <string_view>

#include "khien/core/result.hpp"

namespace khien::incident {

// Why what a person asked of an incident is refused, in words for that person. The English is
// the Error's text; fixed words, nothing from outside is part of them.
struct Refusal {
  Code code = Code::invalid;
  std::string_view field;  // of the request; may be empty
  const char* vi = "";
  const char* en = "";
};

// Null if the error is not one of these.
const Refusal* refusal_of(const Error& error);
// An attempt on an incident that is closed: whoever passes it on tells the audit log.
bool is_closed(const Error& error);

}  // namespace khien::incident
