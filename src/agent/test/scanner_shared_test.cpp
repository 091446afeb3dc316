// What a machine takes from the others, and gives to them.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <algorithm>
#include <string>

#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

struct SharingHouse : ScanHouse {
  SharingHouse() {
    with_fleet = true;
    restart();
  }
  bool scan() {
    const bool done = scanner->scan_all().has_value();
    return done;
  }
  ScanSeen last() {
    const auto seen = take<ScanSeen>();
    REQUIRE_FALSE(seen.empty());
    return seen.back();
  }
  std::size_t times_asked(const std::string& bytes) {
    return static_cast<std::size_t>(std::ranges::count(fleet.asked, sha256(bytes)));
  }
};

TEST_CASE("a file that the fleet knows is read and not judged, then or later") {
  SharingHouse house;
  house.write("common", "common");
  house.write("own", "own");
  house.fleet.words[sha256("common")] = FleetWord::clean;
  REQUIRE(house.scan());
  CHECK(house.judge.asked == 1);
  const auto seen = house.last();
  CHECK(seen.state == ScanSeen::State::complete);
  CHECK(seen.files_seen == 2);
  CHECK(seen.files_scanned == 1);
  CHECK(seen.files_skipped == 1);
  house.restart();
  house.fleet.asked.clear();
  REQUIRE(house.scan());
  CHECK(house.judge.asked == 1);
  CHECK(house.fleet.asked.empty());  // what is known here needs nobody
}

TEST_CASE("what was judged clean is told to the others, and nothing else") {
  SharingHouse house;
  house.write("good", "good");
  house.write("bad", eicar());
  house.write("large", std::string(100, 'x'));
  house.judge.too_large = 90;
  REQUIRE(house.scan());
  house.clock.advance(minutes(20));
  REQUIRE(house.scan());
  REQUIRE(house.fleet.votes.size() == 1);
  CHECK(house.fleet.votes[0] == std::pair(house.judge.content(), sha256("good")));
  // The detection says by what it was found.
  const auto files = house.take<FileSeen>();
  const auto bad = std::ranges::find(files, FileVerdict::malicious, &FileSeen::verdict);
  REQUIRE(bad != files.end());
  CHECK(bad->content == house.judge.content());
}

TEST_CASE("a verdict without all engines is no vote") {
  SharingHouse house;
  house.judge.complete = false;
  house.write("f", "text");
  REQUIRE(house.scan());
  house.clock.advance(minutes(20));
  REQUIRE(house.scan());
  CHECK(house.fleet.votes.empty());
}

TEST_CASE("a hub that is away, or lies in its answer's length, costs nothing but the saving") {
  SharingHouse house;
  house.fleet.away = true;
  for (int i = 0; i < 10; ++i) house.write("f" + std::to_string(i), "text" + std::to_string(i));
  REQUIRE(house.scan());
  CHECK(house.judge.asked == 10);
  CHECK(house.last().state == ScanSeen::State::complete);
  // Votes wait until it is back.
  house.fleet.away = false;
  house.clock.advance(minutes(20));
  REQUIRE(house.scan());
  CHECK(house.fleet.votes.size() == 10);
}

TEST_CASE("while an engine is starting nobody is asked") {
  SharingHouse house;
  house.judge.is_ready = false;
  house.write("f", "text");
  house.fleet.otherwise = FleetWord::clean;
  REQUIRE(house.scan());
  CHECK(house.judge.asked == 1);
  CHECK(house.fleet.questions == 0);
}

TEST_CASE("new rules: an unchanged file is asked about by its hash, and read by nobody") {
  SharingHouse house;
  const std::string path = house.write("f", "text");
  house.fleet.words[sha256("text")] = FleetWord::clean;
  REQUIRE(house.scan());
  house.judge.epoch = 2;
  house.restart();
  // The hash is remembered: what is on the disk is not looked at, its status is.
  const FileStatus status = status_of(Fd(::open(path.c_str(), O_RDONLY))).value();
  CHECK(house.cache->known().find(status)->sha256 == sha256("text"));
  house.fleet.asked.clear();
  REQUIRE(house.scan());
  CHECK(house.times_asked("text") == 1);
  CHECK(house.judge.asked == 0);
}

TEST_CASE("a recall makes every told verdict unknown, of any hub: newer, older, after a restart") {
  SharingHouse house;
  house.write("f", "text");
  house.fleet.words[sha256("text")] = FleetWord::clean;
  house.fleet.recall = 5;
  REQUIRE(house.scan());
  CHECK(house.times_asked("text") == 1);
  for (const std::int64_t recall : {6, 5, 6}) {
    CAPTURE(recall);
    house.fleet.recall = recall;
    house.clock.advance(minutes(20));
    house.fleet.asked.clear();
    // One pass to hear of it, if the hub is not asked before.
    REQUIRE(house.scan());
    REQUIRE(house.scan());
    CHECK(house.times_asked("text") == 1);
    house.restart();
    house.fleet.asked.clear();
    REQUIRE(house.scan());
    CHECK(house.times_asked("text") == 0);
  }
  CHECK(house.judge.asked == 0);
  // Recalled and not told any more: it is judged, from the bytes.
  house.fleet.words.clear();
  house.fleet.recall = 7;
  house.clock.advance(minutes(20));
  REQUIRE(house.scan());
  REQUIRE(house.scan());
  CHECK(house.judge.asked == 1);
}

TEST_CASE("a recall that is heard of begins a scan by itself") {
  SharingHouse house;
  house.write("f", "text");
  house.fleet.words[sha256("text")] = FleetWord::clean;
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.scanner->counts().complete_scans == 1);
  house.fleet.recall = 1;
  house.fleet.words.clear();
  for (int i = 0; i < 200 && house.judge.asked == 0; ++i) {
    house.clock.advance(minutes(1));
    REQUIRE(house.scanner->step(seconds(1)));
  }
  CHECK(house.judge.asked == 1);
}

TEST_CASE("of what is told clean a share is judged all the same") {
  SharingHouse house;
  for (int i = 0; i < 400; ++i) house.write("f" + std::to_string(i), std::to_string(i));
  house.fleet.otherwise = FleetWord::clean;
  house.fleet.check_per_mille = 100;
  REQUIRE(house.scan());
  CHECK(house.judge.asked > 15);
  CHECK(house.judge.asked < 80);
}

TEST_CASE("a check that finds malware tells of it, whatever the fleet says") {
  SharingHouse house;
  house.write("bad", eicar());
  house.fleet.otherwise = FleetWord::clean;
  house.fleet.check_per_mille = 1'000;
  REQUIRE(house.scan());
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::malicious);
}

TEST_CASE("a path that was bad here is called clean by this machine itself, or not at all") {
  SharingHouse house;
  house.write("f", eicar());
  REQUIRE(house.scan());
  house.take<FileSeen>();
  house.write("f", "harmless now");
  house.fleet.otherwise = FleetWord::clean;
  const int before = house.judge.asked;
  REQUIRE(house.scan());
  CHECK(house.judge.asked == before + 1);
  CHECK(house.take<FileSeen>().back().verdict == FileVerdict::clean);
}

TEST_CASE("what others look at is left for a further pass, and the scan is not complete before") {
  SharingHouse house;
  house.write("f", "text");
  house.write("g", "other");
  house.fleet.words[sha256("text")] = FleetWord::later;
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.judge.asked == 1);
  CHECK(house.last().state == ScanSeen::State::running);
  CHECK(house.scanner->counts().complete_scans == 0);
  house.fleet.words[sha256("text")] = FleetWord::clean;
  house.clock.advance(minutes(11));
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.judge.asked == 1);
  CHECK(house.last().state == ScanSeen::State::complete);
  CHECK(house.scanner->counts().complete_scans == 1);
}

TEST_CASE("nobody waits without end") {
  SharingHouse house;
  house.write("f", "text");
  house.fleet.otherwise = FleetWord::later;
  int passes = 0;
  while (house.judge.asked == 0 && passes < 100) {
    REQUIRE(house.scanner->step(seconds(1)));
    house.clock.advance(minutes(11));
    ++passes;
  }
  CHECK(passes == Scanner::kMaxPasses + 1);
  CHECK(house.last().state == ScanSeen::State::complete);
}

TEST_CASE("a change is judged here at once, and nobody is asked") {
  SharingHouse house;
  REQUIRE(house.scan());
  house.fleet.asked.clear();
  house.fleet.otherwise = FleetWord::clean;
  house.watcher.written(house.write("f", eicar()));
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().size() == 1);
  CHECK(house.fleet.asked.empty());
}

TEST_CASE("more files than fit one question are asked about in several") {
  SharingHouse house;
  for (int i = 0; i < 600; ++i) house.write("f" + std::to_string(i), std::to_string(i));
  house.fleet.otherwise = FleetWord::clean;
  REQUIRE(house.scan());
  CHECK(house.fleet.asked.size() == 600);
  CHECK(house.judge.asked == 0);
  CHECK(house.last().files_seen == 600);
}

}  // namespace
}  // namespace khien::agent
