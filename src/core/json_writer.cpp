#include "khien/core/json.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "khien/core/assert.hpp"
#include "utf8.hpp"

namespace khien {
namespace {

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  khien_assert(end.ec == std::errc());
  out.append(digits.data(), end.ptr);
}

}  // namespace

// Goes before every value: the comma, and the proof that a value may stand here.
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (open_.empty()) {
    khien_assert(text_.empty());  // a text is one value
    text_.reserve(256);           // most are events of this size
    return;
  }
  khien_assert(open_.back() == '[');  // in an object, a key comes first
  if (needs_comma_) text_.push_back(',');
}

void JsonWriter::begin(char bracket) {
  separate();
  text_.push_back(bracket);
  open_.push_back(bracket);
  needs_comma_ = false;
}

void JsonWriter::end(char opened, char bracket) {
  khien_assert(!open_.empty() && open_.back() == opened && !after_key_);
  open_.pop_back();
  text_.push_back(bracket);
  needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
  begin('{');
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  end('{', '}');
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  begin('[');
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  end('[', ']');
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  khien_assert(!open_.empty() && open_.back() == '{' && !after_key_);
  if (needs_comma_) text_.push_back(',');
  append_json_string(text_, name, Disguises::keep);
  text_.push_back(':');
  after_key_ = true;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view value) {
  separate();
  append_json_string(text_, value, Disguises::keep);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  append_number(text_, value);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  // JSON has no word for what is not a number.
  if (!std::isfinite(value)) return null();
  separate();
  const std::size_t begin = text_.size();
  append_number(text_, value);
  // Keeps 1.0 apart from the integer 1.
  if (text_.find_first_of(".e", begin) == text_.npos) text_.append(".0");
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  khien_assert(!json.empty());
  separate();
  text_.append(json);
  needs_comma_ = true;
  return *this;
}

std::string JsonWriter::take() {
  khien_assert(open_.empty() && !after_key_ && !text_.empty());
  needs_comma_ = false;
  return std::exchange(text_, {});
}

}  // namespace khien
