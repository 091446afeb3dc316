#pragma once

#include <optional>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"

namespace khien::duty {

// Khiên must not hold state secrets (Law on the protection of state secrets). What
// a person declares, and the markings MẬT, TỐI MẬT, TUYỆT MẬT in the name or in text
// that can be read, stop a file before anything of it is kept.
enum class Classification : unsigned char { none, confidential, secret, top_secret };
Result<Classification> classification_from_string(std::string_view text);

// How far a file was looked into.
enum class LookedAt : unsigned char {
  name,  // only its name: a format that Khiên does not read, or pictures of pages
  text,  // its text too
};
std::string_view to_string(LookedAt value);

struct Marking {
  Classification level = Classification::confidential;
  bool in_name = false;  // else in the text
};

// A marking in a file's name: the words as officials write them, in capitals or
// small letters, with or without marks; not "bảo mật", "mật khẩu", "mật mã".
std::optional<Marking> marking_in_name(std::string_view file_name);

// A marking in text as a stamp stands in a document: a line of its own, or behind
// "Độ mật:". Text that merely speaks of secrecy is not marked. Plain text in UTF-8,
// UTF-16 with its mark, TCVN3 or VNI; HTML and XML as they stand. Full width, look-alike
// and spaced letters and invisible characters between them hide nothing.
std::optional<Marking> marking_in_text(ByteView bytes);

// What a person types is no better a place for a secret than a file: refused with the
// field's name if it carries a marking as text does.
Result<void> refuse_marked_text(std::string_view field, std::string_view text);

// Whether marking_in_text can say anything about these bytes.
LookedAt looked_at(ByteView bytes);
// A PDF, or a ZIP as office documents are: its words are the sandbox's to read.
bool may_hold_words(ByteView bytes);

// Was a file refused as a state secret (and not for its size or form)?
bool is_state_secret(const Error& refused);

// Why the file is refused.
LocalText reason_of(const Marking& marking);
LocalText reason_of(Classification declared);

}  // namespace khien::duty
