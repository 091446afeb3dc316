#include "khien/estate/page_cursor.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>

#include "khien/estate/search_words.hpp"

namespace khien::estate {
namespace {

const std::vector<CursorField> kKinds{std::int64_t{}, Bytes()};

TEST_CASE("a cursor gives back the key it was made from") {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-7}, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    for (const Bytes& bytes : {Bytes(), Bytes{std::byte{0}, std::byte{'|'}, std::byte{0xFF}}}) {
      const auto cursor = to_cursor("list", {number, bytes});
      const auto fields = from_cursor(cursor, "list", kKinds).value();
      CHECK(std::get<std::int64_t>(fields[0]) == number);
      CHECK(std::get<Bytes>(fields[1]) == bytes);
    }
  }
}

TEST_CASE("any other spelling is refused") {
  const auto spelled = [](std::string_view text) {
    return from_cursor(to_base64url(as_bytes(text)), "list", kKinds).has_value();
  };
  CHECK(spelled("list|5|00ff"));
  for (const auto* bad : {"", "list", "list|5", "list|5|00ff|", "list|5|00ff|1", "list|05|00ff", "list|+5|00ff",
                          "list|5|00FF", "list|5|0", "list|5|xx", "list| 5|00ff", "list|9223372036854775808|00ff",
                          "lost|5|00ff", "list||00ff", "list|5.0|00ff"}) {
    CAPTURE(bad);
    CHECK_FALSE(spelled(bad));
  }
  CHECK(from_cursor("%%%", "list", kKinds).error().code() == Code::invalid);
  CHECK_FALSE(from_cursor(to_cursor("other", {std::int64_t{5}, Bytes()}), "list", kKinds));
}

TEST_CASE("search words are folded, split at blanks, and four at most") {
  using Words = std::array<std::string, 4>;
  CHECK(search_words("").none());
  CHECK(search_words(" \t ").none());
  CHECK(search_words("  Mỹ\tĐÔNG ").each == Words{"my", "dong", "", ""});
  CHECK_FALSE(search_words("x").none());
  CHECK(search_words("1 2 3 4 5 6").each == Words{"1", "2", "3", "4"});
}

}  // namespace
}  // namespace khien::estate
