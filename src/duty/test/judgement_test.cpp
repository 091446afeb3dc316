#include "judgement.hpp"

#include <doctest/doctest.h>

namespace khien::duty {
namespace {

using law::MetBy;

Date on(std::string_view text) { return Date::parse(text).value(); }

struct Case {
  law::Duty duty;
  law::Occurrence occurrence;
  Measurement measurement;
  Facts facts;

  explicit Case(MetBy met_by, std::optional<Date> due = on("2026-12-04")) {
    duty.met_by = met_by;
    duty.recurrence = due ? law::Recurrence::yearly : law::Recurrence::continuous;
    occurrence = {on("2026-01-01"), due ? std::optional(on("2026-12-31")) : std::nullopt, due, std::nullopt};
    if (met_by == MetBy::metric || met_by == MetBy::record_and_metric) {
      duty.metric = "x";
      duty.target = law::Target{law::Target::Kind::at_least, 1.0};
      facts.measurement = &measurement;
    }
    facts.duty = &duty;
    facts.occurrence = &occurrence;
    facts.as_of = on("2026-11-01");
  }
  Case(const Case&) = delete;
  Case& reading(double part, double whole) {
    measurement.why = Measurement::Why::known;
    measurement.part = part;
    measurement.whole = whole;
    return *this;
  }
  DutyState at(std::string_view day) {
    facts.as_of = on(day);
    return judge(facts);
  }
};

TEST_CASE("without a record the clock decides, and the due day itself is in time") {
  Case one(MetBy::record);
  CHECK(one.at("2026-11-03") == DutyState::not_due);
  CHECK(one.at("2026-11-04") == DutyState::due_soon);  // 30 days before
  CHECK(one.at("2026-12-04") == DutyState::due_soon);
  CHECK(one.at("2026-12-05") == DutyState::overdue);
}

TEST_CASE("a record that waits is waiting, one approved is met, one sent back is late by the clock") {
  Case one(MetBy::record);
  one.facts.record = Mark::waiting;
  CHECK(one.at("2026-12-05") == DutyState::waiting);
  one.facts.record = Mark::approved;
  CHECK(one.at("2026-12-05") == DutyState::met);
  one.facts.record = Mark::refused;
  CHECK(one.at("2026-12-05") == DutyState::overdue);
  CHECK(reason_of(one.facts, DutyState::overdue, nullptr).vi.find("bị trả lại") != std::string::npos);
}

TEST_CASE("what does not apply is neither late nor met") {
  Case one(MetBy::record);
  one.facts.applies = false;
  CHECK(one.at("2026-12-05") == DutyState::not_applicable);
  one.facts.applies = true;
  one.facts.record = Mark::waiting_exempt;
  CHECK(one.at("2026-12-05") == DutyState::waiting);
  one.facts.record = Mark::approved_exempt;
  CHECK(one.at("2026-12-05") == DutyState::not_applicable);
}

TEST_CASE("a figure that is reached is met; one of the law that is missed is overdue even without a clock") {
  Case one(MetBy::metric, std::nullopt);
  CHECK(one.reading(60, 60).at("2026-11-01") == DutyState::met);
  CHECK(one.reading(59, 60).at("2026-11-01") == DutyState::overdue);
  one.duty.basis = law::Basis::province;
  CHECK(one.at("2026-11-01") == DutyState::not_due);
}

TEST_CASE("a figure that nobody knows cannot be known, and is never a zero") {
  Case one(MetBy::metric, std::nullopt);
  for (const auto why : {Measurement::Why::later, Measurement::Why::nothing, Measurement::Why::unseen, Measurement::Why::no_reading, Measurement::Why::elsewhere}) {
    one.measurement.why = why;
    CHECK(one.at("2026-11-01") == DutyState::unknown);
  }
  one.reading(0, 60).measurement.exempt = true;
  CHECK(one.at("2026-11-01") == DutyState::not_applicable);
}

TEST_CASE("a record and a figure: both must be there") {
  Case one(MetBy::record_and_metric);
  one.facts.record = Mark::approved;
  CHECK(one.reading(60, 60).at("2026-12-05") == DutyState::met);
  CHECK(one.reading(59, 60).at("2026-12-05") == DutyState::overdue);
  one.measurement.why = Measurement::Why::later;
  CHECK(one.at("2026-12-05") == DutyState::unknown);
  one.facts.record = Mark::none;
  CHECK(one.at("2026-12-05") == DutyState::overdue);
}

TEST_CASE("a register's record of the period is what a register duty asks for") {
  Case one(MetBy::register_record);
  one.facts.record = Mark::approved;  // a mere statement does not count
  CHECK(one.at("2026-12-05") == DutyState::overdue);
  one.facts.in_register = Mark::waiting;
  CHECK(one.at("2026-12-05") == DutyState::waiting);
  one.facts.in_register = Mark::approved;
  CHECK(one.at("2026-12-05") == DutyState::met);
}

TEST_CASE("a duty without a clock and without a record is being done") {
  Case one(MetBy::record, std::nullopt);
  CHECK(one.at("2030-01-01") == DutyState::not_due);
  one.facts.record = Mark::approved;
  CHECK(one.at("2030-01-01") == DutyState::met);
}

}  // namespace
}  // namespace khien::duty
