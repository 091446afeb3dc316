#include <doctest/doctest.h>

#include <functional>

#include "in_cell.hpp"
#include "khien/report/snapshot.hpp"
#include "test/small.hpp"

namespace khien::report {
namespace {

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

std::string fault_of(const std::string& json) {
  const auto read = read_snapshot(json);
  return read ? "none" : read.error().what();
}

// What reading says of the small snapshot with `from` replaced.
std::string fault(std::string_view from, std::string_view to) { return fault_of(with(to_json(small_snapshot()), from, to)); }

void says_all(Snapshot& made) {
  made.since = vietnam_moment(made.data_from) + hours(3);
  made.replaces = Replaces{"07/BC", *Date::of(2026, 9, 17), "Sai"};
  made.about = "incident:12";
  made.tables[0].seen_on = Date::of(2026, 11, 2);
}

std::string invalid(const std::function<void(Snapshot&)>& change) {
  Snapshot made = small_snapshot();
  change(made);
  const auto valid = validate(made);
  // What is refused in memory is refused when it is read, too.
  CHECK(read_snapshot(to_json(made)).has_value() == valid.has_value());
  return valid ? "none" : valid.error().what();
}

}  // namespace

TEST_CASE("what stands in it only where it says something is read back, and changes nothing where it does not") {
  const std::string before = to_json(small_snapshot());
  for (const std::string_view name : {"since", "replaces", "about", "seen_on", "all_rows"}) CHECK(before.find("\"" + std::string(name) + "\":") == before.npos);
  Snapshot made = small_snapshot();
  says_all(made);
  const auto json = to_json(made);
  CHECK(read_snapshot(json).value() == made);
  CHECK(fault_of(with(json, R"("about":"incident:12")", R"("about":"")")) == "about: must not be empty");
  CHECK(fault_of(with(json, R"("seen_on":"2026-11-02")", R"("seen_on":"2026-13-02")")).starts_with("tables[0].seen_on: "));
  Figure many = made.figures[0];
  many.rows.clear();
  for (std::size_t i = 0; i < kMostRowsOfFigure; ++i) many.rows.push_back("machine:" + std::to_string(100'000 + i));
  many.row_count = kMostRowsOfFigure;
  many.all_rows = sha256("x");
  made.figures[0] = many;
  CHECK(validate(made).error().what() == "figures[0].all_rows: all of the rows are named");
  made.figures[0].row_count += 1;
  CHECK(read_snapshot(to_json(made)).value() == made);
}

TEST_CASE("a snapshot is read back from its JSON as it was, and its digest is of those bytes") {
  const Snapshot made = small_snapshot();
  REQUIRE(validate(made).has_value());
  const std::string json = to_json(made);
  const auto read = read_snapshot(json);
  REQUIRE_MESSAGE(read.has_value(), fault_of(json));
  CHECK(*read == made);
  CHECK(to_json(*read) == json);
  CHECK(digest_of(made) == sha256(json));
  CHECK(json.starts_with(R"({"schema":1,"kind":"sample-kind","kind_version":1,"tenant":"lam-giang","scope":{"key":"tenant",)"));
  CHECK(json.contains(R"("cut_off":"2026-09-18T01:05:00.000Z")"));

  Snapshot bare = made;
  bare.index = {};
  bare.previous = {};
  CHECK(read_snapshot(to_json(bare)).value() == bare);
  CHECK(digest_of(bare) != digest_of(made));
}

TEST_CASE("figures and tables are found by their ids") {
  const Snapshot made = small_snapshot();
  REQUIRE(made.figure("detections.total") != nullptr);
  CHECK(made.figure("detections.total")->value == Value(std::int64_t{1204}));
  CHECK(made.figure("detections") == nullptr);
  REQUIRE(made.table("units.overview") != nullptr);
  CHECK(made.table("units.overview")->rows.size() == 2);
  CHECK(made.table("detections.total") == nullptr);
}

TEST_CASE("each fault of a snapshot's JSON is named by its place") {
  CHECK(fault("\"schema\":1", "\"schema\":2") == "schema: 2 is not 1");
  CHECK(fault("\"tenant\":", "\"tenand\":") == "tenand: is no field of this");
  CHECK(fault("\"tenant\":\"lam-giang\",", "") == "tenant: is missing");
  CHECK(fault("\"tenant\":", "\"kind\":\"x\",\"tenant\":") == "kind: stands twice");
  CHECK(fault("\"key\":\"tenant\",", "") == "scope.key: is missing");
  CHECK(fault("\"kind_version\":1", "\"kind_version\":0") == "kind_version: must be within 1 and 1000000");
  CHECK(fault("\"from\":\"2026-07-01\"", "\"from\":\"2026-02-30\"").starts_with("period.from: "));
  CHECK(fault("2026-09-18T01:05:00.000Z", "2026-09-18T01:05:00Z") == "cut_off: not a moment as YYYY-MM-DDTHH:MM:SS.mmmZ");
  CHECK(fault("\"ratio\":[1,3]", "\"ratio\":[1]") == "figures[0].value.ratio: wants two numbers, part and whole");
  CHECK(fault("\"ratio\":[1,3]", "\"ratio\":[1,3.5]") == "figures[0].value.ratio[1]: not a whole number");
  CHECK(fault("\"ratio\":[1,3]", "\"ratio\":[1,0]") == "figures[0].value: a ratio over nothing is not a value but unknown");
  CHECK(fault("\"ratio\":[1,3]", "\"share\":[1,3]") == "figures[0].value: wants one of unknown, number, ratio, text, day, moment");
  CHECK(fault("\"ratio\":[1,3]", "\"number\":1,\"text\":\"1\"") == "figures[0].value: wants one of unknown, number, ratio, text, day, moment");
  CHECK(fault("\"number\":1204", "\"number\":\"1204\"") == "figures[1].value.number: not a whole number");
  CHECK(fault("\"number\":1204", "\"number\":9007199254740993") == "figures[1].value: a number beyond 2^53");
  CHECK(fault("\"id\":\"detections.total\"", "\"id\":\"machines_protected_share\"") ==
        "figures[1].id: 'machines_protected_share' stands twice");
  CHECK(fault("\"row_count\":3", "\"row_count\":-1") == "figures[0].row_count: below zero");
  CHECK(fault("\"row_count\":3", "\"row_count\":4") == "figures[0].rows: 3 rows are named of 4");
  CHECK(fault("\"machine:1\",\"machine:2\"", "\"machine:2\",\"machine:2\"") == "figures[0].rows: not sorted, or 'machine:2' twice");
  CHECK(fault("\"type\":\"ratio\"", "\"type\":\"share\"") ==
        "tables[0].columns[2].type: 'share' is none of text, number, ratio, day, moment");
  CHECK(fault("{\"text\":\"Xã Mỹ Châu\"},", "") == "tables[0].rows[1].cells: 4 cells for 5 columns");
  CHECK(fault("{\"number\":-3}", "{\"text\":\"-3\"}") == "tables[0].rows[1].cells[1]: not of the type of column 'open'");
  CHECK(fault("{\"number\":-3}", "\"-3\"") == "tables[0].rows[1].cells[1]: wants one of unknown, number, ratio, text, day, moment");
  CHECK(fault("\"id\":\"incidents.list\"", "\"id\":\"units.overview\"") == "tables[1].id: 'units.overview' stands twice");
  CHECK(fault("\"id\":\"open\"", "\"id\":\"unit\"") == "tables[0].columns[1].id: 'unit' stands twice");
  CHECK(fault("\"reason\":\"", "\"reason\":\"a\",\"reason\":\"") == "words.reason: stands twice");
  CHECK(fault("\"recipients\":[\"", "\"recipients\":[4,\"") == "issuer.recipients[0]: not text");
  CHECK(fault("\"previous\":{\"period\":", "\"previous\":{\"quarter\":") == "previous.quarter: is no field of this");
  CHECK(fault("\"value\":{\"number\":1200}", "\"value\":1200").starts_with("previous.figures.detections.total.value: "));
  CHECK(fault_of("[]") == "snapshot: not an object");
  CHECK_FALSE(read_snapshot("").has_value());
  CHECK_FALSE(read_snapshot(to_json(small_snapshot()) + "x").has_value());
  CHECK(read_snapshot(" " + with(to_json(small_snapshot()), ",\"kind\"", ",\n\"kind\"")).value() == small_snapshot());
}

TEST_CASE("what no snapshot may hold is refused before it is frozen") {
  CHECK(invalid([](Snapshot&) {}) == "none");
  CHECK(invalid([](Snapshot& made) { made.kind = "Kind"; }) == "kind: an id has a-z, 0-9 and - only");
  CHECK(invalid([](Snapshot& made) { made.figures[0].id = "máy"; }).starts_with("figures[0].id: "));
  CHECK(invalid([](Snapshot& made) { made.figures[1].row_count = 20'000; }) == "figures[1].rows: 0 rows are named of 20000");
  CHECK(invalid([](Snapshot& made) { made.figures[0].value = Ratio{-1, 3}; }) == "figures[0].value: a ratio below zero");
  CHECK(invalid([](Snapshot& made) { made.tables[0].columns.clear(); }) == "tables[0].columns: a table without columns");
  CHECK(invalid([](Snapshot& made) { made.tables[0].columns[0].width = 0; }).starts_with("tables[0].columns[0].width: "));
  CHECK(invalid([](Snapshot& made) { made.tables[0].rows[0].key.clear(); }) == "tables[0].rows[0].key: must not be empty");
  CHECK(invalid([](Snapshot& made) { made.tables[0].unknown = Unknown{}; }) == "tables[0].rows: rows of a table that is not known");
  CHECK(invalid([](Snapshot& made) { made.words["a b"] = ""; }).starts_with("words: "));
  CHECK(invalid([](Snapshot& made) { made.data_to = *Date::of(2026, 6, 1); }) == "data.to: before data.from");
  CHECK(invalid([](Snapshot& made) { made.taken_at = Timestamp{0}; }) == "taken_at: before cut_off");
  CHECK(invalid([](Snapshot& made) { made.previous->digest = "none"; }) == "previous.digest: not 64 hexadecimal digits");
  Snapshot bytes = small_snapshot();
  bytes.scope_name = "\xff";
  CHECK(validate(bytes).error().what() == "scope.name: not UTF-8");
}

TEST_CASE("ten thousand rows are named, and all of them counted") {
  Snapshot made = small_snapshot();
  for (int i = 0; i < 10'000; ++i) made.figures[1].rows.push_back("finding:" + std::to_string(100'000 + i));
  made.figures[1].row_count = 12'345;
  CHECK(read_snapshot(to_json(made)).value() == made);
  made.figures[1].row_count = 9'999;
  CHECK(validate(made).error().what() == "figures[1].rows: 10000 rows are named of 9999");
  made.figures[1].rows.push_back("finding:999999");
  made.figures[1].row_count = 12'345;
  CHECK(validate(made).error().what() == "figures[1].rows: more than 10000 rows");
}

TEST_CASE("what the next snapshot remembers of this one") {
  const Snapshot made = small_snapshot();
  const Previous previous = previous_of(made);
  CHECK(previous.period == "2026-Q3");
  CHECK(previous.digest == digest_of(made).hex());
  CHECK(previous.index_definition == "khien-infection@1");
  CHECK(previous.figures.size() == made.figures.size());
  CHECK(previous.figures.at("detections.total").value == Value(std::int64_t{1204}));
  CHECK(previous.figures.at("detections.total").unit.vi == "phát hiện");
}

TEST_CASE("a value is said as it stands in a sentence") {
  CHECK(describe(Value(std::int64_t{1204})) == LocalText{"1.204", "1,204"});
  CHECK(describe(Value(std::int64_t{204})) == LocalText{"204", "204"});
  CHECK(describe(Value(std::int64_t{-1234567})) == LocalText{"-1.234.567", "-1,234,567"});
  CHECK(describe(Value(std::int64_t{-123})).vi == "-123");
  CHECK(describe(Value(std::int64_t{1}), {"trang web", "websites"}) == LocalText{"1 trang web", "1 website"});
  CHECK(describe(Value(std::int64_t{1}), {"văn bản", "advisories"}).en == "1 advisory");
  CHECK(describe(Value(std::int64_t{1}), {"địa chỉ", "addresses"}).en == "1 address");
  CHECK(describe(Value(std::int64_t{21}), {"trang web", "websites"}).en == "21 websites");
  CHECK(describe(Value(Ratio{57, 60})) == LocalText{"57/60 (95,0%)", "57/60 (95.0%)"});
  CHECK(describe(Value(Ratio{1204, 1300})) == LocalText{"1.204/1.300 (92,6%)", "1,204/1,300 (92.6%)"});
  CHECK(describe(Value(Ratio{0, 4})).vi == "0/4 (0,0%)");
  CHECK(describe(Value(Ratio{4, 4})).vi == "4/4 (100,0%)");
  CHECK(describe(Value(Ratio{30, 20})).vi == "30/20 (150,0%)");
  CHECK(describe(Value(*Date::of(2026, 2, 5))) == LocalText{"05/02/2026", "2026-02-05"});
  CHECK(describe(Value(vietnam_moment(*Date::of(2026, 11, 26), 485))) ==
        LocalText{"08 giờ 05 phút ngày 26/11/2026", "2026-11-26 08:05 (UTC+7)"});
  CHECK(describe(Value(Unknown{{"chưa có lịch trực", "no roster"}})) ==
        LocalText{"chưa có số liệu (chưa có lịch trực)", "not known (no roster)"});
  CHECK(describe(Value(Unknown{})) == LocalText{"chưa có số liệu", "not known"});
  CHECK(describe(Value(std::string("=A1"))) == LocalText{"=A1", "=A1"});
}

TEST_CASE("a reason ends without its full stop, for it may stand in a sentence") {
  CHECK(describe(Value(Unknown{{"Chưa nối. ", "Not yet. "}})) == LocalText{"chưa có số liệu (Chưa nối)", "not known (Not yet)"});
}

TEST_CASE("in a cell a moment is short, and of a sum of money only the share stands") {
  CHECK(describe_in_cell(Value(vietnam_moment(*Date::of(2026, 11, 26), 485))) == LocalText{"26/11/2026 08:05", "2026-11-26 08:05"});
  CHECK(describe_in_cell(Value(Ratio{125'000'000, 1'000'000'000})) == LocalText{"12,5%", "12.5%"});
  CHECK(describe_in_cell(Value(Ratio{1, 999'999})).vi == "1/999.999 (dưới 0,1%)");
  CHECK(describe_in_cell(Value(std::int64_t{1204})).vi == "1.204");
}

TEST_CASE("a share is rounded to the nearest, but never to the whole or to nothing") {
  CHECK(describe(Value(Ratio{1, 16})).vi == "1/16 (6,3%)");
  CHECK(describe(Value(Ratio{1, 3})).vi == "1/3 (33,3%)");
  CHECK(describe(Value(Ratio{29'999, 30'000})) == LocalText{"29.999/30.000 (trên 99,9%)", "29,999/30,000 (over 99.9%)"});
  CHECK(describe(Value(Ratio{1, 30'000})) == LocalText{"1/30.000 (dưới 0,1%)", "1/30,000 (under 0.1%)"});
  CHECK(describe(Value(Ratio{INT64_MAX - 1, INT64_MAX})).vi.ends_with("(trên 99,9%)"));
  CHECK(describe(Value(Ratio{INT64_MAX / 2, INT64_MAX})).vi.ends_with("(50,0%)"));
  CHECK(describe(Value(Ratio{5, 0})).vi == "chưa có số liệu (không có mẫu số)");
  CHECK(ratio_or(5, 0, {"không có máy", "no machines"}) == Value(Unknown{{"không có máy", "no machines"}}));
  CHECK(ratio_or(5, 6, {}) == Value(Ratio{5, 6}));
}

TEST_CASE("numbers are said with their unit, the rest without") {
  const LocalText unit{"máy", "machines"};
  CHECK(describe(Value(std::int64_t{1204}), unit) == LocalText{"1.204 máy", "1,204 machines"});
  CHECK(describe(Value(std::int64_t{4}), {}) == LocalText{"4", "4"});
  CHECK(describe(Value(Ratio{1, 2}), unit) == LocalText{"1/2 máy (50,0%)", "1/2 machines (50.0%)"});
  CHECK(describe(Value(std::string("x")), unit).vi == "x");
  CHECK(describe(Value(Unknown{}), unit).vi == "chưa có số liệu");
}

}  // namespace khien::report
