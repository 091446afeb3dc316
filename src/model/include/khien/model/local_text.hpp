#pragma once

#include <string>

namespace khien {

// The same words for a person in both languages of the product.
struct LocalText {
  std::string vi;
  std::string en;

  bool operator==(const LocalText&) const = default;
};

}  // namespace khien
