#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

// A machine in which judging costs, and a governor that knows.
struct PaceHouse : ScanHouse {
  Governor governor{{}, Duration{0}};
  std::int64_t used_ms = 0;
  std::int64_t cost_ms = 0;  // of a judgement, in time and in processor time

  PaceHouse() {
    judge.while_judging = [this] {
      used_ms += cost_ms;
      clock.advance({cost_ms});
    };
    pace = [this](Governor::Work work) {
      governor.tell(clock.monotonic(), {used_ms}, {});
      return governor.wait(work);
    };
  }
};

TEST_CASE("a full scan that has used up its share waits, and ends all the same") {
  PaceHouse house;
  for (int i = 0; i < 30; ++i) house.write("f" + std::to_string(i), std::to_string(i));
  house.cost_ms = 5'000;  // 150 s of processor time in all
  const Duration began = house.clock.monotonic();
  REQUIRE(house.scanner->scan_all());
  const std::int64_t took_ms = house.clock.monotonic().ms - began.ms;
  CHECK(house.used_ms == 150'000);
  // 45 s at once, the rest by what comes in: 3 %.
  CHECK(took_ms > 3'000'000);
  CHECK(took_ms < 4'000'000);
  CHECK(house.take<ScanSeen>().back().state == ScanSeen::State::complete);
}

TEST_CASE("while a full scan waits, a file that changed is looked at") {
  PaceHouse house;
  for (int i = 0; i < 12; ++i) house.write("f" + std::to_string(i), std::to_string(i));
  house.cost_ms = 5'000;
  std::int64_t written_ms = 0;
  std::int64_t found_ms = 0;
  int judged = 0;
  house.judge.while_judging = [&] {
    house.used_ms += house.cost_ms;
    house.clock.advance({house.cost_ms});
    // The ninth has used up what a full scan may.
    if (++judged == 9) {
      house.watcher.written(house.write("f0", eicar()));
      written_ms = house.clock.monotonic().ms;
      house.cost_ms = 10;
    } else if (written_ms != 0 && found_ms == 0) {
      found_ms = house.clock.monotonic().ms;
    }
  };
  REQUIRE(house.scanner->scan_all());
  REQUIRE(found_ms > 0);
  CHECK(found_ms - written_ms < 2'000);
  CHECK(house.take<FileSeen>().size() == 1);
}

TEST_CASE("what is due and may not be looked at keeps nobody busy") {
  PaceHouse house;
  REQUIRE(house.scanner->scan_all());
  house.used_ms = Governor::capacity(50).ms + 60'000;
  const std::string path = house.write("evil", eicar());
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(Duration{0}));
  CHECK(house.take<FileSeen>().empty());
  int turns = 0;
  // The watcher of this house does not wait: each turn stands for its patience.
  while (house.reported.empty() && turns < 100'000) {
    const Duration wait = house.pace(Governor::Work::change);
    house.clock.advance(wait.ms > 0 ? wait : Duration{1});
    REQUIRE(house.scanner->take_changes(milliseconds(500)));
    ++turns;
  }
  CHECK(house.take<FileSeen>().size() == 1);
  CHECK(turns <= 2'100);  // a second each: 60 s at 3 %
}

TEST_CASE("one file that is rewritten all the time is looked at ever more rarely") {
  PaceHouse house;
  REQUIRE(house.scanner->scan_all());
  house.judge.asked = 0;
  house.cost_ms = 20;
  std::vector<std::int64_t> looks;
  house.judge.while_judging = [&] {
    house.used_ms += house.cost_ms;
    looks.push_back(house.clock.monotonic().ms);
  };
  const std::string path = house.write("log", "0");
  for (int i = 0; i < 36'000; ++i) {  // an hour, ten times a second
    std::ofstream(path, std::ios::app) << i;
    house.watcher.written(path);
    REQUIRE(house.scanner->take_changes(Duration{0}));
    house.clock.advance(milliseconds(100));
  }
  CHECK(looks.size() >= 12);
  CHECK(looks.size() <= 30);
  for (std::size_t i = 2; i < looks.size(); ++i) CHECK(looks[i] - looks[i - 1] >= looks[i - 1] - looks[i - 2] - 200);
  CHECK(looks.back() - looks[looks.size() - 2] >= 290'000);
}

TEST_CASE("a path that somebody else names is looked at, below the roots and not elsewhere") {
  ScanHouse house;
  REQUIRE(house.scanner->scan_all());
  house.take<ScanSeen>();
  TemporaryFolder elsewhere;
  std::ofstream(elsewhere / "evil") << eicar();
  house.scanner->look_at(house.write("evil", eicar()));
  house.scanner->look_at(elsewhere / "evil");
  REQUIRE(house.scanner->take_changes(Duration{0}));
  CHECK(house.take<FileSeen>().size() == 1);
  for (std::size_t i = 0; i < 2 * Scanner::kMaxLookAt; ++i) house.scanner->look_at("/x" + std::to_string(i));
  REQUIRE(house.scanner->take_changes(Duration{0}));
}

}  // namespace
}  // namespace khien::agent
