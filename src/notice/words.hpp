#pragma once

#include <string>

#include "khien/notice/rules.hpp"

namespace khien::notice {

struct Said {
  CauseKind kind = CauseKind::test;
  int level = 0;
  std::int64_t count = 1;
  std::int64_t units = 1;
  std::string unit_name;  // of people: control characters become blanks
  UnitId unit;
  std::int64_t link = 0;
};
LocalText title_of(const Rules& rules, const Said& said);
// A page of the user interface (ui/src/app/router.tsx).
std::string path_of(const Said& said);

}  // namespace khien::notice
