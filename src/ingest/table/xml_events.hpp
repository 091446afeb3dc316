#pragma once

#include <map>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::ingest {

// An XML document as events; names without their namespace.
class XmlVisitor {
 public:
  using Attributes = std::map<std::string, std::string, std::less<>>;
  virtual ~XmlVisitor() = default;
  virtual Result<void> begin(std::string_view name, const Attributes& attributes) = 0;
  virtual Result<void> end(std::string_view name) = 0;
  virtual void text(std::string_view utf8) = 0;
};

// Code::invalid if it is not well formed, or has a DTD: what needs one is not what
// offices write. Nothing outside the text is ever asked for. Elements are taken
// from the budget's entries.
Result<void> read_xml(std::string_view document, XmlVisitor& visitor, Budget& budget);

}  // namespace khien::ingest
