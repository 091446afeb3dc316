#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::inventory {

// Each element as it ends: its path by local names ("bom/components/component/name") and its
// own text; as it begins: with its attributes and no text.
struct XmlElement {
  std::string_view path;
  std::string_view text;
  const std::map<std::string, std::string, std::less<>>* attributes = nullptr;  // where it begins
};
using XmlVisit = std::function<Result<void>(const XmlElement&)>;

// Nothing outside the text is asked for; a document type definition is refused. Elements
// are taken from the budget's entries. Code::invalid if it is not well formed.
Result<void> read_xml(std::string_view document, const XmlVisit& visit, Budget& budget);

}  // namespace khien::inventory
