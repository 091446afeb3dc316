#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "command.hpp"
#include "content_desk.hpp"
#include "content_gate.hpp"
#include "hub_set_up.hpp"
#include "khien/core/env.hpp"
#include "khien/hub/command_line.hpp"
#include "khien/hub/office.hpp"
#include "khien/model/content.hpp"
#include "khien/model/signed_envelope.hpp"
#include "khien/rollout/rollout.hpp"
#include "khien/store/audit_log.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

// Three people with keys, a hub that never saw them, and what they typed.
struct Ceremony {
  TemporaryFolder folder;
  Config config = default_config();
  Env env = system_env();
  std::unique_ptr<store::Store> hub =
      store::Store::open({.path = folder / "khien.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder / "ledger.db"}).value();
  TenantId tenant;
  std::string said;

  Ceremony() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    for (const char* key : {"a", "b", "c"}) REQUIRE(type({"content", "keygen", folder / key}) == 0);
    REQUIRE(type({"content", "root", folder / "root", "root=2:" + keys(), "content=2:" + keys()}) == 0);
    for (const char* key : {"a", "b"}) REQUIRE(type({"content", "sign", folder / "root", "--key", folder / key}) == 0);
  }
  std::string keys() const { return (folder / "a.pub") + "," + (folder / "b.pub") + "," + (folder / "c.pub"); }

  // On a machine without a hub.
  int type(const std::vector<std::string>& words) {
    KeptConsole console(Language::en);
    const int code = run_command_line(words, console);
    said = console.said() + console.complained();
    return code;
  }
  // At the hub, after what the caller's own process adds.
  int order(std::vector<std::string> words) {
    KeptConsole console(Language::en);
    const Command& command = *find_command("content");
    const auto arguments = Arguments::parse({words.begin() + 1, words.end()}, command.options).value();
    REQUIRE(command.prepare(arguments, words));
    Office office{.hub = *hub, .ledger = *ledger, .env = env, .config = config, .tenant = tenant, .ca_sha256 = {}, .audit_public_key = {}};
    const int code = run_office_command(office, words, console);
    said = console.said() + console.complained();
    return code;
  }
  // A release of one pack with that rule, signed by those keys.
  std::string pack(int version, std::string_view rule, const std::vector<std::string>& signers = {"a", "c"}) {
    const std::string packs = folder / ("packs" + std::to_string(version));
    std::filesystem::create_directories(packs + "/one");
    std::ofstream(packs + "/one/pack.json") << R"({"name":"one","version":"1","texts":{}})";
    std::ofstream(packs + "/one/one.yar") << rule;
    const std::string out = folder / (std::to_string(version) + ".khienpack");
    REQUIRE(type({"content", "sign", packs, "--key", folder / signers.front(), "--version", std::to_string(version), "--out", out}) == 0);
    for (std::size_t i = 1; i < signers.size(); ++i) REQUIRE(type({"content", "sign", out, "--key", folder / signers[i]}) == 0);
    return out;
  }
  std::string last_action() {
    std::string action;
    REQUIRE(hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto log, store::read_audit_before(c, tenant, 1'000, 1));
      action = log.at(0).entry.action + " " + log.at(0).entry.object;
      return {};
    }));
    return action;
  }
};

constexpr std::string_view kGood = "rule eicar { strings: $a = \"EICAR-STANDARD\" condition: $a }\n";

TEST_CASE("keys, roots and packs are made and signed without a hub, and one signature of two is not enough") {
  Ceremony ceremony;
  CHECK(ceremony.type({"content", "keygen", ceremony.folder / "a"}) == 2);
  const auto mode = std::filesystem::status(ceremony.folder / "a").permissions();
  CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) == std::filesystem::perms::none);
  const std::string one = ceremony.pack(1, kGood, {"a"});
  CHECK(ceremony.type({"content", "verify", one, "--root", ceremony.folder / "root"}) == 2);
  CHECK(ceremony.said.find("1 of 2") != std::string::npos);
  REQUIRE(ceremony.type({"content", "sign", one, "--key", ceremony.folder / "b"}) == 0);
  CHECK(ceremony.type({"content", "verify", one, "--root", ceremony.folder / "root"}) == 0);
  std::ofstream(one, std::ios::app) << "x";
  CHECK(ceremony.type({"content", "verify", one, "--root", ceremony.folder / "root"}) == 2);
  CHECK(ceremony.type({"content", "sign", one, "--key", ceremony.folder / "c"}) == 2);
}

TEST_CASE("content test refuses what is slow to say so: a rule that matches everything") {
  Ceremony ceremony;
  (void)ceremony.pack(1, kGood);
  CHECK(ceremony.type({"content", "test", ceremony.folder / "packs1"}) == 0);
  (void)ceremony.pack(2, "rule everything { condition: true }\n");
  CHECK(ceremony.type({"content", "test", ceremony.folder / "packs2"}) == 1);
  CHECK(ceremony.said.find("everything matches a harmless file") != std::string::npos);
}

TEST_CASE("a signed pack passes the gate and begins its rings; people hold it, take it back, and all is logged") {
  Ceremony ceremony;
  const std::string one = ceremony.pack(1, kGood);
  CHECK(ceremony.order({"content", "import", one}) == 1);  // nobody is believed yet
  REQUIRE(ceremony.order({"content", "trust", ceremony.folder / "root"}) == 0);
  CHECK(ceremony.last_action() == "content.trust root:1");
  REQUIRE_MESSAGE(ceremony.order({"content", "import", one}) == 0, ceremony.said);
  CHECK(ceremony.last_action() == "content.import content:1");
  REQUIRE(ceremony.order({"content", "status", "--json"}) == 0);
  CHECK(ceremony.said.find(R"("standing":"rolling","ring":"lab")") != std::string::npos);
  CHECK(ceremony.order({"content", "import", one}) == 1);  // it is there
  REQUIRE(ceremony.order({"content", "halt", "1", "--reason", "later"}) == 0);
  CHECK(ceremony.last_action() == "content.halt content:1");
  REQUIRE(ceremony.order({"content", "resume", "1"}) == 0);
  CHECK(ceremony.order({"content", "rollback", "1"}) == 2);  // no reason
  REQUIRE(ceremony.order({"content", "rollback", "1", "--reason", "no"}) == 0);
  CHECK(ceremony.order({"content", "resume", "1"}) == 1);
  REQUIRE(ceremony.order({"content", "status"}) == 0);
  CHECK(ceremony.said.starts_with("1\trolled_back\tlab"));
  CHECK(ceremony.order({"content", "hold", "freeze"}) == 0);
  CHECK(ceremony.order({"content", "hold", "pin", "9"}) == 1);
  CHECK(ceremony.order({"content", "mark", "999", "lab"}) == 1);
}

TEST_CASE("the gate refuses what harms, and its version is used up") {
  Ceremony ceremony;
  REQUIRE(ceremony.order({"content", "trust", ceremony.folder / "root"}) == 0);
  CHECK(ceremony.order({"content", "import", ceremony.pack(2, "rule everything { condition: true }\n")}) == 1);
  CHECK(ceremony.last_action() == "content.refuse content:2");
  CHECK(ceremony.order({"content", "import", ceremony.pack(3, "rule broken {\n")}) == 1);
  CHECK(ceremony.order({"content", "import", ceremony.pack(1, kGood)}) == 1);  // rollback
  CHECK(ceremony.order({"content", "import", ceremony.pack(4, kGood, {"b"})}) == 1);
  CHECK_FALSE(std::filesystem::exists(ceremony.folder / ("content/" + sha256("x").hex() + ".release")));
  CHECK(std::filesystem::is_empty(ceremony.folder / "content"));
  REQUIRE(ceremony.order({"content", "status", "--json"}) == 0);
  CHECK(ceremony.said == "{\"releases\":[]}\n");
}

// What a browser would hand in.
Bytes bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

struct DeskOf {
  explicit DeskOf(Ceremony& ceremony, TrialDesk::Import import = import_content)
      : desk(*ceremony.hub, ceremony.env, ceremony.folder.path(), [this](std::int64_t version) { told = version; }, std::move(import)),
        by{ceremony.tenant, "admin", "192.0.2.1"} {}
  // Of the one that was handed in.
  api::ContentDesk::Trying wait() {
    for (int i = 0; i < 3'000 && !desk.trying()->ended_at; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(desk.trying()->ended_at);
    return *desk.trying();
  }

  std::atomic<std::int64_t> told{0};
  TrialDesk desk;
  api::ContentDesk::Bringer by;
};

TEST_CASE("what a browser hands in goes the very way of the command line, in that person's name") {
  Ceremony ceremony;
  DeskOf at(ceremony);
  const auto one = bytes_of(ceremony.pack(1, kGood));
  CHECK(at.desk.start(one, false, at.by).error().code() == Code::not_found);  // nobody is believed yet
  REQUIRE(ceremony.order({"content", "trust", ceremony.folder / "root"}) == 0);
  CHECK(at.desk.start(as_bytes("x"), false, at.by).error().code() == Code::invalid);
  CHECK(at.desk.start(bytes_of(ceremony.pack(4, kGood, {"b"})), false, at.by).error().code() == Code::denied);
  CHECK_FALSE(at.desk.trying());
  REQUIRE(at.desk.start(one, true, at.by));
  CHECK(at.wait().refusal.empty());
  at.desk.close();
  CHECK(at.told == 1);
  CHECK(ceremony.last_action() == "content.import content:1");
  REQUIRE(ceremony.order({"content", "status", "--json"}) == 0);
  CHECK(ceremony.said.find(R"("standing":"rolling","ring":"lab","baked_ms":0,"emergency":true)") != std::string::npos);
  CHECK(at.desk.start(one, true, at.by).error().code() == Code::conflict);  // it is there
}

TEST_CASE("what harms is refused by the desk, says why, and only one is tried at a time") {
  Ceremony ceremony;
  REQUIRE(ceremony.order({"content", "trust", ceremony.folder / "root"}) == 0);
  DeskOf at(ceremony);
  REQUIRE(at.desk.start(bytes_of(ceremony.pack(2, "rule everything { condition: true }\n")), false, at.by));
  CHECK(at.wait().refusal.find("everything") != std::string::npos);
  CHECK(ceremony.last_action() == "content.refuse content:2");

  std::atomic<bool> go{false};
  DeskOf slow(ceremony, [&](const ContentImport& import, const SignedFile&, bool) -> Result<std::string> {
    while (!go && !*import.stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (*import.stop) return Error(Code::unavailable, "the hub shuts down");
    return std::string("tried");
  });
  const auto three = bytes_of(ceremony.pack(3, kGood));
  REQUIRE(slow.desk.start(three, false, slow.by));
  CHECK(slow.desk.start(three, false, slow.by).error().code() == Code::conflict);
  go = true;
  CHECK(slow.wait().refusal.empty());
  go = false;
  REQUIRE(slow.desk.start(three, false, slow.by));
  slow.desk.close();  // ends it, and takes no more
  CHECK(slow.wait().refusal == "the hub shuts down");
  CHECK(slow.desk.start(three, false, slow.by).error().code() == Code::unavailable);
}

TEST_CASE("what is not done at the hub is not done for a caller over its socket") {
  Ceremony ceremony;
  for (const char* word : {"keygen", "sign", "build", "verify", "test"}) {
    CHECK(ceremony.order({"content", word, ceremony.folder / "x"}) == 2);
  }
  CHECK_FALSE(std::filesystem::exists(ceremony.folder / "x"));
  CHECK(ceremony.order({"content"}) == 2);
}

}  // namespace
}  // namespace khien::hub
