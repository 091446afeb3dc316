#include "khien/probe/media.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "test/folder.hpp"

namespace khien::probe {
namespace {

TEST_CASE("a table of mounts is read, with what is odd in it") {
  const auto mounts = parse_mountinfo(
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
      "25 1 8:17 / /media/an/USB\\040M\\303\\240u rw shared:1 master:2 propagate_from:3 - vfat /dev/sdb1 rw\n"
      "not a line\n"
      "28 1 0:40 / relative rw - vfat x y\n"
      "29 1 11:0 /x /mnt/cd ro - iso9660 /dev/sr0 ro");
  REQUIRE(mounts.size() == 3);
  CHECK(mounts[0] == Mount{27, 254, 0, "/", "/", "ext4", "/dev/vda"});
  CHECK(mounts[1] == Mount{25, 8, 17, "/", "/media/an/USB Màu", "vfat", "/dev/sdb1"});
  CHECK(mounts[2] == Mount{29, 11, 0, "/x", "/mnt/cd", "iso9660", "/dev/sr0"});
}

TEST_CASE("a name that would end early, and more lines than are read") {
  CHECK(parse_mountinfo("1 1 8:1 / /\\000z rw - vfat a b\n").empty());
  CHECK(parse_mountinfo("1 1 8:1 / /a\\04 rw - vfat a b\n").at(0).mount_point == "/a\\04");
  std::string many;
  for (std::size_t i = 0; i < kMaxMounts + 5; ++i) many += "1 1 8:1 / /a rw - vfat a b\n";
  CHECK(parse_mountinfo(many).size() == kMaxMounts);
}

TEST_CASE("file systems that are carried about") {
  for (const char* one : {"vfat", "exfat", "ntfs", "iso9660", "udf"}) CHECK(is_carried_file_system(one));
  for (const char* one : {"ext4", "tmpfs", "proc", "nfs", ""}) CHECK_FALSE(is_carried_file_system(one));
}

// What users may mount by themselves (fuse) makes the table long.
TEST_CASE("a medium is seen behind a thousand mounts of somebody who wants to hide it") {
  TestFolder place;
  std::string table;
  const std::string deep(16'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    const std::string number = std::to_string(100 + i);
    table += number + " 1 0:" + number + " / /home/u/" + number + "/" + deep + " rw - fuse.x x rw,user_id=1000\n";
  }
  table += "9000 1 8:17 / /media/an/STICK rw - ext4 /dev/sdb1 rw\n";
  place.make("block");
  place.make("block/8:17");
  place.write("block/8:17/removable", "1\n");
  auto watcher = make_media_watcher({.mountinfo = place.write("mountinfo", table), .block_devices = place.path() + "/block"}).value();
  const auto media = watcher->fresh();
  REQUIRE(media);
  REQUIRE(media->size() == 1);
  CHECK(media->at(0).mount_point == "/media/an/STICK");
}

// An image on a loop device: a medium as real as a test can have one.
struct LoopImage {
  TestFolder folder;
  Fd device;
  std::string name;
  std::string why;
  std::string mounted_at;

  explicit LoopImage(const std::vector<std::string>& make) {
    const std::string image = folder.path() + "/image";
    const Fd file(::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(ftruncate(file.get(), 8 << 20) == 0);
    if (!run(make, image)) {
      why = make[0] + " is not there, or failed";
      return;
    }
    const Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    const int number = control ? ioctl(control.get(), LOOP_CTL_GET_FREE) : -1;
    name = "/dev/loop" + std::to_string(number);
    device = Fd(::open(name.c_str(), O_RDWR | O_CLOEXEC));
    if (number < 0 || !device || ioctl(device.get(), LOOP_SET_FD, file.get()) != 0) {
      why = "no loop device";
      device = Fd();
    }
  }
  ~LoopImage() {
    if (!mounted_at.empty()) umount2(mounted_at.c_str(), MNT_DETACH);
    if (device) ioctl(device.get(), LOOP_CLR_FD, 0);
  }
  static bool run(std::vector<std::string> words, const std::string& image) {
    words.push_back(image);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
      const int nothing = ::open("/dev/null", O_WRONLY);
      dup2(nothing, 1);
      dup2(nothing, 2);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    int status = 0;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  bool mount_at(const std::string& place, const char* file_system) {
    if (!device) return false;
    if (mount(name.c_str(), place.c_str(), file_system, 0, nullptr) != 0) {
      why = std::string("cannot mount ") + file_system + ": " + std::strerror(errno);
      return false;
    }
    mounted_at = place;
    return true;
  }
  std::string numbers() const {
    struct stat status {};
    REQUIRE(fstat(device.get(), &status) == 0);
    return std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
  }
};

TEST_CASE("a vfat medium is told of when it is mounted, once") {
  LoopImage image({"/usr/sbin/mkfs.vfat", "-n", "STICK"});
  TestFolder place;
  place.make("usb");
  auto watcher = make_media_watcher().value();
  (void)watcher->fresh().value();
  if (!image.mount_at(place.path() + "/usb", "vfat")) {
    MESSAGE("skipped: " << image.why);
    return;
  }
  const auto media = watcher->fresh().value();
  REQUIRE(media.size() == 1);
  CHECK(media[0].mount_point == place.path() + "/usb");
  CHECK(media[0].file_system == "vfat");
  CHECK(watcher->fresh()->empty());
}

TEST_CASE("a device that the system calls removable is told of, whatever is on it; another is not") {
  LoopImage image({"/usr/sbin/mkfs.ext4", "-q"});
  if (!image.device) {
    MESSAGE("skipped: " << image.why);
    return;
  }
  TestFolder place;
  place.make("usb");
  place.make("sys/" + image.numbers());
  MediaPlaces places{.block_devices = place.path() + "/sys"};
  place.write("sys/" + image.numbers() + "/removable", "0\n");
  auto watcher = make_media_watcher(places).value();
  (void)watcher->fresh().value();
  if (!image.mount_at(place.path() + "/usb", "ext4")) {
    MESSAGE("skipped: " << image.why);
    return;
  }
  CHECK(watcher->fresh()->empty());
  REQUIRE(umount2((place.path() + "/usb").c_str(), 0) == 0);
  CHECK(watcher->fresh()->empty());

  place.write("sys/" + image.numbers() + "/removable", "1\n");
  REQUIRE(image.mount_at(place.path() + "/usb", "ext4"));
  const auto media = watcher->fresh().value();
  REQUIRE(media.size() == 1);
  CHECK(media[0].mount_point == place.path() + "/usb");
  CHECK(watcher->fresh()->empty());
  // Gone and back again is new.
  REQUIRE(umount2((place.path() + "/usb").c_str(), 0) == 0);
  (void)watcher->fresh().value();
  REQUIRE(image.mount_at(place.path() + "/usb", "ext4"));
  CHECK(watcher->fresh()->size() == 1);
  // And one that was there before the agent began is as well.
  auto later = make_media_watcher(places).value();
  CHECK(later->fresh()->size() == 1);
}

TEST_CASE("a disk on USB says that it stays, and is told of") {
  LoopImage image({"/usr/sbin/mkfs.ext4", "-q"});
  TestFolder place;
  place.make("usb");
  place.make("sys/dev");
  place.make("sys/devices/pci0000:00/usb1/1-1/block/sdb");
  if (!image.device) {
    MESSAGE("skipped: " << image.why);
    return;
  }
  const std::string link = place.path() + "/sys/dev/" + image.numbers();
  REQUIRE(symlink("../devices/pci0000:00/usb1/1-1/block/sdb", link.c_str()) == 0);
  place.write("sys/devices/pci0000:00/usb1/1-1/block/sdb/removable", "0\n");
  auto watcher = make_media_watcher({.block_devices = place.path() + "/sys/dev"}).value();
  (void)watcher->fresh().value();
  if (!image.mount_at(place.path() + "/usb", "ext4")) {
    MESSAGE("skipped: " << image.why);
    return;
  }
  CHECK(watcher->fresh()->size() == 1);
}

}  // namespace
}  // namespace khien::probe
