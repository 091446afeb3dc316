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

Error parse_error(simdjson::error_code error, const Budget& budget) {
  switch (error) {
    case simdjson::DEPTH_ERROR:
      return {Code::exhausted, "budget: depth over " + std::to_string(budget.limits().depth)};
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return {Code::exhausted, "JSON text too large"};
    case simdjson::UTF8_ERROR:
      return {Code::invalid, "JSON text is not UTF-8"};
    case simdjson::NUMBER_ERROR:
      return {Code::invalid, "JSON text has a malformed number or one beyond 64 bits"};
    default:
      return {Code::invalid, "malformed JSON text"};
  }
}

// Elements and members of all arrays and objects together. Reads simdjson's
// tape: a word is a type in its top byte and a payload; numbers have a word
// more; an opening word carries its count in bits 32 to 55.
std::uint64_t count_entries(const simdjson::dom::document& document) {
  const auto length = static_cast<std::size_t>(document.tape[0] & 0x00ff'ffff'ffff'ffff);
  std::uint64_t entries = 0;
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint64_t word = document.tape[i];
    const auto type = static_cast<char>(word >> 56);
    if (type == '{' || type == '[') entries += (word >> 32) & 0xff'ffff;
    if (type == 'l' || type == 'u' || type == 'd') ++i;
  }
  return entries;
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
  if (const auto error = impl_->make_room(text.size(), budget.limits().depth)) return parse_error(error, budget);
  std::copy(text.begin(), text.end(), impl_->padded.begin());
  std::fill_n(impl_->padded.begin() + static_cast<std::ptrdiff_t>(text.size()), simdjson::SIMDJSON_PADDING, ' ');

  element root;
  if (const auto error = impl_->parser.parse(impl_->padded.data(), text.size(), false).get(root)) {
    return parse_error(error, budget);
  }
  TRY_VOID(budget.take_entries(count_entries(impl_->parser.doc)));
  return Json(to_words(root));
}

}  // namespace khien
