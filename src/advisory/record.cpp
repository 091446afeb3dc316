#include "khien/advisory/record.hpp"

namespace khien::advisory {

std::string_view to_string(Basis basis) {
  switch (basis) {
    case Basis::distribution: return "distribution";
    case Basis::ecosystem: return "ecosystem";
    case Basis::cpe: return "cpe";
    case Basis::letter: return "letter";
  }
  return "ecosystem";
}

std::string_view to_string(Affected::Standing standing) {
  switch (standing) {
    case Affected::Standing::affected: return "affected";
    case Affected::Standing::not_affected: return "not_affected";
    case Affected::Standing::under_investigation: return "under_investigation";
    case Affected::Standing::unfixed_by_choice: return "unfixed_by_choice";
  }
  return "affected";
}

}  // namespace khien::advisory
