#include "khien/feed/letter.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "khien/core/text.hpp"

using namespace khien;
using namespace khien::feed;

namespace {

LetterFacts facts_of(std::string_view text) {
  Budget budget({.bytes_in = 4u << 20});
  auto facts = read_letter(text, budget);
  REQUIRE(facts.has_value());
  // Whatever is found stands where it says, and travels.
  Budget way({.bytes_in = 64u << 20, .depth = 8, .entries = 100'000});
  const auto back = letter_from_json(to_json(*facts), way);
  REQUIRE(back.has_value());
  CHECK(*back == *facts);
  return *std::move(facts);
}

template <class Value>
std::string_view at(const LetterFacts& facts, const Found<Value>& found) {
  return std::string_view(facts.text).substr(found.at.begin, found.at.end - found.at.begin);
}

std::vector<std::string> cves(const LetterFacts& facts) {
  std::vector<std::string> all;
  for (const auto& one : facts.cves) all.push_back(one.value);
  return all;
}

const LetterProduct& product(const LetterFacts& facts, std::string_view name) {
  const auto found = std::ranges::find_if(facts.products, [&](const auto& one) { return one.value.name == name; });
  REQUIRE_MESSAGE(found != facts.products.end(), std::string(name));
  return found->value;
}

using Range = advisory::VersionRange;

}  // namespace

TEST_CASE("1: a warning of the national body, whole") {
  const auto facts = facts_of(
      "BỘ THÔNG TIN VÀ TRUYỀN THÔNG\nCỤC AN TOÀN THÔNG TIN\n\nSố: 1234/CATTT-NCSC\nV/v cảnh báo lỗ hổng an toàn thông tin trong\nsản phẩm của Fortinet\n\n"
      "Hà Nội, ngày 05 tháng 03 năm 2026\n\nKính gửi: Các sở, ban, ngành\n\n"
      "Lỗ hổng CVE-2026-1234 (điểm CVSS: 9.8 - Nghiêm trọng) tồn tại trên FortiOS phiên bản từ 7.4.0 đến 7.4.2, cho phép thực thi mã từ xa.\n\n"
      "Đề nghị nâng cấp lên bản mới. Kết quả báo cáo về Cục trước ngày 20/3/2026. Tham khảo: https://fortiguard.example/psirt.\n");
  REQUIRE(facts.numbers.size() == 1);
  CHECK(facts.numbers[0].value == "1234/CATTT-NCSC");
  CHECK(facts.numbers[0].confidence == Confidence::certain);
  CHECK(at(facts, facts.numbers[0]) == "1234/CATTT-NCSC");
  REQUIRE(!facts.dates.empty());
  CHECK(facts.dates[0].value == *Date::of(2026, 3, 5));
  CHECK(facts.dates[0].confidence == Confidence::certain);
  REQUIRE(facts.issuers.size() == 2);
  CHECK(facts.issuers[0].value == "CỤC AN TOÀN THÔNG TIN");
  REQUIRE(facts.subjects.size() == 1);
  CHECK(facts.subjects[0].value == "cảnh báo lỗ hổng an toàn thông tin trong sản phẩm của Fortinet");
  CHECK(cves(facts) == std::vector<std::string>{"CVE-2026-1234"});
  CHECK(product(facts, "FortiOS").affected == std::vector<Range>{{.introduced = "7.4.0", .last_affected = "7.4.2"}});
  CHECK(product(facts, "FortiOS").key == advisory::PackageKey{"appliance", "fortinet", "fortios", ""});
  CHECK(product(facts, "FortiOS").cves == std::vector<std::string>{"CVE-2026-1234"});
  REQUIRE(facts.deadlines.size() == 1);
  CHECK(facts.deadlines[0].value.day == *Date::of(2026, 3, 20));
  CHECK(facts.deadlines[0].value.is_report);
  REQUIRE(facts.scores.size() == 1);
  CHECK(facts.scores[0].value == 9.8);
  CHECK(facts.severities.at(0).value == Severity::critical);
  CHECK(facts.references.at(0).value == "https://fortiguard.example/psirt");
  const auto record = advisory_of(facts);
  CHECK(record.id == "1234/CATTT-NCSC");
  REQUIRE(record.affected.size() == 1);
  CHECK(record.affected[0].basis == advisory::Basis::letter);
}

TEST_CASE("2: ids broken over lines and with odd dashes; a number that a line cut is offered both ways") {
  const auto facts = facts_of("CVE-2024-\n21762, CVE\xe2\x80\x93" "2024\xe2\x80\x91" "3400, cve 2021 - 44228, CVE-2023-99999.\nMã CVE-2022-12\n34 và CVE-2020-5555\n66 khác");
  CHECK(cves(facts) == std::vector<std::string>{"CVE-2024-21762", "CVE-2024-3400", "CVE-2021-44228", "CVE-2023-99999", "CVE-2022-1234", "CVE-2020-5555", "CVE-2020-555566"});
  CHECK(facts.cves[0].confidence == Confidence::likely);
  CHECK(facts.cves[1].confidence == Confidence::certain);
  CHECK(facts.cves[3].confidence == Confidence::certain);
  CHECK(facts.cves[5].confidence == Confidence::choice);
  CHECK(facts.cves[6].confidence == Confidence::choice);
}

TEST_CASE("3: the police's centre, with its own kind of number and working days") {
  const auto facts = facts_of("BỘ CÔNG AN\nTRUNG TÂM AN NINH MẠNG QUỐC GIA\nSố: 87 /A05-TTANM\nHà Nội, ngày 2 tháng 1 năm 2026\nKính gửi: Công an các tỉnh\n"
                              "Đề nghị các đơn vị rà soát, khắc phục trong vòng 05 ngày làm việc kể từ ngày nhận công văn.");
  CHECK(facts.numbers.at(0).value == "87/A05-TTANM");
  CHECK(facts.issuers.at(0).value == "TRUNG TÂM AN NINH MẠNG QUỐC GIA");
  REQUIRE(facts.deadlines.size() == 1);
  CHECK(facts.deadlines[0].value.days == 5);
  CHECK(facts.deadlines[0].value.working_days);
  CHECK(!facts.deadlines[0].value.day.has_value());
}

TEST_CASE("4: a department's letter that passes on another: the own number is first, the other is told") {
  const auto facts = facts_of("ỦY BAN NHÂN DÂN\nTỈNH KIÊN GIANG\nSỞ THÔNG TIN VÀ TRUYỀN THÔNG\n\nSố: 15/STTTT-CNTT\nKiên Giang, ngày 10 tháng 4 năm 2025\n\nKính gửi: UBND các huyện\n"
                              "Thực hiện Công văn số 381/CATTT-NCSC ngày 07/4/2025 của Cục An toàn thông tin và Nghị định 85/2016/NĐ-CP, hoàn thành trước ngày 30/4.");
  REQUIRE(facts.numbers.size() == 2);
  CHECK(facts.numbers[0].value == "15/STTTT-CNTT");
  CHECK(facts.numbers[1].value == "381/CATTT-NCSC");
  CHECK(facts.numbers[1].confidence == Confidence::likely);
  REQUIRE(facts.dates.size() == 2);
  CHECK(facts.dates[1].value == *Date::of(2025, 4, 7));
  REQUIRE(facts.deadlines.size() == 1);
  CHECK(facts.deadlines[0].value.day == *Date::of(2025, 4, 30));
  CHECK(facts.deadlines[0].confidence == Confidence::likely);
}

TEST_CASE("5: versions in the words that letters use") {
  const auto facts = facts_of(
      "- FortiProxy phiên bản trước 7.2.5.\n- FortiManager: từ 7.0.0 đến trước 7.0.13.\n- FortiWeb 7.4.1 trở về trước.\n- FortiMail 7.2.0 - 7.2.4, nâng cấp lên phiên bản 7.2.5 trở lên.\n"
      "- VMware ESXi: cập nhật lên 8.0.3.\n- Microsoft Exchange Server 2016 Cumulative Update 23.\n- Windows Server 2012 R2.\n- PAN-OS < 10.2.9.\n- BIG-IP 16.1.0 và các phiên bản trước đó");
  CHECK(product(facts, "FortiProxy").affected == std::vector<Range>{{.fixed = "7.2.5"}});
  CHECK(product(facts, "FortiManager").affected == std::vector<Range>{{.introduced = "7.0.0", .fixed = "7.0.13"}});
  CHECK(product(facts, "FortiWeb").affected == std::vector<Range>{{.last_affected = "7.4.1"}});
  CHECK(product(facts, "FortiMail").affected == std::vector<Range>{{.introduced = "7.2.0", .last_affected = "7.2.4"}});
  CHECK(product(facts, "FortiMail").fixed == "7.2.5");
  CHECK(product(facts, "VMware ESXi").fixed == "8.0.3");
  CHECK(product(facts, "VMware ESXi").affected.empty());
  CHECK(product(facts, "Microsoft Exchange Server 2016 Cumulative Update 23").affected.empty());
  CHECK(product(facts, "Windows Server 2012 R2").key.has_value());
  CHECK(product(facts, "PAN-OS").affected == std::vector<Range>{{.fixed = "10.2.9"}});
  CHECK(product(facts, "BIG-IP").affected == std::vector<Range>{{.last_affected = "16.1.0"}});
}

TEST_CASE("6: a bare version is offered, not guessed") {
  const auto facts = facts_of("Sản phẩm bị ảnh hưởng: FortiOS 7.4.1, 7.2.6");
  REQUIRE(facts.products.size() == 1);
  CHECK(facts.products[0].confidence == Confidence::choice);
  CHECK(facts.products[0].value.affected.size() == 2);
}

TEST_CASE("7: several fixes are all told") {
  const auto facts = facts_of("FortiOS từ 7.4.0 đến 7.4.2 và từ 7.2.0 đến 7.2.6: nâng cấp lên phiên bản 7.4.3, 7.2.7");
  CHECK(product(facts, "FortiOS").affected.size() == 2);
  CHECK(product(facts, "FortiOS").fixed == "7.4.3, 7.2.7");
  CHECK(facts.products.at(0).confidence == Confidence::likely);
}

TEST_CASE("8: marks written apart give the same, with places in what is shown") {
  // "Số: 12/CATTT-NCSC" and "phiên bản trước" in normal form D.
  const auto facts = facts_of("So\xcc\x82\xcc\x81: 12/CATTT-NCSC\nFortiOS phie\xcc\x82n ba\xcc\x89n tru\xcc\x9bo\xcc\x9b\xcc\x81" "c 7.2.5");
  CHECK(facts.numbers.at(0).confidence == Confidence::certain);
  CHECK(facts.text.starts_with("Số: 12"));
  CHECK(at(facts, facts.numbers[0]) == "12/CATTT-NCSC");
  CHECK(product(facts, "FortiOS").affected == std::vector<Range>{{.fixed = "7.2.5"}});
}

TEST_CASE("9: no date is made of dots, and a time of day is none") {
  const auto facts = facts_of("Hà Nội, ngày    tháng 03 năm 2026\nKính gửi: Sở\nHoàn thành trước 17h00 ngày 25/12/2026. Phiên bản trước 7.4.3 bị ảnh hưởng.");
  CHECK(facts.dates.empty() == false);
  CHECK(facts.dates[0].confidence == Confidence::choice);
  REQUIRE(facts.deadlines.size() == 1);
  CHECK(facts.deadlines[0].value.day == *Date::of(2026, 12, 25));
}

TEST_CASE("10: a day without a year, in a letter without a date, is a choice without a day") {
  const auto facts = facts_of("Báo cáo kết quả trước ngày 20/3");
  REQUIRE(facts.deadlines.size() == 1);
  CHECK(facts.deadlines[0].confidence == Confidence::choice);
  CHECK(!facts.deadlines[0].value.day.has_value());
  CHECK(facts.deadlines[0].value.is_report);
}

TEST_CASE("11: the version of CVSS is no score; a comma is a point") {
  CHECK(facts_of("CVSS v3.1: 9,8").scores.at(0).value == 9.8);
  CHECK(facts_of("CVSSv3: 7.5").scores.at(0).value == 7.5);
  CHECK(facts_of("Điểm CVSS: 10").scores.at(0).value == 10);
  CHECK(facts_of("CVSS 3.1").scores.empty());
}

TEST_CASE("a score beside a product is not its version") {
  for (const std::string_view score : {"CVSS: 9.8", "CVSS v3.1: 9.8", "điểm CVSS 9,8"}) {
    CAPTURE(score);
    const auto facts = facts_of("Lỗ hổng CVE-2026-21410 trong Microsoft Exchange Server 2019 cho phép leo thang đặc quyền (" + std::string(score) + ").");
    REQUIRE(facts.products.size() == 1);
    CHECK(facts.products[0].value.affected.empty());
    CHECK(facts.products[0].confidence == Confidence::certain);
  }
}

TEST_CASE("12: legacy fonts are recognised by what they become") {
  // "Cộng hòa", "Độc lập", "Kính gửi", "phiên bản", "an toàn", "cảnh báo" in TCVN3, pasted as Latin-1.
  const std::string tcvn3 = "Sè: 55/CATTT-NCSC\nKÝnh göi: c¸c ®¬n vÞ. C¶nh b¸o an toµn th«ng tin: phiªn b¶n tr\xc2\xad\xc3\xad" "c 7.2.5 cña FortiOS, n©ng cÊp ngay";
  const auto facts = facts_of(tcvn3);
  CHECK(facts.text.find("an toàn thông tin") != std::string::npos);
  CHECK(facts.numbers.at(0).value == "55/CATTT-NCSC");
}

TEST_CASE("13: hours, and days from the letter's own date") {
  const auto facts = facts_of("Hà Nội, ngày 1 tháng 6 năm 2026\nKính gửi: Sở\nGửi báo cáo trong thời hạn 48 giờ; khắc phục xong trong vòng 10 (mười) ngày.");
  REQUIRE(facts.deadlines.size() == 2);
  CHECK(facts.deadlines[0].value.days == 2);
  CHECK(facts.deadlines[0].value.is_report);
  CHECK(facts.deadlines[1].value.day == *Date::of(2026, 6, 11));
}

TEST_CASE("14: what is no letter gives nothing, and a lie on the way is refused") {
  const auto facts = facts_of("Hôm nay trời đẹp 24/7, tỷ lệ 3/4, km/h.");
  CHECK(facts.numbers.empty());
  CHECK(facts.cves.empty());
  CHECK(facts.products.empty());
  Budget budget({});
  CHECK(!letter_from_json(R"({"text":"x"})", budget).has_value());
}

TEST_CASE("15: what to install stands in another paragraph than the product") {
  const std::string told = "Lỗ hổng trong FortiOS từ phiên bản 7.4.0 đến 7.4.3 cho phép thực thi mã từ xa.\n\nĐề nghị nâng cấp lên phiên bản 7.4.4.";
  const auto facts = facts_of(told);
  CHECK(product(facts, "FortiOS").fixed == "7.4.4");
  CHECK(facts.products.at(0).confidence == Confidence::likely);
  // Of two products nothing tells which is meant.
  const auto two = facts_of("BIG-IP phiên bản trước 17.1.1 cũng bị ảnh hưởng.\n\n" + told);
  CHECK(product(two, "FortiOS").fixed.empty());
  CHECK(product(two, "BIG-IP").fixed.empty());
}
