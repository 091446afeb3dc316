#include "province.hpp"

using namespace khien;
using namespace khien::roster;

TEST_CASE("a shift is put, moved and taken away before it begins, and stands once it has") {
  Province house;
  const auto id = house.add(Province::shift_of(house.commune, "An", 60, 120)).value();
  REQUIRE(house.change(id, {.to = at(180)}).has_value());
  CHECK(house.shifts(house.commune, 150, 160).size() == 1);

  // To the millisecond.
  CHECK(house.change(id, {.to = at(240)}, at(60)).error().code() == Code::conflict);
  CHECK(house.remove(id, at(60)).error().code() == Code::conflict);
  CHECK(house.change(id, {.to = at(240)}, at(60) - milliseconds(1)).has_value());

  const auto spare = house.add(Province::shift_of(house.commune, "Bình", 300, 400)).value();
  REQUIRE(house.remove(spare).has_value());
  CHECK(house.shifts(house.commune, 300, 400).empty());
  CHECK(house.change(spare, {.to = at(500)}).error().code() == Code::not_found);
}

TEST_CASE("nobody is put on duty for a time that is over; one who steps in begins this minute") {
  Province house;
  CHECK(house.add(Province::shift_of(house.commune, "An", -1, 60)).error().code() == Code::conflict);
  auto now = Province::shift_of(house.commune, "An", 0, 60);
  now.span.from = now.span.from - seconds(59);
  const auto id = house.add(now);
  REQUIRE(id.has_value());
  // It has begun already: it stands.
  CHECK(house.remove(*id).error().code() == Code::conflict);
  const auto later = house.add(Province::shift_of(house.commune, "An", 100, 160)).value();
  CHECK(house.change(later, {.from = at(-5)}).error().code() == Code::conflict);
}

TEST_CASE("what is wrong with a shift is said by its field") {
  Province house;
  const auto field = [&](const NewShift& made) { return house.add(made).error().what(); };
  CHECK(field(Province::shift_of(house.commune, "An", 60, 60)) == "to");
  CHECK(field(Province::shift_of(house.commune, "An", 60, 60 + 31 * 1440 + 1)) == "to");
  CHECK(field(Province::shift_of(house.commune, "  ", 60, 120)) == "person");
  auto made = Province::shift_of(house.commune, "An", 60, 120);
  made.phone = "0912<script>";
  CHECK(field(made) == "phone");
  made.phone = "0912 345 678";
  made.user = house.stranger;
  CHECK(field(made) == "user");  // does not see the unit
  made.user = UserId{999};
  CHECK(field(made) == "user");
  made.user = house.admin;  // from above
  CHECK(house.add(made).has_value());
}

TEST_CASE("a shift handed to another leaves telephone and user of the first behind") {
  Province house;
  auto made = Province::shift_of(house.commune, "Nguyễn Văn An", 60, 120);
  made.phone = "0912345678";
  made.user = house.an;
  const auto id = house.add(made).value();
  REQUIRE(house.change(id, {.person = "Khách"}).has_value());
  const auto now = house.shifts(house.commune, 60, 120).at(0);
  CHECK(now.person == "Khách");
  CHECK(now.phone.empty());
  CHECK_FALSE(now.user.has_value());
}

TEST_CASE("one hand-over note a shift, after it began, for ever") {
  Province house;
  const auto id = house.add(Province::shift_of(house.commune, "An", 60, 120)).value();
  CHECK(house.note(id, "chưa", at(59)).error().code() == Code::conflict);
  REQUIRE(house.note(id, "Đã bàn giao máy chủ thư.", at(119)).has_value());
  CHECK(house.note(id, "sửa", at(121)).error().code() == Code::conflict);
  CHECK(house.shifts(house.commune, 0, 200).at(0).handover->words == "Đã bàn giao máy chủ thư.");
}

TEST_CASE("not even SQL changes what is kept") {
  Province house;
  const auto id = house.add(Province::shift_of(house.commune, "An", 60, 120)).value();
  house.add(Province::shift_of(house.commune, "An", 0, 50)).value();
  REQUIRE(house.note(id, "x", at(70)).has_value());
  const auto ping = house.ping(at(1)).value();
  CHECK_FALSE(house.runs("DELETE FROM duty_shift"));
  CHECK_FALSE(house.runs("UPDATE duty_shift SET to_at = to_at + 60000, changed_at = from_at"));
  // A word that leaves the time of the last one alone, and one about a shift that was handed over.
  CHECK_FALSE(house.runs("UPDATE duty_shift SET person = 'Bình'"));
  CHECK_FALSE(house.runs("UPDATE duty_shift SET person = 'Bình', changed_at = changed_at + 1 WHERE id = 1"));
  CHECK_FALSE(house.runs("UPDATE duty_shift SET unit_id = unit_id + 1 WHERE id = 1"));
  CHECK_FALSE(house.runs("REPLACE INTO duty_handover SELECT tenant_id, shift_id, at, user_id, 'y' FROM duty_handover"));
  CHECK_FALSE(house.runs("DELETE FROM duty_handover"));
  CHECK_FALSE(house.runs("UPDATE duty_handover SET words = 'y'"));
  CHECK_FALSE(house.runs("DELETE FROM duty_call"));
  CHECK_FALSE(house.runs("UPDATE duty_call SET person = 'y'"));
  CHECK_FALSE(house.runs("DELETE FROM duty_ping"));
  CHECK_FALSE(house.runs("UPDATE duty_ping SET asked_at = asked_at - 1"));
  REQUIRE(house.say_here(ping, house.an, at(2)).has_value());
  CHECK_FALSE(house.runs("UPDATE duty_ping SET answered_at = asked_at"));
}

TEST_CASE("a scope sees its units' shifts and no others") {
  Province house;
  const auto id = house.add(Province::shift_of(house.commune, "An", 60, 120)).value();
  const auto foreign = house.scope_of(house.other);
  CHECK(house.write([&](store::Connection& c) { return get_shift(c, foreign, id); }).error().code() == Code::not_found);
  CHECK(house.write([&](store::Connection& c) { return remove_shift(c, foreign, id, house.stranger, kNow); }).error().code() == Code::not_found);
  CHECK(house.write([&](store::Connection& c) { return hand_over(c, foreign, id, "x", house.stranger, at(70)); }).error().code() == Code::not_found);
  CHECK(house.write([&](store::Connection& c) { return list_shifts(c, foreign, {.unit = {}, .span = {at(0), at(200)}}); }).value().empty());
  CHECK(house.write([&](store::Connection& c) { return coverage_by_unit(c, foreign, {at(0), at(200)}); }).value().empty());
  CHECK(house.write([&](store::Connection& c) { return duty_book(c, foreign, house.commune, {at(0), at(200)}, kNow); }).error().code() == Code::not_found);
}

TEST_CASE("one person in two units at once is found, two of one name are not") {
  Province house;
  auto here = Province::shift_of(house.commune, "Nguyễn Văn An", 60, 120);
  auto there = Province::shift_of(house.other, "NGUYỄN VĂN AN", 100, 200);
  house.add(here).value();
  house.add(there).value();
  const auto found = [&](std::optional<UnitId> unit) {
    return house.write([&](store::Connection& c) { return double_bookings(c, house.scope(), {.unit = unit, .span = {at(0), at(300)}}); }).value();
  };
  CHECK(found({}).empty());
  here.phone = there.phone = "0912 345 678";
  there.phone = "0912345678";
  here.span = {at(110), at(130)};
  there.span = {at(120), at(140)};
  house.add(here).value();
  house.add(there).value();
  REQUIRE(found({}).size() == 1);
  CHECK(found({})[0].span == Span{at(120), at(130)});
  CHECK(found({})[0].person == "Nguyễn Văn An");
  CHECK(found(house.other).size() == 1);
  CHECK(found(house.root).empty());
}

TEST_CASE("coverage of many units is that of each alone") {
  Province house;
  house.add(Province::shift_of(house.commune, "An", 0, 100)).value();
  house.add(Province::shift_of(house.commune, "Bình", 101, 200)).value();
  auto deputy = Province::shift_of(house.other, "Chi", 0, 200);
  deputy.part = Part::deputy;
  house.add(deputy).value();
  const auto all = house.write([&](store::Connection& c) { return coverage_by_unit(c, house.scope(), {at(0), at(200)}); }).value();
  REQUIRE(all.size() == 2);
  CHECK(all.at(house.commune).coverage.gap_minutes == 1);
  CHECK(all.at(house.commune).coverage.gaps == std::vector<Span>{{at(100), at(101)}});
  CHECK(all.at(house.other).coverage.gap_minutes == 200);
}

TEST_CASE("a long shift that began weeks before reaches into the window") {
  Province house;
  house.add(Province::shift_of(house.commune, "An", 0, 31 * 1440)).value();
  CHECK(house.shifts(house.commune, 31 * 1440 - 1, 31 * 1440 + 5).size() == 1);
  CHECK(house.shifts(house.commune, 31 * 1440, 31 * 1440 + 5).empty());
}

TEST_CASE("what a unit needs is set, bounded, and usual where nothing is") {
  Province house;
  const auto get = [&] { return house.write([&](store::Connection& c) { return settings_of(c, house.scope(), house.commune); }).value(); };
  CHECK(get() == UnitSettings{});
  const auto set = [&](const UnitSettings& settings) {
    return house.write([&](store::Connection& c) { return set_settings(c, house.scope(), house.commune, settings, house.admin, kNow); });
  };
  REQUIRE(set({.need = Need::always, .deputy_after_minutes = 5, .leader_after_minutes = 240}).has_value());
  CHECK(get().deputy_after_minutes == 5);
  CHECK(set({.need = Need::always, .deputy_after_minutes = 0, .leader_after_minutes = 1}).error().what() == "deputy_after_minutes");
  CHECK(set({.need = Need::always, .deputy_after_minutes = 1, .leader_after_minutes = 241}).error().what() == "leader_after_minutes");
  CHECK(house.write([&](store::Connection& c) { return all_settings(c, house.scope_of(house.other)); }).value().empty());
}

TEST_CASE("the calendar keeps to its format: CRLF, 75 bytes, escapes, one UID a shift") {
  Province house;
  auto made = Province::shift_of(house.commune, "Trần, Thị; Bình\\ của một cái tên rất dài để dòng phải gập lại nhiều lần", 60, 120);
  made.phone = "0912345678";
  const auto id = house.add(made).value();
  const auto text = calendar_of(house.shifts(house.commune, 0, 200), "Lịch trực", kNow);
  CHECK(text.find("UID:duty-shift-" + std::to_string(id.value) + "@khien\r\n") != text.npos);
  CHECK(text.find("DTSTART:20261122T090000Z\r\nDTEND:20261122T100000Z\r\n") != text.npos);
  CHECK(text.find("DTSTAMP:20261122T080000Z\r\n") != text.npos);
  CHECK(text.find("Trần\\, Thị\\; Bình\\\\") != text.npos);
  for (std::size_t from = 0; from < text.size();) {
    const auto end = text.find("\r\n", from);
    REQUIRE(end != text.npos);
    CHECK(end - from <= 75);
    CHECK(text.substr(from, end - from).find('\n') == text.npos);
    from = end + 2;
  }
}

TEST_CASE("a duty book holds what a record speaks of, of that unit and window alone") {
  Province house;
  const auto first = house.add(Province::shift_of(house.commune, "An", 0, 100)).value();
  house.add(Province::shift_of(house.commune, "Bình", 101, 200)).value();
  house.add(Province::shift_of(house.other, "Chi", 0, 200)).value();
  REQUIRE(house.note(first, "Bàn giao.", at(99)).has_value());
  const auto answered = house.ping(at(10)).value();
  REQUIRE(house.say_here(answered, house.an, at(12)).has_value());
  house.ping(at(150)).value();
  const auto book = house.write([&](store::Connection& c) { return duty_book(c, house.scope(), house.commune, {at(5), at(160)}, at(160)); }).value();
  CHECK(book.shifts.size() == 2);
  CHECK(book.shifts[0].handover.has_value());
  CHECK(book.coverage.gap_minutes == 1);
  REQUIRE(book.pings.size() == 2);
  CHECK(book.pings[0].id == answered);
  CHECK(book.answered() == 1);
}
