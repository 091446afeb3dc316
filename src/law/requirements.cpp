#include "khien/law/requirements.hpp"

namespace khien::law {

std::vector<const Requirement*> RequirementSet::of_level(int level) const {
  std::vector<const Requirement*> found;
  for (const Requirement& requirement : requirements) {
    if (requirement.level == level) found.push_back(&requirement);
  }
  return found;
}

}  // namespace khien::law
