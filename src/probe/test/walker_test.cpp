#include <doctest/doctest.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "khien/probe/endpoint.hpp"
#include "linux/file_systems.hpp"
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

// A mount that goes with the test; `made` is false without the right to.
struct Mounted {
  std::string point;
  bool made = false;
  Mounted(const std::string& source, const std::string& at, const char* kind, unsigned long flags)
      : point(at), made(mount(source.c_str(), at.c_str(), kind, flags, nullptr) == 0) {
    if (!made) MESSAGE("skipped: no right to mount");
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted() {
    if (made) umount2(point.c_str(), MNT_DETACH);
  }
};

TEST_CASE("a mount below is entered, be it of a folder or of memory, and each folder once") {
  TestFolder folder;
  for (const char* name : {"root/bound", "root/again", "root/memory", "other"}) folder.make(name);
  folder.write("other/file", "x");
  const std::string root = folder.path() + "/root";
  const Mounted bound(folder.path() + "/other", root + "/bound", nullptr, MS_BIND);
  const Mounted memory("none", root + "/memory", "tmpfs", 0);
  if (!bound.made || !memory.made) return;
  folder.write("root/memory/file", "x");
  CHECK(walk(root) == std::set<std::string>{root + "/bound/file", root + "/memory/file"});
  const Mounted again(folder.path() + "/other", root + "/again", nullptr, MS_BIND);
  CHECK(walk(root).size() == 2);
}

TEST_CASE("a mount that holds the root is no way round in a circle") {
  TestFolder folder;
  folder.make("root/below");
  folder.write("root/file", "x");
  const std::string root = folder.path() + "/root";
  const Mounted circle(root, root + "/below", nullptr, MS_BIND);
  if (circle.made) CHECK(walk(root) == std::set<std::string>{root + "/file"});
}

TEST_CASE("a mount of a pseudo file system below is left out") {
  TestFolder folder;
  folder.make("root/proc");
  const Mounted pseudo("none", folder.path() + "/root/proc", "proc", 0);
  if (pseudo.made) CHECK(walk(folder.path() + "/root").empty());
}

TEST_CASE("mountinfo is read by its numbers and names, and other machines' disks are not ours") {
  const auto names = mount_names(
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext4 /dev/root rw,errors=continue\n"
      "no line\n"
      "40 35 0:52 / /srv rw - nfs4 server:/srv rw\n");
  CHECK(names == MountNames{{36, "ext4"}, {40, "nfs4"}});
  CHECK(mount_names("").empty());
  for (const char* name : {"ext4", "xfs", "tmpfs", "vfat"}) CHECK(is_local_file_system(name));
  for (const char* name : {"nfs4", "cifs", "fuse.sshfs", "overlay", "proc", "autofs", ""}) CHECK_FALSE(is_local_file_system(name));
}

TEST_CASE("times are believed on a disk and not in memory") {
  TestFolder folder;
  folder.make("memory");
  const Mounted memory("none", folder.path() + "/memory", "tmpfs", 0);
  if (!memory.made) return;
  folder.write("memory/file", "x");
  CHECK_FALSE(keeps_times(folder.open(folder.path() + "/memory/file")));
  CHECK_FALSE(keeps_times(Fd()));
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
