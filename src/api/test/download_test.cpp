#include "download.hpp"

#include <doctest/doctest.h>

namespace khien::api {
namespace {

TEST_CASE("a file keeps its Vietnamese name, and old browsers get one in ASCII") {
  CHECK(attachment("Kế hoạch.pdf") ==
        "attachment; filename=\"K____ho___ch.pdf\"; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch.pdf");
}

TEST_CASE("no name leaves its place in the header") {
  for (const std::string name : {"a\r\nSet-Cookie: x=y", "a\"; filename=b", "a\0b", "..\\..//x", "\xff\xfe", "%00;'"}) {
    const auto value = attachment(name);
    CAPTURE(value);
    CHECK(value.find_first_of("\r\n\\/%;'\" ", value.find("UTF-8''") + 7) == value.find('%', value.find("UTF-8''")));
    const auto first = value.find('"') + 1;
    const auto plain = value.substr(first, value.find('"', first) - first);
    CHECK(plain.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == plain.npos);
  }
}

}  // namespace
}  // namespace khien::api
