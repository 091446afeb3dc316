#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "khien/botnet/edges.hpp"
#include "khien/botnet/playbook.hpp"

namespace khien::botnet {
namespace {

constexpr std::array kStates{State::new_, State::sent, State::cleaning, State::reported_clean, State::delisted, State::recurred};

TEST_CASE("the table of a case is the one that is written down") {
  const auto row = [](State state) {
    std::string line;
    for (const Event event : {Event::sent, Event::cleaning, Event::step, Event::reported_clean, Event::listed_again, Event::delisted, Event::host, Event::note}) {
      const auto next = next_state(state, event);
      line += (next ? std::string(to_string(*next)) : "-") + " ";
    }
    return line;
  };
  CHECK(row(State::new_) == "sent cleaning cleaning - - delisted new new ");
  CHECK(row(State::sent) == "- cleaning cleaning reported_clean - delisted sent sent ");
  CHECK(row(State::cleaning) == "- - cleaning reported_clean - delisted cleaning cleaning ");
  CHECK(row(State::reported_clean) == "- cleaning - - recurred delisted reported_clean reported_clean ");
  CHECK(row(State::delisted) == "- - - - recurred - - delisted ");
  CHECK(row(State::recurred) == "sent cleaning cleaning - - delisted recurred recurred ");
}

TEST_CASE("who it is given to is told and begins; nothing of another unit's work is theirs") {
  for (const State state : {State::sent, State::cleaning, State::reported_clean}) CHECK(next_state(state, Event::attributed) == State::sent);
  CHECK(next_state(State::new_, Event::attributed) == State::new_);
  CHECK(next_state(State::recurred, Event::attributed) == State::recurred);
  CHECK_FALSE(next_state(State::delisted, Event::attributed));
}

TEST_CASE("no person's word delists, and names are read back") {
  for (const auto state : kStates) {
    CHECK(state_from_string(to_string(state)).value() == state);
    for (int i = 0; i <= static_cast<int>(Event::note); ++i) {
      const auto event = static_cast<Event>(i);
      CHECK(event_from_string(to_string(event)).value() == event);
      if (is_of_people(event) && state != State::delisted) CHECK(next_state(state, event) != State::delisted);
    }
  }
  CHECK_FALSE(state_from_string("closed"));
}

// Slow and plain: walks each day of the year and keeps the last two lists in mind.
int absences_slowly(Date last_listed, const std::set<Date>& complete) {
  int absences = 0;
  for (Date day = last_listed + 1; day <= last_listed + 400; day = day + 1) {
    if (complete.contains(day) && absences < 2) ++absences;
  }
  return absences;
}

TEST_CASE("absences are counted in later complete lists alone, each day once") {
  std::mt19937 random(7);
  const Date first = *Date::of(2026, 1, 1);
  for (int round = 0; round < 2'000; ++round) {
    std::set<Date> complete;
    const auto lists = random() % 6;
    for (unsigned i = 0; i < lists; ++i) complete.insert(first + static_cast<std::int64_t>(random() % 30));
    const Date last = first + static_cast<std::int64_t>(random() % 30);
    REQUIRE(absences_after(last, {complete.begin(), complete.end()}) == absences_slowly(last, complete));
  }
}

TEST_CASE("a case comes back by a newer list alone, or by a sighting after it was said to be clean") {
  const Date day = *Date::of(2026, 11, 20);
  const Standing over{.state = State::delisted, .last_listed = day, .reported_clean_at = {}};
  CHECK(comes_back(over, day + 1, {}, 0));
  CHECK_FALSE(comes_back(over, day, {}, 2));
  CHECK_FALSE(comes_back(over, day - 5, {}, 2));
  // Two later lists are already without it: it is a memory.
  CHECK_FALSE(comes_back(over, day + 1, {}, 2));

  const Timestamp clean = vietnam_moment(day, 10 * 60);
  const Standing said{.state = State::reported_clean, .last_listed = day, .reported_clean_at = clean};
  CHECK(comes_back(said, day + 1, {}, 0));
  CHECK_FALSE(comes_back(said, day, {}, 0));
  CHECK_FALSE(comes_back(said, day + 1, clean - minutes(1), 0));
  CHECK(comes_back(said, day, clean + minutes(1), 0));
  for (const auto state : {State::new_, State::sent, State::cleaning, State::recurred}) {
    CHECK_FALSE(comes_back({.state = state, .last_listed = day, .reported_clean_at = {}}, day + 9, {}, 0));
  }
}

TEST_CASE("the playbook that is shipped is read, and a wrong one names the line") {
  std::ifstream file(KHIEN_SOURCE_DIR "/content/botnet/steps.yaml");
  std::stringstream text;
  text << file.rdbuf();
  Budget budget({});
  const auto playbook = read_playbook(text.str(), budget);
  REQUIRE_MESSAGE(playbook, playbook.error().what());
  CHECK(playbook->lookup_days == 7);
  CHECK(playbook->log_window == minutes(10));
  REQUIRE(playbook->step("scan") != nullptr);
  CHECK(playbook->step("scan")->required);
  CHECK_FALSE(playbook->step("close_way")->required);

  const auto wrong = [](std::string_view yaml) {
    Budget small({});
    const auto read = read_playbook(yaml, small);
    return read ? std::string("read") : read.error().what();
  };
  CHECK(wrong("label: { vi: a, en: b }\nlookup_days: 0\n") == "line 2: lookup_days must be from 1 to 365");
  CHECK(wrong("label: { vi: a }\n") == "line 1: en is missing");
  const std::string step = "  - { id: x, required: true, title: { vi: a, en: b }, how: { vi: a, en: b } }\n";
  CHECK(wrong("label: { vi: a, en: b }\nlookup_days: 7\nlog_window_minutes: 5\nsteps:\n" + step + step) == "line 6: this step stands twice");
}

}  // namespace
}  // namespace khien::botnet
