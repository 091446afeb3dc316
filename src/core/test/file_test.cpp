#include "khien/core/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "test/temporary_folder.hpp"

namespace khien {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

void put(const std::string& path, std::string_view content) { std::ofstream(path, std::ios::binary) << content; }

std::string content_of(const Fd& fd) {
  std::string content(4096, '\0');
  const ssize_t got = ::read(fd.get(), content.data(), content.size());
  REQUIRE(got >= 0);
  content.resize(static_cast<std::size_t>(got));
  return content;
}

std::size_t count_names(const std::string& path) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {}));
}

// A root with a file, a folder with a file, and a secret outside of it.
struct Tree {
  Tree() {
    fs::create_directories(folder.path("root/sub/deep"));
    put(folder.path("secret"), "outside");
    put(folder.path("root/file"), "inside");
    put(folder.path("root/sub/deep/file"), "deep");
  }
  void link(const std::string& target, const std::string& at) const { fs::create_symlink(target, folder.path("root/" + at)); }
  DirFd root() const { return DirFd::open(folder.path("root")).value(); }

  TemporaryFolder folder;
};

TEST_CASE("a descriptor is closed when it goes, and only then") {
  int number = -1;
  {
    Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = fd.get();
    Fd moved(std::move(fd));
    CHECK_FALSE(fd);  // NOLINT(bugprone-use-after-move): that is the point
    CHECK(moved.get() == number);
    CHECK(fcntl(number, F_GETFD) >= 0);
    Fd other;
    other = std::move(moved);
    CHECK(other.get() == number);
    Fd& self = other;
    other = std::move(self);
    CHECK(fcntl(number, F_GETFD) >= 0);
  }
  CHECK(fcntl(number, F_GETFD) == -1);
}

TEST_CASE("assigning closes what was held, releasing does not") {
  Fd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int number = first.get();
  first = Fd();
  CHECK(fcntl(number, F_GETFD) == -1);
  Fd second(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int released = second.release();
  CHECK_FALSE(second);
  CHECK(fcntl(released, F_GETFD) >= 0);
  ::close(released);
}

TEST_CASE("files below a folder are opened, however deep") {
  const Tree tree;
  const DirFd root = tree.root();
  CHECK(content_of(root.open_file("file").value()) == "inside");
  CHECK(content_of(root.open_file("sub/deep/file").value()) == "deep");
  CHECK(content_of(root.open_file("./sub//deep/./file").value()) == "deep");
  CHECK(content_of(root.open_folder("sub/deep").value().open_file("file").value()) == "deep");
}

TEST_CASE("no way leads out of a folder") {
  const Tree tree;
  const DirFd root = tree.root();
  for (const auto& path : {"../secret"s, "sub/../../secret"s, "sub/.."s, ".."s, "sub/../file"s, "/etc/passwd"s,
                           tree.folder.path("secret"), tree.folder.path("root/file"), "/"s}) {
    CAPTURE(path);
    const auto file = root.open_file(path);
    REQUIRE_FALSE(file);
    CHECK(file.error().code() == Code::denied);
    CHECK(root.open_folder(path).error().code() == Code::denied);
  }
}

TEST_CASE("names that only look like '..' are names") {
  const Tree tree;
  put(tree.folder.path("root/..."), "dots");
  put(tree.folder.path("root/..a"), "dots");
  CHECK(tree.root().open_file("..."));
  CHECK(tree.root().open_file("..a"));
}

TEST_CASE("symbolic links are refused, at the end and on the way, wherever they lead") {
  const Tree tree;
  tree.link("../secret", "out");
  tree.link("file", "in");
  tree.link("sub", "folder");
  tree.link("..", "up");
  tree.link("/proc/self/root", "magic");
  tree.link("loop", "loop");
  tree.link("nowhere", "dangling");
  const DirFd root = tree.root();
  for (const auto* path : {"out", "in", "folder/deep/file", "up/secret", "magic/etc/passwd", "loop", "dangling"}) {
    CAPTURE(path);
    CHECK(root.open_file(path).error().code() == Code::denied);
  }
  CHECK(root.open_folder("folder").error().code() == Code::denied);
  CHECK(root.open_folder("folder/deep").error().code() == Code::denied);
}

TEST_CASE("magic links of /proc are refused") {
  const DirFd self = DirFd::open("/proc/self").value();
  CHECK_FALSE(self.open_file("exe"));
  CHECK_FALSE(self.open_folder("root/etc"));
  CHECK_FALSE(self.open_folder("cwd"));
}

TEST_CASE("what is not there or not a folder is said so") {
  const Tree tree;
  const DirFd root = tree.root();
  CHECK(root.open_file("nothing").error().code() == Code::not_found);
  CHECK(root.open_file("file/below").error().code() == Code::not_found);
  CHECK(root.open_folder("file").error().code() == Code::invalid);
  CHECK(root.open_file("").error().code() == Code::invalid);
  CHECK(root.open_file("file\0x"s).error().code() == Code::invalid);
  CHECK(DirFd::open(tree.folder.path("nothing")).error().code() == Code::not_found);
  CHECK(DirFd::open(tree.folder.path("secret")).error().code() == Code::invalid);
  CHECK(DirFd::open("").error().code() == Code::invalid);
  CHECK(DirFd::open(tree.folder.path("root") + "\0x"s).error().code() == Code::invalid);
}

TEST_CASE("an open descriptor becomes a folder only if it is one") {
  const Tree tree;
  Fd path_only(::open(tree.folder.path("root").c_str(), O_PATH | O_CLOEXEC));
  const auto folder = DirFd::of(std::move(path_only));
  REQUIRE(folder);
  CHECK(folder->open_file("file"));
  CHECK_FALSE(folder->open_file("../secret"));
  CHECK(DirFd::of(tree.root().open_file("file").value()).error().code() == Code::invalid);
  CHECK(DirFd::of(Fd()).error().code() == Code::invalid);
}

TEST_CASE("a FIFO, a socket or a device does not make us wait") {
  const Tree tree;
  REQUIRE(mkfifo(tree.folder.path("root/fifo").c_str(), 0600) == 0);
  const auto fifo = tree.root().open_file("fifo");
  REQUIRE(fifo);
  CHECK(status_of(*fifo).value().kind == FileStatus::Kind::other);
  CHECK(status_of(DirFd::open("/dev").value().open_file("null").value()).value().kind == FileStatus::Kind::other);
  CHECK(system_files().read(tree.folder.path("root/fifo"), 10).error().code() == Code::invalid);
}

TEST_CASE("opened descriptors do not leak into child processes") {
  const Tree tree;
  const DirFd root = tree.root();
  CHECK((fcntl(root.fd().get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((fcntl(root.open_file("file").value().get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a file's status is what the kernel says") {
  const Tree tree;
  fs::create_hard_link(tree.folder.path("root/file"), tree.folder.path("root/other"));
  REQUIRE(chmod(tree.folder.path("root/file").c_str(), 0640) == 0);
  const FileStatus status = status_of(tree.root().open_file("file").value()).value();
  CHECK(status.kind == FileStatus::Kind::regular);
  CHECK(status.size == 6);
  CHECK(status.links == 2);
  CHECK(status.mode == 0640);
  CHECK(status.owner_uid == getuid());
  CHECK(status.mtime_ns > 1'700'000'000'000'000'000);
  CHECK(status == status_of(tree.root().open_file("other").value()).value());
  CHECK(status_of(tree.root().fd()).value().kind == FileStatus::Kind::directory);
  CHECK_FALSE(status_of(Fd()));
}

TEST_CASE("a folder's names are visited as bytes, with their kinds, and again") {
  const Tree tree;
  tree.link("file", "link");
  put(tree.folder.path("root/\xff\n"), "");
  const DirFd root = tree.root();
  for (int round = 0; round < 2; ++round) {
    std::set<std::pair<std::string, FileStatus::Kind>> names;
    CHECK(root.each_name([&](std::string_view name, FileStatus::Kind kind) {
      names.emplace(name, kind);
      return Result<void>();
    }));
    CHECK(names == std::set<std::pair<std::string, FileStatus::Kind>>{
                       {"file", FileStatus::Kind::regular},
                       {"link", FileStatus::Kind::symlink},
                       {"sub", FileStatus::Kind::directory},
                       {"\xff\n", FileStatus::Kind::regular}});
  }
  int visits = 0;
  const auto stopped = root.each_name([&](std::string_view, FileStatus::Kind) -> Result<void> {
    ++visits;
    return Error(Code::exhausted, "enough");
  });
  CHECK(visits == 1);
  CHECK(stopped.error().what() == "enough");
}

TEST_CASE("a file is read whole or not at all") {
  const Tree tree;
  Files& files = system_files();
  const std::string path = tree.folder.path("root/file");
  CHECK(files.read(path, 6).value() == "inside");
  CHECK(files.read(path, 5).error().code() == Code::exhausted);
  CHECK(files.read(path, 0).error().code() == Code::exhausted);
  CHECK(files.read(tree.folder.path("none"), 5).error().code() == Code::not_found);
  CHECK(files.read(tree.folder.path("root"), 5).error().code() == Code::invalid);
  CHECK(files.read(path + "\0"s, 5).error().code() == Code::invalid);
  CHECK_FALSE(files.read("/proc/self/status", 1 << 20).value().empty());
  const std::string large(100'000, 'x');
  put(path, large);
  CHECK(files.read(path, large.size()).value() == large);
  CHECK_FALSE(files.read(path, large.size() - 1));
}

TEST_CASE("a file is written with its mode, and leaves nothing beside it") {
  const TemporaryFolder folder;
  Files& files = system_files();
  const std::string path = folder.path("key");
  CHECK(files.write(path, "one", 0600));
  CHECK(files.read(path, 10).value() == "one");
  CHECK((fs::status(path).permissions() & fs::perms::mask) == fs::perms(0600));
  CHECK(files.write(path, std::string(200'000, 'x'), 0644));
  CHECK(fs::file_size(path) == 200'000);
  CHECK(files.write(path, "", 0600));
  CHECK(fs::file_size(path) == 0);
  CHECK(count_names(folder.path()) == 1);
}

TEST_CASE("a file replaces a link, never what it points to") {
  const TemporaryFolder folder;
  put(folder.path("target"), "old");
  fs::create_symlink("target", folder.path("link"));
  CHECK(system_files().write(folder.path("link"), "new", 0600));
  CHECK(system_files().read(folder.path("target"), 10).value() == "old");
  CHECK(fs::is_regular_file(fs::symlink_status(folder.path("link"))));
}

TEST_CASE("writing that fails leaves the old file and nothing beside it") {
  const TemporaryFolder folder;
  Files& files = system_files();
  fs::create_directories(folder.path("taken/inside"));
  CHECK_FALSE(files.write(folder.path("taken"), "x", 0600));
  CHECK(fs::is_directory(folder.path("taken/inside")));
  CHECK(count_names(folder.path()) == 1);
  CHECK(files.write(folder.path("none/file"), "x", 0600).error().code() == Code::not_found);
  for (const auto& path : {""s, folder.path("") + "/", folder.path("."), folder.path(".."), folder.path("a\0b"s)}) {
    CHECK(files.write(path, "x", 0600).error().code() == Code::invalid);
  }
}

TEST_CASE("an error names the file") {
  CHECK(system_files().read("/nowhere/at all", 5).error().what() == "'/nowhere/at all': open: No such file or directory");
}

TEST_CASE("a reader sees the old content or the new, never a part") {
  const TemporaryFolder folder;
  Files& files = system_files();
  const std::string path = folder.path("file");
  const std::string first(50'000, 'a');
  const std::string second(70'000, 'b');
  REQUIRE(files.write(path, first, 0600));
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!done) {
      const auto content = files.read(path, 100'000);
      if (!content || (*content != first && *content != second)) ++torn;
    }
  });
  for (int i = 0; i < 100; ++i) REQUIRE(files.write(path, i % 2 == 0 ? second : first, 0600));
  done = true;
  reader.join();
  CHECK(torn == 0);
}

TEST_CASE("a writer killed at any moment leaves the old content or the new") {
  const TemporaryFolder folder;
  const std::string path = folder.path("file");
  const std::string first(300'000, 'a');
  const std::string second(300'000, 'b');
  REQUIRE(system_files().write(path, first, 0600));
  for (int round = 0; round < 10; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (;;) {
        static_cast<void>(system_files().write(path, second, 0600));
        static_cast<void>(system_files().write(path, first, 0600));
      }
    }
    usleep(static_cast<useconds_t>(1'000 + round * 700));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::string content = system_files().read(path, 300'000).value();
    CHECK((content == first || content == second));
  }
}

TEST_CASE("files are removed, folders and absent ones are not") {
  const Tree tree;
  Files& files = system_files();
  CHECK(files.exists(tree.folder.path("secret")));
  CHECK(files.remove(tree.folder.path("secret")));
  CHECK_FALSE(files.exists(tree.folder.path("secret")));
  CHECK(files.remove(tree.folder.path("secret")).error().code() == Code::not_found);
  CHECK_FALSE(files.remove(tree.folder.path("root")));
  CHECK_FALSE(files.exists(tree.folder.path("root") + "\0"s));
}

TEST_CASE("a folder is made with those above it, and twice is once") {
  const TemporaryFolder folder;
  Files& files = system_files();
  CHECK(files.make_folder(folder.path("a/b//c"), 0700));
  CHECK(fs::is_directory(folder.path("a/b/c")));
  CHECK((fs::status(folder.path("a")).permissions() & fs::perms::mask) == fs::perms(0700));
  CHECK(files.make_folder(folder.path("a/b/c/"), 0700));
  CHECK(files.make_folder("/", 0700));
  put(folder.path("file"), "");
  CHECK(files.make_folder(folder.path("file"), 0700).error().code() == Code::conflict);
  CHECK_FALSE(files.make_folder(folder.path("file/below"), 0700));
  CHECK(files.make_folder("", 0700).error().code() == Code::invalid);
}

}  // namespace
}  // namespace khien
