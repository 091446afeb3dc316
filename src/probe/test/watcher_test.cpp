#include "linux/watcher.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "test/folder.hpp"

namespace khien::probe {
namespace {

using Change = FileWatcher::Change;
using Make = Result<std::unique_ptr<FileWatcher>> (*)(const std::vector<std::string>&);

std::map<std::string, Change::Kind> changes(FileWatcher& watcher, std::size_t at_least) {
  std::map<std::string, Change::Kind> seen;
  for (int i = 0; i < 20 && seen.size() < at_least; ++i) {
    for (const Change& change : watcher.wait(milliseconds(100), 1000).value()) seen[change.path] = change.kind;
  }
  return seen;
}

// The same for both kinds of watcher, where the machine has them.
void with_each(const std::function<void(FileWatcher&, TestFolder&)>& test) {
  for (const auto& [name, make] : {std::pair{"fanotify", Make{make_fanotify_watcher}},
                                   std::pair{"inotify", Make{make_inotify_watcher}}}) {
    CAPTURE(name);
    TestFolder folder;
    folder.make("root/below");
    auto watcher = make({folder.path() + "/root"});
    if (!watcher) {
      MESSAGE("skipped: " << watcher.error().what());
      continue;
    }
    CHECK((*watcher)->describe().starts_with(name));
    test(**watcher, folder);
    CHECK_FALSE((*watcher)->lost_events());
  }
}

void put(const std::string& path, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  REQUIRE(write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

TEST_CASE("a file written, moved in, moved out or removed is told of") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    put(root + "/a", "x");
    put(root + "/below/b", "x");
    put(folder.path() + "/outside", "x");
    auto seen = changes(watcher, 2);
    CHECK(seen.size() == 2);
    CHECK(seen.at(root + "/a") == Change::Kind::written);
    CHECK(seen.at(root + "/below/b") == Change::Kind::written);

    REQUIRE(rename((folder.path() + "/outside").c_str(), (root + "/in").c_str()) == 0);
    REQUIRE(rename((root + "/a").c_str(), (folder.path() + "/out").c_str()) == 0);
    REQUIRE(unlink((root + "/below/b").c_str()) == 0);
    seen = changes(watcher, 3);
    CHECK(seen.size() == 3);
    CHECK(seen.at(root + "/in") == Change::Kind::written);
    CHECK(seen.at(root + "/a") == Change::Kind::gone);
    CHECK(seen.at(root + "/below/b") == Change::Kind::gone);
  });
}

TEST_CASE("a rename within is one gone and one written") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    put(root + "/a", "x");
    changes(watcher, 1);
    REQUIRE(rename((root + "/a").c_str(), (root + "/b").c_str()) == 0);
    const auto seen = changes(watcher, 2);
    CHECK(seen.at(root + "/a") == Change::Kind::gone);
    CHECK(seen.at(root + "/b") == Change::Kind::written);
  });
}

TEST_CASE("a folder that is new, or moved in with its files, is watched and its files are told of") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    folder.make("root/new/deep");
    put(root + "/new/deep/a", "x");
    CHECK(changes(watcher, 1).at(root + "/new/deep/a") == Change::Kind::written);

    folder.make("tree/deep");
    put(folder.path() + "/tree/deep/b", "x");
    changes(watcher, 0);
    REQUIRE(rename((folder.path() + "/tree").c_str(), (root + "/tree").c_str()) == 0);
    CHECK(changes(watcher, 1).at(root + "/tree/deep/b") == Change::Kind::written);
    put(root + "/tree/deep/c", "x");
    CHECK(changes(watcher, 1).at(root + "/tree/deep/c") == Change::Kind::written);
  });
}

TEST_CASE("a folder moved in is not looked for behind a link that came since") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    folder.make("outside/tree");
    put(folder.path() + "/outside/tree/secret", "x");
    folder.make("tree");
    put(folder.path() + "/tree/mine", "x");
    REQUIRE(rename((folder.path() + "/tree").c_str(), (root + "/below/tree").c_str()) == 0);
    REQUIRE(rename((root + "/below").c_str(), (root + "/moved").c_str()) == 0);
    REQUIRE(symlink((folder.path() + "/outside").c_str(), (root + "/below").c_str()) == 0);
    const auto seen = changes(watcher, 1);
    CHECK(seen.contains(root + "/moved/tree/mine"));
    CHECK_FALSE(seen.contains(root + "/below/tree/secret"));
    // Nor is what happens there ours.
    changes(watcher, 1);
    put(folder.path() + "/outside/tree/later", "x");
    CHECK(changes(watcher, 1).empty());
  });
}

TEST_CASE("a folder that goes is told of, and its later life is not ours") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    put(root + "/below/a", "x");
    changes(watcher, 1);
    REQUIRE(rename((root + "/below").c_str(), (folder.path() + "/away").c_str()) == 0);
    CHECK(changes(watcher, 1).at(root + "/below") == Change::Kind::gone);
    put(folder.path() + "/away/b", "x");
    CHECK(changes(watcher, 1).empty());
  });
}

TEST_CASE("a folder cannot hide behind a name that sounds removed") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string path = folder.make("root/x (deleted)") + "/a";
    put(path, "x");
    CHECK(changes(watcher, 1).at(path) == Change::Kind::written);
  });
}

TEST_CASE("a tree removed whole is gone") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    folder.make("root/tree/deep");
    put(root + "/tree/deep/a", "x");
    changes(watcher, 1);
    std::filesystem::remove_all(root + "/tree");
    const auto seen = changes(watcher, 3);
    REQUIRE(seen.contains(root + "/tree"));
    CHECK(seen.at(root + "/tree") == Change::Kind::gone);
  });
}

TEST_CASE("a second name for an old file is told of") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    put(folder.path() + "/old", "x");
    REQUIRE(link((folder.path() + "/old").c_str(), (root + "/linked").c_str()) == 0);
    CHECK(changes(watcher, 1).at(root + "/linked") == Change::Kind::written);
  });
}

TEST_CASE("a file that had no name until now is told of") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    {
      const Fd fd(::open(root.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644));
      REQUIRE(write(fd.get(), "x", 1) == 1);
      const std::string self = "/proc/self/fd/" + std::to_string(fd.get());
      REQUIRE(linkat(AT_FDCWD, self.c_str(), AT_FDCWD, (root + "/named").c_str(), AT_SYMLINK_FOLLOW) == 0);
    }
    CHECK(changes(watcher, 1).at(root + "/named") == Change::Kind::written);
  });
}

TEST_CASE("links, pipes and reading are nobody's change") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    const std::string root = folder.path() + "/root";
    put(root + "/a", "x");
    changes(watcher, 1);
    REQUIRE(symlink("/etc/passwd", (root + "/link").c_str()) == 0);
    REQUIRE(mkfifo((root + "/fifo").c_str(), 0600) == 0);
    TestFolder::open(root + "/a");
    CHECK(changes(watcher, 1).empty());
  });
}

TEST_CASE("no more than the limit is handed out at once, and nothing is lost by it") {
  with_each([](FileWatcher& watcher, TestFolder& folder) {
    for (int i = 0; i < 10; ++i) put(folder.path() + "/root/" + std::to_string(i), "x");
    std::size_t seen = 0;
    for (int i = 0; i < 10 && seen < 10; ++i) {
      const auto some = watcher.wait(milliseconds(100), 3).value();
      CHECK(some.size() <= 3);
      seen += some.size();
    }
    CHECK(seen == 10);
  });
}

TEST_CASE("more changes than anybody reads are a loss that is told once") {
  ChangeQueue queue;
  for (int i = 0; i < 100'001; ++i) queue.add(Change::Kind::written, std::to_string(i));
  CHECK(queue.take_lost());
  CHECK_FALSE(queue.take_lost());
  CHECK(queue.take(200'000).size() == 100'000);
}

TEST_CASE("roots that do not exist are left out, and roots below roots are one") {
  TestFolder folder;
  folder.make("a/b");
  REQUIRE(symlink((folder.path() + "/a").c_str(), (folder.path() + "/link").c_str()) == 0);
  const auto usable = usable_roots({folder.path() + "/a/b", folder.path() + "/link", folder.path() + "/absent",
                                    folder.path() + "/a"});
  CHECK(usable.value() == std::vector<std::string>{folder.path() + "/a"});
  CHECK(usable_roots({folder.path() + "/absent"}).error().code() == Code::not_found);
  CHECK(is_below("/a/b", "/a"));
  CHECK(is_below("/a", "/a"));
  CHECK_FALSE(is_below("/ab", "/a"));
  CHECK(is_below("/a", "/"));
}

TEST_CASE("the watcher that this machine allows is made") {
  TestFolder folder;
  const auto watcher = make_file_watcher({folder.path()}).value();
  put(folder.path() + "/a", "x");
  CHECK(changes(*watcher, 1).size() == 1);
}

}  // namespace
}  // namespace khien::probe
