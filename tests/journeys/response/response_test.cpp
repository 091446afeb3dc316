// What people do together when something is serious, from the request to the last clock: the hub's own
// handlers, its store, and its minutes.
#include <doctest/doctest.h>

#include "town.hpp"

namespace khien::api {
namespace {

using net::Method;

std::string malware_finding(Town& town) {
  auto machine = town.world.enrol(town.province, town.department, "mx1");
  const auto now = town.world.clock.now();
  const auto answer = town.world.report(machine, {{now, described("mx1")}, {now, all_running(now)}, {now, complete_scan(now)}, {now, bad_file("/srv/mail/hoa-don.com")}});
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  const auto findings = town.get(*town.officer, "/findings?view=open");
  REQUIRE(field_of(findings, "items.0.subject") == "/srv/mail/hoa-don.com");
  return field_of(findings, "items.0.id");
}

std::string open_incident(Town& town, const std::string& finding, Timestamp detected) {
  const auto opened = town.post_to(*town.operator_, "/incidents", 201,
                                   R"({"unit":)" + std::to_string(town.department.value) + R"(,"title":"Mã độc trên máy chủ thư","kind":"malware","severity":"high",)" +
                                       R"("words":"Tệp lạ gửi hàng loạt","detected_at":")" + to_rfc3339(detected) + R"(","findings":[)" + finding + "]}");
  CHECK(field_of(opened, "incident.source") == "finding");
  CHECK(field_of(opened, "machines.0.name") == "mx1");
  return field_of(opened, "incident.id");
}

TEST_CASE("malware becomes an incident, is warned of, reported twice in time and closed: every clock is green") {
  Town town;
  const Timestamp detected = town.world.clock.now();
  const auto finding = malware_finding(town);
  town.pass(minutes(2));
  const auto id = open_incident(town, finding, detected);
  const std::string path = "/incidents/" + id;
  const auto today = town.today();
  town.pass(minutes(2));
  CHECK(town.times_told(*town.officer, "incident_opened") == 1);
  CHECK(town.clocks(id) == "initial running; report running");

  // The warning of the 24 hours, when a quarter of them is left, to the unit and to no-one above.
  town.wait_until(detected + hours(18) - minutes(1));
  CHECK(town.times_told(*town.officer, "incident_soon") == 0);
  town.pass(minutes(2));
  CHECK(town.minutes_of(id, "escalated", detected) == std::vector<std::int64_t>{18 * 60});
  CHECK(town.times_told(*town.officer, "incident_soon") == 1);
  CHECK(town.times_told(*town.leader, "incident_soon") == 0);
  CHECK(town.clocks(id) == "initial soon; report running");

  // To the wrong place first: kept, and it meets nothing.
  town.post_to(*town.officer, path + "/reports", 201,
               R"({"clock":"initial","step":"unit","sent_at":")" + town.now() + R"(","recipient":"Văn phòng UBND tỉnh","channel":"phone"})");
  CHECK(town.clocks(id) == "initial soon; report running");

  // The first report, signed and sent.
  const auto first = town.send_document("incident-first", today, R"(,"incident":)" + id, 1, "Cục A05, Bộ Công an");
  CHECK(town.clocks(id) == "initial met; report running");
  const auto after_first = town.get(*town.operator_, path);
  CHECK(field_of(after_first, "reports.0.document") == first);
  CHECK(field_of(after_first, "clocks.0.met_at") == town.now());

  // The machine is clean; the update names the cause, or the clock runs on.
  town.post_to(*town.officer, path + "/timeline", 201, R"({"words":"Đã rút máy mx1 khỏi mạng"})");
  town.wait_until(detected + hours(40));
  const std::string by_hand = R"({"clock":"report","step":"unit","sent_at":")" + town.now() + R"(","recipient":"Bộ Công an","channel":"phone"})";
  CHECK(field_of(town.post_to(*town.operator_, path + "/reports", 422, by_hand), "field") == "cause");
  CHECK(town.clocks(id) == "initial met; report running");
  town.ask(*town.operator_, Method::patch, path, 200, R"({"cause":"Mật khẩu quản trị yếu"})");
  town.send_document("incident-update", today, R"(,"incident":)" + id, 2, "Cục A05, Bộ Công an");
  CHECK(town.clocks(id) == "initial met; report met");

  town.post_to(*town.operator_, path + "/state", 200, R"({"state":"contained","words":"Đã cài lại máy"})");
  const auto closed = town.post_to(*town.operator_, path + "/state", 200, R"({"state":"closed","cause":"Mật khẩu quản trị yếu","lesson":"Bật xác thực hai lớp"})");
  CHECK(field_of(closed, "incident.state") == "closed");
  CHECK(field_of(closed, "incident.late") == "0");
  town.send_document("incident-closing", today, R"(,"incident":)" + id, 3, "Cục A05, Bộ Công an");

  // Days later nothing came due, nobody was told of anything late.
  town.wait_until(detected + hours(120));
  CHECK(town.clocks(id) == "initial met; report met");
  CHECK(town.minutes_of(id, "escalated", detected) == std::vector<std::int64_t>{18 * 60});
  CHECK(town.times_told(*town.operator_, "incident_late") == 0);
  CHECK(town.cell("TH-1.b4") != "overdue");
  CHECK(field_of(town.get(*town.operator_, "/incidents?view=late"), "total") == "0");
}

TEST_CASE("an incident on which nobody acts is carried up at its minutes, and the duty is overdue") {
  Town town;
  const Timestamp detected = town.world.clock.now();
  const auto finding = malware_finding(town);
  town.pass(minutes(1));
  const auto before = town.cell("TH-1.b4");
  CHECK(before != "overdue");
  const auto id = open_incident(town, finding, detected);

  town.wait_until(detected + hours(24));
  CHECK(town.clocks(id) == "initial soon; report running");
  CHECK(town.cell("TH-1.b4") != "overdue");
  CHECK(town.times_told(*town.operator_, "incident_late") == 0);
  town.pass(minutes(1));
  CHECK(town.clocks(id) == "initial late; report running");
  CHECK(town.times_told(*town.operator_, "incident_late") == 1);
  CHECK(town.cell("TH-1.b4") == "overdue");
  CHECK(field_of(town.get(*town.operator_, "/incidents"), "counts.late") == "1");

  town.wait_until(detected + hours(48));
  town.pass(minutes(1));
  CHECK(town.times_told(*town.leader, "incident_unmet") == 1);
  town.wait_until(detected + hours(96) + minutes(1));
  CHECK(town.clocks(id) == "initial late; report late");
  CHECK(town.minutes_of(id, "escalated", detected) == std::vector<std::int64_t>{18 * 60, 24 * 60, 48 * 60, 54 * 60, 72 * 60, 96 * 60});
  CHECK(town.times_told(*town.leader, "incident_unmet") == 2);
  // Closing ends nothing: words why are wanted, and both are still owed.
  CHECK(field_of(town.post_to(*town.operator_, "/incidents/" + id + "/state", 422, R"({"state":"closed","cause":"chưa rõ"})"), "field") == "words");
  town.post_to(*town.operator_, "/incidents/" + id + "/state", 200, R"({"state":"closed","cause":"chưa rõ","words":"không ai gửi"})");
  CHECK(town.cell("TH-1.b4") == "overdue");
}

// Twenty addresses of four communes, cleaned step by step, off after two lists without them.
TEST_CASE("a botnet list of twenty addresses goes to four units, is cleaned, and is over after two lists") {
  Town town;
  std::vector<UnitId> units;
  std::vector<Browser*> officers;
  for (int i = 0; i < 4; ++i) {
    units.push_back(town.world.add_unit(town.province, town.province.root, "Xã " + std::to_string(i + 1)));
    officers.push_back(&town.person("xa" + std::to_string(i + 1), Role::unit_officer, units.back(), "Cán bộ xã"));
  }
  // Three have registered their ranges; the fourth's comes by a list, after the addresses.
  const auto range = [](int i) { return "203.0.113." + std::to_string(i * 16) + "/28"; };
  for (int i = 0; i < 3; ++i) {
    town.post_to(*town.admin, "/address-ranges", 201, R"({"unit":)" + std::to_string(units[static_cast<std::size_t>(i)].value) + R"(,"range":")" + range(i) + R"(","purpose":"NAT"})");
  }
  const auto list = [&](const std::string& day, const std::string& csv) {
    const auto previewed = town.post_to(*town.admin, "/botnet/lists", 201,
                                        R"({"source":"Trung tâm An ninh mạng quốc gia","complete":true,"listed_on":")" + day + R"(","file_name":"ds.csv","content":")" +
                                            to_base64(as_bytes(csv)) + "\"}");
    town.post_to(*town.admin, "/botnet/lists/" + field_of(previewed, "list.id") + "/confirm", 200);
    return previewed;
  };
  const std::string header = "Địa chỉ IP;Thời gian;Loại mã độc;Máy chủ điều khiển\n";
  std::string csv = header;
  for (int i = 0; i < 4; ++i) {
    for (int k = 1; k <= 5; ++k) csv += "203.0.113." + std::to_string(i * 16 + k) + ";21/11/2026 08:15;Mirai;198.51.100.7:80\n";
  }
  const auto previewed = list(town.today(), csv);
  CHECK(field_of(previewed, "report.fresh") == "20");
  CHECK(field_of(previewed, "report.unknown") == "5");
  town.pass(minutes(15));
  CHECK(field_of(town.get(*town.admin, "/botnet/addresses"), "counts.unknown") == "5");
  const auto import = town.post_to(*town.admin, "/imports", 201,
                                   R"({"kind":"address_ranges","unit":)" + std::to_string(town.province.root.value) + R"(,"file_name":"dai.csv","content":")" +
                                       to_base64(as_bytes("Đơn vị,Dải địa chỉ,Mục đích\nXã 4," + range(3) + ",NAT của xã\n")) + "\"}");
  CHECK(field_of(town.post_to(*town.admin, "/imports/" + field_of(import, "id") + "/confirm", 200), "state") == "confirmed");
  CHECK(field_of(town.get(*town.admin, "/botnet/addresses"), "counts.unknown") == "0");
  town.pass(minutes(15));

  for (std::size_t i = 0; i < 4; ++i) {
    const auto own = town.get(*officers[i], "/botnet/addresses");
    CHECK(field_of(own, "total") == "5");
    for (int k = 0; k < 5; ++k) {
      const auto path = "/botnet/addresses/" + field_of(own, "items." + std::to_string(k) + ".id") + "/move";
      town.post_to(*officers[i], path, 409, R"({"event":"reported_clean"})");
      for (const char* step : {"find_machine", "isolate", "scan", "clean", "passwords"}) town.post_to(*officers[i], path, 200, std::string(R"({"event":"step","step":")") + step + "\"}");
      CHECK(field_of(town.post_to(*officers[i], path, 200, R"({"event":"reported_clean","note":"Đã cài lại"})"), "address.state") == "reported_clean");
    }
  }
  // Clean by everybody's word, and open until two lists are without them.
  CHECK(field_of(town.get(*town.admin, "/botnet/addresses"), "counts.open") == "20");
  town.world.clock.advance(days(7));
  CHECK(field_of(list(town.today(), header), "report.missing") == "20");
  CHECK(field_of(town.get(*town.admin, "/botnet/addresses"), "counts.open") == "20");
  town.world.clock.advance(days(7));
  CHECK(field_of(list(town.today(), header), "report.delisting") == "20");
  const auto over = town.get(*town.admin, "/botnet/addresses?view=delisted");
  CHECK(field_of(over, "counts.open") == "0");
  CHECK(field_of(over, "counts.delisted") == "20");
  for (std::size_t i = 0; i < 4; ++i) CHECK(field_of(town.get(*officers[i], "/botnet/addresses"), "total") == "0");
}

TEST_CASE("a roster of Tết with a hole of one minute: it is found, told of, and mended") {
  Town town;
  const auto unit = std::to_string(town.department.value);
  const std::string tet = "/roster?from=2027-02-01&to=2027-02-15&unit=" + unit;
  const auto empty = town.get(*town.officer, tet);
  const auto from = from_rfc3339(field_of(empty, "windows.0.from")).value();
  const auto to = from_rfc3339(field_of(empty, "windows.0.to")).value();
  CHECK(to - from > days(5));
  const auto shift = [&](Timestamp begins, Timestamp ends, const std::string& who) {
    return town.post_to(*town.officer, "/roster/shifts", 201,
                        R"({"unit":)" + unit + R"(,"from":")" + to_rfc3339(begins) + R"(","to":")" + to_rfc3339(ends) + R"(","person":")" + who + R"(","phone":"0912 345 678","part":"main"})");
  };
  const auto middle = from + days(2);
  shift(from, middle, "Trần Văn Trực");
  shift(middle + minutes(1), to, "Lê Thị Trực");

  const auto holed = town.get(*town.officer, tet);
  CHECK(field_of(holed, "windows.0.gap_minutes") == "1");
  CHECK(field_of(holed, "gap_minutes") == "1");
  const auto window = field_of(holed, "windows.0.id");
  CHECK(field_of(town.get(*town.operator_, "/roster/units?window=" + window + "&only_gaps=true"), "items.0.unit.id") == unit);
  // Told of before it begins, while it can be mended.
  town.wait_until(from - days(1));
  CHECK(town.times_told(*town.officer, "roster_gap") >= 1);
  CHECK(field_of(town.get(*town.officer, tet), "windows.0.gap_minutes") == "1");

  shift(middle, middle + minutes(1), "Ngô Văn Lấp");
  const auto whole = town.get(*town.officer, tet);
  CHECK(field_of(whole, "windows.0.gap_minutes") == "0");
  CHECK(field_of(whole, "gap_minutes") == "0");
  CHECK(field_of(town.get(*town.operator_, "/roster/units?window=" + window + "&only_gaps=true"), "total") == "0");

  // The signed record is what the duty still waits for. Of this holiday: the one before it went by without a roster.
  const auto of_tet = [&](std::string_view field) {
    const auto cell = town.get(*town.officer, "/duties/cell?unit=" + unit + "&clause=ĐN-1.4");
    for (int i = 0; field_of(cell, "instances." + std::to_string(i) + ".state") != "?absent"; ++i) {
      const auto at = "instances." + std::to_string(i) + ".";
      if (field_of(cell, at + "period_from").starts_with("2027-02")) return field_of(cell, at + std::string(field));
    }
    return std::string("?none");
  };
  CHECK(of_tet("state") == "due_soon");
  const auto record = town.send_document("duty-roster-record", of_tet("period_from"), "", 9, "Cơ quan thường trực");
  const auto waiting = town.get(*town.leader, "/duty-records?unit=" + unit + "&state=waiting");
  REQUIRE(field_of(waiting, "items.0.duty") == "ĐN-1.4.roster");
  CHECK(of_tet("state") != "met");
  town.post_to(*town.leader, "/duty-records/" + field_of(waiting, "items.0.id") + "/decision", 200, R"({"approve":true})");
  CHECK(of_tet("state") == "met");
  CHECK(field_of(town.get(*town.operator_, "/reports/" + record), "duties.0.duty") == "ĐN-1.4.roster");
}

}  // namespace
}  // namespace khien::api
