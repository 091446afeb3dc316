#include "khien/core/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <type_traits>
#include <utility>
#include <vector>

namespace khien {
namespace {

using simdjson::dom::element;
using Words = std::array<std::uint64_t, 2>;

// Json keeps simdjson's element as two plain words, so that no public header
// needs simdjson's.
static_assert(sizeof(element) == sizeof(Words));
static_assert(std::is_trivially_copyable_v<element>);

element to_element(const Words& words) { return std::bit_cast<element>(words); }
Words to_words(const element& value) { return std::bit_cast<Words>(value); }

Error wrong_type(std::string_view wanted) {
  return {Code::invalid, std::string("expected ").append(wanted)};
}

Error about_field(std::string_view name, Error error) {
  return std::move(error).within(std::string("field '").append(name).append("'"));
}

Error too_deep(const Budget& budget) {
  return {Code::exhausted, "budget: depth over " + std::to_string(budget.limits().depth)};
}

// Does `text` open more brackets than `depth` at once? For texts that simdjson
// refused: it sees that a last bracket is missing before it counts, and a bomb
// should be called one.
bool nests_deeper(std::string_view text, std::uint64_t depth) {
  std::uint64_t open = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      if (c == '\\') ++i;
      continue;
    }
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > depth) return true;
  }
  return false;
}

Error parse_error(simdjson::error_code error, std::string_view text, const Budget& budget) {
  switch (error) {
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return {Code::exhausted, "JSON text too large"};
    case simdjson::DEPTH_ERROR:
      return too_deep(budget);
    case simdjson::UTF8_ERROR:
      return {Code::invalid, "JSON text is not UTF-8"};
    case simdjson::NUMBER_ERROR:
      return {Code::invalid, "JSON text has a malformed number or one beyond 64 bits"};
    default:
      if (nests_deeper(text, budget.limits().depth)) return too_deep(budget);
      return {Code::invalid, "malformed JSON text"};
  }
}

struct Shape {
  std::uint64_t entries = 0;  // elements and members of all arrays and objects together
  std::uint64_t depth = 0;
};

// Reads simdjson's tape: a word is a type in its top byte and a payload; numbers
// have a word more; an opening word carries its count in bits 32 to 55.
Shape shape_of(const simdjson::dom::document& document) {
  const auto length = static_cast<std::size_t>(document.tape[0] & 0x00ff'ffff'ffff'ffff);
  Shape shape;
  std::uint64_t depth = 0;
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint64_t word = document.tape[i];
    switch (static_cast<char>(word >> 56)) {
      case '{':
      case '[':
        shape.entries += (word >> 32) & 0xff'ffff;
        shape.depth = std::max(shape.depth, ++depth);
        break;
      case '}':
      case ']':
        --depth;
        break;
      case 'l':
      case 'u':
      case 'd':
        ++i;
        break;
      default:
        break;
    }
  }
  return shape;
}

}  // namespace

Result<std::string_view> Json::string() const {
  std::string_view value;
  if (to_element(element_).get_string().get(value) != simdjson::SUCCESS) return wrong_type("a string");
  return value;
}

Result<std::int64_t> Json::integer() const {
  std::int64_t value = 0;
  if (to_element(element_).get_int64().get(value) != simdjson::SUCCESS) return wrong_type("an integer of 64 bits");
  return value;
}

Result<double> Json::number() const {
  double value = 0;
  if (to_element(element_).get_double().get(value) != simdjson::SUCCESS) return wrong_type("a number");
  return value;
}

Result<bool> Json::boolean() const {
  bool value = false;
  if (to_element(element_).get_bool().get(value) != simdjson::SUCCESS) return wrong_type("true or false");
  return value;
}

bool Json::is_null() const { return to_element(element_).is_null(); }
bool Json::is_object() const { return to_element(element_).is_object(); }
bool Json::is_array() const { return to_element(element_).is_array(); }

Result<Json> Json::field(std::string_view name) const {
  simdjson::dom::object object;
  if (to_element(element_).get_object().get(object) != simdjson::SUCCESS) return wrong_type("an object");
  element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) {
    return Error(Code::not_found, std::string("field '").append(name).append("' is missing"));
  }
  return Json(to_words(value));
}

Result<void> Json::each(const std::function<Result<void>(Json)>& visit) const {
  simdjson::dom::array array;
  if (to_element(element_).get_array().get(array) != simdjson::SUCCESS) return wrong_type("an array");
  for (const element value : array) TRY_VOID(visit(Json(to_words(value))));
  return {};
}

Result<void> Json::each_field(const std::function<Result<void>(std::string_view, Json)>& visit) const {
  simdjson::dom::object object;
  if (to_element(element_).get_object().get(object) != simdjson::SUCCESS) return wrong_type("an object");
  for (const auto& member : object) TRY_VOID(visit(member.key, Json(to_words(member.value))));
  return {};
}

std::size_t Json::size() const {
  // simdjson's own count stops at 2^24 - 1.
  const element value = to_element(element_);
  simdjson::dom::array array;
  if (value.get_array().get(array) == simdjson::SUCCESS) return array.size();
  simdjson::dom::object object;
  if (value.get_object().get(object) == simdjson::SUCCESS) return object.size();
  return 0;
}

Result<std::string_view> Json::string_at(std::string_view name) const {
  TRY(const Json value, field(name));
  auto text = value.string();
  if (!text) return about_field(name, std::move(text).error());
  return text;
}

Result<std::int64_t> Json::integer_at(std::string_view name) const {
  TRY(const Json value, field(name));
  auto integer = value.integer();
  if (!integer) return about_field(name, std::move(integer).error());
  return integer;
}

Result<bool> Json::boolean_at(std::string_view name) const {
  TRY(const Json value, field(name));
  auto boolean = value.boolean();
  if (!boolean) return about_field(name, std::move(boolean).error());
  return boolean;
}

struct JsonDocument::Impl {
  // Room for `size` bytes and `depth` levels. Grows by doubling, so that a
  // stream of ever longer lines does not allocate for each.
  simdjson::error_code make_room(std::size_t size, std::size_t depth) {
    const std::size_t capacity = std::max(parser.capacity(), std::bit_ceil(std::max<std::size_t>(size, 1024)));
    if (padded.size() < capacity + simdjson::SIMDJSON_PADDING) padded.resize(capacity + simdjson::SIMDJSON_PADDING);
    // simdjson counts the document itself as a level.
    return parser.allocate(capacity, depth + 1);
  }

  simdjson::dom::parser parser;
  std::vector<char> padded;  // simdjson reads beyond the end of what it parses
};

JsonDocument::JsonDocument() : impl_(std::make_unique<Impl>()) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<Json> JsonDocument::parse(std::string_view text, Budget& budget) {
  TRY_VOID(budget.take_in(text.size()));
  const std::uint32_t depth = budget.limits().depth;
  if (const auto error = impl_->make_room(text.size(), depth)) return parse_error(error, text, budget);
  std::copy(text.begin(), text.end(), impl_->padded.begin());
  std::fill_n(impl_->padded.begin() + static_cast<std::ptrdiff_t>(text.size()), simdjson::SIMDJSON_PADDING, ' ');

  element root;
  if (const auto error = impl_->parser.parse(impl_->padded.data(), text.size(), false).get(root)) {
    return parse_error(error, text, budget);
  }
  const Shape shape = shape_of(impl_->parser.doc);
  // simdjson does not count a level that is empty.
  if (shape.depth > depth) return too_deep(budget);
  TRY_VOID(budget.take_entries(shape.entries));
  return Json(to_words(root));
}

}  // namespace khien
