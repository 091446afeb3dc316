#include "khien/request/requests.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "khien/duty/refusal.hpp"
#include "province.hpp"

namespace khien::request {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }

struct Asking {
  explicit Asking(Answer answer = Answer::words, std::optional<Date> due = {}) {
    id = province.send({.units = {province.commune}, .kinds = {}, .below = {}}, answer, due);
    unit = province.asked(id, province.commune);
  }
  Result<void> reads(UserId who = kOfficer) {
    return province.write([&](store::Connection& c) { return confirm_reading(c, province.scope_of(province.commune), unit, who, kNow); });
  }
  Result<void> answers(GivenAnswer answer = {.words = "Đã rà soát.", .numbers = {}, .evidence = {}}) {
    return province.write([&](store::Connection& c) { return give_answer(c, province.scope_of(province.commune), unit, answer, kOfficer, kNow); });
  }
  Result<void> decides(bool accept, std::string words, UserId who = kAsker) {
    return province.write([&](store::Connection& c) { return decide_answer(c, province.scope(), unit, {accept, std::move(words)}, who, kNow); });
  }
  Province province;
  RequestId id;
  RequestUnitId unit;
};

TEST_CASE("a request goes sent, read, answered, sent back, answered again, accepted, and each line is kept") {
  Asking a;
  CHECK(a.province.state(a.unit) == State::sent);
  REQUIRE(a.reads());
  CHECK(a.province.state(a.unit) == State::read);
  CHECK(a.reads().error().code() == Code::conflict);
  CHECK(a.decides(true, "").error().code() == Code::conflict);
  const auto file = a.province.evidence(a.province.commune, "ra-soat.txt", "12 tài khoản");
  REQUIRE(a.answers({.words = "Đã rà soát.", .numbers = {}, .evidence = {file}}));
  CHECK(a.answers().error().code() == Code::conflict);
  CHECK(a.decides(false, "  ").error().code() == Code::invalid);
  // Who answered does not say that it is enough.
  CHECK(a.decides(true, "", kOfficer).error().code() == Code::denied);
  REQUIRE(a.decides(false, "Thiếu tài khoản dịch vụ."));
  CHECK(a.province.state(a.unit) == State::returned);
  REQUIRE(a.answers({.words = "Đã bổ sung.", .numbers = {}, .evidence = {}}));
  REQUIRE(a.decides(true, ""));
  CHECK(a.province.state(a.unit) == State::accepted);
  CHECK(a.answers().error().code() == Code::conflict);
  CHECK(a.decides(false, "x").error().code() == Code::conflict);

  const auto history = a.province.read([&](store::Connection& c) { return asked_history(c, a.province.scope_of(a.province.commune), a.unit); }).value();
  std::string events;
  for (const auto& event : history) events += event.event + " ";
  CHECK(events == "sent read answered returned answered accepted ");
  CHECK(history[2].evidence.at(0).id == file);
  CHECK(history[3].words == "Thiếu tài khoản dịch vụ.");
  const auto now = a.province.read([&](store::Connection& c) { return get_asked(c, a.province.scope(), a.unit, kNow); }).value();
  CHECK(now.words == "Đã bổ sung.");
  CHECK(now.read_by == kOfficer);
}

TEST_CASE("what is only to be read is done by reading, and takes no answer") {
  Asking a(Answer::read);
  CHECK(a.answers().error().code() == Code::conflict);
  REQUIRE(a.reads());
  CHECK(a.province.state(a.unit) == State::accepted);
}

TEST_CASE("an answer holds what was asked for") {
  Asking files(Answer::files);
  CHECK(duty::refusal_of(files.answers().error())->field == "evidence");
  const auto foreign = files.province.evidence(files.province.other, "a.txt", "x");
  CHECK(files.answers({.words = {}, .numbers = {}, .evidence = {foreign}}).error().code() == Code::not_found);
  const auto of_school = files.province.evidence(files.province.school, "b.txt", "y");
  CHECK(files.answers({.words = {}, .numbers = {}, .evidence = {of_school}}).error().code() == Code::invalid);
  const auto own = files.province.evidence(files.province.commune, "c.txt", "z");
  CHECK(files.answers({.words = {}, .numbers = {}, .evidence = {own, own}}).error().code() == Code::invalid);
  REQUIRE(files.answers({.words = {}, .numbers = {}, .evidence = {own}}));

  Asking numbers(Answer::numbers);
  CHECK(duty::refusal_of(numbers.answers({.words = {}, .numbers = {1}, .evidence = {}}).error())->field == "numbers");
  CHECK(numbers.answers({.words = {}, .numbers = {1, -1}, .evidence = {}}).error().code() == Code::invalid);
  REQUIRE(numbers.answers({.words = {}, .numbers = {3, 12}, .evidence = {}}));
  // Who answers without having said that it was read has read it.
  CHECK(numbers.province.read([&](store::Connection& c) { return get_asked(c, numbers.province.scope(), numbers.unit, kNow); }).value().read_at == kNow);
}

TEST_CASE("an audience is named, of a kind or below a unit, each unit once") {
  Province p;
  const auto units = [&](Audience audience) { return p.read([&](store::Connection& c) { return units_of(c, p.scope(), p.root, audience); }); };
  CHECK(units({.units = {}, .kinds = {estate::UnitKind::commune}, .below = {}}).value().size() == 2);
  CHECK(units({.units = {p.commune, p.commune}, .kinds = {estate::UnitKind::commune}, .below = {}}).value().size() == 2);
  CHECK(units({.units = {}, .kinds = {}, .below = p.commune}).value() == std::vector{p.school});
  CHECK(units({.units = {}, .kinds = {}, .below = p.root}).value().size() == 3);
  CHECK(units({.units = {}, .kinds = {estate::UnitKind::commune}, .below = p.commune}).error().code() == Code::invalid);
  CHECK(units({.units = {}, .kinds = {}, .below = {}}).error().code() == Code::invalid);
  // The one that asks only where it is named.
  CHECK(units({.units = {p.root}, .kinds = {}, .below = p.commune}).value().size() == 2);
  const auto foreign = p.read([&](store::Connection& c) { return units_of(c, p.scope_of(p.commune), p.commune, {.units = {p.other}, .kinds = {}, .below = {}}); });
  CHECK(foreign.error().code() == Code::not_found);
}

TEST_CASE("a unit sees its own line and nobody else's") {
  Province p;
  const auto id = p.send({.units = {p.commune, p.other}, .kinds = {}, .below = {}});
  const auto theirs = p.asked(id, p.other);
  const auto mine = p.scope_of(p.commune);
  const auto request = p.read([&](store::Connection& c) { return get_request(c, mine, id, kNow); }).value();
  CHECK(request.counts.total == 1);
  CHECK(request.only == p.asked(id, p.commune));
  CHECK(p.read([&](store::Connection& c) { return get_request(c, p.scope(), id, kNow); }).value().counts.total == 2);
  CHECK(p.read([&](store::Connection& c) { return list_asked(c, mine, id, {.state = {}, .unit = {}, .words = {}, .cursor = {}}, kNow); }).value().total == 1);
  CHECK(p.read([&](store::Connection& c) { return get_asked(c, mine, theirs, kNow); }).error().code() == Code::not_found);
  CHECK(p.read([&](store::Connection& c) { return asked_history(c, mine, theirs); }).error().code() == Code::not_found);
  CHECK(p.write([&](store::Connection& c) { return give_answer(c, mine, theirs, {.words = "x", .numbers = {}, .evidence = {}}, kOfficer, kNow); }).error().code() == Code::not_found);
  // The school below was not asked.
  CHECK(p.read([&](store::Connection& c) { return get_request(c, p.scope_of(p.school), id, kNow); }).error().code() == Code::not_found);
  CHECK(p.read([&](store::Connection& c) { return list_requests(c, p.scope_of(p.school), {}, kNow); }).value().total == 0);
  // Another tenant altogether.
  const auto stranger = p.write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh khác", kNow); }).value();
  const auto theirs_scope = store::TenantScope::for_test(stranger.tenant, {stranger.root});
  CHECK(p.read([&](store::Connection& c) { return get_request(c, theirs_scope, id, kNow); }).error().code() == Code::not_found);
  // Only who asked closes, reminds and accepts: not who sees the asked unit alone.
  CHECK(p.write([&](store::Connection& c) { return remind(c, mine, id, "x", kOfficer, kNow); }).error().code() == Code::denied);
  const auto own = p.asked(id, p.commune);
  REQUIRE(p.write([&](store::Connection& c) { return give_answer(c, mine, own, {.words = "x", .numbers = {}, .evidence = {}}, kOfficer, kNow); }));
  CHECK(p.write([&](store::Connection& c) { return decide_answer(c, mine, own, {true, ""}, kAsker, kNow); }).error().code() == Code::denied);
  CHECK(p.write([&](store::Connection& c) { return close_request(c, mine, id, "x", kOfficer, kNow); }).error().code() == Code::denied);
}

TEST_CASE("attachments are the asking unit's, and whoever is asked has them") {
  Province p;
  const auto file = p.evidence(p.root, "mau.txt", "biểu mẫu");
  NewRequest wanted{.unit = p.root, .title = "a", .text = "b", .basis = {}, .due = {}, .answer = Answer::words, .fields = {}, .attachments = {file},
                    .audience = {.units = {p.commune}, .kinds = {}, .below = {}}};
  const auto id = p.write([&](store::Connection& c) { return send_request(c, p.scope(), wanted, kAsker, kNow); }).value();
  const auto attached = p.read([&](store::Connection& c) { return attachments_of(c, p.scope_of(p.commune), id); }).value();
  REQUIRE(attached.size() == 1);
  const auto got = p.read([&](store::Connection& c) { return read_attachment(c, p.scope_of(p.commune), attached[0].id); }).value();
  CHECK(as_text(got.bytes) == "biểu mẫu");
  CHECK(p.read([&](store::Connection& c) { return read_attachment(c, p.scope_of(p.other), attached[0].id); }).error().code() == Code::not_found);
  // The file itself stays the unit's own.
  CHECK(p.read([&](store::Connection& c) { return duty::get_evidence(c, p.scope_of(p.commune), file); }).error().code() == Code::not_found);
}

TEST_CASE("late from the day after the last one, reminded until answered, over when closed") {
  Asking a(Answer::words, day("2026-11-22"));
  auto& p = a.province;
  const auto later = kNow + days(1);
  const auto page = [&](RequestQuery::View view, Timestamp now) {
    return p.read([&](store::Connection& c) { return list_requests(c, p.scope(), {.view = view, .unit = {}, .words = {}, .cursor = {}}, now); }).value();
  };
  CHECK(page(RequestQuery::View::late, kNow).total == 0);
  CHECK(page(RequestQuery::View::late, later).total == 1);
  CHECK(page(RequestQuery::View::open, later).items.at(0).counts.late == 1);
  CHECK(p.read([&](store::Connection& c) { return get_asked(c, p.scope(), a.unit, later); }).value().late);
  const auto reminded = [&] { return p.write([&](store::Connection& c) { return remind(c, p.scope(), a.id, "Hạn đã qua.", kAsker, later); }); };
  CHECK(reminded().value() == 1);
  CHECK(reminded().value() == 1);
  CHECK(p.read([&](store::Connection& c) { return get_asked(c, p.scope(), a.unit, later); }).value().reminders == 2);
  REQUIRE(p.write([&](store::Connection& c) { return give_answer(c, p.scope_of(p.commune), a.unit, {.words = "x", .numbers = {}, .evidence = {}}, kOfficer, later); }));
  CHECK(reminded().error().code() == Code::conflict);
  CHECK(p.read([&](store::Connection& c) { return get_asked(c, p.scope(), a.unit, later); }).value().answered_late);
  CHECK(page(RequestQuery::View::to_decide, later).total == 1);
  CHECK(page(RequestQuery::View::waiting, later).total == 0);
  REQUIRE(p.write([&](store::Connection& c) { return close_request(c, p.scope(), a.id, "Đã đủ.", kAsker, later); }));
  CHECK(page(RequestQuery::View::over, later).total == 1);
  CHECK(page(RequestQuery::View::open, later).total == 0);
  CHECK(a.decides(true, "").error().code() == Code::conflict);
  CHECK(p.write([&](store::Connection& c) { return close_request(c, p.scope(), a.id, "Lại.", kAsker, later); }).error().code() == Code::conflict);
}

TEST_CASE("a request without a purpose, with a day that is over or with numbers that have no name is refused") {
  Province p;
  const auto field = [&](auto change) {
    NewRequest wanted{.unit = p.root, .title = "a", .text = "b", .basis = {}, .due = {}, .answer = Answer::words, .fields = {}, .attachments = {},
                      .audience = {.units = {p.commune}, .kinds = {}, .below = {}}};
    change(wanted);
    const auto sent = p.write([&](store::Connection& c) { return send_request(c, p.scope(), wanted, kAsker, kNow); });
    const auto why = sent ? std::nullopt : duty::refusal_of(sent.error());
    return why ? why->field : "?";
  };
  CHECK(field([](NewRequest& r) { r.title = " "; }) == "title");
  CHECK(field([](NewRequest& r) { r.text = std::string(2'001, 'x'); }) == "text");
  CHECK(field([](NewRequest& r) { r.due = Date::parse("2026-11-21").value(); }) == "due_on");
  CHECK(field([](NewRequest& r) { r.answer = Answer::numbers; }) == "fields");
  CHECK(field([](NewRequest& r) { r.fields = {"a"}; }) == "fields");
  CHECK(field([](NewRequest& r) { r.answer = Answer::numbers; r.fields = {"Số máy", "SỐ MÁY"}; }) == "fields");
}

TEST_CASE("no statement changes or removes what was sent and said") {
  Asking a;
  REQUIRE(a.answers());
  REQUIRE(a.decides(true, ""));
  const auto refused = [&](store::Sql sql) { return !a.province.write([&](store::Connection& c) -> Result<void> { TRY_VOID(c.run(sql)); return {}; }).has_value(); };
  CHECK(refused("UPDATE request SET text = 'x'"));
  CHECK(refused("UPDATE request SET due_day = 1"));
  CHECK(refused("DELETE FROM request"));
  CHECK(refused("UPDATE request_event SET words = 'x'"));
  CHECK(refused("DELETE FROM request_event"));
  CHECK(refused("UPDATE request_unit SET state = 'sent', events = events + 1"));
  CHECK(refused("UPDATE request_unit SET unit_id = 1, events = events + 1"));
  CHECK(refused("DELETE FROM request_unit"));
  CHECK(refused("UPDATE request_attachment SET evidence_id = 1") == false);  // there is none
  CHECK(a.province.state(a.unit) == State::accepted);
}

TEST_CASE("the table for a spreadsheet has a row for each unit, and no formula") {
  Province p;
  const auto id = p.send({.units = {p.commune, p.other}, .kinds = {}, .below = {}}, Answer::numbers);
  REQUIRE(p.write([&](store::Connection& c) {
    return give_answer(c, p.scope_of(p.commune), p.asked(id, p.commune), {.words = "=HYPERLINK(1)", .numbers = {3, 12}, .evidence = {}}, kOfficer, kNow);
  }));
  const auto name_of = [](UserId) { return std::string("Trần Thị Bình"); };
  const auto csv = p.read([&](store::Connection& c) { return request_as_csv(c, p.scope(), id, true, name_of, kNow); }).value();
  CHECK(csv.find("\"Xã Mỹ Châu\",\"Đã trả lời, chờ duyệt\"") != csv.npos);
  CHECK(csv.find("\"'=HYPERLINK(1)\"") != csv.npos);
  CHECK(csv.find("\"3\",\"12\"") != csv.npos);
  CHECK(csv.find("\"Xã Bảo Lâm\",\"Đã gửi, chưa đọc\"") != csv.npos);
  CHECK(csv.find("22/11/2026 15:00") != csv.npos);
  // A unit's table is its own line.
  const auto own = p.read([&](store::Connection& c) { return request_as_csv(c, p.scope_of(p.other), id, true, name_of, kNow); }).value();
  CHECK(own.find("Mỹ Châu") == own.npos);
}

TEST_CASE("pages of units and requests follow one another without a gap") {
  Province p;
  for (int i = 0; i < 7; ++i) p.unit("Xã số " + std::to_string(i), p.root, estate::UnitKind::commune);
  RequestId id;
  for (int i = 0; i < 5; ++i) id = p.send({.units = {}, .kinds = {estate::UnitKind::commune}, .below = {}});
  AskedQuery asked{.state = {}, .unit = {}, .words = {}, .cursor = {}, .limit = 4};
  std::vector<std::string> names;
  for (;;) {
    const auto page = p.read([&](store::Connection& c) { return list_asked(c, p.scope(), id, asked, kNow); }).value();
    CHECK(page.total == 9);
    for (const auto& one : page.items) names.push_back(one.unit_name);
    if (!page.next) break;
    asked.cursor = *page.next;
  }
  CHECK(names.size() == 9);
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
  RequestQuery query{.view = RequestQuery::View::all, .unit = {}, .words = "RA SOAT", .cursor = {}, .limit = 2};
  std::size_t seen = 0;
  for (;;) {
    const auto page = p.read([&](store::Connection& c) { return list_requests(c, p.scope(), query, kNow); }).value();
    CHECK(page.total == 5);
    seen += page.items.size();
    if (!page.next) break;
    query.cursor = *page.next;
  }
  CHECK(seen == 5);
  query.cursor = asked.cursor;
  CHECK_FALSE(p.read([&](store::Connection& c) { return list_requests(c, p.scope(), query, kNow); }).has_value());
}

}  // namespace
}  // namespace khien::request
