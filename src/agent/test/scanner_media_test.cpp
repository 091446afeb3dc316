#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

// A house whose own tree is scanned already, and a medium beside it.
struct MediaHouse : ScanHouse {
  TemporaryFolder medium;

  MediaHouse() {
    REQUIRE(scanner->scan_all());
    reported.clear();
    judge.asked = 0;
  }
  std::string put(const std::string& name, const std::string& text) {
    const std::string path = medium / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  void plug_in(std::uint32_t minor = 1) { media.mount(medium.path(), minor); }
  std::vector<ScanSeen> scans() {
    std::vector<ScanSeen> all;
    for (const Observation& seen : reported) {
      if (const auto* scan = std::get_if<ScanSeen>(&seen.body)) all.push_back(*scan);
    }
    return all;
  }
};

TEST_CASE("a medium is looked at when it is mounted, and told of as its own scan") {
  MediaHouse house;
  house.put("a", "fine");
  const std::string evil = house.put("deep/evil", eicar());
  house.plug_in();
  REQUIRE(house.scanner->step(Duration{0}));
  const auto scans = house.scans();
  REQUIRE(scans.size() >= 2);
  REQUIRE(scans.front().medium);
  CHECK(scans.front().state == ScanSeen::State::running);
  CHECK(scans.back().state == ScanSeen::State::complete);
  CHECK(scans.back().medium->mount_point == house.medium.path());
  CHECK(scans.back().medium->file_system == "vfat");
  CHECK_FALSE(scans.back().medium->cut_short);
  CHECK(scans.back().files_seen == 2);
  CHECK(scans.back().files_scanned == 2);
  const auto found = house.take<FileSeen>();
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == evil);
  CHECK(found[0].verdict == FileVerdict::malicious);
  CHECK(house.told_of_media.size() == 1);
  CHECK(house.scanner->counts().media == 1);
  CHECK(house.scanner->counts().complete_scans == 1);  // the medium's is none of these
}

TEST_CASE("nothing that is known of a file is believed of a medium: it may have been changed elsewhere") {
  MediaHouse house;
  house.put("a", "fine");
  for (int time = 1; time <= 3; ++time) {
    house.plug_in();
    REQUIRE(house.scanner->step(Duration{0}));
    CHECK(house.judge.asked == time);
  }
}

TEST_CASE("several mounts of one medium are one scan; an excluded one is none") {
  MediaHouse house;
  house.put("a", "fine");
  house.plug_in();
  house.plug_in();
  REQUIRE(house.scanner->step(Duration{0}));
  CHECK(house.scanner->counts().media == 1);
  house.exclude = {house.medium.path()};
  house.restart();
  house.plug_in();
  REQUIRE(house.scanner->scan_all());
  CHECK(house.scanner->counts().media == 0);
}

TEST_CASE("a medium does not wait for the end of a full scan, which goes on as it was") {
  ScanHouse house;
  TemporaryFolder medium;
  std::ofstream(medium / "evil") << eicar();
  for (int i = 0; i < 5; ++i) house.write("f" + std::to_string(i), std::to_string(i));
  house.judge.while_judging = [&house, &medium, done = false]() mutable {
    house.clock.advance(milliseconds(200));
    if (!std::exchange(done, true)) house.media.mount(medium.path());
  };
  REQUIRE(house.scanner->scan_all());
  ScanSeen last;
  std::size_t of_medium = 0;
  for (const ScanSeen& scan : house.take<ScanSeen>()) {
    if (scan.medium && scan.state == ScanSeen::State::complete) ++of_medium;
    last = scan;
  }
  CHECK(of_medium == 1);
  CHECK_FALSE(last.medium);
  CHECK(last.state == ScanSeen::State::complete);
  CHECK(last.files_seen == 5);
  CHECK(last.files_scanned == 5);
}

TEST_CASE("more than is looked at is said to be so") {
  MediaHouse house;
  house.put("a", "1");
  house.put("b", "2");
  house.judge.while_judging = [&] { house.clock.advance(Scanner::kMaxMediumTime); };
  house.plug_in();
  REQUIRE(house.scanner->step(Duration{0}));
  // By then the daily scan is due as well.
  std::optional<ScanSeen> last;
  for (const ScanSeen& scan : house.scans()) {
    if (scan.medium) last = scan;
  }
  REQUIRE(last);
  CHECK(last->medium->cut_short);
  CHECK(last->state == ScanSeen::State::complete);
  CHECK(last->files_seen == 1);
}

TEST_CASE("without a worker a medium is looked at once there is one") {
  MediaHouse house;
  house.put("a", "1");
  house.judge.broken = true;
  house.plug_in();
  CHECK_FALSE(house.scanner->step(Duration{0}));
  CHECK(house.scanner->counts().media == 0);
  house.judge.broken = false;
  REQUIRE(house.scanner->step(Duration{0}));
  CHECK(house.scanner->counts().media == 1);
}

TEST_CASE("a medium that is gone again, and a table of mounts that cannot be read") {
  MediaHouse house;
  house.media.mount("/does/not/exist");
  REQUIRE(house.scanner->step(Duration{0}));
  CHECK(house.scanner->counts().media == 0);
  house.media.fails = true;
  REQUIRE(house.scanner->step(Duration{0}));
  house.media.fails = false;
  house.plug_in();
  REQUIRE(house.scanner->step(Duration{0}));
  CHECK(house.scanner->counts().media == 0);  // not tried without end
  house.clock.advance(minutes(1));
  REQUIRE(house.scanner->step(Duration{0}));
  CHECK(house.scanner->counts().media == 1);
}

}  // namespace
}  // namespace khien::agent
