#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/advisory/record.hpp"
#include "khien/core/json.hpp"

namespace khien::feed {

// The scores of a record, of which the newest version of CVSS counts, and among equals
// the first.
class Scores {
 public:
  // An object with vectorString, baseScore and baseSeverity, or any of them.
  void add(const Json& cvss);
  void add(std::string_view vector);
  void put_into(advisory::Advisory& record) const;

 private:
  struct One {
    int version = 0;  // 20, 30, 31, 40
    std::optional<double> score;
    std::string vector;
    Severity severity = Severity::info;
  };
  void keep(One one);
  std::optional<One> best_;
};

}  // namespace khien::feed
