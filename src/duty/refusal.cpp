#include "khien/duty/refusal.hpp"

#include <algorithm>

namespace khien::duty {
namespace {

// An Error has one text. The other language and the field follow the English
// behind a character that no message holds.
constexpr char kSeparator = '\x1f';

std::string without_separator(std::string_view text) {
  std::string out(text);
  std::erase(out, kSeparator);
  return out;
}

}  // namespace

Error refuse(Code code, std::string_view field, const LocalText& message) {
  std::string what = without_separator(message.en);
  (what += kSeparator) += without_separator(message.vi);
  (what += kSeparator) += without_separator(field);
  return Error(code, std::move(what));
}

std::optional<Refusal> refusal_of(const Error& error) {
  const std::string_view what = error.what();
  const auto first = what.find(kSeparator);
  if (first == what.npos) return std::nullopt;
  const auto second = what.find(kSeparator, first + 1);
  if (second == what.npos) return std::nullopt;
  Refusal refusal;
  refusal.code = error.code();
  refusal.message.en = what.substr(0, first);
  refusal.message.vi = what.substr(first + 1, second - first - 1);
  refusal.field = what.substr(second + 1);
  return refusal;
}

}  // namespace khien::duty
