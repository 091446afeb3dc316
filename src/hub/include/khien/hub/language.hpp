#pragma once

#include <string>
#include <string_view>

#include "khien/model/local_text.hpp"

namespace khien::hub {

// What language the command line speaks.
enum class Language : unsigned char { vi, en };

// By KHIEN_LANG, LC_ALL, LC_MESSAGES, LANG, the first that is set; English
// unless it begins with "vi". The values are handed in, so that it is pure.
Language language_of(std::string_view khien_lang, std::string_view lc_all, std::string_view lc_messages,
                     std::string_view lang);

inline const std::string& pick(const LocalText& text, Language language) {
  return language == Language::vi ? text.vi : text.en;
}

}  // namespace khien::hub
