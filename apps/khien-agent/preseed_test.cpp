#include "preseed.hpp"

#include <doctest/doctest.h>

namespace khien::app {
namespace {

std::string refusal(std::string_view text) {
  const auto preseed = preseed_from_text(text, "enrol.conf");
  return preseed ? "accepted" : preseed.error().what();
}

TEST_CASE("a preseed is read with comments, quotes, blanks and foreign line ends") {
  const auto preseed = preseed_from_text("\xEF\xBB\xBF# of the centre\r\n KHIEN_HUB = \"https://hub:8444\"\r\n\n"
                                         "KHIEN_TOKEN='a=b'\nKHIEN_CA_SHA256=00:11",
                                         "enrol.conf");
  REQUIRE_MESSAGE(preseed, preseed.error().what());
  CHECK(preseed->hub == "https://hub:8444");
  CHECK(preseed->token == "a=b");
  CHECK(preseed->ca_sha256 == "00:11");
}

TEST_CASE("a preseed is never a script") {
  const auto preseed = preseed_from_text("KHIEN_HUB=$(touch /tmp/x)\nKHIEN_TOKEN=`id`\n", "enrol.conf");
  REQUIRE(preseed);
  CHECK(preseed->hub == "$(touch /tmp/x)");
  CHECK(preseed->token == "`id`");
}

TEST_CASE("a mistake in a preseed is named by file and line") {
  CHECK(refusal("KHIEN_HUB=x\nKHIEN_TOKN=y\n") == "enrol.conf:2: there is no such name as KHIEN_TOKN");
  CHECK(refusal("hub\n") == "enrol.conf:1: must be NAME=VALUE");
  for (const char* text : {"", "# nothing\n", "KHIEN_HUB=x\n", "KHIEN_TOKEN=x\n", "KHIEN_HUB=\nKHIEN_TOKEN=x\n"}) {
    CHECK(refusal(text) == "enrol.conf: KHIEN_HUB and KHIEN_TOKEN are needed");
  }
}

}  // namespace
}  // namespace khien::app
