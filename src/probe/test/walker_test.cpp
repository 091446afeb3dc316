#include <doctest/doctest.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "khien/probe/endpoint.hpp"
#include "test/folder.hpp"

namespace khien::probe {
namespace {

std::set<std::string> walk(const std::string& root) {
  std::set<std::string> paths;
  REQUIRE(make_file_walker()->walk(root, [&](const FileWalker::Entry& entry) -> Result<void> {
    CHECK(paths.insert(entry.path).second);
    return {};
  }));
  return paths;
}

TEST_CASE("every regular file is visited once, with its folder to open it in") {
  TestFolder folder;
  folder.make("a/b");
  folder.write("one", "1");
  folder.write("a/two", "22");
  folder.write("a/b/three", "333");
  std::uint64_t bytes = 0;
  const auto unreadable = make_file_walker()->walk(folder.path(), [&](const FileWalker::Entry& entry) -> Result<void> {
    bytes += entry.status.size;
    TRY(const Fd fd, entry.folder->open_file(entry.name));
    TRY(const FileStatus status, status_of(fd));
    CHECK(status.inode == entry.status.inode);
    CHECK(entry.path.ends_with("/" + entry.name));
    return {};
  });
  CHECK(unreadable.value() == 0);
  CHECK(bytes == 6);
}

TEST_CASE("links, pipes and sockets are not followed nor visited") {
  TestFolder folder;
  folder.make("root");
  folder.make("outside");
  folder.write("outside/secret", "x");
  const std::string root = folder.path() + "/root";
  REQUIRE(symlink((folder.path() + "/outside").c_str(), (root + "/folder").c_str()) == 0);
  REQUIRE(symlink((folder.path() + "/outside/secret").c_str(), (root + "/file").c_str()) == 0);
  REQUIRE(symlink(root.c_str(), (root + "/circle").c_str()) == 0);
  REQUIRE(mkfifo((root + "/fifo").c_str(), 0600) == 0);
  CHECK(walk(root).empty());
}

TEST_CASE("a walk of an open folder stays in it when its path is made a link elsewhere") {
  TestFolder folder;
  folder.make("root/below");
  folder.make("outside/below");
  folder.write("root/below/mine", "x");
  folder.write("outside/below/secret", "x");
  const std::string path = folder.path() + "/root";
  auto opened = DirFd::open(path).value();
  REQUIRE(rename(path.c_str(), (folder.path() + "/moved").c_str()) == 0);
  REQUIRE(symlink((folder.path() + "/outside").c_str(), path.c_str()) == 0);
  std::vector<std::string> paths;
  REQUIRE(make_file_walker()->walk(std::move(opened), path, [&](const FileWalker::Entry& entry) -> Result<void> {
    paths.push_back(entry.path);
    return {};
  }));
  CHECK(paths == std::vector<std::string>{path + "/below/mine"});
}

TEST_CASE("a mount below is not entered") {
  TestFolder folder;
  folder.make("root/mount");
  folder.make("other");
  folder.write("other/file", "x");
  const std::string mount_point = folder.path() + "/root/mount";
  if (mount((folder.path() + "/other").c_str(), mount_point.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    MESSAGE("skipped: no right to mount");
    return;
  }
  CHECK(walk(folder.path() + "/root").empty());
  CHECK(walk(mount_point).size() == 1);
  REQUIRE(umount(mount_point.c_str()) == 0);
}

TEST_CASE("names are bytes") {
  TestFolder folder;
  folder.write("a\nb", "x");
  folder.write("\xff\xfe", "x");
  CHECK(walk(folder.path()) == std::set<std::string>{folder.path() + "/a\nb", folder.path() + "/\xff\xfe"});
}

TEST_CASE("a walk ends when a visit fails, with its error") {
  TestFolder folder;
  for (int i = 0; i < 10; ++i) folder.write(std::to_string(i), "x");
  int visits = 0;
  const auto walked = make_file_walker()->walk(folder.path(), [&](const FileWalker::Entry&) -> Result<void> {
    if (++visits == 3) return Error(Code::exhausted, "enough");
    return {};
  });
  CHECK(walked.error().what() == "enough");
  CHECK(visits == 3);
}

TEST_CASE("a tree too deep is counted, not followed to the last descriptor") {
  TestFolder folder;
  std::string path = folder.path();
  REQUIRE(chdir(path.c_str()) == 0);
  for (int i = 0; i < 300; ++i) {
    REQUIRE(mkdir("d", 0755) == 0);
    REQUIRE(chdir("d") == 0);
  }
  REQUIRE(chdir("/") == 0);
  const auto unreadable = make_file_walker()->walk(path, [](const FileWalker::Entry&) -> Result<void> { return {}; });
  CHECK(unreadable.value() == 1);
}

TEST_CASE("pseudo file systems and what is no folder are refused") {
  const auto nothing = [](const FileWalker::Entry&) -> Result<void> { return {}; };
  CHECK(make_file_walker()->walk("/proc", nothing).error().code() == Code::denied);
  CHECK(make_file_walker()->walk("/sys", nothing).error().code() == Code::denied);
  CHECK_FALSE(make_file_walker()->walk("/etc/passwd", nothing));
  CHECK(make_file_walker()->walk("etc", nothing).error().code() == Code::invalid);
}

}  // namespace
}  // namespace khien::probe
