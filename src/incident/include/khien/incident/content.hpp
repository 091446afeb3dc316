#pragma once

#include "khien/incident/clocks.hpp"
#include "khien/incident/proposals.hpp"

namespace khien::incident {

// content/incidents/ as it was read. Immutable; safe from many threads.
struct Content {
  SeverityTable severities;
  OpeningRules opening;
};
// Code::invalid names the file and the line.
Result<Content> read_content(std::string_view severities_yaml, std::string_view opening_yaml);

}  // namespace khien::incident
