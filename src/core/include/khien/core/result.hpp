#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace khien {

// Why an operation failed, in words a caller can branch on. Keep the list
// short: add a code only when some caller must act differently because of it.
enum class Code : unsigned char {
  invalid,      // the input is malformed; retrying cannot help
  not_found,    // the thing named does not exist, or is not the caller's to see
  conflict,     // it exists already, or changed under us
  denied,       // the caller may not do this
  exhausted,    // a limit we set ourselves was reached
  unavailable,  // a peer, disk or lock is not ready; retrying may help
  corrupt,      // stored or received data contradicts itself
  internal,     // a bug in Khiên
};

// The code's name as it is written in logs and API answers.
std::string_view to_string(Code code);

// An error travels up by value and gathers context on the way:
//   "load rules 'base': line 12: unknown modifier 'nocas'"
class [[nodiscard]] Error {
 public:
  Error(Code code, std::string what) : code_(code), what_(std::move(what)) {}

  Code code() const { return code_; }
  const std::string& what() const { return what_; }

  // Prefixes what the caller was trying to do.
  Error within(std::string_view doing) &&;

 private:
  Code code_;
  std::string what_;
};

// Code::unavailable, exhausted (no space, no descriptors), denied or not_found
// by `error_number`, with "doing: strerror" as its text.
Error system_error(std::string_view doing, int error_number);

// A value, or the reason there is none. The members used here are spelled as
// in std::expected; unlike it, ours may not be ignored.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Calling these on the wrong alternative throws std::bad_variant_access.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }

  void value() const {}
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace khien

// TRY(auto x, f());   binds the value, or returns the error from this function.
// TRY_VOID(f());      the same for Result<void>.
//
// Both are statements on purpose: an expression form leaks the members already
// built when it leaves a brace initializer (g++ 12 and clang 14).
#define TRY(decl, ...) KHIEN_TRY_(KHIEN_CONCAT_(try_, __COUNTER__), decl, __VA_ARGS__)
#define TRY_VOID(...) \
  if (auto try_ = (__VA_ARGS__); !try_) [[unlikely]] return std::move(try_).error()

#define KHIEN_TRY_(result, decl, ...)                          \
  auto result = (__VA_ARGS__);                                 \
  if (!result) [[unlikely]] return std::move(result).error();  \
  decl = std::move(result).value()
#define KHIEN_CONCAT_(a, b) KHIEN_CONCAT_AGAIN_(a, b)
#define KHIEN_CONCAT_AGAIN_(a, b) a##b
