#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "house.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/shifts.hpp"

namespace khien::reporting {
namespace {

std::string field_of(const Error& error) {
  const auto refusal = duty::refusal_of(error);
  return refusal ? std::string(to_string(refusal->code)) + ":" + refusal->field : std::string(to_string(error.code()));
}

const incident::SeverityTable& severities() {
  static const auto table = [] {
    std::ifstream file(std::string(KHIEN_CONTENT) + "/incidents/severities.yaml", std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    Budget budget({.depth = 8, .entries = 10'000});
    return incident::read_severities(text.str(), budget).value();
  }();
  return table;
}

// A serious incident of the health department, found an hour ago.
struct Serious {
  House house;
  std::shared_ptr<const duty::TenantLaw> law = house.law();
  incident::IncidentId id = opened();

  incident::Rules rules() const { return {law->catalogue(), severities()}; }
  incident::IncidentId opened() {
    return house.write([&](store::Connection& c) {
      return incident::open_incident(c, house.scope(), rules(),
                                     {.unit = house.health, .title = "Máy chủ bị mã hóa", .kind = incident::Kind::malware, .severity = Severity::critical,
                                      .detected_at = kNow - hours(1), .words = "Tệp đổi tên hàng loạt", .traits = {}, .findings = {},
                                      .source = incident::Source::person},
                                     kMaker.user, kNow);
    }).value();
  }
  incident::IncidentDetail kept() {
    return house.road.read([&](store::Connection& c) { return incident::get_incident(c, house.scope(), id, house.road.clock().now()); }).value();
  }
  const incident::Clock* clock(const incident::IncidentDetail& detail, std::string_view clock) {
    const auto found = std::ranges::find_if(detail.clocks, [&](const auto& one) { return one.words.id == clock; });
    return found == detail.clocks.end() ? nullptr : &*found;
  }
  Result<ReportId> make(std::string_view kind, std::optional<UnitId> unit, std::string_view period = "2026-11-22") {
    return house.write([&](store::Connection& c) -> Result<ReportId> {
      TRY(const auto counting, count_report(c, house.scope(), *shipped_kinds(), law, {.kind = std::string(kind), .period = std::string(period), .unit = unit, .incident = id},
                                            house.road.clock().now()));
      return keep_report(c, house.scope(), counting, kMaker.user, house.road.clock().now());
    });
  }
  ReportId frozen(std::string_view kind, int number, const std::set<std::string>& open = {}) {
    const auto made = make(kind, house.health);
    REQUIRE_MESSAGE(made, made.error().what());
    std::map<std::string, std::string> words;
    const auto detail = house.detail(*made).value();
    for (const auto& field : detail.kind.fields) {
      if (!detail.snapshot.words.contains(field.id) && !open.contains(field.id)) words[field.id] = "Không có.";
    }
    REQUIRE(house.change(*made, {.words = words, .issuer = House::issuer()}));
    const auto done = house.freeze(*made, number, vietnam_day(house.road.clock().now()));
    REQUIRE_MESSAGE(done, done.error().what());
    return *made;
  }
};

TEST_CASE("a report of an incident is made of what was kept of it, with its clocks and their articles") {
  Serious one;
  REQUIRE(one.house.write([&](store::Connection& c) {
    return incident::note_incident(c, one.house.scope(), one.id, {.words = "Đã ngắt máy chủ khỏi mạng", .happened_at = {}, .evidence = {}}, kMaker.user, kNow);
  }));
  const auto detail = one.house.detail(one.make("incident-first", one.house.health).value()).value();
  CHECK(detail.report.incident == one.id);
  const auto& snapshot = detail.snapshot;
  CHECK(snapshot.about == "incident:" + std::to_string(one.id.value));
  CHECK(snapshot.words.at("name") == "Máy chủ bị mã hóa");
  CHECK(snapshot.words.at("unit") == "Sở Y tế");
  CHECK(snapshot.words.at("detected_at") == "14 giờ 00 phút ngày 22/11/2026");
  CHECK(snapshot.words.at("what").find("Tệp đổi tên hàng loạt") != std::string::npos);
  CHECK(snapshot.words.at("actions").find("Đã ngắt máy chủ khỏi mạng") != std::string::npos);
  CHECK(one.house.value(snapshot, "incident.state") == report::Value(std::string("Đang xử lý")));
  // The soonest clock, and the article that it comes from.
  const auto kept = one.kept();
  REQUIRE(kept.incident.next_clock);
  CHECK(one.house.value(snapshot, "incident.report_due") == report::Value(*kept.incident.next_clock->times.due));
  CHECK(one.house.value(snapshot, "incident.basis") == report::Value(kept.incident.next_clock->words.basis));
  const auto* clocks = snapshot.table("incident.clocks");
  REQUIRE(clocks != nullptr);
  CHECK(clocks->rows.size() == kept.clocks.size());
  CHECK(snapshot.table("incident.timeline")->rows.size() >= 2);
  const auto page = report::plain_text(report::compose(detail.kind, [&] {
    auto filled = snapshot;
    for (const auto& field : detail.kind.fields) filled.words.emplace(field.id, "x");
    return filled;
  }(), {}, report::Language::vi).value());
  CHECK(page.find(kept.incident.next_clock->words.basis) != page.npos);
  // It is counted when its period is over, too: an incident is told as it stands.
  one.house.road.clock().advance(days(2));
  REQUIRE(one.house.change(detail.report.id, {}, true));
  CHECK(one.house.detail(detail.report.id).value().snapshot.cut_off == one.house.road.clock().now());
  CHECK(one.house.detail(detail.report.id).value().snapshot.words.at("name") == "Máy chủ bị mã hóa");
}

TEST_CASE("sending the reports of an incident meets its clocks in the same act") {
  Serious one;
  const auto first = one.frozen("incident-first", 1);
  REQUIRE(one.clock(one.kept(), "preliminary") != nullptr);
  CHECK_FALSE(one.clock(one.kept(), "preliminary")->times.met);
  one.house.road.clock().advance(minutes(10));
  const auto now = one.house.road.clock().now();
  CHECK(field_of(one.house.send(first, {kToday, "Bộ Công an", "document_axis", "", {}, now + minutes(1)}).error()) == "invalid:sent_at");
  REQUIRE(one.house.send(first, {kToday, "Bộ Công an", "document_axis", "", {}, now - minutes(5)}));
  auto kept = one.kept();
  CHECK(one.clock(kept, "preliminary")->times.met == now - minutes(5));
  REQUIRE(kept.reports.size() == 1);
  CHECK(kept.reports[0].document == first.value);
  CHECK(kept.reports[0].channel == incident::Channel::document_axis);
  const auto told = one.house.detail(first).value().history.front().words;
  CHECK(told.find("Sự cố " + std::to_string(one.id.value) + ": đã ghi nhận «") != told.npos);
  // The duty of the directive is proved by the first one, too.
  CHECK(one.house.detail(first).value().duties.size() == 1);
  // A clock that the person names.
  const auto second = one.frozen("incident-first", 2);
  REQUIRE(one.house.send(second, {kToday, "Bộ Công an", "paper", "", {}, {}, "initial"}));
  CHECK(one.clock(one.kept(), "initial")->times.met);
  // An update that leaves the cause open is not the report of the cause.
  const auto open = one.frozen("incident-update", 5, {"cause"});
  REQUIRE(one.house.send(open));
  CHECK_FALSE(one.clock(one.kept(), "report")->times.met);
  CHECK(one.house.detail(open).value().history.front().words.find("văn bản chưa nêu nguyên nhân") != std::string::npos);
  const auto update = one.frozen("incident-update", 3);
  REQUIRE(one.house.send(update));
  kept = one.kept();
  CHECK(one.clock(kept, "report")->times.met == one.house.road.clock().now());
  for (const auto& clock : kept.clocks) CHECK_MESSAGE((!clock.times.due || clock.times.met), clock.words.id);
  // Nothing is left to meet; the sending stands.
  const auto again = one.frozen("incident-update", 4);
  REQUIRE(one.house.send(again));
  CHECK(one.house.detail(again).value().history.front().words.find("không còn hạn báo cáo nào") != std::string::npos);
}

TEST_CASE("a report that went to somebody else, or before it was frozen, meets no clock") {
  Serious one;
  const auto before = one.house.road.clock().now();
  one.house.road.clock().advance(minutes(10));
  const auto first = one.frozen("incident-first", 1);
  one.house.road.clock().advance(minutes(10));
  CHECK(field_of(one.house.send(first, {kToday, "Bộ Công an", "document_axis", "", {}, before}).error()) == "invalid:sent_at");
  CHECK(field_of(one.house.send(first, {kToday, "Bộ Công an", "document_axis", "", {}, before + minutes(10) - milliseconds(1)}).error()) == "invalid:sent_at");
  REQUIRE(one.house.send(first, {kToday, "Sở Thông tin", "document_axis", "", {}, before + minutes(10)}));
  CHECK_FALSE(one.clock(one.kept(), "preliminary")->times.met);
  CHECK(one.kept().reports.size() == 1);
  CHECK(one.house.detail(first).value().history.front().words.find("đã ghi việc gửi nhưng chưa tính là «") != std::string::npos);
}

TEST_CASE("the cause that a document names becomes the incident's") {
  Serious one;
  REQUIRE(one.house.send(one.frozen("incident-update", 1)));
  CHECK(one.clock(one.kept(), "report")->times.met);
  CHECK(one.kept().cause == "Không có.");
}

TEST_CASE("a timeline of more lines than a document prints is told from its beginning, and how many are left out is said") {
  Serious one;
  for (int i = 0; i < 70; ++i) {
    one.house.road.clock().advance(minutes(1));
    REQUIRE(one.house.write([&](store::Connection& c) {
      return incident::note_incident(c, one.house.scope(), one.id, {.words = "việc " + std::to_string(i), .happened_at = {}, .evidence = {}}, kMaker.user, one.house.road.clock().now());
    }));
  }
  const auto detail = one.house.detail(one.make("incident-update", one.house.health).value()).value();
  const auto* timeline = detail.snapshot.table("incident.timeline");
  REQUIRE(timeline != nullptr);
  const auto kept = one.house.road.read([&](store::Connection& c) { return incident::first_lines(c, one.house.scope(), one.id, 1'000); }).value();
  REQUIRE(timeline->rows.size() == 61);
  CHECK(timeline->rows.front().cells[0] == report::Value(kept.items.front().happened_at));
  CHECK(std::get<std::string>(timeline->rows.back().cells[1]).starts_with("Còn " + std::to_string(kept.total - 60) + " dòng diễn biến nữa"));
  CHECK(detail.snapshot.words.at("progress").find("việc 69") != std::string::npos);
  CHECK(detail.snapshot.words.at("progress").find("việc 0\n") != std::string::npos);
}

TEST_CASE("the closing report tells cause and lesson, and meets its clock though the incident is closed") {
  Serious one;
  REQUIRE(one.house.write([&](store::Connection& c) {
    return incident::move_incident(c, one.house.scope(), one.id,
                                   {.state = incident::State::closed, .words = "Đã báo bằng điện thoại", .cause = "Lộ tài khoản quản trị", .lesson = "Bật xác thực hai bước"},
                                   kMaker.user, kNow);
  }));
  const auto closing = one.frozen("incident-closing", 1);
  const auto detail = one.house.detail(closing).value();
  CHECK(detail.snapshot.words.at("cause") == "Lộ tài khoản quản trị");
  CHECK(detail.snapshot.words.at("lessons") == "Bật xác thực hai bước");
  CHECK(detail.snapshot.words.at("closed_at") == "15 giờ 00 phút ngày 22/11/2026");
  REQUIRE(one.house.send(closing));
  CHECK(one.house.detail(closing).value().report.state == ReportState::sent);
  CHECK(one.house.detail(closing).value().history.front().words.find("đã ghi nhận «") != std::string::npos);
  REQUIRE(one.kept().reports.size() == 1);
  CHECK(one.clock(one.kept(), "report")->times.met);
}

TEST_CASE("a website of an incident's findings is named in its documents with its own unit and state") {
  Serious one;
  REQUIRE(one.house.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO site (tenant_id, unit_id, address, title, label, search_key, created_at) VALUES (?1, ?2, 'https://xa.lamgiang.gov.vn', '', '', '', 0)",
                   {one.house.road.tenant(), one.house.commune}));
    TRY_VOID(c.run("INSERT INTO incident_finding (tenant_id, incident_id, finding_id, unit_id, judge, rule, subject, severity, site_id, asset_name, first_seen, added_at) "
                   "VALUES (?1, ?2, 1, ?3, 'watch', 'w', 's', 3, ?4, 'x', 1, 1)",
                   {one.house.road.tenant(), one.id, one.house.commune, c.last_insert_id()}));
    return {};
  }));
  const auto detail = one.house.detail(one.make("incident-first", one.house.health).value()).value();
  const auto* assets = detail.snapshot.table("incident.assets");
  REQUIRE(assets != nullptr);
  REQUIRE(assets->rows.size() == 1);
  CHECK(assets->rows[0].cells[0] == report::Value(std::string("https://xa.lamgiang.gov.vn")));
  CHECK(assets->rows[0].cells[1] == report::Value(std::string("Trang web")));
  CHECK(assets->rows[0].cells[3] == report::Value(std::string("Còn phát hiện chưa xử lý")));
}

TEST_CASE("a report of an incident is of its unit, its day and its kind") {
  Serious one;
  CHECK(field_of(one.make("incident-first", one.house.commune).error()) == "invalid:unit");
  CHECK(field_of(one.make("incident-first", one.house.health, "2026-11-21").error()) == "invalid:period");
  CHECK(field_of(one.make("advisory-status", one.house.health).error()) == "invalid:incident");
  CHECK(one.make("incident-first", {}).has_value());  // of the whole
  one.id.value += 99;
  CHECK(one.make("incident-first", one.house.health).error().code() == Code::not_found);
}

TEST_CASE("incidents of a period are those that were detected in it") {
  Serious one;
  const auto snapshot = one.house.gathered("security-half-year", "2026-H2").value();
  CHECK(one.house.value(snapshot, "incidents.total") == report::Value(std::int64_t{1}));
  CHECK(one.house.value(snapshot, "incidents.serious") == report::Value(std::int64_t{1}));
  CHECK(one.house.value(snapshot, "incidents.open") == report::Value(std::int64_t{1}));
  CHECK(snapshot.table("incidents.list")->rows.size() == 1);
  const auto of_another = one.house.gathered("unit-year", "2026", one.house.commune).value();
  if (const auto* total = of_another.figure("incidents.total")) CHECK(total->value == report::Value(std::int64_t{0}));
  one.house.road.clock().advance(days(60));
  const auto next = one.house.gathered("security-half-year", "2027-H1").value();
  CHECK(one.house.value(next, "incidents.total") == report::Value(std::int64_t{0}));
  CHECK(one.house.value(next, "incidents.open") == report::Value(std::int64_t{1}));
}

TEST_CASE("a roster's record tells shifts, gaps to the minute, calls and what was handed over") {
  House house;
  house.road.clock().advance(days(45));  // 2027-01-06
  const auto all = house.calendar();
  const auto next = std::ranges::find_if(all, [&](const auto& one) {
    return one.duty->id == "ĐN-1.4.roster" && one.unit == house.health && one.period.from > kToday + 45;
  });
  REQUIRE(next != all.end());
  const auto windows = house.law()->catalogue().calendar().windows(next->period.from, next->period.to);
  REQUIRE(windows.size() == 1);
  const roster::Span span{windows[0].from, windows[0].to};
  const auto add = [&](Timestamp from, Timestamp to, std::string_view person) {
    const auto added = house.write([&](store::Connection& c) {
      return roster::add_shift(c, house.scope(), {.unit = house.health, .span = {from, to}, .person = std::string(person), .phone = "0912000111"}, kMaker.user, house.road.clock().now());
    });
    REQUIRE_MESSAGE(added, added.error().what());
    return *added;
  };
  // Nobody was entered: that is not zero minutes.
  const auto before = house.detail(house.make("duty-roster-record", next->period.id, house.health).value()).value().snapshot;
  CHECK(std::holds_alternative<report::Unknown>(house.value(before, "rosters_gap_minutes")));
  const auto middle = span.from + hours(24);
  const auto first = add(span.from, middle, "Trần Văn Trực");
  add(middle + minutes(1), span.to, "Lê Thị Trực");
  const auto ahead = house.detail(house.make("duty-roster-record", next->period.id, house.health).value()).value().snapshot;
  CHECK(house.value(ahead, "roster.shifts") == report::Value(std::int64_t{2}));
  CHECK(house.value(ahead, "rosters_gap_minutes") == report::Value(std::int64_t{1}));
  REQUIRE(ahead.table("roster.gaps")->rows.size() == 1);
  CHECK(ahead.table("roster.gaps")->rows[0].cells[0] == report::Value(middle));
  CHECK(ahead.table("roster.list")->rows.size() == 2);
  // While it runs, and after.
  house.road.clock().advance(span.from + hours(2) - house.road.clock().now());
  REQUIRE(house.write([&](store::Connection& c) { return roster::ask(c, house.scope(), house.health, kMaker.user, house.road.clock().now()); }));
  REQUIRE(house.write([&](store::Connection& c) { return roster::hand_over(c, house.scope(), first, "Không có gì bất thường", kMaker.user, house.road.clock().now()); }));
  house.road.clock().advance(middle + hours(2) - house.road.clock().now());
  const auto call = house.write([&](store::Connection& c) { return roster::ask(c, house.scope(), house.health, kMaker.user, house.road.clock().now()); });
  REQUIRE(call);
  house.road.clock().advance(minutes(10));
  REQUIRE(house.write([&](store::Connection& c) { return roster::answer(c, house.scope(), *call, kMaker.user, house.road.clock().now()); }));
  house.road.clock().advance(span.to + hours(1) - house.road.clock().now());
  const auto after = house.detail(house.make("duty-roster-record", next->period.id, house.health).value()).value().snapshot;
  CHECK(house.value(after, "roster.answered") == report::Value(report::Ratio{1, 2}));
  // Whose shift it was, and who wrote.
  CHECK(after.words.at("handover").find("ca của Trần Văn Trực, ") != std::string::npos);
  CHECK(after.words.at("handover").find(" ghi: Không có gì bất thường") != std::string::npos);
  CHECK(std::get<std::string>(after.table("roster.list")->rows[0].cells[5]) == "Không trả lời");
  // Of each person the call that went to them, and who wrote down that they were reached.
  CHECK(std::get<std::string>(after.table("roster.list")->rows[1].cells[5]).starts_with("Có trả lời qua điện thoại, "));
  CHECK(std::holds_alternative<std::int64_t>(house.value(after, "detections.total")));
  // Of the whole: also who has to be on duty and entered nobody.
  const auto whole = house.detail(house.make("duty-roster-record", next->period.id).value()).value().snapshot;
  CHECK(house.value(whole, "rosters_gap_minutes") == report::Value(std::int64_t{1}));
}

// More rows than a snapshot names.
TEST_CASE("a figure of many rows walks back to every one of them") {
  House house;
  REQUIRE(house.write([&](store::Connection& c) {
    return c.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10250) "
                 "INSERT INTO site (tenant_id, unit_id, address, title, label, search_key, created_at) "
                 "SELECT ?1, ?2, 'https://' || i || '.lamgiang.gov.vn', '', '', '', 0 FROM n",
                 {house.road.tenant(), house.commune});
  }));
  const auto id = house.ready("unit-year", "2026", house.commune);
  const auto detail = house.detail(id).value();
  const auto* figure = detail.snapshot.figure("sites.total");
  REQUIRE(figure != nullptr);
  CHECK(figure->row_count == 10250);
  CHECK(figure->rows.size() == report::kMostRowsOfFigure);
  REQUIRE(figure->all_rows);
  const auto rows = [&] {
    std::vector<std::string> keys;
    std::string cursor;
    while (true) {
      const auto page = house.road.read([&](store::Connection& c) { return name_rows(c, house.scope(), id, *figure, cursor, 500); }).value();
      CHECK(page.total == 10250);
      for (const auto& row : page.items) keys.push_back(row.key);
      if (!page.next) return keys;
      cursor = *page.next;
    }
  };
  const auto keys = rows();
  REQUIRE(keys.size() == 10250);
  CHECK(std::ranges::is_sorted(keys));
  std::string lines;
  for (const auto& key : keys) lines += key + "\n";
  CHECK(sha256(lines) == *figure->all_rows);
  REQUIRE(house.freeze(id));
  const auto refused = [&](store::Sql sql) { return !house.write([&](store::Connection& c) { return c.run(sql); }); };
  CHECK(refused("DELETE FROM report_rows"));
  CHECK(refused("UPDATE report_rows SET keys = ''"));
  CHECK(refused("INSERT INTO report_rows SELECT tenant_id, report_id, figure, part + 1, keys FROM report_rows"));
  CHECK(rows() == keys);
  const auto page = report::plain_text(report::compose(detail.kind, detail.snapshot, {}, report::Language::vi).value());
  CHECK(page.find("Tệp số liệu liệt kê 10.000 bản ghi đầu; 250 bản ghi còn lại lưu cùng văn bản trên hệ thống.") != page.npos);
}

}  // namespace
}  // namespace khien::reporting
