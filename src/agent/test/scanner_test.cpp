#include "scanner.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

TEST_CASE("a full scan finds what is bad and tells nothing of what is clean") {
  ScanHouse house;
  house.write("a/clean.txt", "hello");
  const std::string bad = house.write("a/b/bad.com", eicar());
  REQUIRE(house.scanner->scan_all());
  const auto reported = house.reported;
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == bad);
  CHECK(files[0].verdict == FileVerdict::malicious);
  CHECK(files[0].sha256 == sha256(eicar()));
  CHECK(files[0].size == eicar().size());
  REQUIRE(files[0].matches.size() == 1);
  CHECK(files[0].matches[0].rule == "khien_eicar");

  const auto first = std::get<ScanSeen>(reported.front().body);
  const auto last = std::get<ScanSeen>(reported.back().body);
  CHECK(first.state == ScanSeen::State::running);
  CHECK(last.state == ScanSeen::State::complete);
  CHECK(last.scan == first.scan);
  CHECK(last.files_seen == 2);
  CHECK(last.files_scanned == 2);
  CHECK(last.files_total == 2);
  CHECK(last.finished_at);
}

TEST_CASE("the second scan asks the worker about nothing that is clean and unchanged") {
  ScanHouse house;
  for (int i = 0; i < 20; ++i) house.write("f" + std::to_string(i), "text");
  house.write("bad", eicar());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 21);
  house.restart();  // what is known outlives the process
  house.take<FileSeen>();
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 22);
  CHECK(house.take<FileSeen>().size() == 1);  // still there, and told again
}

TEST_CASE("a file that changed is judged again, by whatever its status tells") {
  ScanHouse house;
  const std::string path = house.write("f", "text");
  REQUIRE(house.scanner->scan_all());
  house.write("f", eicar());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.take<FileSeen>().size() == 1);
  CHECK(house.judge.asked == 2);
}

TEST_CASE("new rules or signatures make every file unknown again") {
  ScanHouse house;
  house.write("f", "text");
  REQUIRE(house.scanner->scan_all());
  house.judge.epoch = 2;
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 2);
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 2);
}

TEST_CASE("a verdict without all engines is not kept") {
  ScanHouse house;
  house.write("f", "text");
  house.judge.complete = false;
  REQUIRE(house.scanner->scan_all());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 2);
}

TEST_CASE("a file that changes while it is judged is not kept, nor one that changed just now") {
  ScanHouse house;
  const std::string path = house.write("f", "text");
  house.judge.while_judging = [&] { house.write("f", "other text"); };
  REQUIRE(house.scanner->scan_all());
  house.judge.while_judging = nullptr;
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 2);
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 2);

  house.clock.jump_to(system_clock().now());
  house.write("f", "third text");
  REQUIRE(house.scanner->scan_all());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 4);
}

TEST_CASE("written, overwritten, deleted: found, clean again, gone") {
  ScanHouse house;
  REQUIRE(house.scanner->scan_all());
  house.take<FileSeen>();

  const std::string path = house.write("x/eicar.com", eicar());
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::malicious);

  house.write("x/eicar.com", "now harmless");
  house.watcher.written(path);
  house.clock.advance(seconds(2));
  REQUIRE(house.scanner->take_changes(seconds(1)));
  files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::clean);
  CHECK(files[0].path == path);

  house.write("x/eicar.com", eicar());
  house.watcher.written(path);
  house.clock.advance(seconds(5));
  REQUIRE(house.scanner->take_changes(seconds(1)));
  house.remove("x/eicar.com");
  house.watcher.gone(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  const auto gone = house.take<FileGone>();
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].path == path);
  // Told once.
  house.watcher.gone(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  REQUIRE(house.scanner->scan_all());
  CHECK(house.take<FileGone>().empty());
}

TEST_CASE("a path that vanished while nobody watched is told of by the next scan, after a restart as well") {
  ScanHouse house;
  house.write("d/bad", eicar());
  house.write("d2/bad", eicar());
  REQUIRE(house.scanner->scan_all());
  house.take<FileSeen>();
  house.restart();
  house.remove("d");
  REQUIRE(house.scanner->scan_all());
  CHECK(house.take<FileGone>().size() == 1);
}

TEST_CASE("a folder that is gone takes all its paths with it, and no neighbour's") {
  ScanHouse house;
  house.write("d/one", eicar());
  house.write("d/e/two", eicar());
  house.write("d.txt", eicar());
  house.write("d-x/three", eicar());
  REQUIRE(house.scanner->scan_all());
  house.take<FileSeen>();
  house.remove("d");
  house.watcher.gone(house.tree / "d");
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileGone>().size() == 2);
}

TEST_CASE("a folder that was moved in is looked through") {
  ScanHouse house;
  house.write("in/deep/bad", eicar());
  house.watcher.written(house.tree / "in");
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().size() == 1);
}

TEST_CASE("a change is looked at while a full scan runs") {
  ScanHouse house;
  for (int i = 0; i < 10; ++i) house.write("a" + std::to_string(i), "text");
  const std::string path = house.write("z", eicar());
  house.judge.while_judging = [&] {
    if (house.judge.asked == 3) house.watcher.written(path);
    house.clock.advance(milliseconds(200));
  };
  REQUIRE(house.scanner->scan_all());
  // Found at once, and by the scan when it came there.
  CHECK(house.take<FileSeen>().size() == 2);
}

TEST_CASE("progress is told every five seconds") {
  ScanHouse house;
  for (int i = 0; i < 30; ++i) house.write("f" + std::to_string(i), "text");
  house.judge.while_judging = [&] { house.clock.advance(seconds(1)); };
  REQUIRE(house.scanner->scan_all());
  const auto seen = house.take<ScanSeen>();
  CHECK(seen.size() >= 6);
  CHECK(seen.size() <= 9);
  CHECK(seen.back().files_scanned == 30);
}

TEST_CASE("the rate is kept") {
  ScanHouse house;
  house.files_per_second = 10;
  house.restart();
  for (int i = 0; i < 50; ++i) house.write("f" + std::to_string(i), "text");
  const auto began = house.clock.monotonic();
  REQUIRE(house.scanner->scan_all());
  const auto took = house.clock.monotonic().ms - began.ms;
  CHECK(took >= 4'500);
  CHECK(took <= 5'500);
}

TEST_CASE("excluded paths are left alone, by whole names") {
  ScanHouse house;
  house.exclude = {house.tree / "no"};
  house.restart();
  house.write("no/bad", eicar());
  house.write("nope/bad", eicar());
  REQUIRE(house.scanner->scan_all());
  house.watcher.written(house.tree / "no/bad");
  REQUIRE(house.scanner->take_changes(seconds(1)));
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == house.tree / "nope/bad");
}

TEST_CASE("links are not followed, out of the tree least of all") {
  ScanHouse house;
  const TemporaryFolder outside;
  std::ofstream(outside / "bad") << eicar();
  std::filesystem::create_symlink(outside / "bad", house.tree / "link");
  std::filesystem::create_directory_symlink(outside.path(), house.tree / "linked");
  house.watcher.written(house.tree / "link");
  house.watcher.written(house.tree / "linked/bad");
  house.watcher.written(house.tree / "../bad");
  house.watcher.written(outside / "bad");
  REQUIRE(house.scanner->take_changes(seconds(1)));
  REQUIRE(house.scanner->scan_all());
  CHECK(house.judge.asked == 0);
}

TEST_CASE("a folder moved in is the one that was looked at, whatever its path leads to by then") {
  ScanHouse house;
  const TemporaryFolder outside;
  std::ofstream(outside / "secret") << eicar();
  house.write("moved/in", eicar());
  house.watcher.written(house.tree / "moved");
  house.walker.before_walk = [&] {
    std::filesystem::rename(house.tree / "moved", house.tree / "elsewhere");
    std::filesystem::create_directory_symlink(outside.path(), house.tree / "moved");
  };
  REQUIRE(house.scanner->take_changes(seconds(1)));
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == house.tree / "moved/in");
}

TEST_CASE("a FIFO does not hold up the scan") {
  ScanHouse house;
  REQUIRE(::mkfifo((house.tree / "fifo").c_str(), 0600) == 0);
  house.watcher.written(house.tree / "fifo");
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.judge.asked == 0);
}

TEST_CASE("what could not be scanned is told of once") {
  ScanHouse house;
  house.judge.too_large = 10;
  const std::string path = house.write("large", "more than ten bytes");
  REQUIRE(house.scanner->scan_all());
  auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::not_scanned);
  CHECK(files[0].reason == "too_large");
  REQUIRE(house.scanner->scan_all());
  house.write("large", "more than ten bytes, and growing");
  house.watcher.written(path);
  house.clock.advance(minutes(10));
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().empty());
  house.write("large", "small");
  REQUIRE(house.scanner->scan_all());
  files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::clean);
}

TEST_CASE("without a worker the scan fails, says no complete, and is tried again") {
  ScanHouse house;
  house.write("f", "text");
  house.judge.broken = true;
  CHECK_FALSE(house.scanner->step(seconds(1)));
  for (const auto& seen : house.take<ScanSeen>()) CHECK(seen.state == ScanSeen::State::running);
  house.judge.broken = false;
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.scanner->counts().complete_scans == 0);
  house.clock.advance(minutes(1));
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.scanner->counts().complete_scans == 1);
}

TEST_CASE("a change that could not be judged is not forgotten") {
  ScanHouse house;
  REQUIRE(house.scanner->scan_all());
  house.take<FileSeen>();
  house.judge.broken = true;
  house.watcher.written(house.write("bad", eicar()));
  CHECK_FALSE(house.scanner->take_changes(seconds(1)));
  house.judge.broken = false;
  house.clock.advance(seconds(5));
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().size() == 1);
}

TEST_CASE("the first scan waits for engines that start, but not for ever") {
  ScanHouse house;
  house.judge.is_ready = false;
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.scanner->counts().complete_scans == 0);
  house.clock.advance(seconds(60));
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.scanner->counts().complete_scans == 1);
}

TEST_CASE("a scan a day, after the minute of the policy") {
  ScanHouse house;
  house.clock.jump_to(Timestamp{vietnam_midnight(house.clock.now()).ms} + hours(1));
  REQUIRE(house.scanner->step(seconds(1)));
  CHECK(house.scanner->counts().complete_scans == 1);
  int steps = 0;
  while (house.scanner->counts().complete_scans < 3 && ++steps < 10'000) {
    house.clock.advance(minutes(1));
    REQUIRE(house.scanner->step(seconds(1)));
    // Due at 12:00 and up to half an hour later.
    const auto minute = (house.clock.now() - vietnam_midnight(house.clock.now())).ms / 60'000;
    if (house.scanner->counts().complete_scans == 2 && steps < 1'000) {
      CHECK(minute >= 12 * 60);
      CHECK(minute <= 12 * 60 + 31);
      steps = 1'000;
    }
  }
  CHECK(house.scanner->counts().complete_scans == 3);
}

TEST_CASE("lost events mean a new scan, but not one after the other") {
  ScanHouse house;
  REQUIRE(house.scanner->step(seconds(1)));
  for (int minute = 0; minute < 60; ++minute) {
    house.watcher.lost = true;
    house.clock.advance(minutes(1));
    REQUIRE(house.scanner->step(seconds(1)));
  }
  CHECK(house.scanner->counts().complete_scans >= 4);
  CHECK(house.scanner->counts().complete_scans <= 7);
}

TEST_CASE("new content brings a new scan within half an hour") {
  ScanHouse house;
  REQUIRE(house.scanner->step(seconds(1)));
  house.judge.epoch = 2;
  for (int minute = 0; minute < 32 && house.scanner->counts().complete_scans < 2; ++minute) {
    REQUIRE(house.scanner->step(seconds(1)));
    house.clock.advance(minutes(1));
  }
  CHECK(house.scanner->counts().complete_scans == 2);
}

TEST_CASE("the end of the agent ends a scan at once") {
  ScanHouse house;
  for (int i = 0; i < 100; ++i) house.write("f" + std::to_string(i), "text");
  house.judge.while_judging = [&] { house.stopping = true; };
  CHECK_FALSE(house.scanner->step(seconds(1)));
  CHECK(house.judge.asked == 1);
}

TEST_CASE("a watcher that fails costs the watching, not the agent") {
  ScanHouse house;
  house.watcher.fails = true;
  REQUIRE(house.scanner->take_changes(milliseconds(1)));
  CHECK(house.scanner->watch_failed());
  house.write("bad", eicar());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.take<FileSeen>().size() == 1);
}

TEST_CASE("a name that is not UTF-8 is told of as text and found again as bytes") {
  ScanHouse house;
  const std::string path = house.write("b\xff" "d", eicar());
  REQUIRE(house.scanner->scan_all());
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == house.tree / "b\xEF\xBF\xBD" "d");
  house.restart();
  std::filesystem::remove(path);
  REQUIRE(house.scanner->scan_all());
  CHECK(house.take<FileGone>().size() == 1);
}

TEST_CASE("numbers of scans grow over restarts and when the clock goes back") {
  ScanHouse house;
  REQUIRE(house.scanner->scan_all());
  const auto first = house.take<ScanSeen>().back().scan;
  house.clock.jump_to(Timestamp{1'000});
  house.restart();
  REQUIRE(house.scanner->scan_all());
  CHECK(house.take<ScanSeen>().back().scan > first);
}

TEST_CASE("of too many that are not clean, those that were only not scanned make room for malware") {
  SpoolHouse house;
  auto cache = VerdictCache::open(*house.store, house.folder / "known-files", 10).value();
  const VerdictCache::Flagged vague{{}, 1, FileVerdict::not_scanned};
  const VerdictCache::Flagged bad{{}, 1, FileVerdict::malicious};
  for (int i = 0; i < 20; ++i) CHECK(cache->flag("/vague" + std::to_string(i), vague).value() == (i < 10));
  for (int i = 0; i < 12; ++i) CHECK(cache->flag("/bad" + std::to_string(i), bad).value() == (i < 10));
  CHECK(cache->flagged().size() == 10);
  for (const auto& [path, flagged] : cache->flagged()) CHECK(flagged.verdict == FileVerdict::malicious);
  // On the disk as well.
  cache = VerdictCache::open(*house.store, house.folder / "known-files", 10).value();
  CHECK(cache->flagged().size() == 10);
  CHECK(cache->find_flagged("/bad3") != nullptr);
}

}  // namespace
}  // namespace khien::agent
