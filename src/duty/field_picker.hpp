#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/json.hpp"
#include "khien/duty/register_form.hpp"

namespace khien::duty {

// Reads of a stored record only the fields that are asked for: thousands are read for
// one answer.
class FieldPicker {
 public:
  void want(const std::string& name);  // an empty name asks for nothing
  void want(const std::vector<law::Condition>& conditions);

  // Nothing where the text is no record.
  std::optional<Fields> of(std::string_view json);

 private:
  std::vector<std::string> names_;
  JsonDocument memory_;
};

bool all_hold(const std::vector<law::Condition>& conditions, const Fields& fields, Date as_of);

}  // namespace khien::duty
