#include "khien/core/json.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "khien/core/text.hpp"
#include "test/death.hpp"

namespace khien {
namespace {

using namespace std::string_literals;

constexpr auto kGreatest = std::numeric_limits<std::int64_t>::max();
constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();

// A document and its root, for one test.
struct Parsed {
  explicit Parsed(std::string_view text, const Budget::Limits& limits = {})
      : budget(limits), root(document.parse(text, budget)) {}

  const Json* operator->() const { return root.operator->(); }
  const Json& operator*() const { return *root; }

  JsonDocument document;
  Budget budget;
  Result<Json> root;
};

Code refusal(std::string_view text, const Budget::Limits& limits = {}) {
  const Parsed parsed(text, limits);
  REQUIRE_FALSE(parsed.root);
  return parsed.root.error().code();
}

std::string written(auto write) {
  JsonWriter writer;
  write(writer);
  return writer.take();
}

TEST_CASE("well-formed texts are taken") {
  for (const auto* text : {
           "0", "-0", "1", "-1", "1.5", "1e5", "1E+5", "1e-5", "-0.0", "123456789012345678", "true", "false", "null",
           "\"\"", "[]", "{}", " [ ] ", "\t\r\n{ }\n", "[[]]", "[null,1,\"a\",{},[]]", "{\"a\":1}", "{\"\":0}",
           "{\"a\":1,\"a\":2}", R"("\"\\\/\b\f\n\r\t")", R"("\u0041\u00e9\u20ac\ud83d\ude00")", R"("\u0000")",
           "\"Mỹ Châu\"", "\"\x7f\"", "\"\u2028\"", "[-9223372036854775808, 18446744073709551615]", "[1e308, 5e-324]",
       }) {
    CAPTURE(text);
    CHECK(Parsed(text).root);
  }
}

TEST_CASE("malformed texts are refused") {
  for (const auto* text : {
           "", " ", "\n", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1:2]", "[}",
           "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1:2}",
           "{\"a\":1,,\"b\":2}", "{null:1}", "nul", "nulll", "True", "NULL", "tru", "NaN", "Infinity", "-Infinity",
           "-", "+1", "01", "-01", "1.", ".5", "1.e5", "1e", "1e+", "0x10", "1_000", "1,2", "1 2", "--1", "1e5.5",
           "[] []", "[]x", "{}}", "[]]", "null,", "\"", "\"a", "a\"", "\"a\" \"b\"", R"("\)", R"("\x41")", R"("\u")",
           R"("\u12")", R"("\u12G4")", R"("\U0041")", R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")",
           R"("\ud800\ud800")", "\"\t\"", "\"\n\"", "\"\x1f\"", "'a'", "/**/1", "1//", "#", "[1/*,*/]", "\xef\xbb\xbf[]",
           "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xe1\xba\"", "\xe5", "[\"a\xc3\"]", "1e999", "-1e999",
           "123456789012345678901234567890", "\u00a0[]", "[\u2060]", "[1]\x0c", "\x0b[]", "<null>", "*", "\\u0061",
       }) {
    CAPTURE(text);
    CHECK(refusal(text) == Code::invalid);
  }
  CHECK(refusal("[]\0"s) == Code::invalid);
  CHECK(refusal("\0"s) == Code::invalid);
  CHECK(refusal("\"a\0b\""s) == Code::invalid);
  CHECK(refusal("{\"a\":\"\0\"}"s) == Code::invalid);
}

TEST_CASE("values are read as what they are") {
  const Parsed parsed(R"({"s":"Mỹ \u1ef9","i":-7,"d":1.5,"b":true,"n":null,"a":[1,2,3],"o":{"x":1}})");
  CHECK(parsed->is_object());
  CHECK(parsed->size() == 7);
  CHECK(parsed->string_at("s").value() == "Mỹ ỹ");
  CHECK(parsed->integer_at("i").value() == -7);
  CHECK(parsed->boolean_at("b").value());
  CHECK(parsed->field("d").value().number().value() == 1.5);
  CHECK(parsed->field("i").value().number().value() == -7.0);
  CHECK(parsed->field("n").value().is_null());
  CHECK(parsed->field("a").value().is_array());
  CHECK(parsed->field("a").value().size() == 3);
  CHECK(parsed->field("o").value().integer_at("x").value() == 1);
  CHECK(parsed->field("i").value().size() == 0);
}

TEST_CASE("a value of another type says what was wanted") {
  const Parsed parsed(R"({"s":"1","d":1.5,"n":null})");
  const auto number = parsed->integer_at("s");
  REQUIRE_FALSE(number);
  CHECK(number.error().code() == Code::invalid);
  CHECK(number.error().what() == "field 's': expected an integer of 64 bits");
  CHECK(parsed->string_at("d").error().what() == "field 'd': expected a string");
  CHECK(parsed->boolean_at("n").error().what() == "field 'n': expected true or false");
  CHECK(parsed->field("s").value().number().error().what() == "expected a number");
  CHECK(parsed->field("s").value().field("x").error().what() == "expected an object");
  const auto ignore = [](Json) { return Result<void>(); };
  CHECK(parsed->each(ignore).error().what() == "expected an array");
  CHECK(parsed->field("n").value().each_field([](std::string_view, Json) { return Result<void>(); }).error().what() ==
        "expected an object");
}

TEST_CASE("an absent member is not found, a null one is") {
  const Parsed parsed(R"({"here":null})");
  const auto absent = parsed->field("there");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code() == Code::not_found);
  CHECK(absent.error().what() == "field 'there' is missing");
  CHECK(parsed->string_at("there").error().what() == "field 'there' is missing");
  CHECK(parsed->field("here"));
}

TEST_CASE("an integer is never rounded or cut") {
  const Parsed parsed("[1.5, 1.0, 1e3, 9223372036854775807, 9223372036854775808, -9223372036854775808, -0]");
  std::vector<Result<std::int64_t>> integers;
  REQUIRE(parsed->each([&](Json value) {
    integers.push_back(value.integer());
    return Result<void>();
  }));
  CHECK_FALSE(integers[0]);
  CHECK_FALSE(integers[1]);
  CHECK_FALSE(integers[2]);
  CHECK(integers[3].value() == kGreatest);
  CHECK(integers[4].error().code() == Code::invalid);
  CHECK(integers[5].value() == kLeast);
  CHECK(integers[6].value() == 0);
}

TEST_CASE("members are visited in order until a visit fails") {
  const Parsed parsed(R"({"z":1,"a":2,"m":3})");
  std::string names;
  const auto outcome = parsed->each_field([&](std::string_view name, Json value) -> Result<void> {
    names += name;
    if (value.integer().value() == 2) return Error(Code::conflict, "enough");
    return {};
  });
  CHECK(names == "za");
  CHECK(outcome.error().what() == "enough");
}

TEST_CASE("elements are visited in order until a visit fails") {
  const Parsed parsed("[1,2,3]");
  std::int64_t sum = 0;
  const auto outcome = parsed->each([&](Json value) -> Result<void> {
    sum = sum * 10 + value.integer().value();
    if (sum == 12) return Error(Code::conflict, "enough");
    return {};
  });
  CHECK(sum == 12);
  CHECK_FALSE(outcome);
}

TEST_CASE("the first of two members of one name counts") {
  CHECK(Parsed(R"({"a":1,"a":2})")->integer_at("a").value() == 1);
}

TEST_CASE("names are compared as text, not as they were escaped") {
  const Parsed parsed(R"({"\u0061\"":1, "a\u0000b":2})");
  CHECK(parsed->integer_at("a\"").value() == 1);
  CHECK(parsed->integer_at("a\0b"s).value() == 2);
  CHECK_FALSE(parsed->field("a"));
}

TEST_CASE("a text may nest as deep as the budget says") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(Parsed(nested(16)).root);
  CHECK(refusal(nested(17)) == Code::exhausted);
  CHECK(Parsed("[[1],[2]]", {.depth = 2}).root);
  CHECK(Parsed(nested(17)).root.error().what() == "budget: depth over 16");
  CHECK(Parsed("1", {.depth = 0}).root);
  CHECK(refusal("[]", {.depth = 0}) == Code::exhausted);
  CHECK(Parsed(R"({"a":{"a":1}})", {.depth = 2}).root);
  CHECK(refusal(R"({"a":{"a":1}})", {.depth = 1}) == Code::exhausted);
  CHECK(Parsed(nested(5'000), {.depth = 5'000}).root);
}

TEST_CASE("a depth bomb is exhausted, not malformed, and costs nothing") {
  CHECK(refusal(std::string(100'000, '[')) == Code::exhausted);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK(refusal(objects) == Code::exhausted);
  CHECK(refusal(std::string(100'000, '[') + std::string(100'000, ']')) == Code::exhausted);
  CHECK(refusal(R"(["\"[[[[[", "\\", "[[[[[")", {.depth = 2}) == Code::invalid);  // brackets in strings are none
}

TEST_CASE("size and entries are taken from the budget, over all texts of a job") {
  JsonDocument document;
  Budget budget({.bytes_in = 20, .entries = 5});
  CHECK(document.parse("[1,2,3]", budget));
  CHECK(document.parse(R"({"a":[]})", budget));
  const auto third = document.parse("[1,2]", budget);
  REQUIRE_FALSE(third);
  CHECK(third.error().what() == "budget: entries over 5");
  CHECK(document.parse("[]", budget).error().what() == "budget: bytes in over 20");
}

TEST_CASE("entries are counted past numbers of every kind") {
  // A number's bits follow it on simdjson's tape and must not look like a value.
  CHECK(Parsed("[6557241057451442176, 8863084066665136128, 18446744073709551615]", {.depth = 1, .entries = 3}).root);
  CHECK(Parsed("[4.4362693952142036e+130, 5.948064797651465e+284]", {.depth = 1, .entries = 2}).root);
  CHECK(refusal("[[],[1],{\"a\":{}}]", {.entries = 4}) == Code::exhausted);
  CHECK(Parsed("[[],[1],{\"a\":{}}]", {.entries = 5}).root);
}

TEST_CASE("a document is used again and again, whatever came before") {
  JsonDocument document;
  Budget budget({.depth = 3});
  for (std::size_t size = 0; size < 3'000; size += 7) {
    CHECK(document.parse("\"" + std::string(size, 'x') + "\"", budget).value().string().value().size() == size);
    CHECK_FALSE(document.parse("[[[[", budget));
    CHECK_FALSE(document.parse("\"", budget));
    CHECK(document.parse("7", budget).value().integer().value() == 7);
  }
  Budget deeper({.depth = 100});
  CHECK(document.parse(std::string(100, '[') + std::string(100, ']'), deeper));
  CHECK_FALSE(document.parse("[[[[]]]]", budget));
}

TEST_CASE("values stay readable when their document moves") {
  JsonDocument document;
  Budget budget({});
  const Json root = document.parse(R"({"a":"still here"})", budget).value();
  const JsonDocument moved = std::move(document);
  CHECK(root.string_at("a").value() == "still here");
}

TEST_CASE("a writer writes compactly, with commas where they belong") {
  CHECK(written([](JsonWriter& writer) {
          writer.begin_object();
          writer.field("s", "x").field("i", std::int64_t{-1}).field("b", true).field("t", Timestamp{0});
          writer.key("a").begin_array().integer(1).begin_array().end_array().null().begin_object().end_object();
          writer.end_array().key("r").raw("[1]").field("v", std::string_view("y"));
          writer.end_object();
        }) == R"({"s":"x","i":-1,"b":true,"t":"1970-01-01T00:00:00.000Z","a":[1,[],null,{}],"r":[1],"v":"y"})");
  CHECK(written([](JsonWriter& writer) { writer.string("alone"); }) == "\"alone\"");
}

TEST_CASE("a writer can be used again after take") {
  JsonWriter writer;
  CHECK(writer.integer(1).take() == "1");
  CHECK(writer.begin_array().integer(2).end_array().take() == "[2]");
}

TEST_CASE("strings are escaped, and invalid UTF-8 replaced") {
  const auto escaped = [](std::string_view text) { return written([&](JsonWriter& w) { w.string(text); }); };
  CHECK(escaped("\"\\/") == R"("\"\\/")");
  CHECK(escaped("\n\r\t\b\f\x01\x1f"s) == R"("\n\r\t\u0008\u000C\u0001\u001F")");
  CHECK(escaped("\0"s) == R"("\u0000")");
  CHECK(escaped("Mỹ \U0001F600 \x7f") == "\"Mỹ \U0001F600 \x7f\"");
  CHECK(escaped("a\xff\xc3") == "\"a\ufffd\ufffd\"");
  CHECK(written([](JsonWriter& w) { w.begin_object().field("\"\n\xff", "").end_object(); }) == "{\"\\\"\\n\ufffd\":\"\"}");
}

TEST_CASE("any byte in a string comes back, or as U+FFFD") {
  for (int first = 0; first < 256; ++first) {
    for (const auto* after : {"", "a", "\x80", "\xbf\xbf"}) {
      const std::string text = std::string(1, static_cast<char>(first)) + after;
      const std::string json = written([&](JsonWriter& w) { w.string(text); });
      const Parsed parsed(json);
      REQUIRE(parsed.root);
      CHECK(parsed->string().value() == to_valid_utf8(text));
    }
  }
}

TEST_CASE("numbers come back exactly and keep their kind") {
  const auto number = [](double value) { return written([&](JsonWriter& w) { w.number(value); }); };
  CHECK(number(1) == "1.0");
  CHECK(number(-0.0) == "-0.0");
  CHECK(number(0.1) == "0.1");
  CHECK(number(1e300) == "1e+300");
  CHECK(number(std::nan("")) == "null");
  CHECK(number(HUGE_VAL) == "null");
  for (const double value : {0.1 + 0.2, 1e-310, 5e-324, std::numeric_limits<double>::max(), 1.0 / 3, 1e15, 123456789.0}) {
    const std::string text = number(value);
    CHECK(Parsed(text)->number().value() == value);
    CHECK_FALSE(Parsed(text)->integer());
  }
  for (const std::int64_t value : {kGreatest, kLeast, std::int64_t{0}}) {
    const std::string text = written([&](JsonWriter& w) { w.integer(value); });
    CHECK(Parsed(text)->integer().value() == value);
  }
}

TEST_CASE("unbalanced writing is a bug and asserts") {
  const auto dies = [](void (*write)(JsonWriter&)) {
    return aborts([&] {
      JsonWriter writer;
      write(writer);
    });
  };
  CHECK(dies([](JsonWriter& w) { w.end_object(); }));
  CHECK(dies([](JsonWriter& w) { w.begin_array().end_object(); }));
  CHECK(dies([](JsonWriter& w) { w.begin_object().end_array(); }));
  CHECK(dies([](JsonWriter& w) { w.begin_object().integer(1); }));
  CHECK(dies([](JsonWriter& w) { w.begin_object().key("a").end_object(); }));
  CHECK(dies([](JsonWriter& w) { w.begin_object().key("a").key("b"); }));
  CHECK(dies([](JsonWriter& w) { w.begin_array().key("a"); }));
  CHECK(dies([](JsonWriter& w) { w.key("a"); }));
  CHECK(dies([](JsonWriter& w) { w.integer(1).integer(2); }));
  CHECK(dies([](JsonWriter& w) { w.raw(""); }));
  CHECK(dies([](JsonWriter& w) { w.begin_array().take(); }));
  CHECK(dies([](JsonWriter& w) { w.take(); }));
}

}  // namespace
}  // namespace khien
