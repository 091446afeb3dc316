#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/model/local_text.hpp"

namespace khien::law {

struct ScoreIndicator {
  std::string id;
  LocalText title;
  std::optional<double> points;  // the most it gives; nothing: the publisher did not say
  std::string metric;            // may be empty
};

struct ScoreGrade {
  std::string grade;
  std::optional<double> at_least;  // share of the whole, 0 to 1; nothing: not published
  LocalText title;
};

// How units were scored in one year. What Khiên computes from it is a rehearsal and
// is never called official.
struct ScoreDefinition {
  std::string id;
  LocalText title;
  int year = 0;
  LocalText publisher;
  std::vector<std::string> unit_kinds;  // empty: every kind
  std::vector<ScoreIndicator> indicators;
  std::vector<ScoreGrade> grades;  // best first
  std::optional<LocalText> caution;
};

struct IndexComponent {
  std::string metric;
  double weight = 0;  // all weights of an index sum to 1
  LocalText title;
};

// An index of Khiên's own, by version. Never called official.
struct IndexDefinition {
  std::string id;  // the same for all versions
  int version = 1;
  LocalText title;
  LocalText formula;  // in words
  Date valid_from;
  std::optional<Date> valid_to;
  std::vector<IndexComponent> components;
  LocalText caution;  // says that it is not official
};

}  // namespace khien::law
