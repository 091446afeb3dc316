// Feeds as files, and the book that is compiled out of them.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "khien/patch/library.hpp"
#include "province.hpp"

namespace khien::patch {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "khien-library-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string path() const { return path_.string(); }
  std::unique_ptr<Library> open() const {
    auto library = Library::open(path(), following_of(shipped_settings()));
    REQUIRE_MESSAGE(library, library.error().what());
    return std::move(library).value();
  }
  fs::path only(std::string_view ending) const {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(path_)) {
      if (!entry.path().string().ends_with(ending)) continue;
      CHECK(found.empty());
      found = entry.path();
    }
    return found;
  }

 private:
  fs::path path_;
};

feed::Collected collected(const Feeds& feeds) {
  feed::Collected records;
  for (const auto& one : feeds.advisories) REQUIRE(records.take(one));
  for (const auto& one : feeds.exploited) REQUIRE(records.take(one));
  return records;
}
feed::FeedSummary summary_of(feed::FeedKind kind) {
  return {.kind = kind, .name = std::string(to_string(kind)), .version = {}, .released = kNow};
}

TEST_CASE("what was imported is in force, and after a restart; the same again changes nothing") {
  Folder folder;
  Feeds debian, kev;
  debian.debian("CVE-2024-0001", "openssl", "3.0.11");
  kev.attacked("CVE-2024-0001");
  Sha256 digest;
  {
    const auto library = folder.open();
    CHECK(library->book() == nullptr);
    const auto first = library->take(summary_of(feed::FeedKind::debian), collected(debian), "tracker.json", kNow).value();
    CHECK(first.changed);
    CHECK(first.names == std::vector<std::string>{"CVE-2024-0001"});
    const auto second = library->take(summary_of(feed::FeedKind::kev), collected(kev), "kev.json", kNow + days(1)).value();
    CHECK(second.changed);
    CHECK(library->book()->changed == std::vector<std::string>{"CVE-2024-0001"});
    CHECK(library->exploited() == 1);
    digest = library->book()->digest;
    // By another file's name and on another day.
    const auto again = library->take(summary_of(feed::FeedKind::kev), collected(kev), "kev-2.json", kNow + days(2)).value();
    CHECK_FALSE(again.changed);
    CHECK(again.names.empty());
    CHECK(library->book()->digest == digest);
    CHECK(library->in_force_since() == kNow + days(1));
  }
  const auto library = folder.open();
  REQUIRE(library->book() != nullptr);
  CHECK(library->book()->digest == digest);
  CHECK(library->book()->book.find("CVE-2024-0001")->exploited);
  REQUIRE(library->feeds().size() == 2);
  CHECK(library->feeds().front().feed == "debian");
  CHECK(library->feeds().back().file == "kev-2.json");
  CHECK(is_stale(library->feeds().front(), kNow + days(8)));
  CHECK_FALSE(is_stale(library->feeds().back(), kNow + days(8)));
  CHECK(folder.only(".book").string().ends_with(digest.hex() + ".book"));
}

TEST_CASE("a feed that tells all it knows takes back what it tells no more; of others records stay") {
  Folder folder;
  const auto library = folder.open();
  Feeds one, other;
  one.attacked("CVE-2024-0001");
  one.debian("CVE-2024-0001", "openssl", "3.0.11");
  other.attacked("CVE-2024-0002");
  other.debian("CVE-2024-0002", "curl", "8");
  REQUIRE(library->take(summary_of(feed::FeedKind::kev), collected(one), "a", kNow));
  const auto kev = library->take(summary_of(feed::FeedKind::kev), collected(other), "b", kNow).value();
  CHECK(kev.names == std::vector<std::string>{"CVE-2024-0001", "CVE-2024-0002"});
  CHECK(library->exploited() == 1);
  REQUIRE(library->take(summary_of(feed::FeedKind::osv), collected(one), "a", kNow));
  const auto osv = library->take(summary_of(feed::FeedKind::osv), collected(other), "b", kNow).value();
  CHECK(osv.names == std::vector<std::string>{"CVE-2024-0002"});
  const auto feeds = library->feeds();
  REQUIRE(feeds.size() == 2);
  CHECK(feeds.back().feed == "osv");
  CHECK(feeds.back().records == 4);  // with the two that are used in attacks
}

TEST_CASE("a failure is told, and the last good stays; a damaged book and a broken-off import are made anew") {
  Folder folder;
  Feeds feeds;
  feeds.debian("CVE-2024-0001", "openssl", "3.0.11");
  {
    const auto library = folder.open();
    REQUIRE(library->take(summary_of(feed::FeedKind::debian), collected(feeds), "a", kNow));
    REQUIRE(library->note_failure("debian", "debian", "b", "truncated at byte 17", kNow + hours(1)));
    CHECK(library->book() != nullptr);
    CHECK(library->feeds().front().failure == "truncated at byte 17");
    CHECK(library->feeds().front().imported_at == kNow);
  }
  const auto book = folder.only(".book");
  std::ofstream(book, std::ios::trunc) << "damaged";
  {
    const auto library = folder.open();
    REQUIRE(library->book() != nullptr);
    CHECK(library->book()->book.find("CVE-2024-0001"));
  }
  // Records of another day, of which no book was made.
  std::ofstream(folder.path() + "/importing") << "";
  const auto library = folder.open();
  CHECK(library->book()->book.find("CVE-2024-0001"));
  CHECK_FALSE(fs::exists(folder.path() + "/importing"));
  REQUIRE(library->take(summary_of(feed::FeedKind::debian), collected(feeds), "a", kNow + days(1)));
  CHECK(library->feeds().front().failure.empty());
}

TEST_CASE("a book that cannot be made leaves the records of the one in force, and a start goes on by it") {
  Folder folder, elsewhere;
  Feeds first, second;
  first.debian("CVE-2024-0001", "openssl", "3.0.11");
  second = first;
  second.debian("CVE-2024-0002", "curl", "8");
  // How the second book will be called.
  REQUIRE(elsewhere.open()->take(summary_of(feed::FeedKind::debian), collected(second), "b", kNow));
  const auto in_the_way = fs::path(folder.path()) / elsewhere.only(".book").filename();
  Sha256 digest;
  {
    const auto library = folder.open();
    REQUIRE(library->take(summary_of(feed::FeedKind::debian), collected(first), "a", kNow));
    digest = library->book()->digest;
    fs::create_directories(in_the_way / "taken");
    CHECK_FALSE(library->take(summary_of(feed::FeedKind::debian), collected(second), "b", kNow));
    CHECK(library->book()->digest == digest);
    CHECK_FALSE(fs::exists(folder.path() + "/importing"));
  }
  {
    // With records that nobody mended: as a crash between the two leaves them.
    const auto records = folder.only(".records");
    fs::copy_file(records, folder.path() + "/kept");
    fs::copy_file(elsewhere.only(".records"), records, fs::copy_options::overwrite_existing);
    std::ofstream(folder.path() + "/importing") << "";
    const auto library = folder.open();
    REQUIRE(library->book() != nullptr);
    CHECK(library->book()->digest == digest);
    CHECK(fs::exists(folder.path() + "/importing"));
    fs::rename(folder.path() + "/kept", records);
    fs::remove(folder.path() + "/importing");
  }
  fs::remove_all(in_the_way);
  const auto library = folder.open();
  CHECK(library->book()->digest == digest);
  const auto taken = library->take(summary_of(feed::FeedKind::debian), collected(second), "b", kNow + days(1)).value();
  CHECK(taken.names == std::vector<std::string>{"CVE-2024-0002"});
  CHECK(library->book()->book.find("CVE-2024-0002"));
}

TEST_CASE("damaged records keep no hub from its start, and the feed's next whole import mends them") {
  Folder folder;
  Feeds feeds;
  feeds.debian("CVE-2024-0001", "openssl", "3.0.11");
  REQUIRE(folder.open()->take(summary_of(feed::FeedKind::debian), collected(feeds), "a", kNow));
  std::ofstream(folder.only(".records"), std::ios::trunc) << "damaged";
  std::ofstream(folder.only(".book"), std::ios::trunc) << "damaged";
  const auto library = folder.open();
  CHECK(library->book() == nullptr);
  CHECK_FALSE(library->take(summary_of(feed::FeedKind::osv), collected(feeds), "b", kNow));
  REQUIRE(library->take(summary_of(feed::FeedKind::debian), collected(feeds), "a", kNow + days(1)));
  REQUIRE(library->book() != nullptr);
  CHECK(library->book()->book.find("CVE-2024-0001"));
}

TEST_CASE("of files that were no feed the last twenty are kept, each until one of its name is read") {
  Folder folder;
  const auto library = folder.open();
  Feeds feeds;
  feeds.debian("CVE-2024-0001", "openssl", "3.0.11");
  REQUIRE(library->take(summary_of(feed::FeedKind::debian), collected(feeds), "tracker.json", kNow));
  for (int i = 0; i < 30; ++i) {
    const auto name = "file-" + std::to_string(i);
    REQUIRE(library->note_failure(name, "unknown", name, "no feed", kNow + minutes(i)));
  }
  const auto has = [&](std::string_view feed) { return std::ranges::count(library->feeds(), feed, &FeedState::feed) == 1; };
  CHECK(library->feeds().size() == 21);
  CHECK(has("debian"));
  CHECK_FALSE(has("file-9"));
  CHECK(has("file-10"));
  REQUIRE(library->take(summary_of(feed::FeedKind::debian), collected(feeds), "file-29", kNow + days(1)));
  CHECK_FALSE(has("file-29"));
  CHECK(library->feeds().size() == 20);
}

}  // namespace
}  // namespace khien::patch
