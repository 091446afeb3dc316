#include "law_titles.hpp"

#include <string>

namespace khien::api {

LocalText role_title(const Call&, std::string_view role) { return {std::string(role), std::string(role)}; }
LocalText level_rule_title(const Call&, std::string_view rule) { return {std::string(rule), std::string(rule)}; }

}  // namespace khien::api
