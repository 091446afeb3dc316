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
  int distrusted = 0;
  std::string version = "1";
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
  std::string version() const override { return says_.version; }
  void distrust() override { ++says_.distrusted; }

 private:
  WorkerSays& says_;
};

struct ClamdSays {
  Result<std::string> signature = std::string();
  bool up = true;
  std::int64_t database = 100;
  int asked = 0;
  int reloads = 0;
  std::function<void()> while_reloading;
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
  void reload() override {
    ++says_.reloads;
    if (says_.while_reloading) says_.while_reloading();
  }

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

  explicit EngineHouse(bool with_clamd = true, const std::string& agent_version = "0.1") {
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
                         .clamd_absent = "not installed",
                         .agent_version = agent_version};
    if (with_clamd) parts.clamd = std::make_unique<FakeClamd>(clamd);
    engines = Engines::start(std::move(parts)).value();
    file = DirFd::open(content.path())->open_file("file").value();
    status = status_of(file).value();
  }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(content / name).parent_path());
    std::ofstream(content / name) << text;
  }
  FileJudge::Answer judge(std::optional<Sha256> own = sha256("x")) { return engines->judge(file, status, own).value(); }
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

TEST_CASE("what the worker only suspects is ClamAV's to look at, and the worse counts") {
  EngineHouse house;
  house.engines->tend();
  house.worker.verdict.verdict = FileVerdict::suspicious;
  house.worker.verdict.matches = {{Engine::yara, "khien_packed", "khien-base", Severity::medium}};
  CHECK(house.judge().verdict.verdict == FileVerdict::suspicious);
  CHECK(house.clamd.asked == 1);
  house.clamd.signature = std::string("PUA.Win.Packer");
  CHECK(house.judge().verdict.verdict == FileVerdict::suspicious);
  house.clamd.signature = std::string("Win.Trojan.Agent-1");
  const auto answer = house.judge();
  CHECK(answer.verdict.verdict == FileVerdict::malicious);
  CHECK(answer.verdict.matches.size() == 2);
  CHECK(answer.verdict.matches[0].rule == "khien_packed");
  // No more than one event may carry.
  house.worker.verdict.matches.resize(64, house.worker.verdict.matches[0]);
  CHECK(house.judge().verdict.matches.size() == 64);
  CHECK(house.judge().verdict.matches.back().engine == Engine::clamav);
  house.clamd.up = false;
  house.engines->tend();
  CHECK_FALSE(house.judge().complete);
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

TEST_CASE("where ClamAV gave up by its limits nobody calls the file clean") {
  EngineHouse house;
  house.engines->tend();
  house.clamd.signature = Error(Code::exhausted, "limits");
  const auto answer = house.judge();
  CHECK(answer.verdict.verdict == FileVerdict::not_scanned);
  CHECK(answer.verdict.reason == "budget");
  house.worker.verdict.verdict = FileVerdict::suspicious;
  house.worker.verdict.matches = {{Engine::yara, "khien_packed", "khien-base", Severity::medium}};
  CHECK(house.judge().verdict.verdict == FileVerdict::suspicious);
}

TEST_CASE("a worker that names another hash for the same bytes is ended, and not believed") {
  EngineHouse house;
  house.worker.verdict.sha256 = sha256("x");  // what is in the file
  CHECK(house.judge().verdict.verdict == FileVerdict::clean);
  CHECK(house.worker.distrusted == 0);
  house.worker.verdict.sha256 = sha256("something popular");
  const auto answer = house.judge();
  CHECK(answer.verdict.verdict == FileVerdict::not_scanned);
  CHECK(answer.verdict.reason == "worker_died");
  CHECK(answer.verdict.sha256 == sha256("x"));
  CHECK_FALSE(answer.complete);
  CHECK(house.worker.distrusted == 1);
}

TEST_CASE("a file that changed under the worker's eyes is no lie, and is told under no hash but ours") {
  EngineHouse house;
  house.worker.verdict.verdict = FileVerdict::malicious;
  house.worker.verdict.matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::high}};
  house.worker.verdict.sha256 = sha256("x");
  // It was "before" when the agent read it, and is "x" now, as the worker says.
  CHECK(house.judge(sha256("before")).verdict.sha256 == sha256("x"));
  house.worker.verdict.sha256 = sha256("nobody saw that");
  const auto answer = house.judge(sha256("before"));
  CHECK(answer.verdict.verdict == FileVerdict::malicious);
  CHECK_FALSE(answer.verdict.hashed());
  CHECK_FALSE(house.judge(std::nullopt).verdict.hashed());
  CHECK(house.worker.distrusted == 0);
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

TEST_CASE("the content changes with the worker's program and libraries, and with the agent") {
  EngineHouse house;
  house.engines->tend();
  const auto before = house.engines->content();
  house.worker.version = "2";  // upgraded while the agent runs: told when the next one has started
  house.judge();
  const auto after = house.engines->content();
  CHECK(after != before);
  house.judge();
  CHECK(house.engines->content() == after);
  EngineHouse other(true, "0.2");
  other.worker.version = "2";
  other.judge();
  other.engines->tend();
  CHECK(other.engines->content() != after);
}

TEST_CASE("ClamAV has our new signatures before they are named, and is not asked meanwhile") {
  EngineHouse house;
  house.write("clamav/own.ndb", "1");
  house.clock.advance(minutes(11));
  house.engines->tend();
  CHECK(house.clamd.reloads == 1);
  house.engines->tend();
  CHECK(house.judge().complete);
  const auto named = house.engines->content();
  house.write("clamav/own.ndb", "2");
  house.clamd.while_reloading = [&] {
    CHECK(house.engines->content() == named);
    CHECK_FALSE(house.judge().complete);
  };
  house.clock.advance(minutes(11));
  house.engines->tend();
  CHECK(house.clamd.reloads == 2);
  CHECK(house.engines->content() != named);
  CHECK_FALSE(house.judge().complete);  // it reads them still
  house.engines->tend();
  CHECK(house.judge().complete);
  // Other rules are none of its business.
  house.write("khien-base/pack.json", "2");
  house.clock.advance(minutes(11));
  house.engines->tend();
  CHECK(house.clamd.reloads == 2);
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
  CHECK_FALSE(house.engines->judge(house.file, house.status, std::nullopt));
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
