// The machines and findings of the sample: made up, and nowhere to be taken for real ones.
#include <algorithm>
#include <functional>
#include <map>

#include "advisory_desk.hpp"
#include "demo/ground.hpp"
#include "demo/numbers.hpp"
#include "demo_fixture.hpp"
#include "khien/core/hash.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/sample.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/flow/inventory_teller.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/letters.hpp"
#include "temporary_folder.hpp"

namespace khien::hub {
namespace {

flow::FindingPage findings(NewHub& hub, flow::FindingQuery query = {.view = flow::FindingQuery::View::all}) {
  query.limit = 500;
  return hub.read([&](store::Connection& c) { return flow::list_findings(c, hub.scope(), query); });
}

TEST_CASE("machines stand as most do, and go on standing so though nobody speaks for them") {
  NewHub& hub = sample();
  for (const Timestamp when : {kNow, kNow + hours(2), kNow + days(30)}) {
    const auto machines =
        hub.read([&](store::Connection& c) { return estate::count_machines(c, hub.scope(), {}, when); });
    CHECK(machines.total > 7'500);
    CHECK(machines.protected_ > machines.total * 85 / 100);
    CHECK(machines.attention > 200);
    CHECK(machines.silent > 200);
    CHECK(machines.infected > 10);
    CHECK(machines.infected < 120);
    CHECK(machines.pending > 10);
  }
}

TEST_CASE(
    "findings stand in every state, with who decided, and each walks back to bytes that say they are made "
    "up") {
  NewHub& hub = sample();
  const auto page = findings(hub);
  CHECK(page.total > 300);
  std::map<FindingState, int> states;
  std::size_t reopened = 0;
  for (const auto& finding : page.items) {
    ++states[finding.state];
    const auto history =
        hub.read([&](store::Connection& c) { return flow::history_of(c, hub.scope(), finding.id); });
    if (finding.state == FindingState::in_progress) CHECK(finding.owner);
    if (finding.state == FindingState::suppressed) CHECK_FALSE(history.front().note.empty());
    reopened += finding.state == FindingState::new_ && history.size() > 1 ? 1u : 0u;
    CHECK(std::ranges::is_sorted(history, std::ranges::greater(), &flow::FindingHistory::at));  // the newest first
    const auto evidence =
        hub.read([&](store::Connection& c) { return flow::evidence_of(c, hub.scope(), finding.id, 10); });
    REQUIRE_FALSE(evidence.empty());
    for (const ObservationId id : evidence) {
      const auto event = hub.ledger().event(hub.tenant(), id).value();
      CHECK(event.text.starts_with(R"({"labels":{"sample":true},)"));
      CHECK(sha256(event.text) == event.sha256);
      CHECK(event.stream == store::stream_id(hub.tenant(), *finding.asset.machine(), "sample").id);
    }
  }
  CHECK(states[FindingState::new_] > 10);
  CHECK(states[FindingState::in_progress] > 10);
  CHECK(states[FindingState::suppressed] > 8);
  CHECK(states[FindingState::resolved] > 150);
  CHECK(reopened > 0);
}

TEST_CASE("nothing that a made-up machine said is without its label, and none has a certificate") {
  NewHub& hub = sample();
  ObservationId after{};
  std::int64_t events = 0;
  for (;;) {
    const auto some = hub.ledger().read_after(after, 2'000).value();
    if (some.empty()) break;
    for (const auto& event : some) {
      if (!event.text.starts_with(R"({"labels":{"sample":true},)")) FAIL(event.text);
    }
    events += static_cast<std::int64_t>(some.size());
    after = some.back().id;
  }
  CHECK(events > 30'000);
  const auto counts = hub.read([&](store::Connection& c) -> Result<std::pair<std::int64_t, std::int64_t>> {
    std::pair<std::int64_t, std::int64_t> found;
    TRY_VOID(
        c.query_one("SELECT (SELECT count(*) FROM machine_certificate), (SELECT count(*) FROM machine WHERE "
                    "sample_at IS NULL OR agent_version NOT LIKE '%(dữ liệu mẫu)' AND described_at > 0)",
                    {}, [&](const store::Row& row) -> Result<void> {
                      found = {row.integer(0), row.integer(1)};
                      return {};
                    }));
    return found;
  });
  CHECK(counts.first == 0);
  CHECK(counts.second == 0);
}

// As a hub does when it starts: what was handed in is told, and the letters are a book.
std::vector<patch::AdvisoryRecord> judged_advisories(NewHub& hub) {
  const TemporaryFolder folder;
  flow::HubSensor sensor(hub.road(), hub.ledger(), hub.env().clock);
  REQUIRE(flow::InventoryTeller(hub.store(), sensor, hub.env().clock).tell());
  const auto settings = read_advisory_settings(KHIEN_SOURCE_DIR "/content").value();
  std::shared_ptr<patch::Library> library = patch::Library::open(folder.path(), patch::following_of(settings)).value();
  const auto letters = hub.read([](store::Connection& c) { return patch::records_of_letters(c); });
  REQUIRE(library->take_letters(letters, kNow));
  AdvisoryDesk desk(hub.store(), hub.road(), library, hub.env().clock, {.shipped = settings, .on_change = {}});
  REQUIRE(hub.road().apply_pending());
  REQUIRE(desk.judge());
  return hub.read([&](store::Connection& c) { return patch::list_advisories(c, hub.scope(), {.view = patch::AdvisoryQuery::View::all, .unit = {}, .kind = {}, .severities = {}, .words = {}, .cursor = {}, .limit = 10}, kNow); }).items;
}

TEST_CASE("firewalls without an agent: the sample's own warning finds some open, some mended and some unknown") {
  NewHub hub;
  REQUIRE(loaded(hub));
  const auto advisories = judged_advisories(hub);
  const auto warning = std::ranges::find_if(advisories, [](const auto& one) { return one.title.find("(dữ liệu mẫu)") != std::string::npos; });
  REQUIRE(warning != advisories.end());
  CHECK(warning->counts.open == 3);
  CHECK(warning->counts.not_affected > 7'500);
  CHECK(warning->counts.unknown > 1'000);
  CHECK(warning->counts.unknown < 2'000);
  // What was told of them says in its own bytes that it is made up.
  const auto newest = hub.ledger().newest().value();
  const auto told = hub.ledger().read_after({newest.value - 8}, 8).value();
  CHECK(told.size() == 8);
  for (const auto& event : told) CHECK(event.text.find("sample=true") != event.text.npos);
}

TEST_CASE("a hub with a real machine is asked first; with --yes the machine stays and stays real") {
  NewHub hub;
  REQUIRE(hub.store().write([&](store::Connection& c) -> Result<void> {
    SeededRandom random(3);
    TRY(const auto token, estate::create_token(c, hub.scope(), hub.root(), {}, hours(1), kNow, random));
    TRY_VOID(estate::redeem_token(c,
                                  {.secret = std::string(token.secret.reveal()),
                                   .csr_pem = {},
                                   .hostname = "may-that",
                                   .agent_version = "1"},
                                  kNow));
    return {};
  }));
  KeptConsole asked(Language::vi);
  CHECK(hub.command({"demo", "load", "--folder", "/tmp/x"}, asked) == 1);
  CHECK(asked.complained().find("khien demo load --folder /tmp/x --yes") != std::string::npos);
  CHECK_FALSE(hub.read([&](store::Connection& c) { return estate::is_sample(c, hub.tenant()); }));
  KeptConsole console(Language::vi);
  CHECK(hub.command({"demo", "load", "--yes"}, console) == 0);
  CHECK(hub.read([&](store::Connection& c) { return estate::count_real_machines(c, hub.tenant()); }) == 1);
  CHECK(hub.read([&](store::Connection& c) { return estate::count_devices(c, hub.scope(), {}, kNow); })
            .expected == demo::kDevices + 1);
}

}  // namespace
}  // namespace khien::hub
