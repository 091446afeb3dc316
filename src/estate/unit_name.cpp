#include "unit_name.hpp"

#include <utility>

#include "khien/core/text.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"

namespace khien::estate {

Result<UnitName> UnitName::from_text(std::string_view text) {
  TRY(auto line, line_from_text(text));
  if (line.empty()) return refuse(refusals::kNeedsUnitName);
  UnitName name;
  name.text = std::move(line);
  name.folded = fold(name.text);
  name.order = collation_key(name.text);
  return name;
}

}  // namespace khien::estate
