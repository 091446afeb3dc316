#include "khien/model/page_view.hpp"

#include <array>

namespace khien {
namespace {

constexpr std::array<std::string_view, 5> kVisitors{"desktop", "desktop-google", "googlebot", "mobile-google", "rendered"};
constexpr std::array<std::string_view, 3> kHows{"location", "refresh", "script"};

}  // namespace

std::string_view to_string(Visitor visitor) { return kVisitors.at(static_cast<std::size_t>(visitor)); }

Result<Visitor> visitor_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kVisitors.size(); ++i) {
    if (kVisitors[i] == text) return static_cast<Visitor>(i);
  }
  return Error(Code::invalid, "visitor is not one that is known");
}

std::string_view to_string(RedirectStep::How how) { return kHows.at(static_cast<std::size_t>(how)); }

Result<RedirectStep::How> redirect_how_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kHows.size(); ++i) {
    if (kHows[i] == text) return static_cast<RedirectStep::How>(i);
  }
  return Error(Code::invalid, "way of a redirect is not one that is known");
}

}  // namespace khien
