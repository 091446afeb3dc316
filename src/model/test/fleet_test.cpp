#include "khien/model/fleet.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien {
namespace {

std::vector<Sha256> hashes(std::size_t count) {
  std::vector<Sha256> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(sha256(std::to_string(i)));
  return all;
}

TEST_CASE("a question and its answer come back as they were") {
  for (const std::size_t count : {0u, 1u, 2u, 1'024u}) {
    const FleetQuestion question{0xfedc'ba98'7654'3210u, hashes(count), hashes(4 * count)};
    CHECK(fleet_question_from_json(to_json(question)).value() == question);
    FleetAnswer answer{7, 10, {}};
    for (std::size_t i = 0; i < count; ++i) answer.words.push_back(static_cast<FleetWord>(i % 3));
    CHECK(fleet_answer_from_json(to_json(answer), count).value() == answer);
    CHECK_FALSE(fleet_answer_from_json(to_json(answer), count + 1));
  }
}

TEST_CASE("a question that is too long is refused, as is what is none") {
  const std::string one = to_base64url(sha256("x").view());
  std::string many;
  Bytes bytes((FleetQuestion::kMaxAsked + 1) * 32);
  many = to_base64url(bytes);
  const auto text = [](const std::string& content, const std::string& ask, const std::string& clean) {
    return R"({"content":")" + content + R"(","ask":")" + ask + R"(","clean":")" + clean + R"("})";
  };
  CHECK(fleet_question_from_json(text("0123456789abcdef", one, one)));
  CHECK(fleet_question_from_json(text("0123456789abcdef", many, "")).error().code() == Code::exhausted);
  CHECK_FALSE(fleet_question_from_json(text("0123456789abcde", one, "")));
  CHECK_FALSE(fleet_question_from_json(text("0123456789abcdefff", one, "")));
  CHECK_FALSE(fleet_question_from_json(text("0123456789abcdef", one.substr(1), "")));
  CHECK_FALSE(fleet_question_from_json(text("0123456789abcdef", one + "!", "")));
  CHECK_FALSE(fleet_question_from_json("{}"));
  CHECK_FALSE(fleet_question_from_json("[]"));
}

TEST_CASE("an answer with a word or a number that cannot be is refused") {
  CHECK(fleet_answer_from_json(R"({"recall":0,"check_per_mille":10,"words":"jcl"})", 3));
  for (const char* text : {R"({"recall":0,"check_per_mille":10,"words":"jcx"})",
                           R"({"recall":-1,"check_per_mille":10,"words":"jcl"})",
                           R"({"recall":0,"check_per_mille":1001,"words":"jcl"})",
                           R"({"recall":0,"check_per_mille":10,"words":["j","c","l"]})",
                           R"({"recall":0,"words":"jcl"})"}) {
    CHECK_FALSE(fleet_answer_from_json(text, 3));
  }
}

}  // namespace
}  // namespace khien
