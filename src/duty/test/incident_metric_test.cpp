#include "facts.hpp"
#include "khien/duty/measuring.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

// Incidents as src/incident writes them, of which only what is measured matters.
struct Incidents {
  std::int64_t open(UnitId unit, Timestamp detected) {
    std::int64_t id = 0;
    run([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("INSERT INTO incident (tenant_id, unit_id, title, search_key, kind, severity, personal_data, state, detected_at, opened_at, source, rule_version) "
                     "VALUES (?1, ?2, 'x', 'x', 'malware', 3, 0, 'open', ?3, ?3, 'person', 'r')",
                     {world.tenant.tenant, unit, detected}));
      id = c.last_insert_id();
      return {};
    });
    return id;
  }
  void clock(std::int64_t incident, std::string_view name, Timestamp late, std::optional<Timestamp> met = {}) {
    run([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("INSERT INTO incident_clock (tenant_id, incident_id, clock, place, applies, due_at, soon_at, late_at, name_vi, name_en, receiver_vi, receiver_en, "
                     "content_vi, content_en, basis, rule_version, met_at) VALUES (?1, ?2, ?3, 0, 1, ?4, ?4, ?4, '', '', '', '', '', '', '', '', ?5)",
                     {world.tenant.tenant, incident, name, late, met ? store::Value(*met) : store::Value(nullptr)}));
      return {};
    });
  }
  void close(std::int64_t incident, Timestamp when) {
    run([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("UPDATE incident SET state = 'closed', cause = 'x', closed_at = ?3 WHERE tenant_id = ?1 AND id = ?2", {world.tenant.tenant, incident, when}));
      return {};
    });
  }
  Measurement measured(std::string_view metric, UnitId unit) {
    const auto law = world.law();
    return world.read([&](store::Connection& c) {
      return measure(c, *world.whole, law->catalogue(), {.metrics = {std::string(metric)}, .unit = unit, .as_of = kToday, .period = {}}, kNow);
    }).value().at(0).measurement;
  }
  template <class Work>
  void run(Work work) {
    const auto done = world.store->write(work);
    REQUIRE_MESSAGE(done, done.error().what());
  }
  World world;
};

TEST_CASE("a clock past its time is late until somebody is told; in time are those that were met by then") {
  Incidents incidents;
  const auto unit = incidents.world.department;
  CHECK(incidents.measured("incident_clocks_late", unit).value() == 0);
  CHECK(incidents.measured("incidents_reported_in_time_share", unit).why == Measurement::Why::nothing);
  const auto id = incidents.open(unit, kNow - hours(100));
  incidents.clock(id, "initial", kNow - hours(76), kNow - hours(80));
  incidents.clock(id, "late", kNow - hours(76), kNow - hours(70));
  incidents.clock(id, "open", kNow - milliseconds(1));
  incidents.clock(id, "ahead", kNow);
  CHECK(incidents.measured("incident_clocks_late", unit).value() == 1);
  const auto share = incidents.measured("incidents_reported_in_time_share", unit);
  CHECK(share.part == 1);
  CHECK(share.whole == 3.0);
  CHECK(incidents.measured("incident_clocks_late", incidents.world.commune).value() == 0);
  // Closing ends no clock, whatever moment it is said to have been closed at.
  const auto early = incidents.open(unit, kNow - hours(100));
  incidents.clock(early, "report", kNow - hours(28));
  incidents.close(early, kNow - hours(29));
  CHECK(incidents.measured("incident_clocks_late", unit).value() == 2);
  CHECK(incidents.measured("incidents_reported_in_time_share", unit).whole == 4.0);
  incidents.close(id, kNow);
  CHECK(incidents.measured("incident_clocks_late", unit).value() == 2);
  CHECK(incidents.measured("incidents_reported_in_time_share", unit).part == 1);
}

TEST_CASE("an overdue clock makes the duty to report overdue; without one it is owed when something happens") {
  Incidents incidents;
  auto& world = incidents.world;
  const auto before = world.cell(world.department, "TH-1.b4");
  const auto id = incidents.open(world.department, kNow - hours(100));
  incidents.clock(id, "report", kNow + hours(1));
  CHECK(world.cell(world.department, "TH-1.b4") == before);
  incidents.clock(id, "initial", kNow - hours(1));
  CHECK(world.cell(world.department, "TH-1.b4") != before);
  CHECK(world.cell(world.department, "TH-1.b4") == 'o');
}

}  // namespace
}  // namespace khien::duty
