#include "khien/hub/language.hpp"

namespace khien::hub {

Language language_of(std::string_view khien_lang, std::string_view lc_all, std::string_view lc_messages,
                     std::string_view lang) {
  for (const std::string_view value : {khien_lang, lc_all, lc_messages, lang}) {
    if (!value.empty()) return value.starts_with("vi") ? Language::vi : Language::en;
  }
  return Language::en;
}

}  // namespace khien::hub
