#include "hub_answers.hpp"

#include <doctest/doctest.h>

namespace khien::agent {
namespace {

TEST_CASE("a conflict is read strictly") {
  const auto good = conflict_from_json(R"({"code":"conflict","message":"x","expected_seq":7,"epoch":3})");
  REQUIRE(good);
  CHECK(good->epoch == 3);
  CHECK(good->expected_seq == 7);
  for (const char* bad : {"", "{}", R"({"expected_seq":0,"epoch":1})", R"({"expected_seq":1,"epoch":-1})",
                          R"({"expected_seq":1,"epoch":2147483647})", R"({"expected_seq":"1","epoch":1})",
                          R"({"expected_seq":9223372036854775807,"epoch":1})"}) {
    CHECK_FALSE(conflict_from_json(bad));
  }
  CHECK_FALSE(conflict_from_json(R"({"expected_seq":1,"epoch":1,"x":")" + std::string(5'000, 'x') + "\"}"));
}

TEST_CASE("a refusal's words are safe for a log") {
  CHECK(refusal_message(R"({"code":"denied","message":"no"})") == "no");
  CHECK(refusal_message(R"({"message":"\u001b[2J"})").find('\x1b') == std::string::npos);
  CHECK(refusal_message("<html>").empty());
  CHECK(refusal_message(R"({"message":")" + std::string(900, 'x') + "\"}").size() == 200);
}

TEST_CASE("Retry-After is a number of seconds, at most an hour") {
  const auto of = [](const char* text) {
    net::Headers headers;
    headers.add("Retry-After", text);
    return retry_after(headers);
  };
  CHECK(of("3") == seconds(3));
  CHECK(of("99999999") == seconds(3'600));
  CHECK_FALSE(of("-1"));
  CHECK_FALSE(of("Wed, 21 Oct 2026 07:28:00 GMT"));
  CHECK_FALSE(of("3s"));
  CHECK_FALSE(retry_after({}));
}

TEST_CASE("every conflict has one answer") {
  using Step = Resync::Step;
  CHECK(plan_resync(5, 10, {5, 10}).step == Step::none);
  CHECK(plan_resync(5, 10, {5, 12}).step == Step::new_epoch);
  CHECK(plan_resync(5, 10, {5, 12}).epoch == 6);
  CHECK(plan_resync(5, 10, {5, 7}).step == Step::fill_gap);
  CHECK(plan_resync(5, 10, {5, 7}).seq == 7);
  CHECK(plan_resync(5, 10, {8, 1}).step == Step::new_epoch);
  CHECK(plan_resync(5, 10, {8, 1}).epoch == 9);
  CHECK(plan_resync(5, 10, {4, 99}).step == Step::fill_gap);
  CHECK(plan_resync(5, 10, {4, 99}).seq == 1);
  CHECK(plan_resync(5, 1, {0, 1}).step == Step::none);
}

}  // namespace
}  // namespace khien::agent
