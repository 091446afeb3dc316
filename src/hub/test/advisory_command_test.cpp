// `khien advisory import | list | show`, as it is typed; feeds are read by a real worker.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>

#include "advisory_desk.hpp"
#include "hub_set_up.hpp"
#include "khien/api/accounts.hpp"
#include "khien/core/env.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/flow/flow.hpp"
#include "khien/hub/installation.hpp"
#include "khien/hub/office.hpp"
#include "khien/model/batch.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

constexpr std::string_view kKev = R"({"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2026.11.20",)"
    R"("dateReleased":"2026-11-20T10:00:00.0000Z","count":1,"vulnerabilities":[{"cveID":"CVE-2024-3094","vendorProject":"Tukaani",)"
    R"("product":"XZ Utils","vulnerabilityName":"XZ Utils Embedded Malicious Code","dateAdded":"2026-11-19",)"
    R"("shortDescription":"x","requiredAction":"Apply updates.","dueDate":"2026-12-10","knownRansomwareCampaignUse":"Unknown","notes":"","cwes":[]}]})";
constexpr std::string_view kOsv = R"({"schema_version":"1.6.0","id":"CVE-2024-3094","modified":"2026-11-20T00:00:00Z",)"
    R"("published":"2026-11-19T00:00:00Z","summary":"Backdoor in XZ Utils","details":"x","affected":[{"package":{"ecosystem":"Debian:12",)"
    R"("name":"xz-utils"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"5.6.1+really5.4.5-1"}]}]}]})";

struct Owner {
  Owner() {
    config.folder = folder.path();
    tenant = set_up_first_time(*hub, config, env).value().tenant;
    file("kev.json", kKev);
    file("CVE-2024-3094.json", kOsv);
  }
  ~Owner() {
    if (desk) desk->stop();
  }
  void file(const std::string& name, std::string_view text) { std::ofstream(folder / name) << text; }
  int run(std::vector<std::string> words) {
    console = std::make_unique<KeptConsole>(Language::en);
    Office office{.hub = *hub, .ledger = *ledger, .flow = road.get(), .env = env, .config = config, .tenant = tenant, .ca_sha256 = {},
                  .audit_public_key = {}, .law = {}, .advisories = desk.get()};
    return run_office_command(office, words, *console);
  }
  int import(std::string_view name) { return run({"advisory", "import", std::string(name), "--at=" + (folder / std::string(name))}); }
  bool complained(std::string_view words) const { return console->complained().find(words) != std::string::npos; }
  bool said(std::string_view words) const { return console->said().find(words) != std::string::npos; }

  // As a hub that runs has it, with a machine that is vulnerable.
  void start() {
    library = patch::Library::open(folder / "advisories", {}).value();
    road = std::make_unique<flow::Flow>(*ledger, *hub, std::vector<std::shared_ptr<const flow::Judge>>(), env.clock, flow::Flow::Options{});
    const auto settings = read_advisory_settings(find_content().value());
    REQUIRE_MESSAGE(settings, settings.error().what());
    desk = std::make_unique<AdvisoryDesk>(*hub, *road, library, env.clock, AdvisoryDesk::Options{.shipped = *settings, .on_change = {}});
    desk->start();
    AgentIdentity agent;
    REQUIRE(hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto scope, api::owner_scope(c, tenant));
      TRY(const auto token, estate::create_token(c, scope, scope.roots().front(), std::nullopt, hours(1), env.clock.now(), env.random));
      TRY(agent, estate::redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may", .agent_version = "0.1"}, env.clock.now()));
      return {};
    }));
    const PackagesSeen seen{.inventory = 1, .part = 1, .parts = 1,
                            .packages = {{"pkg:deb/debian/xz-utils@5.6.0-0.2?arch=amd64&distro=debian-12", "xz-utils", "5.6.0-0.2", "", ""}}};
    const std::vector<std::string> events{to_json(Observation{env.clock.now(), seen})};
    Batch batch{.stream = "main", .epoch = 1, .first_seq = 1, .events = {events.begin(), events.end()}, .drops = {}};
    const auto text = std::make_shared<const std::string>(to_ndjson(batch));
    JsonDocument memory;
    Budget budget({});
    batch = batch_from_ndjson(*text, memory, budget).value();
    std::promise<bool> stored;
    road->observe({store::stream_id(agent.tenant, agent.machine, "main"), agent.machine, text, std::move(batch), env.clock.now()},
                  [&](Result<store::AckToken> token) { stored.set_value(token.has_value()); });
    REQUIRE(stored.get_future().get());
    REQUIRE(road->apply_pending().value() == 1);
  }

  TemporaryFolder folder;
  Env env = system_env();
  Config config = default_config();
  std::unique_ptr<store::Store> hub = store::Store::open({.path = folder / "hub.db", .migrations = store::hub_migrations()}).value();
  std::unique_ptr<store::Ledger> ledger = store::Ledger::open({.path = folder / "ledger.db"}).value();
  TenantId tenant;
  std::shared_ptr<patch::Library> library;
  std::unique_ptr<flow::Flow> road;
  std::unique_ptr<AdvisoryDesk> desk;
  std::unique_ptr<KeptConsole> console;
};

TEST_CASE("feeds are imported without a hub, and judged by the one that starts") {
  Owner owner;
  CHECK(owner.import("kev.json") == 0);
  CHECK(owner.said("kev, 1 records"));
  CHECK(owner.said("it will judge all machines when it does"));
  CHECK(owner.import("kev.json") == 0);
  CHECK(owner.said("Nothing changed"));
  owner.file("bad.json", R"({"title":"CISA Catalog of Known Exploited Vulnerabilities","vulnerabilities":[)");
  CHECK(owner.import("bad.json") == 1);
  CHECK(owner.said("bad.json"));
  std::string act;
  REQUIRE(owner.hub->read([&](store::Connection& connection) -> Result<void> {
    return connection.query("SELECT leaf FROM audit_entry WHERE leaf LIKE '%file:bad.json%'", {}, [&](const store::Row& row) -> Result<void> {
      act = row.text(0);
      return {};
    });
  }));
  CHECK(act.find("failed: ") != std::string::npos);
  CHECK(owner.import("CVE-2024-3094.json") == 0);
  CHECK(owner.run({"advisory", "list"}) == 0);
  CHECK(owner.said("No advisory is open"));

  owner.start();
  REQUIRE(owner.desk->judge());
  CHECK(owner.run({"advisory", "list", "--json"}) == 0);
  CHECK(owner.said(R"("name":"CVE-2024-3094")"));
  CHECK(owner.said(R"("open":1)"));
  CHECK(owner.run({"advisory", "show", "CVE-2024-3094"}) == 0);
  CHECK(owner.said("deb/debian/xz-utils < 5.6.1+really5.4.5-1"));
  CHECK(owner.run({"advisory", "show", "CVE-1999-0001"}) == 1);
}

TEST_CASE("what a running hub imports, all machines are judged by at once") {
  Owner owner;
  owner.start();
  CHECK(owner.import("CVE-2024-3094.json") == 0);
  CHECK(owner.said("1 vulnerabilities are new or changed"));
  CHECK(owner.said("All machines are judged by it"));
  CHECK(owner.run({"advisory", "list"}) == 0);
  CHECK(owner.said("No advisory is open"));  // nobody attacks it, and no severity is told
  CHECK(owner.import("kev.json") == 0);
  CHECK(owner.run({"advisory", "list"}) == 0);
  CHECK(owner.said("CVE-2024-3094"));
  CHECK(owner.run({"advisory", "import", "x"}) == 2);
  CHECK(owner.run({"advisory", "compare", "debian", "1", "2"}) == 2);  // not at the hub
}

// A feed that is wrong, and what is to be said of it: which file, which record, what.
struct BadFeed {
  std::string name, text;
  std::vector<std::string> words;
};

std::string tracker(std::string_view fixed) {
  return R"({"xz-utils":{"CVE-2024-3094":{"releases":{"bookworm":{"status":"resolved","fixed_version":")" + std::string(fixed) + R"("}}}}})";
}
std::string deep(std::size_t depth) {
  return R"({"id":"A-1","modified":"2026-01-01T00:00:00Z","affected":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}
// Two products, each made of the other.
std::string csaf_with_a_cycle() {
  const std::string product = R"({"category":"default_component_of","product_reference":"A","relates_to_product_reference":"B","full_product_name":{"product_id":"B","name":"b"}})";
  return R"({"document":{"category":"csaf_base","csaf_version":"2.0","title":"t","publisher":{"category":"vendor","name":"n","namespace":"https://x.example"},)"
         R"("tracking":{"id":"X-1","status":"final","version":"1","initial_release_date":"2026-01-01T00:00:00Z","current_release_date":"2026-01-01T00:00:00Z",)"
         R"("revision_history":[{"number":"1","date":"2026-01-01T00:00:00Z","summary":"s"}]}},"product_tree":{"full_product_names":[{"product_id":"A","name":"a"}],"relationships":[)" +
         product + R"(]},"vulnerabilities":[{"cve":"CVE-2024-3094","notes":[{"category":"summary","text":"x"}],"product_status":{"known_affected":["B"]}}]})";
}

std::vector<BadFeed> bad_feeds() {
  const std::string where = "xz-utils.CVE-2024-3094.releases.bookworm";
  return {
      {"cut.json", tracker("5.6.1-1").substr(0, 60), {"xz-utils", "CVE-2024-3094", "cut off", "at byte 60"}},
      {"cut-kev.json", std::string(kKev.substr(0, 300)), {"at byte 300"}},
      {"schema.json", R"({"hello":1})", {"the schema is of no feed that is known"}},
      {"count.json", std::string(kKev).replace(kKev.find(R"("count":1)"), 9, R"("count":2)"), {"count"}},
      {"empty.json", tracker(""), {where, "fixed_version is no version"}},
      {"unknown.json", tracker("unknown"), {where, "fixed_version is no version"}},
      {"epoch.json", tracker("99999999999999999999:5.6.1-1"), {where, "epoch is over 2147483647"}},
      {"deep.json", std::string(kOsv) + "\n" + deep(100), {"line 2", "depth over 64"}},
      {"deep-tracker.json", R"({"xz-utils":{"CVE-2024-3094":)" + deep(100) + "}}", {"xz-utils", "CVE-2024-3094", "depth over 64"}},
      {"cycle.json", csaf_with_a_cycle(), {"6.1.3", "product_tree.relationships", "'B' is made of itself"}},
  };
}

TEST_CASE("a bad feed is named with its file, record and place, and the last good one stays in force") {
  Owner owner;
  owner.start();
  REQUIRE(owner.import("CVE-2024-3094.json") == 0);
  REQUIRE(owner.import("kev.json") == 0);
  owner.file("good.json", tracker("5.6.1+really5.4.5-1"));
  REQUIRE(owner.import("good.json") == 0);
  const auto digest = owner.library->book()->digest;
  const auto stands = [&] {
    CHECK(owner.library->book()->digest == digest);
    REQUIRE(owner.run({"advisory", "list", "--json"}) == 0);
    CHECK(owner.said(R"("name":"CVE-2024-3094")"));
    CHECK(owner.said(R"("open":1)"));
  };
  stands();
  for (const BadFeed& bad : bad_feeds()) {
    CAPTURE(bad.name);
    owner.file(bad.name, bad.text);
    CHECK(owner.import(bad.name) == 1);
    CAPTURE(owner.console->complained());
    CHECK(owner.complained(bad.name));
    for (const std::string& words : bad.words) CHECK_MESSAGE(owner.complained(words), words);
    const auto feeds = owner.library->feeds();
    const auto failed = std::ranges::find(feeds, bad.name, &patch::FeedState::file);
    REQUIRE(failed != feeds.end());
    CHECK(failed->failure.find(bad.words.back()) != std::string::npos);
    stands();
  }
  // Ten GB, of which no byte is read.
  owner.file("large.json", "{");
  std::filesystem::resize_file(owner.folder / "large.json", 10ull << 30);
  CHECK(owner.import("large.json") == 1);
  CHECK(owner.complained("large.json: the file has 10737418240 bytes, over 2147483648"));
  stands();
}

TEST_CASE("an id that is there twice is named, and the later record counts; what is odd costs itself alone") {
  Owner owner;
  owner.start();
  std::string earlier(kOsv);
  earlier.replace(earlier.find("5.6.1+really5.4.5-1"), 19, "1");
  owner.file("twice.jsonl", earlier + "\n" + std::string(kOsv) + "\n");
  CHECK(owner.import("twice.jsonl") == 0);
  CHECK(owner.said("1 records had an id that was there before"));
  CHECK(owner.said("line 2: CVE-2024-3094: its id was there before"));
  CHECK(owner.import("kev.json") == 0);
  CHECK(owner.run({"advisory", "show", "CVE-2024-3094"}) == 0);
  CHECK(owner.said("deb/debian/xz-utils < 5.6.1+really5.4.5-1"));
}

}  // namespace
}  // namespace khien::hub
