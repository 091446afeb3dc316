#pragma once

#include <string>

#include "khien/report/snapshot.hpp"

namespace khien::report {

// One figure or table as it stands in the snapshot's JSON: what a note's digest is of.
std::string figure_json(const Figure& figure);
std::string table_json(const Table& table);

}  // namespace khien::report
