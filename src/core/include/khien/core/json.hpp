#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien {

// A value inside a JsonDocument, which must outlive it. Copying is cheap.
class Json {
 public:
  // Code::invalid if the value has another type, with the type that was wanted.
  // integer() is Code::invalid for numbers with a fraction or beyond 64 bits.
  Result<std::string_view> string() const;
  Result<std::int64_t> integer() const;
  Result<double> number() const;
  Result<bool> boolean() const;
  bool is_null() const;
  bool is_object() const;
  bool is_array() const;

  // Member of an object; Code::not_found where absent ("field 'x' is missing").
  Result<Json> field(std::string_view name) const;
  // Elements of an array, in order, until one visit fails.
  Result<void> each(const std::function<Result<void>(Json)>& visit) const;
  // Members of an object, in order, until one visit fails.
  Result<void> each_field(const std::function<Result<void>(std::string_view, Json)>& visit) const;
  // Number of elements or members; 0 for other types.
  std::size_t size() const;

  // field(name) and its type at once; the error names the field.
  Result<std::string_view> string_at(std::string_view name) const;
  Result<std::int64_t> integer_at(std::string_view name) const;
  Result<bool> boolean_at(std::string_view name) const;

 private:
  friend class JsonDocument;
  explicit Json(std::array<std::uint64_t, 2> element) : element_(element) {}

  std::array<std::uint64_t, 2> element_;  // simdjson::dom::element
};

// A parsed JSON text (RFC 8259). Strict: valid UTF-8, no comments, no trailing
// bytes. Depth and size are taken from the Budget. Not thread-safe.
class JsonDocument {
 public:
  JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  // Parses into this document's own memory, which later parses use again:
  // values of the parse before become invalid. Code::invalid if malformed,
  // Code::exhausted if over the budget.
  Result<Json> parse(std::string_view text, Budget& budget);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Writes one JSON value, compactly, always valid: strings are escaped and
// invalid UTF-8 is replaced. Unbalanced use is a bug and asserts.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& time(Timestamp value) { return string(to_rfc3339(value)); }
  // A value that is JSON text already.
  JsonWriter& raw(std::string_view json);

  // key and value at once.
  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).string(value); }
  JsonWriter& field(std::string_view name, const char* value) { return key(name).string(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& field(std::string_view name, Timestamp value) { return key(name).time(value); }

  // The text; call once, when balanced.
  std::string take();

 private:
  void begin(char bracket);
  void end(char opened, char bracket);
  void separate();

  std::string text_;
  std::string open_;  // the brackets that wait for their end, outermost first
  bool after_key_ = false;
  bool needs_comma_ = false;
};

}  // namespace khien
