#include "khien/core/result.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <memory>

#include "khien/core/assert.hpp"

namespace khien {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error(Code::invalid, "odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(const int once, half(n));
  TRY(const int twice, half(once));
  return twice;
}

Result<void> check_even(int n) {
  TRY_VOID([&]() -> Result<void> {
    if (auto result = half(n); !result) return std::move(result).error();
    return {};
  }());
  return {};
}

TEST_CASE("TRY hands on the value, or the error at once") {
  CHECK(quarter(12).value() == 3);
  CHECK(quarter(6).error().what() == "odd");
  CHECK(check_even(2));
  CHECK(check_even(3).error().code() == Code::invalid);
}

TEST_CASE("a result carries what can only be moved") {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 7);
}

TEST_CASE("an error gathers context on its way up") {
  const Error error = Error(Code::denied, "no").within("line 12").within("load rules");
  CHECK(error.code() == Code::denied);
  CHECK(error.what() == "load rules: line 12: no");
}

TEST_CASE("the wrong alternative is never read") {
  CHECK_THROWS_AS(static_cast<void>(half(1).value()), std::bad_variant_access);
  CHECK_THROWS_AS(static_cast<void>(half(2).error()), std::bad_variant_access);
}

TEST_CASE("a system error says what was tried and why it failed") {
  const Error error = system_error("open 'x'", ENOENT);
  CHECK(error.code() == Code::not_found);
  CHECK(error.what() == "open 'x': No such file or directory");
  CHECK(system_error("", EACCES).code() == Code::denied);
  CHECK(system_error("", ELOOP).code() == Code::denied);
  CHECK(system_error("", ENOSPC).code() == Code::exhausted);
  CHECK(system_error("", EMFILE).code() == Code::exhausted);
  CHECK(system_error("", EIO).code() == Code::unavailable);
  CHECK(system_error("", 99'999).code() == Code::unavailable);
}

TEST_CASE("every code has its name") {
  CHECK(to_string(Code::invalid) == "invalid");
  CHECK(to_string(Code::not_found) == "not_found");
  CHECK(to_string(Code::conflict) == "conflict");
  CHECK(to_string(Code::denied) == "denied");
  CHECK(to_string(Code::exhausted) == "exhausted");
  CHECK(to_string(Code::unavailable) == "unavailable");
  CHECK(to_string(Code::corrupt) == "corrupt");
  CHECK(to_string(Code::internal) == "internal");
}

TEST_CASE("an assertion that holds costs one evaluation") {
  int evaluations = 0;
  khien_assert(++evaluations == 1);
  CHECK(evaluations == 1);
}

}  // namespace
}  // namespace khien
