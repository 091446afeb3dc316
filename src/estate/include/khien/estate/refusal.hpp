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

// A serial number, a MAC address, a site's address and a range of addresses have one
// holder in the tenant. Where the caller sees the holder, the refusal says that it is
// there. Where not, "foreign is absent" cannot be kept whole, for what is taken cannot
// be given twice: the answer is then one text for all of them, which says nothing but
// that it cannot be registered here. What remains to be inferred is that somebody holds
// it; so whoever passes this error on tells the audit log (of which the caller sees
// nothing but their own try), and a list stops at its 20th such row (imports.hpp).
bool is_held_elsewhere(const Error& error);

}  // namespace khien::estate
