#include "khien/probe/worker.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "test/folder.hpp"

namespace khien::probe {
namespace {

Worker::Options options() {
  Worker::Options options;
  options.executable = KHIEN_WORKER;
  options.content_folder = KHIEN_SOURCE_DIR "/content/scan";
  return options;
}

std::unique_ptr<Worker> worker() { return Worker::start(options(), system_clock()).value(); }

TEST_CASE("a worker greets with its rules and its sandbox") {
  const auto started = worker();
  CHECK(started->rule_count() > 10);
  CHECK(started->ioc_count() >= 2);
  CHECK(started->sandbox().starts_with("seccomp, "));
  if (geteuid() == 0) CHECK_FALSE(started->sandbox().ends_with("uid 0"));
}

TEST_CASE("a worker says which code judges, the same each time: of itself and of what takes files apart") {
  const auto started = worker();
  const std::string version = started->version();
  CHECK(version.starts_with("khien-worker "));
  CHECK(version.find("libyara.") != std::string::npos);
  CHECK(version.find("libarchive.") != std::string::npos);
  CHECK(version.find("unknown") == std::string::npos);
  CHECK(worker()->version() == version);
}

TEST_CASE("a worker that is not believed any more is ended, and another one takes the next file") {
  TestFolder folder;
  const auto started = worker();
  const std::string path = folder.write("clean", "hello");
  started->distrust();
  CHECK(started->scan(folder.open(path), 5).value().verdict == FileVerdict::clean);
}

TEST_CASE("a clean file is clean and EICAR is not") {
  TestFolder folder;
  const auto started = worker();
  const auto clean = started->scan(folder.open(folder.write("clean", "hello")), 5).value();
  CHECK(clean.verdict == FileVerdict::clean);
  CHECK(clean.sha256 == sha256("hello"));

  const auto bad = started->scan(folder.open(folder.write("bad", eicar())), 68).value();
  CHECK(bad.verdict == FileVerdict::malicious);
  REQUIRE(bad.matches.size() == 2);
  CHECK(bad.matches[0].rule == "EICAR test file");
  CHECK(bad.matches[1] == FileMatch{Engine::yara, "khien_eicar", "khien-base", Severity::high});
}

TEST_CASE("an empty file is clean") {
  TestFolder folder;
  CHECK(worker()->scan(folder.open(folder.write("empty", "")), 0).value().verdict == FileVerdict::clean);
}

TEST_CASE("a file that grew or shrank since it was seen is judged as it is") {
  TestFolder folder;
  const auto started = worker();
  const std::string path = folder.write("x", eicar());
  CHECK(started->scan(folder.open(path), 3).value().verdict == FileVerdict::malicious);
  CHECK(started->scan(folder.open(path), 1'000'000).value().verdict == FileVerdict::malicious);
}

TEST_CASE("over the limit a file is not scanned, but its hash is asked") {
  TestFolder folder;
  auto small = options();
  small.max_file_bytes = 10;
  const auto started = Worker::start(small, system_clock()).value();
  const auto large = started->scan(folder.open(folder.write("large", "hello world")), 11).value();
  CHECK(large.verdict == FileVerdict::not_scanned);
  CHECK(large.reason == "too_large");
  CHECK(large.sha256 == sha256("hello world"));
  // Said to be small, but is not.
  CHECK(started->scan(folder.open(folder.write("large", "hello world")), 2).value().reason == "too_large");
  CHECK(started->scan(folder.open(folder.write("bad", eicar())), 68).value().verdict == FileVerdict::malicious);
}

TEST_CASE("a sparse file of 10 GB costs its time and no more") {
  TestFolder folder;
  auto quick = options();
  quick.file_time = seconds(1);
  const auto started = Worker::start(quick, system_clock()).value();
  const std::string path = folder.write("sparse", "");
  REQUIRE(truncate(path.c_str(), 10'000'000'000) == 0);
  const Duration before = system_clock().monotonic();
  const auto verdict = started->scan(folder.open(path), 10'000'000'000).value();
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK(verdict.reason == "too_large");
  CHECK(system_clock().monotonic().ms - before.ms < 3'000);
}

TEST_CASE("what is no file is not read") {
  TestFolder folder;
  const auto started = worker();
  REQUIRE(mkfifo((folder.path() + "/fifo").c_str(), 0600) == 0);
  CHECK(started->scan(folder.open(folder.path() + "/fifo"), 0).value().reason == "unreadable");
  CHECK(started->scan(folder.open(folder.path()), 0).value().reason == "unreadable");
  CHECK(started->scan(Fd(::open("/dev/zero", O_RDONLY | O_CLOEXEC)), 0).value().reason == "unreadable");
}

TEST_CASE("a worker is replaced after its jobs") {
  TestFolder folder;
  auto few = options();
  few.jobs_before_restart = 2;
  const auto started = Worker::start(few, system_clock()).value();
  const Fd file = folder.open(folder.write("x", eicar()));
  for (int i = 0; i < 5; ++i) CHECK(started->scan(file, 68).value().verdict == FileVerdict::malicious);
}

TEST_CASE("bad content is said in the worker's own words") {
  TestFolder folder;
  auto bad = options();
  bad.content_folder = folder.path();
  folder.make("pack");
  folder.write("pack/pack.json", R"({"name":"p","version":"1","texts":{}})");
  folder.write("pack/p.yar", "rule x { condition: nonsense }");
  const auto started = Worker::start(bad, system_clock());
  REQUIRE_FALSE(started);
  CHECK(started.error().what().find("pack 'p': line 1:") != std::string::npos);

  bad.content_folder = folder.path() + "/absent";
  CHECK_FALSE(Worker::start(bad, system_clock()));
  bad.executable = folder.path() + "/absent";
  CHECK_FALSE(Worker::start(bad, system_clock()));
}

}  // namespace
}  // namespace khien::probe
