#include "origin.hpp"

#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"

namespace khien::api {
namespace {

bool origin_is_ours(const net::Headers& headers, std::string_view origin) {
  const auto host = headers.get("host");
  return host && !host->empty() && headers.count("host") == 1 && origin == std::string("https://").append(*host);
}

}  // namespace

bool is_from_our_page(const net::Request& request) {
  const bool only_reads = request.method == net::Method::get || request.method == net::Method::head;
  const auto site = request.headers.get("sec-fetch-site");
  const auto origin = request.headers.get("origin");
  if (request.headers.count("origin") > 1 || request.headers.count("sec-fetch-site") > 1) return false;
  if (site && *site != "same-origin" && !(only_reads && *site == "none")) return false;
  if (origin && !origin_is_ours(request.headers, *origin)) return false;
  return only_reads || site || origin;
}

bool has_csrf_token(const net::Request& request, std::string_view wanted) {
  const auto given = request.headers.get("x-khien-csrf");
  return given && request.headers.count("x-khien-csrf") == 1 && equal_in_constant_time(as_bytes(*given), as_bytes(wanted));
}

}  // namespace khien::api
