#include "khien/probe/quarantine.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "linux/held_place.hpp"
#include "quarantine_house.hpp"
#include "test/mounted_folder.hpp"

namespace khien::probe {
namespace {

TEST_CASE("a file is taken whole, sealed and out of its folder, and comes back as it was") {
  QuarantineHouse house;
  const std::string bytes = bad_bytes();
  const std::string path = house.put("www/x.php", bytes);
  REQUIRE(::chown(path.c_str(), 1234, 1235) == 0);
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  const auto before = status_of_path(path);

  const auto taken = house.take("www/x.php", bytes);
  REQUIRE_MESSAGE(taken.refusal == Refusal::none, taken.detail);
  CHECK_FALSE(system_files().exists(path));
  CHECK(taken.entry.path() == path);
  CHECK(taken.entry.size == bytes.size());
  CHECK(taken.entry.uid == 1234);
  CHECK_FALSE(taken.entry.emptied);
  CHECK(house.quarantine->held_bytes() == bytes.size());
  CHECK(std::filesystem::is_empty(house.tree + "/www"));

  house.open();
  const auto returned = house.quarantine->restore(house.back(taken.entry));
  REQUIRE_MESSAGE(returned.refusal == Refusal::none, returned.detail);
  CHECK(content_of(path) == bytes);
  const auto after = status_of_path(path);
  CHECK(after.st_uid == 1234);
  CHECK(after.st_gid == 1235);
  CHECK((after.st_mode & 07777u) == 0640u);
  CHECK(after.st_mtim.tv_sec == before.st_mtim.tv_sec);
  CHECK(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
  CHECK(house.quarantine->held_bytes() == 0);
}

TEST_CASE("the store holds neither the bytes nor the name, and nobody else may read it") {
  QuarantineHouse house;
  const std::string bytes = eicar();
  house.put("secret-name.com", bytes);
  REQUIRE(house.take("secret-name.com", bytes).refusal == Refusal::none);
  CHECK((status_of_path(house.store()).st_mode & 0777u) == 0700u);
  for (const auto& file : std::filesystem::directory_iterator(house.store())) {
    CHECK((status_of_path(file.path()).st_mode & 0777u) == 0600u);
    CHECK(file.path().string().find("secret-name") == std::string::npos);
    CHECK(content_of(file.path()).find("EICAR") == std::string::npos);
    CHECK(content_of(file.path()).find("secret-name") == std::string::npos);
  }
}

TEST_CASE("where users may write only the inode is emptied; coming back it takes its own place") {
  QuarantineHouse house;
  const std::string path = house.put("home/x.exe", bad_bytes(), true);
  const auto before = status_of_path(path);
  const auto taken = house.take("home/x.exe", bad_bytes());
  REQUIRE_MESSAGE(taken.refusal == Refusal::none, taken.detail);
  CHECK(taken.entry.emptied);
  CHECK(content_of(path).empty());
  CHECK(status_of_path(path).st_ino == before.st_ino);

  const auto returned = house.quarantine->restore(house.back(taken.entry));
  REQUIRE_MESSAGE(returned.refusal == Refusal::none, returned.detail);
  CHECK(content_of(path) == bad_bytes());
  CHECK(std::distance(std::filesystem::directory_iterator(house.tree + "/home"), {}) == 1);
}

TEST_CASE("setuid, capabilities and attributes do not come back") {
  QuarantineHouse house;
  const std::string path = house.put("x", bad_bytes());
  REQUIRE(::chmod(path.c_str(), 06755) == 0);
  const bool has_attribute = ::setxattr(path.c_str(), "user.khien", "1", 1, 0) == 0;
  const auto taken = house.take("x", bad_bytes());
  REQUIRE(taken.refusal == Refusal::none);
  CHECK(taken.entry.mode == 06755);
  REQUIRE(house.quarantine->restore(house.back(taken.entry)).refusal == Refusal::none);
  CHECK((status_of_path(path).st_mode & 07777u) == 0755u);
  if (has_attribute) CHECK(::getxattr(path.c_str(), "user.khien", nullptr, 0) < 0);
}

TEST_CASE("what is not the file that was judged stays") {
  QuarantineHouse house;
  const std::string path = house.put("a/x", bad_bytes());
  const auto refusal = [&](const std::string& relative) { return house.take(relative, bad_bytes()).refusal; };

  SUBCASE("other bytes") {
    house.put("a/x", "harmless");
    CHECK(refusal("a/x") == Refusal::changed);
    CHECK(content_of(path) == "harmless");
  }
  SUBCASE("a second name") {
    std::filesystem::create_hard_link(path, house.tree + "/a/y");
    CHECK(refusal("a/x") == Refusal::hard_links);
    CHECK(content_of(path) == bad_bytes());
  }
  SUBCASE("a link") {
    std::filesystem::create_symlink(path, house.tree + "/a/link");
    CHECK(refusal("a/link") == Refusal::not_regular);
    std::filesystem::create_directory_symlink(house.tree + "/a", house.tree + "/b");
    CHECK(refusal("b/x") == Refusal::not_regular);
  }
  SUBCASE("a folder, a pipe") {
    CHECK(refusal("a") == Refusal::not_regular);
    REQUIRE(::mkfifo((house.tree + "/a/pipe").c_str(), 0600) == 0);
    CHECK(refusal("a/pipe") == Refusal::not_regular);
  }
  SUBCASE("nothing, and names that lead elsewhere") {
    CHECK(refusal("a/none") == Refusal::gone);
    CHECK(refusal("none/x") == Refusal::gone);
    for (const char* name : {"..", ".", "", "a/..", "a/"}) CHECK(refusal(name) == Refusal::outside);
    CHECK(refusal("../tree/a/x") != Refusal::none);
    CHECK(refusal("/etc/passwd") != Refusal::none);
    CHECK(content_of(path) == bad_bytes());
  }
  CHECK(house.quarantine->entries().empty());
  CHECK(house.files_in_store() == 1);  // the key
}

TEST_CASE("the store has an end, and a file may be too large for it") {
  QuarantineHouse house;
  house.put("x", bad_bytes());
  house.limits.file_bytes = 1'000;
  house.open();
  CHECK(house.take("x", bad_bytes()).refusal == Refusal::too_large);
  house.limits = {.bytes = 1'000};
  house.open();
  CHECK(house.take("x", bad_bytes()).refusal == Refusal::store_full);
  house.limits = {.items = 1};
  house.open();
  house.put("y", "y");
  REQUIRE(house.take("y", "y").refusal == Refusal::none);
  CHECK(house.take("x", bad_bytes()).refusal == Refusal::store_full);
  // What was put back makes room.
  REQUIRE(house.quarantine->restore(house.back(house.quarantine->entries().at(0))).refusal == Refusal::none);
  CHECK(house.take("x", bad_bytes()).refusal == Refusal::none);
}

TEST_CASE("a package's file stays unless a person insists") {
  QuarantineHouse house;
  house.put("x", bad_bytes());
  house.package = "coreutils";
  const auto refused = house.take("x", bad_bytes());
  CHECK(refused.refusal == Refusal::package);
  CHECK(refused.detail == "coreutils");
  auto wanted = house.wanted("x", bad_bytes());
  wanted.insist = true;
  CHECK(house.quarantine->take(wanted).refusal == Refusal::none);
}

TEST_CASE("dpkg's lists know a path, also by its older name") {
  CHECK(list_names("/.\n/usr/bin/ls\n", "/usr/bin/ls"));
  CHECK(list_names("/bin/ls\n", "/usr/bin/ls"));
  CHECK_FALSE(list_names("/usr/bin/lsx\n/x/usr/bin/ls\n", "/usr/bin/ls"));
  CHECK_FALSE(list_names("/usr/bin/ls\n", "/home/bin/ls"));
  CHECK_FALSE(list_names("", ""));
  TestFolder info;
  info.write("coreutils.list", "/usr/bin/ls\n");
  CHECK(package_of("/usr/bin/ls", info.path()).value() == "coreutils");
  CHECK(package_of("/srv/x", info.path()).value().empty());
  CHECK(package_of("/srv/x", info.path() + "/none").value().empty());
}

TEST_CASE("a file that is being written waits, unless a person insists") {
  QuarantineHouse house;
  const std::string path = house.put("x", bad_bytes());
  const Fd writer(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  REQUIRE(writer);
  CHECK(house.take("x", bad_bytes()).refusal == Refusal::open_for_writing);
  CHECK(content_of(path) == bad_bytes());
  auto wanted = house.wanted("x", bad_bytes());
  wanted.insist = true;
  CHECK(house.quarantine->take(wanted).refusal == Refusal::none);
}

TEST_CASE("an immutable file stays, unless a person insists") {
  QuarantineHouse house;
  const std::string path = house.put("x", bad_bytes());
  const Fd file = TestFolder::open(path);
  int flags = 0;
  if (::ioctl(file.get(), FS_IOC_GETFLAGS, &flags) != 0) return;
  flags |= FS_IMMUTABLE_FL;
  if (::ioctl(file.get(), FS_IOC_SETFLAGS, &flags) != 0) return;
  CHECK(house.take("x", bad_bytes()).refusal == Refusal::immutable);
  auto wanted = house.wanted("x", bad_bytes());
  wanted.insist = true;
  CHECK(house.quarantine->take(wanted).refusal == Refusal::none);
  CHECK_FALSE(system_files().exists(path));
}

TEST_CASE("a name on which a file is mounted does not lead to that file") {
  const MountedFolder house;
  if (!house.mounted()) {
    MESSAGE("skipped: " << house.why());
    return;
  }
  const std::string own = house.write("own", bad_bytes());
  const std::string name = house.write("x", bad_bytes());
  HeldPlace place;
  REQUIRE(place.open(house.path(), "").refusal == Refusal::none);
  struct stat status {};
  REQUIRE(place.status_of("x", status));
  REQUIRE(::mount(own.c_str(), name.c_str(), nullptr, MS_BIND, nullptr) == 0);
  REQUIRE(status_of_path(name).st_ino == status_of_path(own).st_ino);
  CHECK_FALSE(place.status_of("x", status));
  CHECK(errno == EXDEV);
  CHECK(place.remove("x", inode_of(status_of_path(own))) == HeldPlace::Move::failed);
  ::umount2(name.c_str(), MNT_DETACH);
  CHECK(place.status_of("x", status));
}

TEST_CASE("a program that runs is taken, and it is said that it runs") {
  for (const bool users : {false, true}) {
    QuarantineHouse house;
    const std::string bytes = content_of(std::filesystem::canonical("/bin/sleep"));
    const std::string path = house.put("x", bytes, users);
    REQUIRE(::chmod(path.c_str(), 0755) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl(path.c_str(), "sleep", "60", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    for (int i = 0; i < 200; ++i) {
      if (std::filesystem::read_symlink("/proc/" + std::to_string(child) + "/exe") == path) break;
      ::usleep(10'000);
    }
    const auto taken = house.take("x", bytes);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK_MESSAGE(taken.refusal == Refusal::none, taken.detail);
    CHECK(taken.entry.running);
    CHECK_FALSE(taken.entry.emptied);
    CHECK_FALSE(system_files().exists(path));
    CHECK(std::filesystem::is_empty(house.tree));
  }
}

TEST_CASE("nothing is put back over anything, into another folder, or for another's bytes") {
  QuarantineHouse house;
  const std::string path = house.put("a/x", bad_bytes());
  const auto taken = house.take("a/x", bad_bytes());
  REQUIRE(taken.refusal == Refusal::none);
  auto back = house.back(taken.entry);
  const auto refusal = [&] { return house.quarantine->restore(back).refusal; };

  SUBCASE("a new file") {
    house.put("a/x", "new");
    CHECK(refusal() == Refusal::occupied);
    CHECK(content_of(path) == "new");
  }
  SUBCASE("a link to somewhere") {
    std::filesystem::create_symlink(house.base.path() + "/elsewhere", path);
    CHECK(refusal() == Refusal::occupied);
    CHECK_FALSE(system_files().exists(house.base.path() + "/elsewhere"));
  }
  SUBCASE("the folder is a link now") {
    house.base.make("elsewhere");
    std::filesystem::remove_all(house.tree + "/a");
    std::filesystem::create_directory_symlink(house.base.path() + "/elsewhere", house.tree + "/a");
    CHECK(refusal() == Refusal::folder_changed);
    CHECK(std::filesystem::is_empty(house.base.path() + "/elsewhere"));
  }
  SUBCASE("the folder is gone, or another's") {
    std::filesystem::remove_all(house.tree + "/a");
    CHECK(refusal() == Refusal::folder_gone);
    std::filesystem::create_directory(house.tree + "/a");
    REQUIRE(::chmod((house.tree + "/a").c_str(), 0777) == 0);
    CHECK(refusal() == Refusal::folder_changed);
  }
  SUBCASE("not the bytes, not the name, not the roots") {
    back.sha256 = sha256("other");
    CHECK(refusal() == Refusal::changed);
    back = house.back(taken.entry);
    back.name = std::string(32, '0');
    CHECK(refusal() == Refusal::unknown_item);
    back = house.back(taken.entry);
    back.roots = {"/srv"};
    CHECK(refusal() == Refusal::outside);
  }
  SUBCASE("twice") {
    CHECK(refusal() == Refusal::none);
    CHECK(refusal() == Refusal::unknown_item);
    return;
  }
  // It is held all the while, and comes back once nothing is in the way.
  std::filesystem::remove_all(house.tree + "/a");
  std::filesystem::create_directory(house.tree + "/a");
  REQUIRE(::chmod((house.tree + "/a").c_str(), 0755) == 0);
  back = house.back(taken.entry);
  CHECK(refusal() == Refusal::none);
  CHECK(content_of(path) == bad_bytes());
}

TEST_CASE("who wants a file back is asked when nothing else speaks against it, and before anything is done") {
  QuarantineHouse house;
  const std::string path = house.put("x", bad_bytes());
  const auto taken = house.take("x", bad_bytes());
  REQUIRE(taken.refusal == Refusal::none);
  int asked = 0;
  auto back = house.back(taken.entry);
  back.may_return = [&]() -> Result<void> {
    ++asked;
    CHECK_FALSE(std::filesystem::exists(path));
    return asked == 1 ? Result<void>(Error(Code::unavailable, "no")) : Result<void>();
  };
  auto unknown = back;
  unknown.name = std::string(32, 'a');
  CHECK(house.quarantine->restore(unknown).refusal == Refusal::unknown_item);
  auto elsewhere = back;
  elsewhere.roots = {};
  CHECK(house.quarantine->restore(elsewhere).refusal == Refusal::outside);
  CHECK(asked == 0);
  CHECK(house.quarantine->restore(back).refusal == Refusal::failed);
  CHECK(house.quarantine->entries().at(0).state == QuarantineEntry::State::held);
  CHECK(house.quarantine->restore(back).refusal == Refusal::none);
  CHECK(asked == 2);
  CHECK(content_of(path) == bad_bytes());
}

TEST_CASE("a store that was touched gives nothing back") {
  QuarantineHouse house;
  const std::string path = house.put("x", bad_bytes());
  const auto taken = house.take("x", bad_bytes());
  REQUIRE(taken.refusal == Refusal::none);
  const std::string file = house.store() + "/" + taken.entry.name + ".bytes";
  std::string sealed = content_of(file);
  SUBCASE("a bit") { sealed[sealed.size() / 2] = static_cast<char>(sealed[sealed.size() / 2] ^ 1); }
  SUBCASE("cut off at a piece") { sealed.resize(40 + 65'536 + 16); }
  SUBCASE("cut off anywhere") { sealed.resize(sealed.size() - 1); }
  REQUIRE(system_files().write(file, sealed, 0600));
  CHECK(house.quarantine->restore(house.back(taken.entry)).refusal == Refusal::failed);
  CHECK_FALSE(system_files().exists(path));
  CHECK(std::filesystem::is_empty(house.tree));
}

TEST_CASE("a record that was touched is told of, and left") {
  QuarantineHouse house;
  house.put("x", bad_bytes());
  const auto taken = house.take("x", bad_bytes());
  REQUIRE(taken.refusal == Refusal::none);
  const std::string file = house.store() + "/" + taken.entry.name + ".entry";
  std::string sealed = content_of(file);
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  REQUIRE(system_files().write(file, sealed, 0600));
  house.open();
  CHECK(house.quarantine->damaged() == 1);
  CHECK(house.quarantine->entries().empty());
  CHECK(content_of(file) == sealed);
  CHECK(system_files().exists(house.store() + "/" + taken.entry.name + ".bytes"));
}

}  // namespace
}  // namespace khien::probe
