#include <charconv>

#include "route.hpp"

namespace khien::api {
namespace {

constexpr std::int64_t kMostId = 9'007'199'254'740'991;  // what every JSON reader keeps exactly

// The part before the next '/', taken off `rest`.
std::string_view next_segment(std::string_view& rest) {
  const auto slash = rest.find('/');
  const auto segment = rest.substr(0, slash);
  rest = slash == rest.npos ? std::string_view() : rest.substr(slash + 1);
  return segment;
}

std::optional<std::int64_t> id_from(std::string_view text) {
  if (text.empty() || text.size() > 16 || text[0] < '1' || text[0] > '9') return std::nullopt;
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id > kMostId) return std::nullopt;
  return id;
}

// The segment that stands where the template has "{…}"; none if it does not fit.
std::optional<std::string_view> fit(std::string_view path_template, std::string_view path) {
  std::string_view filled;
  if (path.ends_with('/')) return std::nullopt;
  while (!path_template.empty() && !path.empty()) {
    const auto wanted = next_segment(path_template);
    const auto given = next_segment(path);
    if (wanted.starts_with('{')) {
      filled = given;
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!path_template.empty() || !path.empty()) return std::nullopt;
  return filled;
}

}  // namespace

std::optional<RouteMatch> match_route(net::Method method, std::string_view path) {
  for (const Route& route : routes()) {
    if (route.method != method) continue;
    const auto filled = fit(route.path.substr(1), path.empty() ? path : path.substr(1));
    if (filled) return RouteMatch{&route, id_from(*filled)};
  }
  return std::nullopt;
}

}  // namespace khien::api
