// Input: lines, each the value of one Cookie header. All of it is hostile.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "authenticator.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  net::Headers headers;
  std::string_view rest = input;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    headers.add("Cookie", std::string(rest.substr(0, end)));
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  }
  const auto found = api::session_cookie(headers);
  if (!found) return 0;
  // Beyond "no crash": only our own cookie, only of our tokens' length, and only
  // if no header names another value.
  if (found->size() != 43) std::abort();
  if (input.find("__Host-khien=" + std::string(*found)) == input.npos) std::abort();
  net::Headers with_tossed = headers;
  with_tossed.add("cookie", "__Host-khien=tossed");
  if (api::session_cookie(with_tossed)) std::abort();
  return 0;
}
