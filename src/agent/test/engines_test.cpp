#include "engines.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>

#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

struct WorkerSays {
  scan::Verdict verdict;
  bool dead = false;       // scan() fails
  bool no_start = false;
  int starts = 0;
};

class FakeWorker final : public WorkerPort {
 public:
  explicit FakeWorker(WorkerSays& says) : says_(says) {}
  Result<scan::Verdict> scan(const Fd&, std::uint64_t) override {
    if (says_.dead) return Error(Code::unavailable, "no worker");
    return says_.verdict;
  }
  std::size_t rule_count() const override { return 12; }
  std::size_t ioc_count() const override { return 3; }
  std::string sandbox() const override { return "seccomp"; }

 private:
  WorkerSays& says_;
};

struct ClamdSays {
  Result<std::string> signature = std::string();
  bool up = true;
  std::int64_t database = 100;
  int asked = 0;
};

class FakeClamd final : public ClamdPort {
 public:
  explicit FakeClamd(ClamdSays& says) : says_(says) {}
  Result<std::string> scan(const Fd&) override {
    ++says_.asked;
    return says_.signature;
  }
  bool check() override { return says_.up; }
  Result<Version> version() override { return Version{"ClamAV 1.4.3", says_.database, Timestamp{5}}; }
  std::int64_t signatures() override { return 8; }

 private:
  ClamdSays& says_;
};

struct EngineHouse {
  ManualClock clock{kNoon};
  TemporaryFolder content;
  WorkerSays worker;
  ClamdSays clamd;
  std::unique_ptr<Engines> engines;
  Fd file;
  FileStatus status;

  explicit EngineHouse(bool with_clamd = true) {
    write("khien-base/pack.json", "1");
    std::ofstream(content / "file") << "x";
    Engines::Parts parts{.clock = clock,
                         .files = system_files(),
                         .content_folder = content.path(),
                         .start_worker = [this](const std::string&) -> Result<std::unique_ptr<WorkerPort>> {
                           ++worker.starts;
                           if (worker.no_start) return Error(Code::unavailable, "cannot start");
                           return std::unique_ptr<WorkerPort>(std::make_unique<FakeWorker>(worker));
                         },
                         .clamd = nullptr,
                         .clamd_absent = "not installed"};
    if (with_clamd) parts.clamd = std::make_unique<FakeClamd>(clamd);
    engines = Engines::start(std::move(parts)).value();
    file = DirFd::open(content.path())->open_file("file").value();
    status = status_of(file).value();
  }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(content / name).parent_path());
    std::ofstream(content / name) << text;
  }
  FileJudge::Answer judge() { return engines->judge(file, status).value(); }
  EngineState state(Engine engine) {
    for (const auto& state : engines->states()) {
      if (state.engine == engine) return state;
    }
    FAIL("no such engine");
    return {};
  }
};

TEST_CASE("what the worker finds clean is ClamAV's to look at") {
  EngineHouse house;
  house.engines->tend();
  CHECK(house.judge().verdict.verdict == FileVerdict::clean);
  CHECK(house.judge().complete);
  house.clamd.signature = std::string("Win.Test.EICAR_HDB-1");
  const auto answer = house.judge();
  CHECK(answer.verdict.verdict == FileVerdict::malicious);
  REQUIRE(answer.verdict.matches.size() == 1);
  CHECK(answer.verdict.matches[0] == FileMatch{Engine::clamav, "Win.Test.EICAR_HDB-1", "clamav", Severity::high});
}

TEST_CASE("what the worker finds bad or cannot scan is not ClamAV's") {
  EngineHouse house;
  house.engines->tend();
  house.worker.verdict.verdict = FileVerdict::malicious;
  CHECK(house.judge().complete);
  house.worker.verdict.verdict = FileVerdict::not_scanned;
  house.worker.verdict.reason = "worker_died";
  CHECK_FALSE(house.judge().complete);
  house.worker.verdict.reason = "too_large";
  CHECK(house.judge().complete);
  CHECK(house.clamd.asked == 0);
}

TEST_CASE("large files are not sent to ClamAV") {
  EngineHouse house;
  house.engines->tend();
  house.status.size = kMaxClamAvBytes + 1;
  CHECK(house.judge().complete);
  CHECK(house.clamd.asked == 0);
  house.status.size = kMaxClamAvBytes;
  house.judge();
  CHECK(house.clamd.asked == 1);
}

TEST_CASE("a ClamAV that is away makes the verdict incomplete; one that gave up does not") {
  EngineHouse house;
  CHECK_FALSE(house.judge().complete);  // not yet tended: not known to be up
  house.engines->tend();
  house.clamd.signature = Error(Code::unavailable, "gone");
  CHECK_FALSE(house.judge().complete);
  house.clamd.signature = Error(Code::exhausted, "limits");
  CHECK(house.judge().complete);
  EngineHouse without(false);
  CHECK(without.judge().complete);
  CHECK(without.engines->ready());
}

TEST_CASE("signature names are understood and bounded") {
  CHECK(clamav_match("Khien.Test.Thing.UNOFFICIAL").rule == "Khien.Test.Thing");
  CHECK(clamav_match("Khien.Test.Thing.UNOFFICIAL").origin == "clamav:khien");
  CHECK(clamav_match("PUA.Win.Tool.X").severity == Severity::medium);
  CHECK(clamav_match(std::string(10'000, 'x')).rule.size() <= 200);
  CHECK(clamav_match(std::string(10'000, '\0')).rule.size() <= 200);  // six bytes each when made printable
  CHECK(clamav_match("a\nb\x1b").rule.find('\n') == std::string::npos);
}

TEST_CASE("the content changes with every byte and name of the rules, and with ClamAV's database") {
  EngineHouse house;
  house.engines->tend();
  std::set<std::uint64_t> seen{house.engines->content()};
  const auto changed = [&] {
    house.clock.advance(minutes(11));
    house.engines->tend();
    return seen.insert(house.engines->content()).second;
  };
  CHECK_FALSE(changed());
  house.write("khien-base/pack.json", "2");
  CHECK(changed());
  house.write("khien-base/iocs.txt", "");
  CHECK(changed());
  std::filesystem::rename(house.content / "khien-base/iocs.txt", house.content / "khien-base/iocs2.txt");
  CHECK(changed());
  house.clamd.database = 101;
  CHECK(changed());
  house.clamd.up = false;  // a restart is no new content
  CHECK_FALSE(changed());
}

TEST_CASE("new content is loaded before the next file is judged") {
  EngineHouse house;
  house.judge();
  CHECK(house.worker.starts == 1);
  house.write("khien-base/pack.json", "2");
  house.clock.advance(minutes(11));
  house.engines->tend();
  house.judge();
  CHECK(house.worker.starts == 2);
  house.judge();
  CHECK(house.worker.starts == 2);
}

TEST_CASE("a worker that cannot be had is told of, and started again for the next file") {
  EngineHouse house;
  house.worker.dead = true;
  CHECK_FALSE(house.engines->judge(house.file, house.status));
  CHECK(house.state(Engine::yara).state == EngineState::State::degraded);
  house.worker.dead = false;
  house.judge();
  CHECK(house.worker.starts == 2);
  CHECK(house.state(Engine::yara).state == EngineState::State::running);
  CHECK(house.state(Engine::yara).signatures == 12);
  CHECK(house.state(Engine::ioc).signatures == 3);
}

TEST_CASE("the state of ClamAV is told as it is") {
  EngineHouse house;
  CHECK(house.state(Engine::clamav).state == EngineState::State::degraded);
  CHECK(house.state(Engine::clamav).detail == "starting");
  CHECK_FALSE(house.engines->ready());
  house.engines->tend();
  CHECK(house.engines->ready());
  CHECK(house.state(Engine::clamav).state == EngineState::State::running);
  CHECK(house.state(Engine::clamav).signatures == 8);
  house.clamd.up = false;
  house.engines->tend();
  CHECK(house.state(Engine::clamav).detail == "does not answer");
  EngineHouse without(false);
  CHECK(without.state(Engine::clamav).state == EngineState::State::absent);
  CHECK(without.state(Engine::clamav).detail == "not installed");
}

}  // namespace
}  // namespace khien::agent
