// A clock that nobody meets is carried up at its own minutes, whoever looks and however often.
#include "office.hpp"

namespace khien::incident {
namespace {

const Timestamp kT0 = at("2026-11-26T08:30:00+07:00");

std::string told(const std::vector<Escalation>& all) {
  std::string text;
  for (const auto& one : all) text += std::string(to_string(one.level)) + " " + std::string(to_string(one.step)) + " " + to_rfc3339(one.at + hours(7)).substr(0, 16) + "; ";
  return text;
}

TEST_CASE("24 hours: soon in the 18th, late behind the 24th, the province a day after that") {
  auto times = times_of(kT0, kT0 + hours(24), minutes(60));
  CHECK(told(escalations(times, kT0 + hours(18) - milliseconds(1))).empty());
  CHECK(told(escalations(times, kT0 + hours(18))) == "soon unit 2026-11-27T02:30; ");
  // The last moment in time is in time.
  CHECK(escalations(times, kT0 + hours(24)).size() == 1);
  CHECK(told(escalations(times, kT0 + hours(24) + milliseconds(1))) == "soon unit 2026-11-27T02:30; late standing_body 2026-11-27T08:30; ");
  CHECK(escalations(times, kT0 + hours(48) - milliseconds(1)).size() == 2);
  CHECK(escalations(times, kT0 + hours(4'800)).size() == 3);
  times.met = kT0 + hours(20);
  CHECK(told(escalations(times, kT0 + hours(4'800))) == "soon unit 2026-11-27T02:30; ");
  CHECK_FALSE(next_escalation(times, 1));
  CHECK(escalations(times_of(kT0, std::nullopt, minutes(60)), kT0 + hours(4'800)).empty());
}

TEST_CASE("at once is soon from the beginning and late after the province's minutes") {
  const auto times = times_of(kT0, kT0, minutes(60));
  CHECK(times.due == kT0);
  CHECK(times.late == kT0 + minutes(60));
  CHECK(state_of(times, kT0) == ClockState::soon);
  CHECK(state_of(times, kT0 + minutes(60)) == ClockState::soon);
  CHECK(state_of(times, kT0 + minutes(60) + milliseconds(1)) == ClockState::late);
}

// What a timeline says of escalations, oldest first.
std::string carried(Office& office, IncidentId id) {
  const auto lines = office.timeline(id);
  std::string all;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line->what == What::escalated) all += to_rfc3339(line->happened_at + hours(7)).substr(5, 11) + " " + line->told.en.substr(0, line->told.en.find(':')) + "; ";
  }
  return all;
}

TEST_CASE("nobody acts: the same lines at the same minutes whatever the sweep's rhythm, each once") {
  std::vector<std::string> seen;
  for (const auto rhythm : {minutes(1), minutes(7), hours(5), hours(200)}) {
    Office office;
    const auto id = office.open(office.suspicion());
    std::int64_t written = 0;
    for (Timestamp time = kT0; time <= kT0 + hours(100); time = time + rhythm) written += sweep(*office.hub, time).value();
    office.now = kT0 + hours(100);
    written += sweep(*office.hub, office.now).value();
    CHECK(sweep(*office.hub, office.now).value() == 0);
    CHECK(written == 6);
    seen.push_back(carried(office, id));
    CHECK(office.detail(id).incident.late == 2);
  }
  CHECK(seen[0] == "11-27T02:30 Initial notice; 11-27T08:30 Initial notice; 11-28T08:30 Initial notice; "
                   "11-28T14:30 Report of cause, extent and remedy; 11-29T08:30 Report of cause, extent and remedy; "
                   "11-30T08:30 Report of cause, extent and remedy; ");
  for (const auto& other : seen) CHECK(other == seen[0]);
}

TEST_CASE("what was met is carried no further; what came due before is told first; closed, it goes on") {
  Office office;
  const auto met = office.open(office.suspicion());
  const auto closed = office.open(office.suspicion(Severity::low));
  office.now = kT0 + hours(20);
  // No sweep ran: the act itself writes what came due before it.
  REQUIRE(office.report(met, "initial", office.now));
  CHECK(carried(office, met) == "11-27T02:30 Initial notice; ");
  REQUIRE(office.move(closed, State::closed, "x", "y"));
  office.now = kT0 + hours(60);
  CHECK(sweep(*office.hub, office.now).value() == 2);  // soon of the 72 hours, of both
  CHECK(carried(office, closed) == "11-28T14:30 Report of cause, extent and remedy; ");
  office.now = kT0 + hours(80);
  REQUIRE(office.move(closed, State::open, "", "chưa hết"));
  CHECK(sweep(*office.hub, office.now).value() == 1);
  CHECK(carried(office, closed).find("11-29T08:30 Report") != std::string::npos);
}

TEST_CASE("a sweep takes what is due in pieces and leaves the rest") {
  Office office;
  for (int i = 0; i < 9; ++i) office.open(office.suspicion());
  std::int64_t written = 0;
  office.write([&](store::Connection& c) -> Result<void> {
    TRY(written, sweep(c, kT0 + hours(18), 4));
    return {};
  });
  CHECK(written == 4);
  CHECK(sweep(*office.hub, kT0 + hours(18)).value() == 5);
}

}  // namespace
}  // namespace khien::incident
