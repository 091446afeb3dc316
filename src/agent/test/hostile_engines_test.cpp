// Engines that lie, and files and rules that change while they look. Whatever they
// do: what is kept, asked and voted under is the agent's own hash of unchanged bytes,
// under the content that they were judged by.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <linux/magic.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "engines.hpp"
#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

const std::string kPopular = "what half the province has";

struct HostileWorker {
  std::function<void(scan::Verdict&)> lie;  // about what it honestly found
  std::function<void()> while_reading;      // after it has read the file
  int asked = 0;
  int ended = 0;
};

class WorkerOfTest final : public WorkerPort {
 public:
  explicit WorkerOfTest(HostileWorker& how) : how_(how) {}
  Result<scan::Verdict> scan(const Fd& file, std::uint64_t) override {
    ++how_.asked;
    TRY(const auto status, status_of(file));
    TRY(auto answer, reader_.judge(file, status));
    if (how_.while_reading) how_.while_reading();
    if (how_.lie) how_.lie(answer.verdict);
    return std::move(answer.verdict);
  }
  std::size_t rule_count() const override { return 1; }
  std::size_t ioc_count() const override { return 1; }
  std::string sandbox() const override { return "none"; }
  void distrust() override { ++how_.ended; }

 private:
  HostileWorker& how_;
  FakeJudge reader_;
};

struct HostileClamd {
  std::function<Result<std::string>()> says;
  bool up = true;
  int asked = 0;
};

class ClamdOfTest final : public ClamdPort {
 public:
  explicit ClamdOfTest(HostileClamd& how) : how_(how) {}
  Result<std::string> scan(const Fd&) override {
    ++how_.asked;
    return how_.says ? how_.says() : std::string();
  }
  bool check() override { return how_.up; }
  Result<Version> version() override { return Version{"ClamAV 1.4.3", 1, Timestamp{5}}; }
  std::int64_t signatures() override { return 1; }

 private:
  HostileClamd& how_;
};

// A scanner over real Engines with these two.
struct HostileHouse : ScanHouse {
  TemporaryFolder rules;
  HostileWorker worker;
  HostileClamd clamd;
  std::unique_ptr<Engines> engines;

  HostileHouse() {
    write_rules("1");
    Engines::Parts parts{.clock = clock,
                         .files = system_files(),
                         .content_folder = rules.path(),
                         .start_worker = [this](const std::string&) -> Result<std::unique_ptr<WorkerPort>> {
                           return std::unique_ptr<WorkerPort>(std::make_unique<WorkerOfTest>(worker));
                         },
                         .clamd = std::make_unique<ClamdOfTest>(clamd),
                         .clamd_absent = {}};
    engines = Engines::start(std::move(parts)).value();
    engines->tend();
    other_judge = engines.get();
    with_fleet = true;
    restart();
  }
  void write_rules(const std::string& text) { std::ofstream(rules / "pack.json") << text; }
  void new_rules(const std::string& text) {
    write_rules(text);
    clock.advance(minutes(11));
    engines->tend();
  }
  std::optional<KnownFiles::Known> kept(const std::string& path) {
    return cache->known().find(status_of(Fd(::open(path.c_str(), O_RDONLY))).value());
  }
  // All votes, also those that wait.
  std::vector<std::pair<std::uint64_t, Sha256>> votes() {
    clock.advance(hours(1));
    shared->keep_up(engines->content());
    return fleet.votes;
  }
  // Has it the bytes of its file, under the content of now?
  bool is_honest(const KnownFiles::Known& known, const std::string& bytes) {
    const bool named = known.content == engines->content() || known.content == shared->label(engines->content());
    return known.sha256 == sha256(bytes) && (named || known.content == 0);
  }
  bool was_asked(const std::string& bytes) { return std::ranges::find(fleet.asked, sha256(bytes)) != fleet.asked.end(); }
};

// Writes through a mapping, and leaves all times as they are where the file system
// does. False where there are no such files.
bool write_by_mapping(const std::string& path, const std::string& text) {
  const Fd file(::open(path.c_str(), O_RDWR));
  void* at = ::mmap(nullptr, text.size(), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) return false;
  std::memcpy(at, text.data(), text.size());
  ::munmap(at, text.size());
  return true;
}

bool is_in_memory(const std::string& path) {
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == TMPFS_MAGIC;
}

TEST_CASE("honest engines: what is clean is kept and voted, under its own hash") {
  HostileHouse house;
  const std::string path = house.write("f", "text");
  REQUIRE(house.scanner->scan_all());
  REQUIRE(house.kept(path));
  CHECK(house.is_honest(*house.kept(path), "text"));
  CHECK(house.votes() == std::vector{std::pair(house.engines->content(), sha256("text"))});
}

TEST_CASE("a worker that names another file's hash has it neither kept, nor voted, nor ever asked about") {
  HostileHouse house;
  house.worker.lie = [](scan::Verdict& verdict) {
    verdict = {};
    verdict.verdict = FileVerdict::clean;
    verdict.sha256 = sha256(kPopular);
  };
  const std::string path = house.write("bad", eicar());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.worker.ended == 1);
  CHECK_FALSE(house.kept(path));
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::not_scanned);
  CHECK(files[0].reason == "worker_died");
  CHECK(files[0].sha256 == sha256(eicar()));
  CHECK(house.votes().empty());
  // The fleet knows the popular one: new rules bring a question, about these bytes.
  house.fleet.words[sha256(kPopular)] = FleetWord::clean;
  house.new_rules("2");
  REQUIRE(house.scanner->scan_all());
  CHECK_FALSE(house.was_asked(kPopular));
  CHECK(house.was_asked(eicar()));
  house.worker.lie = nullptr;
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().back().verdict == FileVerdict::malicious);
}

TEST_CASE("a file that is another one for each engine is nobody's vote") {
  HostileHouse house;
  const std::string path = house.write("f", "harmless");
  // The worker saw this, and ClamAV sees that.
  house.clamd.says = [&]() -> Result<std::string> {
    std::ofstream(path) << "exchange";
    return std::string();
  };
  REQUIRE(house.scanner->scan_all());
  CHECK(house.clamd.asked == 1);
  CHECK_FALSE(house.kept(path));
  CHECK(house.votes().empty());
  // And the other way: back as it was before the agent looks again, but not its ctime.
  HostileHouse back;
  const std::string again = back.write("f", "harmless");
  const auto before = std::filesystem::last_write_time(again);
  back.clamd.says = [&]() -> Result<std::string> {
    back.write("f", "exchange");
    back.write("f", "harmless");
    std::filesystem::last_write_time(again, before);
    return std::string();
  };
  REQUIRE(back.scanner->scan_all());
  CHECK_FALSE(back.kept(again));
  CHECK(back.votes().empty());
}

TEST_CASE("a file that changed a moment ago is no vote: a mapping could change it without a trace") {
  HostileHouse house;
  house.write("f", "text");
  house.clock.jump_to(Timestamp{system_clock().now().ms});
  REQUIRE(house.scanner->scan_all());
  CHECK(house.worker.asked == 1);
  CHECK(house.votes().empty());
}

TEST_CASE("where times do not tell nothing is kept or voted, and each question is of bytes just read") {
  HostileHouse house;
  house.times_tell = false;
  const std::string path = house.write("f", "one");
  REQUIRE(house.scanner->scan_all());
  house.fleet.words[sha256("one")] = FleetWord::clean;
  REQUIRE(house.scanner->scan_all());
  CHECK_FALSE(house.kept(path));
  CHECK(house.votes().empty());
  CHECK(house.worker.asked == 1);
  std::ofstream(path) << "two";
  REQUIRE(house.scanner->scan_all());
  CHECK(house.was_asked("two"));
  CHECK(house.worker.asked == 2);
}

TEST_CASE("what one engine suspects or gave up on is no vote, and is told") {
  HostileHouse house;
  const std::string path = house.write("f", "text");
  house.clamd.says = []() -> Result<std::string> { return Error(Code::exhausted, "limits"); };
  REQUIRE(house.scanner->scan_all());
  auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::not_scanned);
  CHECK(files[0].reason == "budget");
  CHECK(house.votes().empty());
  // It would give up again: not asked for each scan, and never called clean for it.
  REQUIRE(house.scanner->scan_all());
  CHECK(house.clamd.asked == 1);
  CHECK(house.take<FileSeen>().empty());

  const std::string other = house.write("g", "packed");
  house.worker.lie = [](scan::Verdict& verdict) {
    verdict.verdict = FileVerdict::suspicious;
    verdict.matches = {{Engine::yara, "khien_packed", "khien-base", Severity::medium}};
  };
  house.clamd.says = nullptr;
  REQUIRE(house.scanner->scan_all());
  CHECK(house.clamd.asked == 2);
  CHECK_FALSE(house.kept(other));
  CHECK(house.votes().empty());
}

TEST_CASE("rules that change between question and answer: no word is taken under the new name") {
  HostileHouse house;
  const std::string path = house.write("f", "text");
  house.fleet.words[sha256("text")] = FleetWord::clean;
  const auto before = house.engines->content();
  int questions = 0;
  house.fleet.while_asked = [&] {
    if (++questions == 2) house.new_rules("2");  // the first one only hears of recalls
  };
  REQUIRE(house.scanner->scan_all());
  CHECK(house.engines->content() != before);
  CHECK(house.worker.asked == 1);
  REQUIRE(house.kept(path));
  CHECK(house.kept(path)->content == house.engines->content());  // judged here
  for (const auto& [content, file] : house.votes()) CHECK(content != before);
}

TEST_CASE("a recall that comes with the answer makes its words worth nothing") {
  HostileHouse house;
  const std::string path = house.write("f", "text");
  house.fleet.words[sha256("text")] = FleetWord::clean;
  int questions = 0;
  house.fleet.while_asked = [&] { house.fleet.recall = ++questions; };
  REQUIRE(house.scanner->scan_all());
  CHECK(house.worker.asked == 1);
  CHECK(house.kept(path)->content == house.engines->content());
}

TEST_CASE("rules that change while a file is judged leave nothing kept, and a detection of no content") {
  HostileHouse house;
  const std::string good = house.write("good", "text");
  int round = 1;
  house.worker.while_reading = [&] { house.new_rules(std::to_string(++round)); };
  house.fleet.away = true;
  house.write("worse", eicar());
  REQUIRE(house.scanner->scan_all());
  CHECK(house.worker.asked == 2);
  CHECK_FALSE(house.kept(good));
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::malicious);
  CHECK(files[0].content == 0);
  house.worker.while_reading = nullptr;
  house.fleet.away = false;
  CHECK(house.votes().empty());
}

TEST_CASE("what was bad is not called clean by one engine while the other is away") {
  HostileHouse house;
  const std::string path = house.write("f", "only ClamAV knows it");
  house.clamd.says = []() -> Result<std::string> { return std::string("Win.Trojan.Agent-1"); };
  REQUIRE(house.scanner->scan_all());
  REQUIRE(house.take<FileSeen>().size() == 1);
  house.clamd.up = false;
  house.engines->tend();
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().empty());
  CHECK(house.cache->find_flagged(path) != nullptr);
  house.clamd.up = true;
  house.clamd.says = nullptr;
  house.engines->tend();
  house.clock.advance(minutes(10));
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  const auto files = house.take<FileSeen>();
  REQUIRE(files.size() == 1);
  CHECK(files[0].verdict == FileVerdict::clean);
}

TEST_CASE("in memory a mapping changes bytes and no time: a word of it has them looked at, and so does a scan") {
  HostileHouse house;
  if (!is_in_memory(house.tree.path())) {
    MESSAGE("skipped: no tmpfs at /dev/shm");
    return;
  }
  house.scanner.reset();
  house.keeps_times = probe::keeps_times;
  house.start();
  for (const bool told : {true, false}) {
    CAPTURE(told);
    const std::string path = house.write(told ? "told" : "untold", std::string(eicar().size(), 'x'));
    REQUIRE(house.scanner->scan_all());
    const auto before = status_of(Fd(::open(path.c_str(), O_RDONLY))).value();
    REQUIRE(write_by_mapping(path, eicar()));
    const auto after = status_of(Fd(::open(path.c_str(), O_RDONLY))).value();
    if (after != before) MESSAGE("this kernel moves a time for it");
    house.take<FileSeen>();
    if (told) house.watcher.written(path);
    const auto looked = told ? house.scanner->take_changes(seconds(1)) : house.scanner->scan_all();
    REQUIRE(looked);
    const auto files = house.take<FileSeen>();
    REQUIRE_FALSE(files.empty());
    CHECK(files.back().path == path);
    CHECK(files.back().verdict == FileVerdict::malicious);
  }
  CHECK(house.votes().empty());
}

TEST_CASE("a change that is told of is believed before the times, and what was known is forgotten") {
  HostileHouse house;
  if (!is_in_memory(house.tree.path())) {
    MESSAGE("skipped: no tmpfs at /dev/shm");
    return;
  }
  // A file system of which nobody knows that its times lie.
  const std::string path = house.write("f", std::string(eicar().size(), 'x'));
  REQUIRE(house.scanner->scan_all());
  REQUIRE(house.kept(path));
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.worker.asked == 1);  // the same bytes: read, and judged no second time
  REQUIRE(write_by_mapping(path, eicar()));
  house.clock.advance(minutes(10));
  house.watcher.written(path);
  REQUIRE(house.scanner->take_changes(seconds(1)));
  CHECK(house.take<FileSeen>().back().verdict == FileVerdict::malicious);
  // Neither now nor after a restart is it known as what it was.
  house.restart();
  REQUIRE(house.scanner->scan_all());
  for (const auto& file : house.take<FileSeen>()) CHECK(file.verdict == FileVerdict::malicious);
  CHECK(house.cache->find_flagged(path) != nullptr);
}

}  // namespace
}  // namespace khien::agent
