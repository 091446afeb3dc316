#include "khien/crawl/https_door.hpp"

#include <doctest/doctest.h>

#include "fetch_fixture.hpp"
#include "lab_server.hpp"

namespace khien::crawl {
namespace {

std::optional<bool> door_of(const std::string& address) {
  Lab lab;
  return sends_to_https(*lab.fetcher, WebUrl::parse(address).value());
}

TEST_CASE("who comes by http is sent on to https of the same site, or is not, or nobody answers") {
  LabServer safe([](const LabRequest&, LabLine& line) { line.answer(200, "", "x"); }, {.tls = true, .names = {"localhost"}});
  const std::string there = "https://127.0.0.1:" + std::to_string(safe.port()) + "/";
  LabServer moving([&](const LabRequest&, LabLine& line) { line.answer(301, "Location: " + there + "\r\n", ""); });
  LabServer staying([](const LabRequest&, LabLine& line) { line.answer(200, "", "plain"); });
  LabServer elsewhere([&](const LabRequest&, LabLine& line) { line.answer(302, "Location: https://localhost:" + std::to_string(safe.port()) + "/\r\n", ""); });
  LabServer lost([](const LabRequest&, LabLine& line) { line.answer(301, "Location: https://127.0.0.1:1/\r\n", ""); });
  std::string gone;
  {
    LabServer closed([](const LabRequest&, LabLine& line) { line.answer(200, "", ""); });
    gone = closed.origin();
  }
  CHECK(door_of(moving.origin()) == true);
  CHECK(door_of(staying.origin()) == false);
  CHECK(door_of(elsewhere.origin()) == false);
  CHECK_FALSE(door_of(lost.origin()).has_value());
  CHECK_FALSE(door_of(gone).has_value());
  // Which port its http has nobody knows.
  CHECK_FALSE(door_of(there).has_value());
}

}  // namespace
}  // namespace khien::crawl
