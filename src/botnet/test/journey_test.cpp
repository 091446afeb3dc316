#include <doctest/doctest.h>

#include <algorithm>

#include "khien/duty/refusal.hpp"
#include "khien/botnet/log_reader.hpp"
#include "province.hpp"

namespace khien::botnet {
namespace {

std::vector<std::string> twenty() {
  std::vector<std::string> all;
  for (int unit = 0; unit < 4; ++unit) {
    for (int i = 1; i <= 4; ++i) all.push_back("203.0.113." + std::to_string(16 * unit + i));
  }
  for (int i = 1; i <= 4; ++i) all.push_back("192.0.2." + std::to_string(i));
  return all;
}

std::int64_t open_of(Province& p, UnitId unit) {
  return p.hub.read([&](store::Connection& c) { return estate::botnet_open_by_unit(c, p.scope()); }).value()[unit];
}

TEST_CASE("twenty addresses go to four units, are cleaned, and are over after two lists without them; one comes back") {
  Province p;
  const Date day = p.today - 30;
  const auto report = p.bring(twenty(), day);
  CHECK(report.addresses == 20);
  CHECK(report.fresh == 20);
  CHECK(report.unknown == 4);
  REQUIRE(report.units.size() == 4);
  CHECK(std::ranges::all_of(report.units, [](const auto& u) { return u.addresses == 4; }));
  auto page = p.cases();
  CHECK(page.total == 20);
  CHECK(page.counts.unknown == 4);
  CHECK(page.counts.oldest == day);
  CHECK(p.of("203.0.113.17").unit == p.units[1]);
  CHECK(p.of("203.0.113.17").range == "203.0.113.16/28");
  CHECK(p.of("203.0.113.17").purpose == "NAT");
  CHECK(p.of("192.0.2.1").unit == p.tenant.root);
  CHECK_FALSE(p.of("192.0.2.1").known_unit);
  CHECK(open_of(p, p.units[0]) == 4);
  CHECK(open_of(p, p.tenant.root) == 4);

  // A unit sees its own, and not those of nobody.
  const auto own = p.hub.read([&](store::Connection& c) { return list_cases(c, p.scope_of(2), {}); }).value();
  CHECK(own.total == 4);

  for (const auto& address : twenty()) {
    REQUIRE(p.say(address, {.event = Event::sent, .note = "CV 12"}));
    p.clean(address);
  }
  CHECK(p.cases({.view = CaseQuery::View::working}).total == 20);

  // The first list without them: nothing is over yet. A partial one says nothing.
  CHECK(p.bring({}, day + 7).missing == 20);
  CHECK(p.cases().total == 20);
  CHECK(p.of("203.0.113.1").absences == 1);
  p.bring({}, day + 8, false);
  CHECK(p.of("203.0.113.1").absences == 1);
  CHECK(p.bring({}, day + 14).delisting == 20);
  page = p.cases();
  CHECK(page.total == 0);
  CHECK(page.counts.delisted == 20);
  CHECK(open_of(p, p.units[0]) == 0);

  CHECK(p.bring({"203.0.113.1"}, day + 21).recurring == 1);
  const auto back = p.of("203.0.113.1");
  CHECK(back.state == State::recurred);
  CHECK(back.recurrences == 1);
  CHECK(back.open_since == day + 21);
  CHECK(back.first_listed == day);
  CHECK(back.absences == 0);
  CHECK(open_of(p, p.units[0]) == 1);
  // What was done then does not count now.
  CHECK(p.detail("203.0.113.1").steps_done().empty());
  CHECK_FALSE(p.say("203.0.113.1", {.event = Event::reported_clean}));

  const auto figures = p.hub.read([&](store::Connection& c) { return figures_of_period(c, p.scope(), {}, p.today - 40, p.today); }).value();
  CHECK(figures.listed == 20);
  CHECK(figures.delisted == 20);
  CHECK(figures.recurred == 1);
  CHECK(figures.open_at_end == 1);
  CHECK(figures.oldest_open == day + 21);
}

TEST_CASE("lists are judged by their own days, in whatever order they are brought in") {
  Province p;
  const Date day = p.today - 30;
  p.bring({"203.0.113.1"}, day);
  // Older than the case, and the same day twice: they count for nothing, or once.
  p.bring({}, day - 5);
  CHECK(p.of("203.0.113.1").absences == 0);
  p.bring({}, day + 7);
  p.bring({}, day + 7);
  CHECK(p.of("203.0.113.1").absences == 1);
  // Another source's lists say nothing of this one's.
  p.bring({}, day + 9, true, "Nguồn khác");
  CHECK(p.of("203.0.113.1").absences == 1);
  p.bring({}, day + 14, true, "  trung tâm  QUỐC GIA ");
  CHECK(p.of("203.0.113.1").state == State::delisted);
  // One comes late that names it between: it was over too early.
  p.bring({"203.0.113.1"}, day + 8);
  CHECK(p.of("203.0.113.1").state == State::recurred);
  CHECK(p.of("203.0.113.1").absences == 1);
  p.bring({}, day + 15);
  CHECK(p.of("203.0.113.1").state == State::delisted);
  // And one that names it before: a memory.
  p.bring({"203.0.113.1"}, day + 3);
  CHECK(p.of("203.0.113.1").state == State::delisted);
  // A list from before that names a new one, which two later lists are without: never open.
  p.bring({"203.0.113.2"}, day + 1);
  CHECK(p.of("203.0.113.2").state == State::delisted);
  CHECK(open_of(p, p.units[0]) == 0);
}

TEST_CASE("listed again after it was said to be clean is a recurrence; an old sighting is none") {
  Province p;
  const Date day = p.today - 3;
  p.bring({"203.0.113.1"}, day);
  p.clean("203.0.113.1");  // today at 15:00
  p.seen = "2026-11-21 10:00";
  CHECK(p.bring({"203.0.113.1"}, p.today - 1).recurring == 0);
  CHECK(p.of("203.0.113.1").state == State::reported_clean);
  p.seen = "2026-11-22 16:00";
  CHECK(p.bring({"203.0.113.1"}, p.today).recurring == 1);
  CHECK(p.of("203.0.113.1").state == State::recurred);
}

TEST_CASE("a list whose address became another unit's under the preview is stale") {
  Province p;
  const auto shown = p.preview({"203.0.113.1"}, p.today).value();
  const auto moved = p.hub.write([&](store::Connection& c) {
    return c.run("UPDATE address_range SET unit_id = ?1 WHERE unit_id = ?2", {p.units.at(1), p.units.at(0)});
  });
  REQUIRE(moved.has_value());
  CHECK(p.confirm(shown.id).value() == "stale");
}

TEST_CASE("a bad row stops the whole list, and a list that changed under the preview is stale") {
  Province p;
  const auto bad = p.preview({"203.0.113.1", "10.0.0.1"}, p.today).value();
  CHECK(bad.report.problems_total == 1);
  CHECK_FALSE(p.confirm(bad.id));
  CHECK(p.cases().total == 0);

  const auto first = p.preview({"203.0.113.1"}, p.today).value();
  const auto second = p.preview({"203.0.113.1", "203.0.113.2"}, p.today).value();
  CHECK(p.confirm(first.id).value() == "confirmed");
  CHECK(p.confirm(second.id).value() == "stale");
  CHECK(p.cases().total == 1);
  CHECK_FALSE(p.confirm(first.id));  // once
}

TEST_CASE("who sees a part of the tenant brings no list, and gives no address away") {
  Province p;
  const auto refused = p.hub.write([&](store::Connection& c) {
    return preview_list(c, p.scope_of(0), {.source = "x", .listed_on = p.today, .file_name = "a", .by = kOfficer}, p.reading({"203.0.113.1"}, p.today), p.now);
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Code::denied);
  p.bring({"203.0.113.1"}, p.today);
  const auto given = p.say(p.scope_of(0), "203.0.113.1", {.event = Event::attributed, .unit = p.units[0]});
  REQUIRE_FALSE(given);
  CHECK(given.error().code() == Code::denied);
  const auto foreign = p.say(p.scope_of(1), "203.0.113.1", {.event = Event::cleaning});
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code() == Code::not_found);
  CHECK(p.say(p.scope_of(0), "203.0.113.1", {.event = Event::cleaning}));
}

TEST_CASE("steps come before 'it is clean', and each is done once") {
  Province p;
  p.bring({"203.0.113.1"}, p.today);
  CHECK_FALSE(p.say("203.0.113.1", {.event = Event::reported_clean}));
  REQUIRE(p.say("203.0.113.1", {.event = Event::step, .step = "scan"}));
  CHECK(p.of("203.0.113.1").state == State::cleaning);
  CHECK_FALSE(p.say("203.0.113.1", {.event = Event::step, .step = "scan"}));
  CHECK_FALSE(p.say("203.0.113.1", {.event = Event::step, .step = "nothing"}));
  const auto early = p.say("203.0.113.1", {.event = Event::reported_clean});
  REQUIRE_FALSE(early);
  CHECK(duty::refusal_of(early.error())->message.vi == "Chưa xong bước: Tìm máy.");
  REQUIRE(p.say("203.0.113.1", {.event = Event::step, .step = "find"}));
  CHECK(p.say("203.0.113.1", {.event = Event::reported_clean}));
  CHECK_FALSE(p.say("203.0.113.1", {.event = Event::delisted}));
}

TEST_CASE("nobody's address becomes a unit's by a person's word, or by a range that is registered later") {
  Province p;
  p.bring({"192.0.2.1", "192.0.2.99"}, p.today);
  REQUIRE(p.say("192.0.2.1", {.event = Event::attributed, .unit = p.units[3]}));
  CHECK(p.of("192.0.2.1").unit == p.units[3]);
  CHECK(open_of(p, p.units[3]) == 1);
  p.range(p.units[2], "192.0.2.96/29", "Thuê của VNPT");
  const auto take_in = [&](const store::TenantScope& scope, std::string_view range) {
    return p.hub.write([&](store::Connection& c) { return attribute_unknown(c, scope, {std::string(range)}, kOfficer, p.now); }).value();
  };
  CHECK(take_in(p.scope_of(2), "192.0.2.96/29") == 0);  // the unit itself does not take it
  CHECK_FALSE(p.of("192.0.2.99").known_unit);
  CHECK(take_in(p.scope(), "203.0.113.0/28") == 0);
  CHECK(take_in(p.scope(), "192.0.2.96/29") == 1);
  CHECK(p.detail("192.0.2.99").history.front().who == kOfficer);
  CHECK(p.detail("192.0.2.99").history.front().note.contains("192.0.2.96/29"));
  CHECK(p.of("192.0.2.99").unit == p.units[2]);
  CHECK(p.of("192.0.2.99").range == "192.0.2.96/29");
  CHECK(open_of(p, p.tenant.root) == 0);
  CHECK(p.cases({.view = CaseQuery::View::unknown}).total == 0);
}

TEST_CASE("a unit that an address comes to begins anew, and sees nothing of the former one's") {
  Province p;
  p.bring({"203.0.113.1"}, p.today);
  REQUIRE(p.say("203.0.113.1", {.event = Event::sent}));
  REQUIRE(p.say("203.0.113.1", {.event = Event::note, .note = "Máy của phòng kế toán"}));
  p.clean("203.0.113.1");
  Table table;
  auto& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"time", "inside", "outside", "port"}});
  sheet.rows.push_back({2, {"2026-11-21 08:00:00", "10.1.2.3", "198.51.100.7", "80"}});
  REQUIRE(p.hub.write([&](store::Connection& c) {
    return take_log(c, p.scope(), {.unit = p.units[0], .file_name = "fw.csv", .by = kOfficer}, read_log(table), p.now);
  }));
  const auto seen_by = [&](const store::TenantScope& scope) {
    const auto id = p.of("203.0.113.1").id;
    return p.hub.read([&](store::Connection& c) { return get_case_detail(c, scope, id); }).value();
  };
  REQUIRE(seen_by(p.scope_of(0)).connections.size() == 1);
  p.now = p.now + minutes(5);
  REQUIRE(p.say("203.0.113.1", {.event = Event::attributed, .note = "Của xã 1", .unit = p.units[1]}));

  const auto theirs = seen_by(p.scope_of(1));
  CHECK(theirs.record.state == State::sent);
  CHECK(theirs.record.entered_at == p.now);
  CHECK(theirs.connections.empty());
  CHECK(theirs.steps_done().empty());
  for (const auto& line : theirs.history) CHECK((line.event == Event::attributed || !is_of_people(line.event)));
  CHECK(theirs.history.front().note == "Của xã 1");
  CHECK(seen_by(p.scope()).connections.size() == 1);
  CHECK(seen_by(p.scope()).history.size() > theirs.history.size());
  CHECK(p.say("203.0.113.1", {.event = Event::step, .step = "find"}));
}

TEST_CASE("search finds by address, malware and unit, and pages end where they end") {
  Province p;
  p.bring(twenty(), p.today);
  CHECK(p.cases({.words = "113.17"}).total == 1);
  CHECK(p.cases({.words = "MIRAI xã"}).total == 16);  // nobody's are of no commune
  CHECK(p.cases({.unit = p.units[1]}).total == 4);
  std::vector<std::int64_t> seen;
  CaseQuery query{.limit = 7};
  for (;;) {
    const auto page = p.cases(query);
    for (const auto& one : page.items) seen.push_back(one.id.value);
    if (!page.next) break;
    query.cursor = *page.next;
  }
  CHECK(seen.size() == 20);
  CHECK(std::ranges::is_sorted(seen));
}

TEST_CASE("nothing of the record is changed or removed by any statement") {
  Province p;
  p.bring({"203.0.113.1"}, p.today);
  const auto refused = [&](store::Sql sql) {
    return !p.hub.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run(sql));
      return {};
    });
  };
  CHECK(refused("UPDATE botnet_list SET source = 'x'"));
  CHECK(refused("DELETE FROM botnet_list"));
  CHECK(refused("UPDATE botnet_entry SET malware = 'x'"));
  CHECK(refused("DELETE FROM botnet_entry"));
  CHECK(refused("INSERT INTO botnet_entry (tenant_id, list_id, number, row, address, malware, origin) SELECT tenant_id, list_id, 99, 1, address, '', '' FROM botnet_entry"));
  CHECK(refused("DELETE FROM botnet_case"));
  CHECK(refused("UPDATE botnet_case_event SET note = 'x'"));
  CHECK(refused("DELETE FROM botnet_case_event"));
  CHECK(refused("UPDATE botnet_lookup SET found = 0"));
  CHECK(refused("DELETE FROM botnet_lookup"));
}

TEST_CASE("a complete list is a look-up; the newest counts, and a time ahead is refused") {
  Province p;
  const auto last = [&] { return p.hub.read([&](store::Connection& c) { return estate::botnet_lookup(c, p.tenant.tenant); }).value(); };
  CHECK_FALSE(last());
  p.bring({"203.0.113.1"}, p.today - 10);
  REQUIRE(last());
  CHECK_FALSE(last()->is_regular(p.now));
  const auto record = [&](Timestamp at, std::int64_t found) {
    return p.hub.write([&](store::Connection& c) { return record_lookup(c, p.scope(), {.unit = p.tenant.root, .looked_up_at = at, .found = found, .note = "n", .list = {}, .by = kOfficer}, 7, p.now); });
  };
  REQUIRE(record(p.now - hours(1), 0));
  CHECK(last()->is_regular(p.now));
  CHECK(last()->days_since(p.now) == 0);
  REQUIRE(record(p.now - days(3), 4));
  CHECK(last()->looked_up_at == p.now - hours(1));
  CHECK_FALSE(record(p.now + hours(1), 0));
  const auto page = p.hub.read([&](store::Connection& c) { return list_lookups(c, p.scope(), "", 2); }).value();
  CHECK(page.total == 3);
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].found == 0);
  CHECK(page.items[1].found == 4);
  const auto rest = p.hub.read([&](store::Connection& c) { return list_lookups(c, p.scope(), *page.next, 2); }).value();
  REQUIRE(rest.items.size() == 1);
  CHECK(rest.items[0].list.has_value());
}

}  // namespace
}  // namespace khien::botnet
