#include "law_titles.hpp"

#include <string>

namespace khien::api {
namespace {

LocalText itself(std::string_view id) { return {std::string(id), std::string(id)}; }

}  // namespace

LocalText role_title(const Call& call, std::string_view role) {
  const auto* known = call.services.law->shipped().role(role);
  return known == nullptr ? itself(role) : known->title;
}

LocalText level_rule_title(const Call& call, std::string_view rule) {
  const auto* known = call.services.law->shipped().level_rule(rule);
  return known == nullptr ? itself(rule) : known->title;
}

}  // namespace khien::api
