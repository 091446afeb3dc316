#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"

namespace khien::duty {

// Why duty does not do what a person asked, in words for that person. Words of
// content (a register's field) may be part of them, words of the request never are.
struct Refusal {
  Code code = Code::invalid;
  std::string field;  // of the request: "fields.people"; may be empty
  LocalText message;
};

// Travels as an Error whose text is the English message.
Error refuse(Code code, std::string_view field, const LocalText& message);

// None if the error is not one of these.
std::optional<Refusal> refusal_of(const Error& error);

}  // namespace khien::duty
