#include "khien/core/yaml.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien {
namespace {

Result<Yaml> parse(std::string_view text, const Budget::Limits& limits = {}) {
  Budget budget(limits);
  return parse_yaml(text, budget);
}

std::string refusal(std::string_view text) {
  const auto parsed = parse(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code() == Code::invalid);
  return parsed.error().what();
}

TEST_CASE("a document becomes a tree that knows its lines") {
  const auto root = parse("a: 1\nb:\n  - x\n  - {c: true, d: ~}\ntext: |\n  one\n  two\n").value();
  REQUIRE(root.kind == Yaml::Kind::map);
  CHECK(root.find("a")->integer == 1);
  CHECK(root.find("b")->line == 3);
  REQUIRE(root.find("b")->items.size() == 2);
  CHECK(root.find("b")->items[0].text == "x");
  CHECK(root.find("b")->items[1].line == 4);
  CHECK(root.find("b")->items[1].find("c")->boolean);
  CHECK(root.find("b")->items[1].find("d")->kind == Yaml::Kind::null);
  CHECK(root.find("text")->text == "one\ntwo\n");
  CHECK(root.find("nothing") == nullptr);
  CHECK(to_json(root) == R"({"a":1,"b":["x",{"c":true,"d":null}],"text":"one\ntwo\n"})");
}

TEST_CASE("plain scalars are what they look like, dates and yes are text") {
  const auto kind = [](std::string_view text) { return parse(text).value().kind; };
  CHECK(kind("1440") == Yaml::Kind::integer);
  CHECK(kind("-7") == Yaml::Kind::integer);
  CHECK(kind("0.25") == Yaml::Kind::number);
  CHECK(kind("1e3") == Yaml::Kind::number);
  CHECK(kind("99999999999999999999") == Yaml::Kind::number);
  CHECK(kind("null") == Yaml::Kind::null);
  for (const auto* text : {"2018-09-13", "06-14",    "yes",  "no",   "on",    "0x10",   "007",
                           "1_000",      "+5",       "1.",   ".5",   "1e999", ".inf",   "1440/UBND-VHXH",
                           "'5'",        "\"true\"", "True", "NULL", "12:30", "ĐN-1.4", "1-3"}) {
    CAPTURE(text);
    CHECK(kind(text) == Yaml::Kind::text);
  }
  CHECK(parse("12.10").value().text == "12.10");
}

TEST_CASE("what data does not need is refused with its line") {
  CHECK(refusal("a: &x 1\nb: *x\n") == "line 1: anchors and tags are not allowed");
  CHECK(refusal("a: 1\nb: *x\n").starts_with("line 2: "));
  CHECK(refusal("a: !!str 1\n") == "line 1: anchors and tags are not allowed");
  CHECK(refusal("a: 1\nb: !x [1]\n") == "line 2: anchors and tags are not allowed");
  CHECK(refusal("a: 1\n<<: {b: 1}\n") == "line 2: merge keys are not allowed");
  CHECK(refusal("a: 1\nb: 2\na: 3\n") == "line 3: 'a' stands here a second time");
  CHECK(refusal("{\"a\": 1, \"\\u0061\": 2}") == "line 1: 'a' stands here a second time");
  CHECK(refusal("[a]: 1\n") == "line 1: a key must be text");
  CHECK(refusal("a: 1\n---\nb: 2\n") == "line 2: a second document");
  CHECK(refusal("%YAML 1.1\n---\na: 1\n") == "line 1: YAML directives are not allowed");
  CHECK(refusal("") == "line 1: there is no value");
  CHECK(refusal("# only a comment\n") == "line 1: there is no value");
  CHECK(refusal("a: [1\nb: 2\n").starts_with("line "));
  CHECK(refusal("a:\n\t- 1\n").starts_with("line 2: "));
}

TEST_CASE("characters that disguise text are refused, written or escaped") {
  CHECK(refusal("a: 1\nb: \xE2\x80\xAEx\n") == "line 2: the character \\u202E is not allowed");
  CHECK(refusal("a: \"\\u202E\"\n") == "line 1: the character \\u202E is not allowed");
  CHECK(refusal(std::string("a: \0b\n", 6)) == "line 1: the character \\u0000 is not allowed");
  CHECK(refusal("a: \x7f\n").ends_with("is not allowed"));
  CHECK(refusal("a: \xff\n") == "line 1: not UTF-8 text");
  CHECK(refusal("\xff\xfe"
                "a\0:\0") == "line 1: not UTF-8 text");
  CHECK(
      parse("\xEF\xBB\xBF"
            "a: 1\n"));  // the mark that Windows editors put in front
}

TEST_CASE("JSON is valid input") {
  const auto json = R"({"a":[1,-2.5e3,true,null,"x\n\"\/ y"],"":{},"b":{"c":[]},"d":"Mỹ \u1ef9"})";
  const auto root = parse(json).value();
  CHECK(root.find("a")->items[4].text == "x\n\"/ y");
  CHECK(root.find("d")->text == "Mỹ ỹ");
  CHECK(same_value(root, parse(to_json(root)).value()));
  CHECK(parse("{\n\t\"a\": 1,\n\t\"b\": [\n\t\t2\n\t]\n}\n"));
}

TEST_CASE("the same value is the same kind, order and content") {
  const auto same = [](std::string_view a, std::string_view b) {
    return same_value(parse(a).value(), parse(b).value());
  };
  CHECK(same("a: 1\nb: [x]\n", "{a: 1, b: [x]}"));
  CHECK_FALSE(same("a: 1", "a: 2"));
  CHECK_FALSE(same("a: 1", "a: '1'"));
  CHECK_FALSE(same("{a: 1, b: 2}", "{b: 2, a: 1}"));
  CHECK_FALSE(same("[1]", "[1, 2]"));
}

TEST_CASE("a document costs no more than its budget") {
  const auto code = [](std::string_view text, const Budget::Limits& limits) {
    const auto parsed = parse(text, limits);
    REQUIRE_FALSE(parsed);
    return parsed.error().code();
  };
  CHECK(code("[1, 2, 3]", {.entries = 3}) == Code::exhausted);
  CHECK(parse("[1, 2, 3]", {.entries = 4}));
  CHECK(code("abcd", {.bytes_in = 3}) == Code::exhausted);
  CHECK(code("[[[1]]]", {.depth = 2}) == Code::exhausted);
  CHECK(parse("[[[1]]]", {.depth = 3}));
  CHECK(code(std::string(1 << 20, '['), {}) == Code::exhausted);
  CHECK_FALSE(parse(std::string(1 << 16, '{')));
}

}  // namespace
}  // namespace khien
