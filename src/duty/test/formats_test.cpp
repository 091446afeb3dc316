#include <doctest/doctest.h>

#include <string>

#include "khien/core/calendar_text.hpp"
#include "khien/duty/calendar_feed.hpp"
#include "khien/duty/csv.hpp"
#include "khien/core/text.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

TEST_CASE("a cell that a program could run is text, and every cell is quoted") {
  CsvWriter csv;
  csv.row({"=1+1", "+x", "-x", "@x", " =x", "\tx", "＝x", "a\"b", "bình thường", ""});
  csv.row({std::string("\0=1", 3)});
  CHECK(csv.take() == "\xef\xbb\xbf\"'=1+1\",\"'+x\",\"'-x\",\"'@x\",\"' =x\",\"'\tx\",\"'＝x\",\"a\"\"b\",\"bình thường\",\"\"\r\n\"'=1\"\r\n");
}

TEST_CASE("calendar text is escaped and folded at 75 bytes between code points") {
  CalendarWriter out;
  out.text("SUMMARY", "a;b,c\\d\ne\r\x01 END:VEVENT");
  CHECK(out.take() == "SUMMARY:a\\;b\\,c\\\\d\\ne END:VEVENT\r\n");
  CalendarWriter longer;
  longer.text("SUMMARY", std::string(60, 'a') + "ậậậậậậậậậậ");
  const auto folded = longer.take();
  std::size_t start = 0;
  std::string unfolded;
  while (start < folded.size()) {
    const auto end = folded.find("\r\n", start);
    const auto line = folded.substr(start, end - start);
    CHECK(line.size() <= 75);
    CHECK(is_utf8(line));
    unfolded += start == 0 ? line : line.substr(1);
    start = end + 2;
  }
  CHECK(unfolded == "SUMMARY:" + std::string(60, 'a') + "ậậậậậậậậậậ");
}

TEST_CASE("a feed opens by its secret, which is not in the database, until the next one") {
  World world;
  SeededRandom random(3);
  const auto make = [&] {
    return world.write([&](store::Connection& c) { return create_calendar_feed(c, *world.whole, world.commune, kOfficer.user, kNow, random); });
  };
  const auto first = make();
  REQUIRE(first);
  const std::string secret(first->reveal());
  CHECK(world.bytes().find(secret) == std::string::npos);
  const auto find = [&](std::string_view text) { return world.read([&](store::Connection& c) { return find_calendar_feed(c, text); }); };
  CHECK(find(secret).value().unit == world.commune);
  CHECK(find("AAAA").error().code() == Code::not_found);
  REQUIRE(make());
  CHECK(find(secret).error().code() == Code::not_found);
}

TEST_CASE("a feed holds each deadline of the unit once, as whole days") {
  World world;
  const auto law = world.law();
  const auto text = world.read([&](store::Connection& c) { return calendar_of(c, *world.whole, *law, world.commune, kNow); }).value();
  CHECK(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
  CHECK(text.ends_with("END:VCALENDAR\r\n"));
  CHECK(text.find("DTSTART;VALUE=DATE:20261204\r\nDTEND;VALUE=DATE:20261205\r\n") != std::string::npos);
  CHECK(text.find("HU-1.5b.yearly-20261204-unit") != std::string::npos);
}

}  // namespace
}  // namespace khien::duty
