#include "content_book.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace khien::agent {
namespace {

struct Shelf {
  ManualClock clock{Timestamp{1'795'000'000'000}};
  TemporaryFolder folder;
  std::unique_ptr<ContentBook> book = opened();

  std::unique_ptr<ContentBook> opened() {
    auto made = ContentBook::open({.folder = folder / "content", .factory = "/factory"}, system_files(), clock);
    REQUIRE_MESSAGE(made, made.error().what());
    return std::move(made).value();
  }
  void restart() {
    book.reset();
    book = opened();
  }
  // A release whose file is there.
  Sha256 release(const std::string& text) {
    const Sha256 hash = sha256(text);
    std::ofstream(book->path_of(hash)) << text;
    return hash;
  }
  void make_good(const Sha256& hash) {
    REQUIRE(book->begin(hash));
    REQUIRE(book->passed());
    clock.advance(ContentBook::kProbation);
    REQUIRE(book->settle());
    REQUIRE(book->report().state == ContentState::good);
  }
  void fail(int times) {
    for (int i = 0; i < times; ++i) REQUIRE(book->note_failure("test"));
  }
};

TEST_CASE("a release is at work after its trial and good after its probation, through restarts") {
  Shelf shelf;
  CHECK(shelf.book->active().path == "/factory");
  const Sha256 one = shelf.release("one");
  REQUIRE(shelf.book->begin(one));
  CHECK(shelf.book->active().path == "/factory");
  REQUIRE(shelf.book->passed());
  CHECK(shelf.book->active().sha256 == one);
  CHECK(shelf.book->report().state == ContentState::probation);
  shelf.clock.advance(milliseconds(ContentBook::kProbation.ms - 1));
  REQUIRE(shelf.book->settle());
  CHECK(shelf.book->report().state == ContentState::probation);
  shelf.clock.advance(milliseconds(1));
  REQUIRE(shelf.book->settle());
  CHECK(shelf.book->report().state == ContentState::good);
  shelf.restart();
  CHECK(shelf.book->active().sha256 == one);
}

TEST_CASE("(2) a start that finds a release being tried bans it, on trial or on probation") {
  Shelf shelf;
  const Sha256 good = shelf.release("good");
  shelf.make_good(good);
  const Sha256 bad = shelf.release("bad");
  REQUIRE(shelf.book->begin(bad));
  SUBCASE("on trial") {}
  SUBCASE("on probation") { REQUIRE(shelf.book->passed()); }
  shelf.restart();
  CHECK(shelf.book->active().sha256 == good);
  CHECK(shelf.book->banned(bad));
  CHECK(shelf.book->report().banned.front().reason == BanReason::left);
  CHECK(shelf.book->begin(bad).error().code() == Code::denied);
}

TEST_CASE("a program that ends in good order bans nothing") {
  Shelf shelf;
  const Sha256 one = shelf.release("one");
  REQUIRE(shelf.book->begin(one));
  REQUIRE(shelf.book->passed());
  REQUIRE(shelf.book->end());
  shelf.restart();
  CHECK_FALSE(shelf.book->banned(one));
  CHECK(shelf.book->active().path == "/factory");
}

TEST_CASE("on probation one failure is enough, of what is good three within ten minutes") {
  Shelf shelf;
  const Sha256 one = shelf.release("one");
  const Sha256 two = shelf.release("two");
  const Sha256 three = shelf.release("three");
  shelf.make_good(one);
  shelf.make_good(two);
  REQUIRE(shelf.book->begin(three));
  REQUIRE(shelf.book->passed());
  shelf.fail(1);
  CHECK(shelf.book->active().sha256 == two);
  CHECK(shelf.book->banned(three));

  shelf.fail(2);
  shelf.clock.advance(ContentBook::kFailureWindow);
  shelf.fail(2);
  CHECK(shelf.book->active().sha256 == two);
}

TEST_CASE("three failures go back to what was good before, three more to safe mode, which survives a restart") {
  Shelf shelf;
  const Sha256 one = shelf.release("one");
  const Sha256 two = shelf.release("two");
  shelf.make_good(one);
  shelf.make_good(two);
  const auto before = shelf.book->generation();
  shelf.fail(3);
  CHECK(shelf.book->active().sha256 == one);
  CHECK(shelf.book->generation() != before);
  CHECK_FALSE(shelf.book->safe());
  shelf.fail(3);
  CHECK(shelf.book->safe());
  CHECK(shelf.book->report().state == ContentState::safe);
  shelf.restart();
  CHECK(shelf.book->safe());

  SUBCASE("a release that proves itself ends it") {
    const Sha256 three = shelf.release("three");
    REQUIRE(shelf.book->begin(three));
    CHECK(shelf.book->safe());
    REQUIRE(shelf.book->passed());
    CHECK_FALSE(shelf.book->safe());
    shelf.clock.advance(ContentBook::kProbation);
    REQUIRE(shelf.book->settle());
    CHECK(shelf.book->report().state == ContentState::good);
  }
  SUBCASE("a release that fails does not") {
    REQUIRE(shelf.book->begin(shelf.release("three")));
    REQUIRE(shelf.book->passed());
    shelf.fail(1);
    CHECK(shelf.book->safe());
  }
}

TEST_CASE("the hub can send back to what was good before, and to nothing else") {
  Shelf shelf;
  const Sha256 one = shelf.release("one");
  const Sha256 two = shelf.release("two");
  shelf.make_good(one);
  shelf.make_good(two);
  REQUIRE(shelf.book->recall(two));
  CHECK(shelf.book->active().sha256 == one);
  REQUIRE(shelf.book->recall(two));
  CHECK(shelf.book->active().sha256 == one);
  REQUIRE(shelf.book->recall(one));
  CHECK(shelf.book->active().path == "/factory");
  CHECK_FALSE(shelf.book->safe());
}

TEST_CASE("a release whose file is damaged is not loaded") {
  Shelf shelf;
  const Sha256 one = shelf.release("one");
  const Sha256 two = shelf.release("two");
  shelf.make_good(one);
  shelf.make_good(two);
  std::ofstream(shelf.book->path_of(two)) << "twO";
  shelf.restart();
  CHECK(shelf.book->active().sha256 == one);
}

TEST_CASE("files that nothing names are cleared away, and no others") {
  Shelf shelf;
  const Sha256 one = shelf.release("one");
  shelf.make_good(one);
  const Sha256 gone = shelf.release("gone");
  REQUIRE(shelf.book->clear());
  CHECK(system_files().exists(shelf.book->path_of(one)));
  CHECK_FALSE(system_files().exists(shelf.book->path_of(gone)));
}

// A disk that fails: nothing may be opened that was not named before.
class NoDisk final : public Files {
 public:
  Result<std::string> read(const std::string& path, std::size_t most) override { return system_files().read(path, most); }
  Result<void> write(const std::string& path, std::string_view content, mode_t mode) override {
    if (full) return Error(Code::exhausted, "no space left");
    return system_files().write(path, content, mode);
  }
  Result<void> remove(const std::string& path) override { return system_files().remove(path); }
  Result<void> make_folder(const std::string& path, mode_t mode) override { return system_files().make_folder(path, mode); }
  bool exists(const std::string& path) override { return system_files().exists(path); }
  bool full = false;
};

TEST_CASE("(1) what cannot be named on the disk is not tried") {
  TemporaryFolder folder;
  ManualClock clock{Timestamp{0}};
  NoDisk files;
  const auto book = ContentBook::open({.folder = folder / "c", .factory = "/factory"}, files, clock).value();
  files.full = true;
  CHECK_FALSE(book->begin(sha256("one")));
  files.full = false;
  CHECK(book->begin(sha256("one")));
}

}  // namespace
}  // namespace khien::agent
