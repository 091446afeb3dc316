#include <doctest/doctest.h>

#include "khien/botnet/list_reader.hpp"
#include "khien/botnet/log_reader.hpp"
#include "khien/core/moment.hpp"

namespace khien::botnet {
namespace {

const Date kDay = *Date::of(2026, 11, 20);

Table table(std::vector<std::vector<std::string>> rows) {
  Table made;
  auto& sheet = made.sheets.emplace_back();
  std::int64_t number = 0;
  for (auto& cells : rows) sheet.rows.push_back({++number, std::move(cells)});
  return made;
}

std::string text_of(std::string_view word) {
  const auto read = read_endpoint(word);
  if (const auto* fault = std::get_if<AddressFault>(&read)) return "fault " + std::to_string(static_cast<int>(*fault));
  const auto& endpoint = std::get<Endpoint>(read);
  return endpoint.address.text() + (endpoint.port ? " " + std::to_string(*endpoint.port) : "");
}

TEST_CASE("an address is read as lists write it, and nothing looser") {
  CHECK(text_of("203.0.113.5") == "203.0.113.5");
  CHECK(text_of("203.0.113.5:4432") == "203.0.113.5 4432");
  CHECK(text_of("203[.]0[.]113[.]5") == "203.0.113.5");
  CHECK(text_of("203(.)0(.)113(.)5:80") == "203.0.113.5 80");
  CHECK(text_of("203.0.113.5/32") == "203.0.113.5");
  CHECK(text_of("2001:DB8::5") == "2001:db8::5");
  CHECK(text_of("[2001:db8::5]:443") == "2001:db8::5 443");
  CHECK(text_of("[2001:db8::5]") == "2001:db8::5");
  CHECK(text_of("::ffff:203.0.113.5") == "203.0.113.5");
  const std::string none = "fault 0", range = "fault 1", port = "fault 2";
  CHECK(text_of("203.0.113.0/24") == range);
  CHECK(text_of("203.0.113.1-203.0.113.9") == range);
  CHECK(text_of("203.0.113.1-9") == range);
  CHECK(text_of("2001:db8::/48") == range);
  CHECK(text_of("203.0.113.5:0") == port);
  CHECK(text_of("203.0.113.5:70000") == port);
  for (const char* word : {"", "203.0.113", "203.0.113.256", "203.000.113.005x", "0x7f.1", "localhost", "[2001:db8::5", "[2001:db8::5]443", "1.2.3.4.5"}) {
    CHECK_MESSAGE(text_of(word) == none, word);
  }
}

TEST_CASE("what the Internet cannot have seen is named for what it is") {
  const auto why = [](const char* word) { return not_public(std::get<Endpoint>(read_endpoint(word)).address); };
  CHECK(why("10.1.2.3")->vi.starts_with("Địa chỉ nội bộ"));
  CHECK(why("192.168.1.1")->vi.starts_with("Địa chỉ nội bộ"));
  CHECK(why("fd00::1")->vi.starts_with("Địa chỉ nội bộ"));
  CHECK(why("100.64.0.9")->vi.starts_with("Địa chỉ dùng chung"));
  CHECK(why("127.0.0.1")->vi.starts_with("Địa chỉ của chính máy"));
  CHECK(why("224.0.0.1")->vi.starts_with("Địa chỉ dành riêng"));
  CHECK_FALSE(why("203.0.113.5"));
  CHECK_FALSE(why("8.8.8.8"));
  CHECK_FALSE(why("2405:4800::1"));
}

TEST_CASE("times are Vietnam's unless they say else, and never month first") {
  const auto at = [](std::string_view text) {
    const auto moment = read_moment(text);
    return moment ? to_rfc3339(*moment) : std::string();
  };
  CHECK(at("20/11/2026 08:15") == "2026-11-20T01:15:00.000Z");
  CHECK(at("08:15:30 20/11/2026") == "2026-11-20T01:15:30.000Z");
  CHECK(at("20-11-2026 08:15:30.5") == "2026-11-20T01:15:30.500Z");
  CHECK(at("2026-11-20T08:15:30") == "2026-11-20T01:15:30.000Z");
  CHECK(at("2026-11-20 08:15") == "2026-11-20T01:15:00.000Z");
  CHECK(at("2026-11-20T08:15:00+00:00") == "2026-11-20T08:15:00.000Z");
  CHECK(at("20.11.2026") == "2026-11-19T17:00:00.000Z");
  for (const char* text : {"", "11/20/2026", "31/02/2026", "20/11/26", "20/11/2026 25:00", "20/11/2026 08:15 PM", "hôm qua", "45981.34", "20/11/1999"}) {
    CHECK_MESSAGE(at(text).empty(), text);
  }
}

TEST_CASE("a list with Vietnamese headings in any order; what comes twice is counted once") {
  const auto reading = read_list(table({{"Danh sách IP nhiễm mã độc", "", "", "", ""},
                                        {"STT", "Loại mã độc", "Thời gian", "Địa chỉ IP", "Máy chủ điều khiển"},
                                        {"1", "Conficker", "20/11/2026 08:15", "203.0.113.5:4432", "198.51.100.7:80"},
                                        {"2", "Mirai", "19/11/2026", " 203.0.113.6\u00a0", ""},
                                        {"3", "CONFICKER", "20/11/2026 08:15", "::ffff:203.0.113.5", "198.51.100.7:80"},
                                        {"4", "Conficker", "20/11/2026 08:15", "203.0.113.5:4432", "198.51.100.7:80"},
                                        {"", "", "", "", ""}}),
                                 kDay);
  CHECK(reading.problems_total == 0);
  CHECK(reading.rows == 4);
  CHECK(reading.duplicates == 1);
  REQUIRE(reading.entries.size() == 3);
  const auto& first = reading.entries[0];
  CHECK(first.row == 3);
  CHECK(first.address.text() == "203.0.113.5");
  CHECK(first.port == 4432);
  CHECK(first.malware == "Conficker");
  CHECK(first.controller->text() == "198.51.100.7");
  CHECK(first.controller_port == 80);
  CHECK(to_rfc3339(*first.seen_at) == "2026-11-20T01:15:00.000Z");
  CHECK(reading.entries[1].address.text() == "203.0.113.6");
}

TEST_CASE("every bad row is named by row and column") {
  const auto reading = read_list(table({{"IP", "Cổng", "Thời gian", "C2"},
                                        {"203.0.113.5", "99999", "", ""},
                                        {"203.0.113.0/28", "", "", ""},
                                        {"192.168.1.5", "", "", ""},
                                        {"", "", "20/11/2026", ""},
                                        {"203.0.113.6", "", "21/11/2026 00:00", ""},
                                        {"203.0.113.7", "", "11/20/2026", ""},
                                        {"203.0.113.8", "", "", "10.0.0.1"},
                                        {"203.0.113.9:1", "2", "", ""},
                                        {"203.0.113.10", "", "", ""}}),
                                 kDay);
  CHECK(reading.problems_total == 8);
  REQUIRE(reading.problems.size() == 8);
  const auto is = [&](std::size_t at, std::int64_t row, const char* column, const char* words) {
    CHECK(reading.problems[at].row == row);
    CHECK(reading.problems[at].column == column);
    CHECK_MESSAGE(reading.problems[at].message.vi.starts_with(words), reading.problems[at].message.vi);
  };
  is(0, 2, "Cổng", "Cổng phải là số");
  is(1, 3, "IP", "Đây là một dải địa chỉ");
  is(2, 4, "IP", "Địa chỉ nội bộ");
  is(3, 5, "IP", "Thiếu địa chỉ IP");
  is(4, 6, "Thời gian", "Thời gian ghi nhận muộn hơn");
  is(5, 7, "Thời gian", "Không đọc được thời gian");
  is(6, 8, "C2", "Địa chỉ nội bộ");
  is(7, 9, "Cổng", "Hai cổng khác nhau");
  CHECK(reading.problems[2].value == "192.168.1.5");
  // Which one it would be, if the others were right.
  REQUIRE(reading.entries.size() == 1);
  CHECK(reading.entries[0].address.text() == "203.0.113.10");
}

TEST_CASE("addresses are found in words that somebody pasted") {
  const auto reading = read_list(table_of_text("Kính gửi Công an tỉnh, ngày 20.11.2026 phát hiện:\n"
                                               "- 203[.]0[.]113[.]5:4432 → 198.51.100.7 (Conficker) lúc 20/11/2026 08:15:30\n"
                                               "- 203.0.113.6, 203.0.113.7; [2001:db8::9]:80\n"
                                               "Máy 00:15:5d:aa:bb:cc, phiên bản 1.2.3, điện thoại 0243.123.4567.\n"
                                               "IP 203.0.113.8 kết nối máy chủ điều khiển 198.51.100.8:443.\n"),
                                 kDay);
  for (const auto& problem : reading.problems) INFO(problem.value);
  CHECK(reading.problems_total == 0);
  CHECK(reading.rows == 3);
  REQUIRE(reading.entries.size() == 5);
  CHECK(reading.entries[0].address.text() == "203.0.113.5");
  CHECK(reading.entries[0].port == 4432);
  CHECK(reading.entries[0].controller->text() == "198.51.100.7");
  CHECK(to_rfc3339(*reading.entries[0].seen_at) == "2026-11-20T01:15:30.000Z");
  CHECK(reading.entries[0].row == 2);
  CHECK(reading.entries[3].address.text() == "2001:db8::9");
  CHECK(reading.entries[3].port == 80);
  CHECK(reading.entries[4].controller->text() == "198.51.100.8");
  CHECK(reading.entries[4].controller_port == 443);
}

TEST_CASE("an address with neighbours is read, or its row is named: none is passed over") {
  const auto reading = read_list(table_of_text("203.0.113.5\nIP:203.0.113.6\n203.0.113.7:4432/tcp\n•203.0.113.8\n203.0.113.9→198.51.100.7\n"
                                               "203.0.113.10->198.51.100.8\nsrc=203.0.113.11 c2:198.51.100.9\n<203.0.113.12> <203.0.113.13>\n"
                                               "> 203.0.113.14\n"),
                                 kDay);
  for (const auto& problem : reading.problems) MESSAGE(problem.value);
  CHECK(reading.problems_total == 0);
  REQUIRE(reading.entries.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) CHECK(reading.entries[i].address.text() == "203.0.113." + std::to_string(i + 5));
  CHECK(reading.entries[2].port == 4432);
  CHECK(reading.entries[4].controller->text() == "198.51.100.7");
  CHECK(reading.entries[5].controller->text() == "198.51.100.8");
  CHECK_FALSE(reading.entries[8].controller);

  for (const std::string word : {"203.0.113.1O", "2O3.0.113.10", "203.0.113.l0", "203.0.113.5&203.0.113.6", "203.0.113.5_bot", "203.0.113.5–203.0.113.9",
                                 "may203.0.113.5", "x2001:db8::9y", "203[.]0[.]113[.]5abc"}) {
    const auto bad = read_list(table_of_text("203.0.113.4\n" + word + "\n"), kDay);
    CHECK_MESSAGE(bad.problems_total == 1, word);
    if (bad.problems_total == 1) CHECK(bad.problems[0].row == 2);
  }
  const auto plain = read_list(table_of_text("203.0.113.4 bản 1.2.3, std::vector, 08:15:30, MAC:00:15:5d:aa:bb:cc, 20.11.2026, 0243.123.4567\n"), kDay);
  CHECK(plain.problems_total == 0);
}

TEST_CASE("in words too ranges and private addresses are refused, and no address at all is no list") {
  const auto bad = read_list(table_of_text("203.0.113.0/24\n10.1.2.3\n300.1.1.1\n"), kDay);
  REQUIRE(bad.problems.size() == 3);
  CHECK(bad.problems[0].message.vi.starts_with("Đây là một dải"));
  CHECK(bad.problems[1].message.vi.starts_with("Địa chỉ nội bộ"));
  CHECK(bad.problems[2].message.vi.starts_with("Không phải địa chỉ IP"));
  CHECK(bad.entries.empty());
  CHECK(read_list(table_of_text("Không có gì."), kDay).problems_total == 1);
  // Headings alone: a list that says that there is none.
  const auto empty = read_list(table({{"Địa chỉ IP"}}), kDay);
  CHECK(empty.problems_total == 0);
  CHECK(empty.entries.empty());
}

TEST_CASE("a list beyond 100,000 rows is refused whole") {
  std::vector<std::vector<std::string>> rows{{"IP"}};
  for (std::int64_t i = 0; i <= kMostListRows; ++i) rows.push_back({"203.0.113." + std::to_string(i % 250)});
  const auto reading = read_list(table(std::move(rows)), kDay);
  CHECK(reading.entries.empty());
  CHECK(reading.problems_total == 1);
  CHECK(reading.problems[0].row == 0);
}

TEST_CASE("of a log bad lines are counted and the others taken") {
  const auto reading = read_log(table({{"Time", "Src IP", "Dst IP", "Dst Port", "NAT IP", "NAT Port"},
                                       {"2026-11-20 08:15:02", "10.0.0.5", "198.51.100.7", "80", "203.0.113.5", "4432"},
                                       {"2026-11-20 08:15:03", "10.0.0.6", "8.8.8.8", "53", "0.0.0.0", "0"},
                                       {"x", "10.0.0.7", "8.8.8.8", "53", "", ""}}));
  CHECK(reading.rows == 3);
  CHECK(reading.unread == 1);
  REQUIRE(reading.lines.size() == 2);
  CHECK(reading.lines[0].inside.text() == "10.0.0.5");
  CHECK(reading.lines[0].translated->text() == "203.0.113.5");
  CHECK(reading.lines[0].translated_port == 4432);
  CHECK_FALSE(reading.lines[1].translated);
  CHECK(reading.problems[0].row == 4);
  CHECK(read_log(table({{"a", "b"}, {"1", "2"}})).problems[0].row == 0);
}

}  // namespace
}  // namespace khien::botnet
