// A list of incidents from outside: whole or not at all, and twice is once.
#include "khien/incident/imports.hpp"
#include "office.hpp"

namespace khien::incident {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Lists : Office {
  static Table table(Rows rows, std::vector<std::string> headings = {"Mã", "Đơn vị", "Tên sự cố", "Loại sự cố", "Mức độ", "Thời điểm phát hiện", "Mô tả", "Dữ liệu cá nhân"}) {
    Table made;
    auto& sheet = made.sheets.emplace_back();
    sheet.rows.push_back({1, std::move(headings)});
    for (auto& cells : rows) sheet.rows.push_back({static_cast<std::int64_t>(sheet.rows.size()) + 1, std::move(cells)});
    return made;
  }
  ImportReport bring(const Table& list) { return bring(list, scope()); }
  ImportReport bring(const Table& list, const store::TenantScope& as) {
    ImportReport report;
    write([&](store::Connection& c) -> Result<void> {
      TRY(report, import_incidents(c, as, rules(), read_incidents(list), analyst, now));
      return {};
    });
    return report;
  }
  std::int64_t open_now() { return list({}).counts.open; }
};

const std::vector<std::string> kFirst{"17", "Xã Đông", "Máy chủ thư gửi thư rác", "Mã độc", "Cao", "26/11/2026 07:30", "Gửi 5.000 thư lạ", "không"};
const std::vector<std::string> kSecond{"18", "xa tay", "Lộ danh sách học sinh", "Lộ dữ liệu", "nghiêm trọng", "2026-11-25 23:00", "Tệp đăng công khai", "có"};

TEST_CASE("a list is opened row by row, with clocks from the moment it says; twice is the same") {
  Lists lists;
  const auto report = lists.bring(Lists::table({kFirst, kSecond}));
  CHECK(report.problems_total == 0);
  CHECK(report.rows == 2);
  CHECK(report.opened == 2);
  REQUIRE(report.incidents.size() == 2);
  const auto first = lists.detail(report.incidents[0]);
  CHECK(first.incident.unit == lists.commune);
  CHECK(first.incident.title == "Máy chủ thư gửi thư rác");
  CHECK(first.incident.kind == Kind::malware);
  CHECK(first.incident.severity == Severity::high);
  CHECK(first.incident.source == Source::outside);
  CHECK(first.incident.detected_at == at("2026-11-26T07:30:00+07:00"));
  CHECK(first.clocks.front().words.due == at("2026-11-27T07:30:00+07:00"));
  const auto second = lists.detail(report.incidents[1]);
  CHECK(second.incident.unit == lists.other);
  CHECK(second.incident.personal_data);
  CHECK(second.incident.kind == Kind::data_breach);

  const auto again = lists.bring(Lists::table({kFirst, kSecond}));
  CHECK(again.opened == 0);
  CHECK(again.known == 2);
  // A row more, and the first in other words: its sender's number, unit and moment say which it is.
  auto reworded = kFirst;
  reworded[2] = "Máy chủ thư bị chiếm";
  auto third = kFirst;
  third[0] = "19";
  const auto more = lists.bring(Lists::table({reworded, kSecond, third}));
  CHECK(more.opened == 1);
  CHECK(more.known == 2);
  CHECK(lists.detail(report.incidents[0]).incident.title == "Máy chủ thư gửi thư rác");
  CHECK(lists.open_now() == 3);
}

TEST_CASE("without a sender's number unit, name and moment say which it is") {
  Lists lists;
  auto bare = kFirst;
  bare[0] = "";
  CHECK(lists.bring(Lists::table({bare, bare})).opened == 1);
  CHECK(lists.bring(Lists::table({bare})).known == 1);
  auto later = bare;
  later[5] = "26/11/2026 07:31";
  CHECK(lists.bring(Lists::table({later})).opened == 1);
}

TEST_CASE("one wrong row and nothing is opened; each fault names its row and column") {
  Lists lists;
  const auto wrong = [&](std::size_t column, const std::string& value) {
    auto row = kSecond;
    row[column] = value;
    const auto report = lists.bring(Lists::table({kFirst, row}));
    CHECK(report.opened == 0);
    CHECK(lists.open_now() == 0);
    REQUIRE_MESSAGE(report.problems_total == 1, value);
    CHECK(report.problems[0].row == 3);
    return report.problems[0];
  };
  CHECK(wrong(1, "Xã không có").column == "Đơn vị");
  CHECK(wrong(1, "Xã không có").value == "Xã không có");
  CHECK(wrong(2, "").column == "Tên sự cố");
  CHECK(wrong(2, std::string(201, 'x')).message.en == "The text is too long.");
  CHECK(wrong(3, "Sâu").column == "Loại sự cố");
  CHECK(wrong(4, "vừa vừa").column == "Mức độ");
  CHECK(wrong(5, "11/26/2026 07:30").column == "Thời điểm phát hiện");
  CHECK(wrong(5, "26/11/2026").message.vi.starts_with("Cần cả ngày và giờ"));
  CHECK(wrong(5, "27/11/2026 07:30").column == "Thời điểm phát hiện");  // ahead
  CHECK(wrong(6, " ").column == "Mô tả");
  CHECK(wrong(7, "có lẽ").column == "Dữ liệu cá nhân");
  CHECK(wrong(0, "17").message.en.starts_with("The number is another incident's"));
  const auto headless = lists.bring(Lists::table({kFirst}, {"a", "b"}));
  CHECK(headless.problems_total == 1);
  CHECK(headless.problems[0].row == 0);
  Rows many(501, kFirst);
  CHECK(lists.bring(Lists::table(many)).problems[0].message.en == "At most 500 rows at a time.");
  REQUIRE(lists.bring(Lists::table({kFirst})).opened == 1);
  auto moved = kFirst;
  moved[1] = "Xã Tây";
  CHECK(lists.bring(Lists::table({moved})).problems[0].column == "Mã");
}

TEST_CASE("a list opens nothing outside of who brings it in, and a foreign unit is as one that is not there") {
  Lists lists;
  const auto foreign = lists.bring(Lists::table({kSecond}), lists.scope_of(lists.commune));
  auto absent = kSecond;
  absent[1] = "Xã không có";
  const auto nobody = lists.bring(Lists::table({absent}), lists.scope_of(lists.commune));
  CHECK(foreign.problems[0].message == nobody.problems[0].message);
  CHECK(lists.bring(Lists::table({kFirst}), lists.scope_of(lists.commune)).opened == 1);
}

TEST_CASE("the number of a list never changes, and two of one name are nobody's guess") {
  Lists lists;
  const auto id = lists.bring(Lists::table({kFirst})).incidents.at(0);
  CHECK_FALSE(lists.attempt([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE incident SET outside_key = '' WHERE id = ?1", {id}));
    return {};
  }));
  UnitId namesake;
  lists.write([&](store::Connection& c) -> Result<void> {
    TRY(namesake, estate::create_unit(c, lists.scope(), "Xã Đông", estate::UnitKind::commune, lists.other, lists.now));
    return {};
  });
  auto row = kFirst;
  row[0] = "20";
  CHECK(lists.bring(Lists::table({row})).problems[0].column == "Đơn vị");
  row[1] = std::to_string(namesake.value);
  CHECK(lists.bring(Lists::table({row})).opened == 1);
}

}  // namespace
}  // namespace khien::incident
