#include <random>

#include "province.hpp"

using namespace khien;
using namespace khien::roster;

namespace {

// An on duty for ten hours, Bình his deputy, a leader with a telephone.
struct Night {
  Night() {
    auto main = Province::shift_of(house.commune, "Nguyễn Văn An", 0, 600);
    main.user = house.an;
    house.add(main).value();
    auto deputy = Province::shift_of(house.commune, "Trần Thị Bình", 0, 600);
    deputy.part = Part::deputy;
    deputy.user = house.binh;
    house.add(deputy).value();
    house.leader(house.commune, "Lê Chủ Tịch", "0987654321");
  }
  std::vector<std::pair<CallStep, Timestamp>> steps(DutyPingId id, Timestamp now) {
    std::vector<std::pair<CallStep, Timestamp>> all;
    for (const Call& call : house.look(id, now).calls) all.emplace_back(call.step, call.at);
    return all;
  }
  std::size_t waiting(UserId user, Timestamp now) {
    return house.write([&](store::Connection& c) { return list_pings(c, house.scope(), {.unit = {}, .to_user = user, .cursor = {}}, now); }).value().items.size();
  }
  Province house;
};

}  // namespace

TEST_CASE("whoever is on duty and deputy at once is called once; the leader is next") {
  Province house;
  auto shift = Province::shift_of(house.commune, "Nguyễn Văn An", 0, 600);
  shift.user = house.an;
  REQUIRE(house.add(shift).has_value());
  shift.part = Part::deputy;
  REQUIRE(house.add(shift).has_value());
  house.leader(house.commune, "Lê Chủ Tịch", "0987654321");
  const auto id = house.ping(at(10)).value();
  const auto calls = house.look(id, at(500)).calls;
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].step == CallStep::duty);
  CHECK(calls[1].step == CallStep::leader);
}

TEST_CASE("the one on duty answers, and how soon is known") {
  Night night;
  const auto id = night.house.ping(at(10)).value();
  CHECK(night.waiting(night.house.an, at(10)) == 1);
  CHECK(night.waiting(night.house.binh, at(10)) == 0);
  REQUIRE(night.house.say_here(id, night.house.an, at(12)).has_value());
  const auto ping = night.house.look(id, at(500));
  CHECK(ping.answered_at == at(12));
  CHECK(ping.answered_by == night.house.an);
  CHECK(ping.people_asked() == "Nguyễn Văn An");
  CHECK_FALSE(ping.escalated_at().has_value());
  CHECK(ping.calls.size() == 1);
  CHECK(night.waiting(night.house.an, at(13)) == 0);
  CHECK(night.house.say_here(id, night.house.an, at(13)).error().code() == Code::conflict);
}

TEST_CASE("deputy after 15 minutes, leader after 15 more, each once and at its minute") {
  Night night;
  const auto id = night.house.ping(at(10)).value();
  CHECK(night.waiting(night.house.binh, at(25) - milliseconds(1)) == 0);
  CHECK(night.waiting(night.house.binh, at(25)) == 1);  // though nobody swept
  const std::vector<std::pair<CallStep, Timestamp>> wanted{{CallStep::duty, at(10)}, {CallStep::deputy, at(25)}, {CallStep::leader, at(40)}};
  CHECK(sweep(*night.house.store, at(24)).value() == 0);
  CHECK(sweep(*night.house.store, at(25)).value() == 1);
  CHECK(sweep(*night.house.store, at(39)).value() == 0);
  CHECK(sweep(*night.house.store, at(41)).value() == 1);
  CHECK(sweep(*night.house.store, at(600)).value() == 0);
  CHECK(night.steps(id, at(600)) == wanted);
  CHECK(night.house.look(id, at(600)).escalated_at() == at(25));
  CHECK(night.house.look(id, at(600)).calls[2].phone == "0987654321");
}

TEST_CASE("whatever the sweep's rhythm, the same calls") {
  std::mt19937 random(20270206);
  for (int round = 0; round < 20; ++round) {
    Night night;
    const auto asked = static_cast<std::int64_t>(random() % 500);
    const auto id = night.house.ping(at(asked)).value();
    for (std::int64_t minute = asked; minute < asked + 60; minute += 1 + static_cast<std::int64_t>(random() % 40)) {
      REQUIRE(sweep(*night.house.store, at(minute)).has_value());
    }
    REQUIRE(sweep(*night.house.store, at(asked + 60)).has_value());
    const auto steps = night.steps(id, at(asked + 60));
    REQUIRE(steps.size() == 3);
    CHECK(steps[1] == std::pair(CallStep::deputy, at(asked + 15)));
    CHECK(steps[2] == std::pair(CallStep::leader, at(asked + 30)));
    CHECK(sweep(*night.house.store, at(asked + 1'000)).value() == 0);
  }
}

TEST_CASE("an answer between two sweeps keeps the calls that were due, and makes no more") {
  Night night;
  const auto id = night.house.ping(at(10)).value();
  REQUIRE(night.house.say_here(id, night.house.binh, at(30)).has_value());  // he saw it on his screen
  CHECK(sweep(*night.house.store, at(300)).value() == 0);
  const auto ping = night.house.look(id, at(300));
  REQUIRE(ping.calls.size() == 2);
  CHECK(ping.calls[1].at == at(25));
  CHECK(ping.answered_by == night.house.binh);
}

TEST_CASE("without a deputy the leader is called at the deputy's minute") {
  Province house;
  auto main = Province::shift_of(house.commune, "Nguyễn Văn An", 0, 600);
  main.user = house.an;
  house.add(main).value();
  house.leader(house.commune, "Lê Chủ Tịch", "0987654321");
  const auto chief = house.person("lê chủ tịch", "leader", house.commune);
  const auto second = house.person("Phó chủ tịch", "leader", house.commune);
  const auto ping = house.ping(at(0)).value();
  const auto calls = house.look(ping, at(15)).calls;
  REQUIRE(calls.size() == 3);
  CHECK(calls[1].user == chief);  // the contact and the account are one person
  CHECK(calls[1].phone == "0987654321");
  CHECK(calls[2].user == second);
  CHECK(calls[1].at == at(15));
}

TEST_CASE("who is called is who was on duty at that minute, not who is when the hub looks") {
  Night night;
  auto later = Province::shift_of(night.house.commune, "Đặng Dũng", 26, 600);
  later.part = Part::deputy;
  night.house.add(later).value();
  const auto id = night.house.ping(at(10)).value();
  // Entered after the minute for it: not known then.
  auto late = Province::shift_of(night.house.commune, "Người vào sau", 25, 600);
  late.part = Part::deputy;
  night.house.add(late, at(25) + seconds(30)).value();
  REQUIRE(sweep(*night.house.store, at(100)).has_value());
  const auto calls = night.house.look(id, at(100)).calls;
  REQUIRE(calls.size() == 3);
  CHECK(calls[1].person == "Trần Thị Bình");
}

TEST_CASE("nobody answers for another, but whoever reached a person by telephone may say so") {
  Night night;
  const auto id = night.house.ping(at(10)).value();
  CHECK(night.house.say_here(id, night.house.stranger, at(11)).error().code() == Code::denied);
  CHECK(night.house.say_here(id, night.house.admin, at(11)).error().code() == Code::denied);
  CHECK(night.house.say_here(id, night.house.binh, at(11)).error().code() == Code::denied);  // not her turn
  // The leader has no user: whoever reached him may say so.
  CHECK(night.house.say_here(id, night.house.admin, at(40)).has_value());
}

TEST_CASE("nobody on duty is said, and a second ring waits for the deputy's turn") {
  Night night;
  CHECK(night.house.ping(at(600)).error().code() == Code::conflict);
  const auto id = night.house.ping(at(10)).value();
  CHECK(night.house.ping(at(24)).error().code() == Code::exhausted);
  CHECK(night.house.ping(at(25)).has_value());
  CHECK(night.house.say_here(id, night.house.an, at(10) + kCallWaits).error().code() == Code::conflict);
}

TEST_CASE("a unit's own minutes count, as they were set when it was asked") {
  Night night;
  const auto set = [&](std::int64_t deputy, std::int64_t leader) {
    const UnitSettings settings{.need = Need::by_law, .deputy_after_minutes = deputy, .leader_after_minutes = leader};
    REQUIRE(night.house.write([&](store::Connection& c) { return set_settings(c, night.house.scope(), night.house.commune, settings, night.house.admin, kNow); }).has_value());
  };
  set(2, 3);
  const auto id = night.house.ping(at(10)).value();
  set(100, 100);
  const std::vector<std::pair<CallStep, Timestamp>> wanted{{CallStep::duty, at(10)}, {CallStep::deputy, at(12)}, {CallStep::leader, at(15)}};
  CHECK(night.steps(id, at(15)) == wanted);
}

TEST_CASE("test calls page newest first, and a scope sees its own") {
  Night night;
  for (int i = 0; i < 5; ++i) night.house.ping(at(100 + i * 20)).value();
  const auto page = [&](const store::TenantScope& scope, std::string cursor) {
    return night.house.write([&](store::Connection& c) { return list_pings(c, scope, {.unit = {}, .to_user = {}, .cursor = std::move(cursor), .limit = 2}, at(300)); });
  };
  const auto first = page(night.house.scope(), "").value();
  CHECK(first.total == 5);
  REQUIRE(first.next.has_value());
  CHECK(first.items[0].asked_at == at(180));
  CHECK(page(night.house.scope(), *first.next).value().items[0].asked_at == at(140));
  CHECK(page(night.house.scope(), "x").error().code() == Code::invalid);
  CHECK(page(night.house.scope_of(night.house.other), "").value().total == 0);
}
