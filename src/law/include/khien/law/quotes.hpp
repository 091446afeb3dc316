#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "khien/law/catalogue.hpp"

namespace khien::law {

// Text as quotes are compared: normal form C, every run of white space (no-break
// spaces too) one space, none at the ends.
std::string comparable(std::string_view text);

struct QuoteCheck {
  std::size_t found = 0;  // quotes found in their document
  std::vector<Fault> faults;
};

// Does every quote stand in its document? A directive's document is the one that
// holds most of its quotes, whatever it is called. Clauses known second-hand have none.
QuoteCheck check_quotes(const Catalogue& catalogue, const std::vector<SourceFile>& documents);

}  // namespace khien::law
