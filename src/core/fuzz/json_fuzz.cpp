// Input: one JSON text. What parses, written again by JsonWriter, must parse to
// an equal tree; what parses must be UTF-8 and within its budget.
#include "khien/core/json.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/text.hpp"

using namespace khien;

namespace {

constexpr Budget::Limits kLimits{.bytes_in = 1 << 20, .depth = 32, .entries = 10'000};

void require(bool condition) {
  if (!condition) std::abort();
}

void write_value(JsonWriter& writer, Json value) {
  if (value.is_object()) {
    writer.begin_object();
    require(value.each_field([&](std::string_view name, Json member) {
      writer.key(name);
      write_value(writer, member);
      return Result<void>();
    }).has_value());
    writer.end_object();
  } else if (value.is_array()) {
    writer.begin_array();
    require(value.each([&](Json element) {
      write_value(writer, element);
      return Result<void>();
    }).has_value());
    writer.end_array();
  } else if (auto text = value.string()) {
    writer.string(*text);
  } else if (auto integer = value.integer()) {
    writer.integer(*integer);
  } else if (auto number = value.number()) {
    writer.number(*number);
  } else if (auto boolean = value.boolean()) {
    writer.boolean(*boolean);
  } else {
    require(value.is_null());
    writer.null();
  }
}

bool same(Json a, Json b);

std::vector<std::pair<std::string, Json>> members_of(Json value) {
  std::vector<std::pair<std::string, Json>> members;
  const auto add = [&](std::string_view name, Json member) {
    members.emplace_back(name, member);
    return Result<void>();
  };
  if (value.is_object()) require(value.each_field(add).has_value());
  if (value.is_array()) require(value.each([&](Json element) { return add("", element); }).has_value());
  require(members.size() == value.size());
  return members;
}

bool same_members(Json a, Json b) {
  const auto of_a = members_of(a);
  const auto of_b = members_of(b);
  if (of_a.size() != of_b.size()) return false;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    if (of_a[i].first != of_b[i].first || !same(of_a[i].second, of_b[i].second)) return false;
  }
  return true;
}

template <class T>
bool equal(const Result<T>& a, const Result<T>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || *a == *b;
}

bool same(Json a, Json b) {
  return a.is_object() == b.is_object() && a.is_array() == b.is_array() && a.is_null() == b.is_null() &&
         equal(a.string(), b.string()) && equal(a.integer(), b.integer()) && equal(a.number(), b.number()) &&
         equal(a.boolean(), b.boolean()) && same_members(a, b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The same document every time: nothing may remain of the parse before.
  static JsonDocument document;
  Budget budget(kLimits);
  const auto root = document.parse(text, budget);
  if (!root) {
    require(root.error().code() == Code::invalid || root.error().code() == Code::exhausted);
    return 0;
  }
  require(is_utf8(text));

  JsonWriter writer;
  write_value(writer, *root);
  const std::string again = writer.take();

  // Escapes may make it longer, never deeper.
  JsonDocument second;
  Budget wider({.bytes_in = 8 << 20, .depth = 32, .entries = 10'000});
  const auto copy = second.parse(again, wider);
  require(copy.has_value());
  require(same(*root, *copy));
  return 0;
}
