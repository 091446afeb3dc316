#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace khien::estate {

inline constexpr std::size_t kMaxHostnameBytes = 255;

// A machine's name as it is stored, beside its keys for order and search. The
// text is an agent's word: cut and made valid, never refused.
struct MachineName {
  std::string text;
  std::string order;
  std::string search_key;

  static MachineName from_text(std::string_view hostname, const std::vector<std::string>& addresses);
};

}  // namespace khien::estate
