#include "khien/probe/clamd.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "clamd_reply.hpp"
#include "clamd_settings.hpp"
#include "khien/core/clock.hpp"
#include "test/folder.hpp"

namespace khien::probe {
namespace {

TEST_CASE("clamd's answers are read as they are documented") {
  CHECK(parse_scan_reply("fd[10]: OK\n").value().empty());
  CHECK(parse_scan_reply("fd[10]: Eicar-Test-Signature FOUND\n").value() == "Eicar-Test-Signature");
  CHECK(parse_scan_reply("fd[10]: Can't read file ERROR\n").error().code() == Code::unavailable);
  CHECK(parse_scan_reply("fd[10]: Heuristics.Limits.Exceeded.MaxFileSize FOUND\n").error().code() ==
        Code::exhausted);
}

TEST_CASE("what is no answer is not taken for clean") {
  for (const std::string_view reply :
       {"", "\n", "OK\n", "fd[10]: ok\n", "fd[10]: OK\nfd[11]: OK\n", "fd[10]:  FOUND\n", "fd[10]: a b FOUND\n",
        "fd[10]: \x1b[31m FOUND\n", "UNKNOWN COMMAND\n"}) {
    CAPTURE(reply);
    CHECK_FALSE(parse_scan_reply(reply));
  }
  CHECK_FALSE(parse_scan_reply("fd[10]: " + std::string(129, 'x') + " FOUND\n"));
  CHECK_FALSE(parse_scan_reply(std::string(kMaxReplyBytes + 1, 'x')));
}

TEST_CASE("the version carries the database's number and day") {
  const auto version = parse_version_reply("ClamAV 1.4.3/27500/Fri Nov 20 08:30:00 2026\n").value();
  CHECK(version.engine == "ClamAV 1.4.3");
  CHECK(version.database == 27500);
  CHECK(to_rfc3339(version.built.value()) == "2026-11-20T08:30:00.000Z");
  CHECK(parse_version_reply("ClamAV 1.4.3/27500/Sun Mar  1 08:30:00 2026\n").value().built ==
        from_rfc3339("2026-03-01T08:30:00Z").value());
  CHECK(parse_version_reply("ClamAV 1.4.3\n").value().database == 0);
  CHECK_FALSE(parse_version_reply("ClamAV 1.4.3/27500/some day\n").value().built);
  CHECK_FALSE(parse_version_reply("something else\n"));
}

TEST_CASE("the signatures are counted by the log's last word") {
  CHECK(parse_signature_count("x\nThu -> Loaded 10 signatures.\nlater: Loaded 8704123 signatures.\n") == 8704123);
  CHECK(parse_signature_count("Loaded 10 signatures.\nLoaded many signatures.") == 10);
  CHECK(parse_signature_count("Loaded") == 0);
  CHECK(parse_signature_count("") == 0);
}

TEST_CASE("our clamd never listens on the network") {
  const std::string settings = clamd_settings("/run/x", 1000);
  CHECK(settings.find("LocalSocket /run/x/clamd/clamd.sock\n") != std::string::npos);
  CHECK(settings.find("TCP") == std::string::npos);
  CHECK(settings.find("MaxFileSize 1000\n") != std::string::npos);
}

TEST_CASE("a clamd that is not there is unavailable, not clean") {
  TestFolder folder;
  ClamdClient client(folder.path() + "/absent");
  CHECK(client.scan(folder.open(folder.write("x", "y"))).error().code() == Code::unavailable);
  CHECK(client.version().error().code() == Code::unavailable);
  CHECK(ClamdClient(std::string(200, 'x')).version().error().code() == Code::invalid);
}

TEST_CASE("a clamd that takes no more connections is unavailable, in time") {
  TestFolder folder;
  const std::string path = folder.path() + "/socket";
  Fd listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(listening.get(), 0) == 0);
  const Fd first(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(connect(first.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  std::atomic<bool> done{false};
  std::thread late([&] {
    for (int i = 0; i < 50 && !done; ++i) usleep(100'000);
    listening = Fd();
  });
  ClamdClient client(path, milliseconds(300));
  const std::int64_t before_ms = system_clock().monotonic().ms;
  CHECK(client.scan(folder.open(folder.write("x", "y"))).error().code() == Code::unavailable);
  CHECK(system_clock().monotonic().ms - before_ms < 2'000);
  done = true;
  late.join();
}

ClamdProcess::Options options(const TestFolder& folder) {
  ClamdProcess::Options options;
  options.run_folder = folder.path() + "/run";
  options.own_database = KHIEN_SOURCE_DIR "/content/scan/clamav";
  options.freshclam_folder = folder.path() + "/none";
  return options;
}

bool answers(ClamdProcess& clamd) {
  for (int i = 0; i < 150; ++i) {
    if (clamd.check()) return true;
    poll(nullptr, 0, 100);
  }
  return false;
}

TEST_CASE("an absent clamd is said to be absent") {
  TestFolder folder;
  auto absent = options(folder);
  absent.executable = folder.path() + "/clamd";
  CHECK(ClamdProcess::start(absent, system_env()).error().code() == Code::not_found);
}

TEST_CASE("a run folder that clamd's user cannot reach, or too long for a socket, is said so") {
  TestFolder folder;
  auto wanted = options(folder);
  wanted.executable = "/bin/false";
  if (geteuid() == 0) {
    folder.make("shut");
    REQUIRE(chmod((folder.path() + "/shut").c_str(), 0700) == 0);
    wanted.run_folder = folder.path() + "/shut/run";
    CHECK(ClamdProcess::start(wanted, system_env()).error().code() == Code::denied);
  }
  wanted.run_folder = folder.path() + "/" + std::string(100, 'x');
  CHECK(ClamdProcess::start(wanted, system_env()).error().code() == Code::invalid);
}

TEST_CASE("links that a captured clamd leaves behind lead nowhere") {
  TestFolder folder;
  folder.make("run");
  folder.make("precious");
  folder.write("precious/file", "x");
  REQUIRE(symlink((folder.path() + "/precious").c_str(), (folder.path() + "/run/clamd").c_str()) == 0);
  auto wanted = options(folder);
  wanted.executable = "/bin/false";
  REQUIRE(ClamdProcess::start(wanted, system_env()));
  CHECK(access((folder.path() + "/precious/file").c_str(), F_OK) == 0);
  struct stat status {};
  REQUIRE(stat((folder.path() + "/precious").c_str(), &status) == 0);
  CHECK(status.st_uid == geteuid());
  REQUIRE(lstat((folder.path() + "/run/clamd").c_str(), &status) == 0);
  CHECK(S_ISDIR(status.st_mode));
}

TEST_CASE("our clamd finds EICAR, also in an archive, and ends with us") {
  TestFolder folder;
  auto started = ClamdProcess::start(options(folder), system_env());
  if (!started) {
    CHECK(started.error().code() == Code::not_found);
    MESSAGE("skipped: " << started.error().what());
    return;
  }
  ClamdProcess& clamd = **started;
  REQUIRE(answers(clamd));
  CHECK(clamd.signatures() >= 2);

  ClamdClient client(clamd.socket_path());
  CHECK(client.version().value().engine.starts_with("ClamAV "));
  CHECK(client.scan(folder.open(folder.write("clean", "hello"))).value().empty());
  // The folder is readable to its owner alone: clamd has the descriptor only.
  REQUIRE(chmod(folder.path().c_str(), 0711) == 0);
  const std::string found = client.scan(folder.open(folder.write("bad", eicar()))).value();
  CHECK(found.find("Eicar") != std::string::npos);
  // Read to its end before: clamd starts at the beginning all the same.
  const Fd file = folder.open(folder.path() + "/bad");
  REQUIRE(lseek(file.get(), 0, SEEK_END) == 68);
  CHECK(client.scan(file).value() == found);
  CHECK(client.scan(folder.open(folder.write("own", "x khien-clamav-test-signature-12345678-end"))).value().find(
            "Khien.Test.Signature") != std::string::npos);

  const std::string socket = clamd.socket_path();
  started.value().reset();
  CHECK(ClamdClient(socket).version().error().code() == Code::unavailable);
}

TEST_CASE("new signatures of ours are those it judges by when it answers again, and withdrawn ones are gone") {
  TestFolder folder;
  auto wanted = options(folder);
  wanted.own_database = folder.make("database");
  folder.write("database/old.ndb", "Khien.Old:0:*:" + to_hex(as_bytes("khien-old-signature-12345")) + "\n");
  auto started = ClamdProcess::start(wanted, system_env());
  if (!started) {
    MESSAGE("skipped: " << started.error().what());
    return;
  }
  ClamdProcess& clamd = **started;
  REQUIRE(answers(clamd));
  ClamdClient client(clamd.socket_path());
  const std::string before = folder.write("before", "x khien-old-signature-12345 y");
  const std::string after = folder.write("after", "x khien-new-signature-12345 y");
  CHECK(client.scan(folder.open(before)).value() == "Khien.Old.UNOFFICIAL");
  CHECK(client.scan(folder.open(after)).value().empty());
  REQUIRE(unlink((folder.path() + "/database/old.ndb").c_str()) == 0);
  folder.write("database/new.ndb", "Khien.New:0:*:" + to_hex(as_bytes("khien-new-signature-12345")) + "\n");
  clamd.reload();
  REQUIRE(answers(clamd));
  CHECK(client.scan(folder.open(before)).value().empty());
  CHECK(client.scan(folder.open(after)).value() == "Khien.New.UNOFFICIAL");
}

TEST_CASE("with one line of a .hdb our clamd finds all 44 of Debian's test files") {
  const std::string files = "/usr/share/clamav-testfiles";
  TestFolder folder;
  auto wanted = options(folder);
  wanted.own_database = folder.make("database");
  folder.write("database/testfiles.hdb", "aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n");
  auto started = ClamdProcess::start(wanted, system_env());
  if (!started || !std::filesystem::is_directory(files)) {
    MESSAGE("skipped: clamd or the package clamav-testfiles is not installed");
    return;
  }
  REQUIRE(answers(**started));
  ClamdClient client((*started)->socket_path());
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(files)) {
    CAPTURE(entry.path().string());
    const auto signature = client.scan(folder.open(entry.path().string()));
    CHECK_MESSAGE(signature, (signature ? "" : signature.error().what()));
    if (signature) CHECK(*signature == "ClamAV-Test-File.UNOFFICIAL");
    ++found;
  }
  CHECK(found == 44);
}

TEST_CASE("a clamd that dies is started again, after a pause") {
  TestFolder folder;
  ManualClock clock(Timestamp{0});
  auto broken = options(folder);
  broken.executable = "/bin/false";
  auto started = ClamdProcess::start(broken, Env{clock, system_random(), system_files()});
  REQUIRE(started);
  ClamdProcess& clamd = **started;
  for (int i = 0; i < 20; ++i) {
    CHECK_FALSE(clamd.check());
    poll(nullptr, 0, 10);
  }
  const std::string settings = folder.path() + "/run/clamd.conf";
  REQUIRE(unlink(settings.c_str()) == 0);
  clock.advance(milliseconds(999));
  CHECK_FALSE(clamd.check());
  CHECK(access(settings.c_str(), F_OK) != 0);  // not started yet
  clock.advance(milliseconds(1));
  CHECK_FALSE(clamd.check());
  CHECK(access(settings.c_str(), F_OK) == 0);
}

}  // namespace
}  // namespace khien::probe
