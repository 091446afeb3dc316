#include "known_files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "khien/core/random.hpp"

#include "temporary_folder.hpp"

namespace khien::agent {
namespace {

constexpr Timestamp kNow{1'795'000'000'000};
constexpr std::int64_t kLongAgo = 1'700'000'000'000'000'001;

FileStatus file(std::uint64_t inode, std::uint64_t version = 0) {
  FileStatus status;
  status.kind = FileStatus::Kind::regular;
  status.device = 7 + inode % 3;
  status.inode = inode;
  status.size = 100 + version;
  status.mtime_ns = kLongAgo;
  status.ctime_ns = kLongAgo + static_cast<std::int64_t>(version);
  return status;
}

KnownFiles::Known fact(std::uint64_t inode, std::uint64_t content = 1) {
  return {content, sha256(std::to_string(inode))};
}

void learn(KnownFiles& known, std::uint64_t inode, std::uint64_t content = 1) {
  known.learn(file(inode), fact(inode, content), kNow);
}

bool knows(KnownFiles& known, std::uint64_t inode, std::uint64_t content = 1) {
  const auto found = known.find(file(inode));
  if (!found) return false;
  CHECK(found->sha256 == fact(inode).sha256);
  return found->content == content;
}

std::string read(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}
void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

struct House {
  TemporaryFolder folder;
  std::string path = folder / "known-files";
  KnownFiles known = KnownFiles::open(path);

  void fill(std::uint64_t count) {
    for (std::uint64_t inode = 1; inode <= count; ++inode) learn(known, inode);
    known.flush();
  }
};

TEST_CASE("what is known outlives the process, hash and content") {
  House house;
  house.fill(1'000);
  auto again = KnownFiles::open(house.path);
  CHECK(again.files() == 1'000);
  for (std::uint64_t inode = 1; inode <= 1'000; ++inode) CHECK(knows(again, inode));
  CHECK_FALSE(again.find(file(1'001)));
  CHECK_FALSE(again.find(file(0)));
  CHECK(again.damaged() == 0);
}

TEST_CASE("(2) a difference in any part of its identity makes a file unknown, learnt or written") {
  House house;
  learn(house.known, 5);
  for (int round = 0; round < 2; ++round) {
    CHECK(house.known.find(file(5)));
    for (auto FileStatus::* part : {&FileStatus::device, &FileStatus::inode, &FileStatus::size}) {
      FileStatus other = file(5);
      ++(other.*part);
      CHECK_FALSE(house.known.find(other));
    }
    for (auto FileStatus::* part : {&FileStatus::mtime_ns, &FileStatus::ctime_ns}) {
      FileStatus other = file(5);
      ++(other.*part);
      CHECK_FALSE(house.known.find(other));
    }
    house.known.flush();
  }
}

TEST_CASE("(2) a file rewritten with its old mtime restored is not the same") {
  House house;
  const std::string path = house.folder / "victim";
  write(path, "harmless");
  const auto status = [&path] { return status_of(Fd(::open(path.c_str(), O_RDONLY))).value(); };
  const FileStatus before = status();
  house.known.learn(before, fact(1), Timestamp{before.ctime_ns / 1'000'000} + days(1));
  CHECK(house.known.find(status()));

  ::usleep(20'000);  // a tick of the kernel's clock
  write(path, "harmfull");
  const timespec old{before.mtime_ns / 1'000'000'000, before.mtime_ns % 1'000'000'000};
  const std::array<timespec, 2> times{old, old};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0);
  const FileStatus after = status();
  REQUIRE(after.mtime_ns == before.mtime_ns);
  REQUIRE(after.size == before.size);
  CHECK_FALSE(house.known.find(after));
}

TEST_CASE("(3) a file that changed just now is not kept") {
  House house;
  const Timestamp changed{kLongAgo / 1'000'000};
  house.known.learn(file(1), fact(1), changed + KnownFiles::kSettled);
  CHECK_FALSE(house.known.find(file(1)));
  house.known.learn(file(1), fact(1), changed + KnownFiles::kSettled + milliseconds(1));
  CHECK(house.known.find(file(1)));
}

TEST_CASE("what is forgotten is forgotten on the disk, and nothing else is") {
  House house;
  house.fill(200);
  house.known.forget(file(5));
  CHECK_FALSE(knows(house.known, 5));
  auto again = KnownFiles::open(house.path);
  CHECK_FALSE(knows(again, 5));
  CHECK(knows(again, 4));
  CHECK(knows(again, 6));
  // And learnt anew.
  learn(again, 5);
  CHECK(knows(again, 5));
}

TEST_CASE("(4) under other content the bytes are still known") {
  House house;
  house.fill(10);
  const auto found = house.known.find(file(3));
  REQUIRE(found);
  CHECK(found->content != 2);
  CHECK(found->sha256 == fact(3).sha256);
  learn(house.known, 3, 2);
  house.known.flush();
  CHECK(knows(house.known, 3, 2));
  CHECK(knows(house.known, 4, 1));
}

TEST_CASE("(4) of too many contents the oldest verdicts are forgotten, not the hashes") {
  House house;
  for (std::uint64_t content = 1; content <= KnownTable::kMaxContents + 2; ++content) {
    learn(house.known, content, content);
    house.known.flush();
  }
  CHECK(knows(house.known, 1, 0));
  CHECK(knows(house.known, 2, 0));
  for (std::uint64_t content = 3; content <= KnownTable::kMaxContents + 2; ++content) {
    CHECK(knows(house.known, content, content));
  }
}

TEST_CASE("(5) a complete scan sweeps out what it did not come across; an incomplete one nothing") {
  House house;
  house.fill(9'000);
  house.known.begin_scan();
  for (std::uint64_t inode = 1; inode <= 3'000; ++inode) CHECK(house.known.find(file(inode)));
  // So many that the table is written in between: marks go with their files.
  for (std::uint64_t inode = 20'001; inode <= 26'000; ++inode) learn(house.known, inode);
  SUBCASE("complete") {
    house.known.end_scan(true);
    CHECK(house.known.files() == 9'000);
    for (std::uint64_t inode = 1; inode <= 3'000; ++inode) CHECK(knows(house.known, inode));
    for (std::uint64_t inode = 3'001; inode <= 9'000; ++inode) CHECK_FALSE(knows(house.known, inode));
    for (std::uint64_t inode = 20'001; inode <= 26'000; ++inode) CHECK(knows(house.known, inode));
  }
  SUBCASE("incomplete") {
    house.known.end_scan(false);
    CHECK(house.known.files() == 15'000);
    CHECK(knows(house.known, 9'000));
  }
}

// What is found is what was learnt, or nothing; and damage that was met was told.
void check_damaged(const std::string& path, std::uint64_t count) {
  auto known = KnownFiles::open(path);
  std::uint64_t found = 0;
  for (std::uint64_t inode = 1; inode <= count; ++inode) found += knows(known, inode) ? 1 : 0;
  if (found < count) {
    CHECK(known.damaged() == 1);
  } else {
    CHECK(known.damaged() == 0);
  }
  // And it goes on from there.
  learn(known, 1);
  known.flush();
  auto again = KnownFiles::open(path);
  CHECK(knows(again, 1));
  CHECK(again.damaged() == 0);
}

TEST_CASE("(2) a damaged byte anywhere costs the table, never a wrong answer") {
  House house;
  house.fill(300);
  const std::string whole = read(house.path);
  SeededRandom random(7);
  const int rounds = std::getenv("KHIEN_CAMPAIGN") != nullptr ? 100'000 : 1'500;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = whole;
    bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
    write(house.path, bytes);
    check_damaged(house.path, 300);
  }
}

TEST_CASE("(2) a table that is cut off, grown, or has blocks of elsewhere is not believed") {
  House house;
  house.fill(300);
  const std::string whole = read(house.path);
  constexpr std::size_t kBlock = KnownTable::kBlockBytes;
  REQUIRE(whole.size() > 5 * kBlock);
  for (std::size_t size = 0; size < whole.size(); size += 1'000) {
    write(house.path, whole.substr(0, size));
    check_damaged(house.path, 300);
  }
  write(house.path, whole + std::string(kBlock, '\0'));
  check_damaged(house.path, 300);

  std::string swapped = whole;
  std::swap_ranges(swapped.begin(), swapped.begin() + kBlock, swapped.begin() + kBlock);
  write(house.path, swapped);
  check_damaged(house.path, 300);

  // A block that the disk never wrote, of a table that looks the same.
  House other;
  other.fill(300);
  std::string stale = whole;
  stale.replace(0, kBlock, read(other.path).substr(0, kBlock));
  write(house.path, stale);
  check_damaged(house.path, 300);
}

TEST_CASE("where nothing can be written what was learnt is still known") {
  House house;
  auto known = KnownFiles::open(house.folder / "absent/known-files");
  for (std::uint64_t inode = 1; inode <= 10'000; ++inode) learn(known, inode);
  known.flush();
  for (std::uint64_t inode = 1; inode <= 10'000; ++inode) CHECK(knows(known, inode));
}

TEST_CASE("it does what a plain map does") {
  House house;
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> model;  // inode → version, content
  SeededRandom random(3);
  for (int step = 0; step < 60'000; ++step) {
    const std::uint64_t inode = 1 + random.below(8'000);
    const std::uint64_t version = random.below(3);
    if (random.below(3) > 0) {
      const std::uint64_t content = 1 + random.below(3);
      house.known.learn(file(inode, version), fact(inode, content), kNow);
      model[inode] = {version, content};
    } else {
      const auto found = house.known.find(file(inode, version));
      const auto wanted = model.find(inode);
      const bool same = wanted != model.end() && wanted->second.first == version;
      CHECK(found.has_value() == same);
      if (found && same) CHECK(found->content == wanted->second.second);
    }
    if (random.below(20'000) == 0) {
      house.known.flush();
      house.known = KnownFiles::open(house.path);
    }
  }
}

}  // namespace
}  // namespace khien::agent
