#include "khien/core/secret.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace khien {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

constexpr std::string_view kShort = "mat khau";
constexpr std::string_view kLong = "a secret too long for the string's own small buffer";

TEST_CASE("a secret is revealed to who asks for it") {
  const Secret secret{std::string(kLong)};
  CHECK(secret.reveal() == kLong);
  CHECK_FALSE(secret.empty());
  CHECK(Secret().empty());
}

TEST_CASE("a secret that moved leaves nothing behind") {
  for (const auto text : {kShort, kLong}) {
    Secret from{std::string(text)};
    Secret to(std::move(from));
    CHECK(to.reveal() == text);
    CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is the point
    from = std::move(to);
    CHECK(from.reveal() == text);
    CHECK(to.empty());
    Secret& self = from;
    from = std::move(self);
    CHECK(from.reveal() == text);
  }
}

TEST_CASE("a short secret is wiped from its object's own bytes") {
  alignas(Secret) std::array<char, sizeof(Secret)> place{};
  const auto holds_secret = [&] {
    // Its end: a string that was moved from zeroes its first byte anyway.
    const std::string_view end = kShort.substr(1);
    return std::search(place.begin(), place.end(), end.begin(), end.end()) != place.end();
  };
  auto* secret = new (place.data()) Secret(std::string(kShort));
  CHECK(holds_secret());
  const Secret moved = std::move(*secret);
  CHECK_FALSE(holds_secret());
  *secret = Secret(std::string(kShort));
  CHECK(holds_secret());
  secret->~Secret();
  CHECK_FALSE(holds_secret());
}

}  // namespace
}  // namespace khien
