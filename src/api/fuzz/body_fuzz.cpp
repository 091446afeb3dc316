// Input: a byte that chooses the operation, then a JSON body.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "khien/core/json.hpp"
#include "rules.hpp"

using namespace khien;

namespace {

// None if the body is refused before its fields are looked at.
std::optional<std::optional<std::string>> broken_field(const api::Route& route, std::string_view text) {
  Budget budget({.bytes_in = 64u << 10, .depth = 4, .entries = 1'000});
  JsonDocument document;
  const auto body = document.parse(text, budget);
  if (!body) return std::nullopt;
  return api::broken_body_field(route.body, *body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& route = api::routes()[data[0] % api::routes().size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto broken = broken_field(route, text);
  if (!broken || broken->has_value()) return 0;

  // It was accepted: then it has every required field, and one more field that
  // the interface does not know makes it refused by that name.
  for (const auto& rule : route.body) {
    if (rule.required && text.find(rule.name) == text.npos && text.find('\\') == text.npos) std::abort();
  }
  const auto end = text.rfind('}');
  const bool is_empty = text.find(':') == text.npos;
  const auto more = std::string(text.substr(0, end)) + (is_empty ? "" : ",") + "\"zz_unknown\":1}";
  const auto refused = broken_field(route, more);
  if (!refused || !refused->has_value() || **refused != "zz_unknown") std::abort();
  return 0;
}
