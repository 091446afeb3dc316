#include <doctest/doctest.h>

#include "house.hpp"

namespace khien::reporting {
namespace {

std::string field_of(const Error& error) {
  const auto refusal = duty::refusal_of(error);
  return refusal ? std::string(to_string(refusal->code)) + ":" + refusal->field : std::string(to_string(error.code()));
}

TEST_CASE("sending a document turns its duty green, with the document as evidence") {
  House house;
  const auto before = house.item(house.calendar(), "KG-1.5b.quarterly", "2026-Q4");
  CHECK(before.due == day("2026-12-19"));
  CHECK(before.of_whole);
  CHECK(before.unit == house.police);
  CHECK_FALSE(before.report);
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  const auto frozen = house.freeze(id);
  REQUIRE_MESSAGE(frozen, frozen.error().what());
  auto detail = house.detail(id).value();
  CHECK(detail.report.state == ReportState::frozen);
  CHECK(detail.report.number_words() == "07/BC-CAT");
  CHECK(detail.history.front().words == "07/BC-CAT");
  // What lies in a drawer proves nothing.
  CHECK(detail.duties.empty());
  CHECK(house.item(house.calendar(), "KG-1.5b.quarterly", "2026-Q4").state == before.state);
  REQUIRE(house.send(id));
  detail = house.detail(id).value();
  CHECK(detail.history.front().words == "Bộ Công an · document_axis\nKG-1.5b.quarterly: đã ghi nhận, kỳ bắt đầu ngày 01/10/2026.");
  REQUIRE(detail.duties.size() == 1);
  CHECK(detail.duties[0].duty == "KG-1.5b.quarterly");
  // The duty wants a second person: until then it waits.
  CHECK(house.item(house.calendar(), "KG-1.5b.quarterly", "2026-Q4").state == duty::DutyState::waiting);
  REQUIRE(house.write([&](store::Connection& c) {
    return duty::decide_duty_record(c, house.scope(), detail.duties[0].record, {true, ""}, kSecond, kNow);
  }));
  const auto all = house.calendar();
  const auto after = house.item(all, "KG-1.5b.quarterly", "2026-Q4");
  CHECK(after.state == duty::DutyState::met);
  CHECK(after.report == id);
  const auto record = house.road.read([&](store::Connection& c) { return duty::get_duty_record(c, house.scope(), detail.duties[0].record); }).value();
  REQUIRE(record.evidence.size() == 1);
  CHECK(record.unit == house.police);
  CHECK(record.evidence[0].sha256 == sha256(house.issued(id).value()));
  CHECK(record.statement.ends_with("số 07/BC-CAT ngày 22/11/2026, gửi ngày 22/11/2026"));
  // A second recipient, or a receipt, records nothing again.
  REQUIRE(house.send(id, {kToday, "Bộ Công an", "document_axis", "Biên nhận 12", {}}));
  CHECK(house.detail(id).value().duties.size() == 1);
}

TEST_CASE("the signed copy, and what was uploaded of the sending, are the evidence") {
  House house;
  const auto id = house.ready("unit-year", "2026", house.health);
  REQUIRE(house.freeze(id));
  auto copy = house.issued(id).value();
  copy.push_back(std::byte{'\n'});
  REQUIRE(house.write([&](store::Connection& c) { return keep_signed(c, house.scope(), id, copy, "Nguyễn Văn An", kMaker.user, kNow); }));
  const auto keep = [&](UnitId unit, std::string_view text) {
    return house.write([&](store::Connection& c) {
      return duty::keep_evidence(c, house.scope(), {.unit = unit, .file_name = "bien-nhan.txt", .bytes = as_bytes(text), .effective_on = {}, .by = kMaker.user}, kNow);
    }).value();
  };
  const auto receipt = keep(house.health, "receipt");
  const auto of_another = keep(house.commune, "not of this unit");
  REQUIRE(house.send(id, {kToday, "Sở", "paper", "Biên nhận 3", {receipt, of_another}}));
  const auto detail = house.detail(id).value();
  CHECK(detail.report.state == ReportState::received);
  REQUIRE(detail.duties.size() == 1);
  const auto record = house.road.read([&](store::Connection& c) { return duty::get_duty_record(c, house.scope(), detail.duties[0].record); }).value();
  std::vector<Sha256> proofs;
  for (const auto& one : record.evidence) proofs.push_back(one.sha256);
  CHECK(std::ranges::find(proofs, sha256(copy)) != proofs.end());
  CHECK(std::ranges::find(proofs, sha256(std::string_view("receipt"))) != proofs.end());
  CHECK(proofs.size() == 2);
}

// In what the history says of the sending.
std::string told(House& house, ReportId id) {
  const auto detail = house.detail(id).value();
  REQUIRE(detail.history.front().what == "sent");
  return detail.history.front().words;
}

bool tells(House& house, ReportId id, std::string_view words) { return told(house, id).find(words) != std::string::npos; }

TEST_CASE("a document of one unit proves nothing that the unit owes for all") {
  House house;
  const auto own = house.ready("malware-index-quarter", "2026-Q4", house.police);
  REQUIRE(house.freeze(own, 7));
  REQUIRE(house.send(own));
  CHECK(house.detail(own).value().duties.empty());
  CHECK(tells(house, own, "KG-1.5b.quarterly: không ghi nhận"));
  const auto whole = house.ready("malware-index-quarter", "2026-Q4");
  REQUIRE(house.freeze(whole, 8));
  REQUIRE(house.send(whole));
  CHECK(house.detail(whole).value().duties.size() == 1);
}

TEST_CASE("a record that stands stays, and the person is told") {
  House house;
  REQUIRE(house.write([&](store::Connection& c) {
    return duty::record_duty(c, house.scope(), *house.law(), {.unit = house.health, .duty = "HU-1.5b.yearly", .period_from = day("2026-01-01"), .done_on = kToday,
                                                              .statement = "Đã gửi bản giấy", .evidence = {}}, kMaker, kNow);
  }));
  const auto id = house.ready("unit-year", "2026", house.health);
  REQUIRE(house.freeze(id));
  REQUIRE(house.send(id));
  CHECK(house.detail(id).value().duties.empty());
  CHECK(tells(house, id, "HU-1.5b.yearly: không ghi nhận"));
}

TEST_CASE("a correction names what it replaces, both stay, and the duty counts the newest") {
  House house;
  const auto first = house.ready("malware-index-quarter", "2026-Q4");
  CHECK(field_of(house.correct(first).error()) == "invalid:replaces");  // a draft is changed, not replaced
  REQUIRE(house.freeze(first, 7));
  REQUIRE(house.send(first));
  const auto old_record = house.detail(first).value().duties.at(0).record;
  REQUIRE(house.write([&](store::Connection& c) { return duty::decide_duty_record(c, house.scope(), old_record, {true, ""}, kSecond, kNow); }));
  // Without naming it, no second one of the period is frozen.
  const auto unnamed = house.ready("malware-index-quarter", "2026-Q4");
  CHECK(field_of(house.freeze(unnamed, 8).error()) == "conflict:");
  CHECK(field_of(house.correct(first, " ").error()) == "invalid:reason");
  house.road.clock().advance(days(3));
  house.road.see(house.rural, {flow::infected("/new", "new")});
  const auto made = house.correct(first);
  REQUIRE_MESSAGE(made, made.error().what());
  auto corrected = house.detail(*made).value();
  // It begins with the words and the issuer of the other, and its own figures.
  CHECK(corrected.snapshot.words.at("assessment") == "Đã xử lý.");
  CHECK(corrected.snapshot.issuer == House::issuer());
  CHECK(house.value(corrected.snapshot, "detections.total") == report::Value(std::int64_t{3}));
  CHECK(corrected.history.front().words == "Thay thế văn bản số 07/BC-CAT ngày 22/11/2026. Lý do: Sai số liệu một đơn vị");
  REQUIRE(house.change(*made, {}, true));
  REQUIRE(house.freeze(*made, 8, kToday + 3));
  const auto page = report::plain_text(report::compose(corrected.kind, house.detail(*made).value().snapshot, {}, report::Language::vi).value());
  CHECK(page.find("Văn bản này thay thế Báo cáo số 07/BC-CAT ngày 22/11/2026. Lý do: Sai số liệu một đơn vị.") != page.npos);
  CHECK(house.detail(first).value().report.replaced_by == *made);
  CHECK(house.detail(first).value().duties.size() == 1);  // until the newest is sent
  CHECK(field_of(house.correct(first).error()) == "invalid:replaces");
  REQUIRE(house.send(*made));
  corrected = house.detail(*made).value();
  REQUIRE(corrected.duties.size() == 1);
  const auto record = [&](DutyRecordId id) { return house.road.read([&](store::Connection& c) { return duty::get_duty_record(c, house.scope(), id); }).value(); };
  CHECK(record(old_record).handling.state == duty::RecordState::withdrawn);
  const auto standing = record(corrected.duties[0].record);
  // What was done in time stays so; who approves looks at it again.
  CHECK(standing.done_on == kToday);
  CHECK(standing.handling.state == duty::RecordState::waiting);
  CHECK(standing.statement.find("thay thế văn bản số 07/BC-CAT ngày 22/11/2026") != std::string::npos);
  CHECK(standing.evidence[0].sha256 == sha256(house.issued(*made).value()));
  CHECK(house.item(house.calendar(), "KG-1.5b.quarterly", "2026-Q4").report == *made);
  // And one of the correction.
  house.road.clock().advance(days(1));
  const auto third = house.correct(*made).value();
  REQUIRE(house.freeze(third, 9, kToday + 4));
  REQUIRE(house.send(third));
  CHECK(record(corrected.duties[0].record).handling.state == duty::RecordState::withdrawn);
  CHECK(record(house.detail(third).value().duties.at(0).record).done_on == kToday);
}

TEST_CASE("what was replaced before it was sent is not sent") {
  House house;
  const auto first = house.ready("unit-year", "2026", house.health);
  REQUIRE(house.freeze(first, 7));
  const auto second = house.correct(first).value();
  const auto rival = house.correct(first).value();
  REQUIRE(house.freeze(second, 8));
  CHECK(field_of(house.freeze(rival, 9).error()) == "conflict:");
  CHECK(field_of(house.send(first).error()) == "conflict:");
  REQUIRE(house.send(second));
  const auto refused = [&](store::Sql sql) { return !house.write([&](store::Connection& c) { return c.run(sql); }); };
  CHECK(refused("UPDATE report SET replaces_id = NULL WHERE replaces_id IS NOT NULL"));
  CHECK(refused("UPDATE report SET counted_from = counted_from + 1 WHERE state <> 'draft'"));
  CHECK(refused("INSERT INTO report (tenant_id, unit_id, of_whole, kind, period, period_from, period_to, state, cut_off, digest, made_by, made_at, symbol, replaces_id) "
                "SELECT tenant_id, unit_id, of_whole, 'other', period, period_from, period_to, 'draft', cut_off, digest, made_by, made_at, symbol, id FROM report LIMIT 1"));
}

TEST_CASE("a document that was counted long before its duty is due proves nothing") {
  House house;
  house.road.clock().advance(days(41));  // 2027-01-02
  const auto early = house.ready("security-year", "2027");
  REQUIRE(house.freeze(early, 7, kToday + 41));
  REQUIRE(house.send(early));
  CHECK(house.detail(early).value().duties.empty());
  CHECK(tells(house, early, "TH-8.yearly: không ghi nhận hoàn thành. Số liệu mới tính đến ngày 02/01/2027"));
  const auto past = house.ready("security-year", "2026");
  REQUIRE(house.freeze(past, 8, kToday + 41));
  REQUIRE(house.send(past));
  CHECK(house.detail(past).value().duties.size() == 1);
}

TEST_CASE("a duty is done the day its document is sent, and not before it is frozen") {
  House house;
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  const auto late = house.ready("malware-index-quarter", "2026-Q4", house.health);
  house.road.clock().advance(days(30));
  REQUIRE(house.freeze(id, 7, kToday));
  // The person says it went out on the day of the paper: it was not frozen then.
  REQUIRE(house.send(id, {kToday, "Bộ Công an", "document_axis", "", {}}));
  const auto detail = house.detail(id).value();
  CHECK(detail.report.issued_on == kToday);
  REQUIRE(detail.duties.size() == 1);
  const auto record = house.road.read([&](store::Connection& c) { return duty::get_duty_record(c, house.scope(), detail.duties[0].record); }).value();
  CHECK(record.done_on == kToday + 30);
  house.road.clock().advance(days(2));  // 32 days after the cut-off
  CHECK(field_of(house.freeze(late, 8, kToday).error()) == "invalid:issued_on");
}

TEST_CASE("a document of one day proves the occurrence of that day alone") {
  House house;
  house.road.clock().advance(days(60));
  const auto year = house.ready("duty-roster-record", "2026", house.health);
  REQUIRE(house.freeze(year, 7, kToday + 60));
  REQUIRE(house.send(year));
  CHECK(house.detail(year).value().duties.empty());
  CHECK(tells(house, year, "Kỳ của văn bản không phải là một kỳ của nghĩa vụ."));
  const auto of_year = house.ready("incident-first", "2026", house.health);
  REQUIRE(house.freeze(of_year, 8, kToday + 60));
  REQUIRE(house.send(of_year));
  CHECK(house.detail(of_year).value().duties.empty());
  CHECK(tells(house, of_year, "đúng ngày xảy ra"));
  const auto all = house.calendar();
  const auto roster = std::ranges::find_if(all, [&](const auto& one) {
    return one.duty->id == "ĐN-1.4.roster" && one.unit == house.health && one.period.from <= kToday + 60;
  });
  REQUIRE(roster != all.end());
  const auto day_of = house.ready("duty-roster-record", roster->period.id, house.health);
  REQUIRE(house.freeze(day_of, 9, kToday + 60));
  REQUIRE(house.send(day_of));
  CHECK(house.detail(day_of).value().duties.size() == 1);
}

TEST_CASE("a roster is of the whole holiday, and is made and sent ahead of it") {
  House house;
  house.road.clock().advance(days(45));  // 2027-01-06
  const auto all = house.calendar();
  const auto next = std::ranges::find_if(all, [&](const auto& one) {
    return one.duty->id == "ĐN-1.4.roster" && one.unit == house.health && one.period.from > kToday + 45;
  });
  REQUIRE(next != all.end());
  const auto period = next->period;
  CHECK(period.to > period.from + 3);  // Tết, from the last working day before to the first after it
  const auto id = house.ready("duty-roster-record", period.id, house.health);
  const auto detail = house.detail(id).value();
  CHECK(detail.snapshot.period == period);
  CHECK(period_of(detail.report) == period);
  // Nothing is told of days that have not come.
  CHECK(std::holds_alternative<report::Unknown>(house.value(detail.snapshot, "detections.total")));
  REQUIRE(house.freeze(id, 7, kToday + 45));
  REQUIRE(house.send(id));
  CHECK(house.detail(id).value().duties.size() == 1);
  // Another document of days ahead is refused as ever.
  CHECK(field_of(house.make("unit-year", "2028", house.health).error()) == "invalid:period");
}

// Every moment of a year, and which document counted it.
TEST_CASE("of a year of quarterly reports each day is in exactly one") {
  House house;
  const auto begin = vietnam_moment(day("2026-10-01"));
  // Each cut off before its quarter is over, as its day of reporting wants; one is late, one is corrected.
  const std::vector<std::pair<std::string, Date>> made{{"2026-Q4", day("2026-12-19")}, {"2027-Q1", day("2027-03-18")}, {"2027-Q2", day("2027-07-02")},
                                                       {"2027-Q3", day("2027-09-19")}};
  std::vector<std::pair<Timestamp, Timestamp>> counted;
  int number = 1;
  for (const auto& [period, on] : made) {
    house.road.clock().advance(vietnam_moment(on) + hours(10) - house.road.clock().now());
    auto id = house.ready("malware-index-quarter", period);
    REQUIRE(house.freeze(id, number++, on));
    if (period == "2027-Q1") {
      house.road.clock().advance(days(2));
      id = house.correct(id).value();
      REQUIRE(house.freeze(id, number++, on + 2));
    }
    const auto snapshot = house.detail(id).value().snapshot;
    counted.emplace_back(snapshot.since.value_or(vietnam_moment(snapshot.data_from)), snapshot.cut_off);
    CHECK(snapshot.window_rule == report::kSinceLast);
  }
  CHECK(counted.front().first == begin);
  for (std::size_t i = 1; i < counted.size(); ++i) CHECK(counted[i].first == counted[i - 1].second + milliseconds(1));
  CHECK(vietnam_day(counted.back().second) == day("2027-09-19"));
  // What is left of the quarter is the next one's, which is made when that has begun.
  CHECK(field_of(house.make("malware-index-quarter", "2027-Q4").error()) == "invalid:period");
  // What the correction of an older one counts ends where the next begins.
  const auto q4 = house.road.read([&](store::Connection& c) { return list_reports(c, house.scope(), {.kind = "malware-index-quarter"}); }).value().items.back();
  REQUIRE(q4.period == "2026-Q4");
  const auto again = house.detail(house.correct(q4.id).value()).value();
  CHECK(again.snapshot.cut_off == counted.front().second);
  // And it is said on the page.
  const auto last = house.road.read([&](store::Connection& c) { return list_reports(c, house.scope(), {.kind = "malware-index-quarter"}); }).value().items.at(1);
  const auto shown = house.detail(last.id).value();
  REQUIRE(shown.report.period == "2027-Q3");
  const auto page = report::plain_text(report::compose(shown.kind, shown.snapshot, {}, report::Language::vi).value());
  CHECK(page.find("phần sau thời điểm chốt được tính vào báo cáo kỳ sau") != page.npos);
}

TEST_CASE("a finding and a record between two reports are in the second") {
  House house;
  const auto first = house.ready("security-half-year", "2026-H2");
  REQUIRE(house.freeze(first, 1));
  CHECK(house.value(house.detail(first).value().snapshot, "detections.total") == report::Value(std::int64_t{2}));
  house.road.clock().advance(days(2));
  house.road.see(house.rural, {flow::infected("/between", "between")});
  house.road.clock().advance(days(60));  // 2027-01-23
  const auto next = house.detail(house.make("security-half-year", "2027-H1").value()).value().snapshot;
  CHECK(house.value(next, "detections.total") == report::Value(std::int64_t{1}));
  REQUIRE(next.since);
  CHECK(*next.since == kNow + milliseconds(1));
  CHECK(next.data_from == kToday);
}

TEST_CASE("the same snapshot gives the same bytes, in every format") {
  House house;
  const auto detail = house.detail(house.ready("malware-index-quarter", "2026-Q4")).value();
  const auto first = print(detail, {7, kToday}, {});
  REQUIRE_MESSAGE(first, first.error().what());
  CHECK(*first == print(detail, {7, kToday}, {}).value());
  const auto document = report::compose(detail.kind, detail.snapshot, detail.issue(), report::Language::vi).value();
  CHECK(report::write_docx(document).value() == report::write_docx(document).value());
  CHECK(report::write_xlsx(detail.snapshot, document).value() == report::write_xlsx(detail.snapshot, document).value());
  // And so does one that was read from its own JSON.
  const auto again = report::read_snapshot(report::to_json(detail.snapshot)).value();
  CHECK(again == detail.snapshot);
}

TEST_CASE("what is frozen changes by no hand, not by SQL either") {
  House house;
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  REQUIRE(house.freeze(id));
  CHECK(field_of(house.change(id, {}, true).error()) == "conflict:");
  CHECK(field_of(house.write([&](store::Connection& c) { return discard_report(c, house.scope(), id); }).error()) == "conflict:");
  CHECK(field_of(house.freeze(id).error()) == "conflict:");
  const auto refused = [&](store::Sql sql) { return !house.write([&](store::Connection& c) { return c.run(sql); }); };
  CHECK(refused("UPDATE report SET number = 8"));
  CHECK(refused("UPDATE report SET issued_day = issued_day + 1"));
  CHECK(refused("UPDATE report SET digest = zeroblob(32)"));
  CHECK(refused("UPDATE report SET state = 'draft', number = NULL, issued_day = NULL, issued_year = NULL"));
  CHECK(refused("DELETE FROM report"));
  CHECK(refused("UPDATE report_snapshot SET snapshot = '{}'"));
  CHECK(refused("DELETE FROM report_snapshot"));
  CHECK(refused("UPDATE report_document SET bytes = x'00'"));
  CHECK(refused("INSERT INTO report_document SELECT tenant_id, 99, 'signed', sha256, bytes FROM report_document"));
  CHECK(refused("UPDATE report SET period_to = period_to + 1"));
  CHECK(refused("UPDATE report SET signer = 'x'"));
  CHECK(refused("UPDATE report SET events = 0"));
  REQUIRE(house.send(id));
  CHECK(refused("UPDATE report_duty SET duty = 'x'"));
  CHECK(refused("DELETE FROM report_duty"));
  CHECK(refused("INSERT INTO report_duty SELECT tenant_id, report_id, record_id + 1, unit_id, duty FROM report_duty"));
  CHECK(refused("DELETE FROM report_document"));
  CHECK(refused("UPDATE report_event SET words = 'x'"));
  CHECK(refused("DELETE FROM report_event"));
  CHECK(house.detail(id).value().report.state == ReportState::sent);
}

TEST_CASE("a draft is counted again, changed, and thrown away") {
  House house;
  const auto id = house.make("malware-index-quarter", "2026-Q4").value();
  house.road.see(house.rural, {flow::infected("/new", "new")});
  CHECK(house.value(house.detail(id).value().snapshot, "detections.total") == report::Value(std::int64_t{2}));
  REQUIRE(house.change(id, {.words = std::map<std::string, std::string>{{"assessment", "Tốt"}}}, true));
  const auto detail = house.detail(id).value();
  CHECK(house.value(detail.snapshot, "detections.total") == report::Value(std::int64_t{3}));
  CHECK(detail.snapshot.words.at("assessment") == "Tốt");
  CHECK(field_of(house.change(id, {.words = std::map<std::string, std::string>{{"no such", "x"}}}).error()) == "invalid:words");
  CHECK(field_of(house.change(id, {.words = std::map<std::string, std::string>{{"assessment", std::string(9000, 'x')}}}).error()) == "invalid:words.assessment");
  CHECK(field_of(house.change(id, {.words = std::map<std::string, std::string>{{"assessment", "Độ mật: MẬT"}}}).error()) != "");
  std::vector<std::string> history;
  for (const auto& event : detail.history) history.push_back(event.what);
  CHECK(history == std::vector<std::string>{"changed", "counted", "made"});
  REQUIRE(house.write([&](store::Connection& c) { return discard_report(c, house.scope(), id); }));
  CHECK(house.detail(id).error().code() == Code::not_found);
}

TEST_CASE("a document is refused with what is wrong named") {
  House house;
  CHECK(field_of(house.make("no-such", "2026-Q4").error()) == "invalid:kind");
  CHECK(field_of(house.make("malware-index-quarter", "2026").error()) == "invalid:period");
  CHECK(field_of(house.make("malware-index-quarter", "2027-Q1").error()) == "invalid:period");
  CHECK(field_of(house.make("security-year", "2026", house.health).error()) == "invalid:unit");
  CHECK(house.make("malware-index-quarter", "2026-Q4", house.health, house.scope_of(house.commune)).error().code() == Code::not_found);
  CHECK(house.make("malware-index-quarter", "2026-Q4", {}, house.scope_of(house.commune)).error().code() == Code::denied);

  const auto bare = house.make("malware-index-quarter", "2026-Q4").value();
  CHECK_FALSE(missing_of(house.detail(bare).value()).empty());
  CHECK(field_of(house.freeze(bare).error()) == "invalid:");
  const auto first = house.ready("malware-index-quarter", "2026-Q4");
  CHECK(field_of(house.freeze(first, 7, kToday + 1).error()) == "invalid:issued_on");
  CHECK(field_of(house.freeze(first, 7, kToday - 1).error()) == "invalid:issued_on");
  REQUIRE(house.freeze(first, 7));
  // Of the same issuer and year; another unit counts its own.
  const auto second = house.ready("advisory-status", "2026-11-22");
  CHECK(field_of(house.freeze(second, 7).error()) == "conflict:number");
  REQUIRE(house.freeze(second, 8));
  const auto other = house.ready("malware-index-quarter", "2026-Q4", house.health);
  CHECK(house.freeze(other, 7));
}

TEST_CASE("a draft that changed after it was printed is not frozen") {
  House house;
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  const auto before = house.detail(id).value();
  const auto pdf = print(before, {7, kToday}, {}).value();
  REQUIRE(house.change(id, {.words = std::map<std::string, std::string>{{"assessment", "Khác"}}}));
  const auto frozen = house.write([&](store::Connection& c) {
    return freeze_report(c, house.scope(), id, {7, kToday}, before.report.digest, pdf, kMaker, kNow);
  });
  CHECK(field_of(frozen.error()) == "conflict:");
}

TEST_CASE("who is outside of the scope sees no document") {
  House house;
  const auto whole = house.make("malware-index-quarter", "2026-Q4").value();
  const auto health = house.make("malware-index-quarter", "2026-Q4", house.health).value();
  CHECK(house.detail(whole, house.scope_of(house.health)).error().code() == Code::not_found);
  CHECK(house.detail(health, house.scope_of(house.commune)).error().code() == Code::not_found);
  CHECK(house.detail(health, house.scope_of(house.health)));
  const auto listed = house.road.read([&](store::Connection& c) { return list_reports(c, house.scope_of(house.health), {}); }).value();
  REQUIRE(listed.items.size() == 1);
  CHECK(listed.items[0].id == health);
}

TEST_CASE("the last issuer is remembered, and the next document says what changed") {
  House house;
  const auto first = house.ready("malware-index-quarter", "2026-Q4");
  REQUIRE(house.freeze(first));
  house.road.clock().advance(days(60));
  house.road.see(house.rural, {flow::infected("/new", "new")});
  const auto next = house.detail(house.make("malware-index-quarter", "2027-Q1").value()).value();
  CHECK(next.snapshot.issuer == House::issuer());
  REQUIRE(next.snapshot.previous);
  CHECK(next.snapshot.previous->period == "2026-Q4");
  CHECK(next.snapshot.previous->figures.at("detections.total").value == report::Value(std::int64_t{2}));
  // A draft is nothing to compare with.
  const auto yearly = house.detail(house.make("security-year", "2027").value()).value();
  CHECK_FALSE(yearly.snapshot.previous);
  CHECK(yearly.snapshot.issuer.symbol == "BC-CAT");
}

TEST_CASE("a signed copy is the issued bytes with something behind them") {
  House house;
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  const auto keep = [&](const Bytes& copy, std::string_view signer = "Nguyễn Văn An") {
    return house.write([&](store::Connection& c) { return keep_signed(c, house.scope(), id, copy, signer, kMaker.user, kNow); });
  };
  CHECK(field_of(keep(Bytes(8)).error()) == "conflict:");
  REQUIRE(house.freeze(id));
  const auto issued = house.issued(id).value();
  CHECK(field_of(keep(issued).error()) == "invalid:content");
  auto other = issued;
  other[other.size() / 2] ^= std::byte{1};
  other.push_back(std::byte{'\n'});
  CHECK(field_of(keep(other).error()) == "invalid:content");
  auto copy = issued;
  copy.push_back(std::byte{'\n'});
  // A certificate may name nobody: an answer, and nothing is kept.
  CHECK(field_of(keep(copy, "").error()) == "invalid:content");
  REQUIRE(keep(copy));
  CHECK(house.detail(id).value().report.state == ReportState::signed_);
  CHECK(house.detail(id).value().history.front().words == "Nguyễn Văn An");
  CHECK(house.detail(id).value().report.signer == "Nguyễn Văn An");
  CHECK(house.issued(id).value() == issued);
  CHECK(field_of(keep(copy).error()) == "conflict:");
  const auto found = house.road.read([&](store::Connection& c) { return find_issued(c, house.scope(), sha256(copy)); }).value();
  CHECK(found == id);
}

TEST_CASE("a signed copy by another than the document names is told in its history") {
  House house;
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  REQUIRE(house.freeze(id));
  auto copy = house.issued(id).value();
  copy.push_back(std::byte{'\n'});
  REQUIRE(house.write([&](store::Connection& c) { return keep_signed(c, house.scope(), id, copy, "Trần Văn Bình", kMaker.user, kNow); }));
  const auto detail = house.detail(id).value();
  CHECK(detail.report.signer == "Trần Văn Bình");
  CHECK(detail.history.front().words == "Trần Văn Bình – khác với người ký ghi trong văn bản: Nguyễn Văn An");
}

TEST_CASE("to whom it went is kept, and a receipt ends its way") {
  House house;
  const auto id = house.ready("malware-index-quarter", "2026-Q4");
  const auto send = [&](const Sending& sending) { return house.send(id, sending); };
  CHECK(field_of(send({kToday, "Bộ Công an", "document_axis", "", {}}).error()) == "conflict:");
  REQUIRE(house.freeze(id));
  CHECK(field_of(send({kToday + 1, "Bộ Công an", "document_axis", "", {}}).error()) == "invalid:sent_on");
  CHECK(send({kToday, "Bộ Công an", "document_axis", "", {EvidenceId{99}}}).error().code() == Code::not_found);
  REQUIRE(send({kToday, "Bộ Công an", "document_axis", "", {}}));
  CHECK(house.detail(id).value().report.state == ReportState::sent);
  REQUIRE(send({kToday, "Bộ Công an", "document_axis", "Biên nhận 12", {}}));
  const auto detail = house.detail(id).value();
  CHECK(detail.report.state == ReportState::received);
  CHECK(detail.history.front().what == "received");
  CHECK(detail.history.front().words == "Biên nhận 12");
  const auto refused = [&](store::Sql sql) { return !house.write([&](store::Connection& c) { return c.run(sql); }); };
  CHECK(refused("UPDATE report SET state = 'sent'"));
  CHECK(refused("UPDATE report SET sent_day = sent_day - 1"));
  CHECK(refused("INSERT INTO report_document SELECT tenant_id, report_id, 'signed', sha256, bytes FROM report_document"));
}

}  // namespace
}  // namespace khien::reporting
