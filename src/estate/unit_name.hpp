#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::estate {

// A unit's name as it is stored: NFC, no blanks at its ends, beside its keys for
// search and for Vietnamese order.
struct UnitName {
  std::string text;
  std::string folded;
  std::string order;

  // Code::invalid if empty, longer than 200 characters, or with control characters.
  static Result<UnitName> from_text(std::string_view text);
};

}  // namespace khien::estate
