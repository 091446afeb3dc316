#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::exchange {

// keep: as it is. strip: "*" in its place. hash: "h-" and ten hexadecimal digits that are
// the same for the same name and the same salt, and of no use to who has not the salt.
enum class NameRule : unsigned char { keep, strip, hash };
std::string_view to_string(NameRule rule);
Result<NameRule> name_rule_from_string(std::string_view text);

// What happens to names of people and documents in paths that leave the house: letter 2290
// forbids to share private information.
struct Privacy {
  NameRule users = NameRule::strip;
  NameRule documents = NameRule::strip;
  std::string salt;  // for hash
};

// The path without what is private in it. Pure. People: what stands below Users, home,
// Documents and Settings, mail spools and mounted media, on Windows and Linux alike, in any
// case. Documents: file names of office documents, pictures, mails and archives, also with
// another ending behind ("luong.docx.exe"), and folders inside a person's own that no system
// makes ("Hồ sơ Nguyễn Văn A"); whose OneDrive it is. Endings, folders of the system and
// names of programs stay: they are what is shared for.
std::string without_names(std::string_view path, const Privacy& privacy);

}  // namespace khien::exchange
