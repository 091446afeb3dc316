#include <doctest/doctest.h>

#include "house.hpp"
#include "khien/duty/measuring.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/sharing.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/systems.hpp"

namespace khien::reporting {
namespace {

using report::Ratio;
using report::Value;

TEST_CASE("the shipped kinds name only what can be counted, and every one can be gathered") {
  House house;
  REQUIRE(shipped_kinds()->all().size() >= 15);
  for (const auto& entry : shipped_kinds()->all()) {
    CAPTURE(entry.kind.id);
    const auto period = entry.kind.every == report::Every::quarter     ? "2026-Q4"
                        : entry.kind.every == report::Every::half_year ? "2026-H2"
                        : entry.kind.every == report::Every::year      ? "2026"
                                                                       : "2026-11-22";
    for (const auto of : {std::optional<UnitId>(), std::optional(house.health)}) {
      const auto snapshot = house.gathered(entry.kind.id, period, of);
      REQUIRE_MESSAGE(snapshot, snapshot.error().what());
      const auto valid = report::validate(*snapshot);
      CHECK_MESSAGE(valid, valid.error().what());
    }
  }
}

TEST_CASE("a figure is the number of its rows") {
  House house;
  const auto snapshot = house.gathered("malware-index-quarter", "2026-Q4").value();
  std::size_t compared = 0;
  for (const auto& figure : snapshot.figures) {
    CAPTURE(figure.id);
    if (const auto* number = std::get_if<std::int64_t>(&figure.value)) {
      CHECK(static_cast<std::size_t>(*number) == figure.rows.size());
      ++compared;
    }
    if (const auto* ratio = std::get_if<Ratio>(&figure.value)) {
      CHECK(static_cast<std::size_t>(ratio->part) == figure.rows.size());
      ++compared;
    }
    if (std::holds_alternative<report::Unknown>(figure.value)) CHECK(figure.rows.empty());
    CHECK(figure.query.find('@') != std::string::npos);
  }
  CHECK(compared >= 10);
}

TEST_CASE("machines and malware of a small province are what they are") {
  House house;
  const auto whole = house.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(house.value(whole, "units.total") == Value(std::int64_t{4}));
  CHECK(house.value(whole, "machines.expected") == Value(std::int64_t{5}));
  CHECK(house.value(whole, "machines_protected_share") == Value(Ratio{2, 5}));
  CHECK(house.value(whole, "machines_known_share") == Value(Ratio{3, 5}));
  // What was never scanned is no machine whose state is known; medium severity is no malware.
  CHECK(house.value(whole, "machines_infected_share") == Value(Ratio{1, 3}));
  CHECK(house.value(whole, "infection_index") == house.value(whole, "machines_infected_share"));
  CHECK(house.value(whole, "detections.total") == Value(std::int64_t{2}));
  CHECK(house.value(whole, "detections.open") == Value(std::int64_t{2}));
  CHECK(whole.figure("machines_infected_share")->rows == std::vector{"machine:" + std::to_string(house.ill.machine.value)});

  const auto commune = house.gathered("malware-index-quarter", "2026-Q4", house.commune).value();
  CHECK(house.value(commune, "units.total") == Value(std::int64_t{1}));
  CHECK(house.value(commune, "machines_protected_share") == Value(Ratio{1, 1}));
  CHECK(house.value(commune, "detections.total") == Value(std::int64_t{0}));
}

TEST_CASE("what another room computes is asked of it: figure and metric never differ") {
  House house;
  const auto snapshot = house.gathered("security-year", "2026").value();
  const auto law = house.law();
  for (const auto& figure : snapshot.figures) {
    if (!duty::is_live_metric(figure.id)) continue;
    CAPTURE(figure.id);
    const auto measured = house.road.read([&](store::Connection& c) {
      return duty::measure(c, house.scope(), law->catalogue(), {.metrics = {figure.id}, .unit = {}, .as_of = kToday, .period = {}}, kNow);
    }).value().front().measurement;
    if (!measured.known()) {
      CHECK(std::holds_alternative<report::Unknown>(figure.value));
      continue;
    }
    const auto* ratio = std::get_if<Ratio>(&figure.value);
    const auto part = ratio != nullptr ? ratio->part : std::get<std::int64_t>(figure.value);
    CHECK(static_cast<double>(part) == measured.part);
    CHECK(figure.rows.size() == static_cast<std::size_t>(part));
  }
}

TEST_CASE("a period counts what happened in it, and nothing after the cut-off") {
  House house;
  house.road.clock().advance(days(40));  // 2027-01-01
  house.road.see(house.rural, {flow::infected("/later", "late")});
  const auto quarter = house.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(house.value(quarter, "detections.total") == Value(std::int64_t{2}));
  CHECK(house.value(quarter, "detections.open") == Value(std::int64_t{2}));
  CHECK(vietnam_day(quarter.cut_off) == day("2026-12-31"));
  const auto next = house.gathered("malware-index-quarter", "2027-Q1").value();
  CHECK(house.value(next, "detections.total") == Value(std::int64_t{1}));
  // What was open when it began counts in it too.
  CHECK(house.value(next, "detections.open") == Value(std::int64_t{3}));
  CHECK(house.gathered("malware-index-quarter", "2027-Q2").error().code() == Code::invalid);
}

TEST_CASE("how it stood on a day that is over is known from its reading alone") {
  House house;
  const auto law = house.law();
  const auto without = [&] {
    house.road.clock().advance(days(40));
    return house.gathered("malware-index-quarter", "2026-Q4").value();
  }();
  CHECK(std::holds_alternative<report::Unknown>(house.value(without, "machines_protected_share")));
  CHECK(std::holds_alternative<report::Unknown>(house.value(without, "machines.not_updated_15_days")));

  House read;
  read.road.clock().advance(days(39));
  const auto binding = read.law();
  REQUIRE(read.write([&](store::Connection& c) { return duty::store_readings(c, read.scope(), *binding, read.road.clock().now()); }));
  read.road.clock().advance(days(2));
  const auto with = read.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(std::get<Ratio>(read.value(with, "machines_protected_share")).whole == 5);
  CHECK(with.figure("machines_protected_share")->rows == std::vector<std::string>{"reading:machines_protected_share:2026-12-31"});
}

TEST_CASE("a finding that a person called harmless before the cut-off is no malware") {
  House house;
  for (const auto& finding : house.road.all()) {
    if (finding.severity >= Severity::high) REQUIRE(house.road.decide(finding.id, FindingState::suppressed, "phần mềm của cơ quan"));
  }
  const auto snapshot = house.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(house.value(snapshot, "detections.total") == Value(std::int64_t{0}));
  CHECK(house.value(snapshot, "infection_index") == Value(Ratio{0, 3}));
}

ScanSeen scan_at(std::int64_t number, Timestamp when) {
  auto scan = whole_scan();
  scan.scan = number;
  scan.started_at = when;
  scan.finished_at = when;
  return scan;
}

TEST_CASE("a machine that was first scanned after a period is none whose state was known in it") {
  House house;
  house.road.clock().advance(days(40));  // 2027-01-01
  const auto now = house.road.clock().now();
  house.road.see(house.unseen, {scan_at(1, now)});
  house.road.see(house.well, {scan_at(2, now)});
  CHECK(house.value(house.gathered("malware-index-quarter", "2026-Q4").value(), "machines_infected_share") == Value(Ratio{1, 3}));
  // What was not heard from since is not known in the next one.
  CHECK(house.value(house.gathered("malware-index-quarter", "2027-Q1").value(), "machines_infected_share") == Value(Ratio{0, 2}));
}

TEST_CASE("what was closed before a period is not of it, and what was open when it began is") {
  House house;
  house.road.clock().advance(days(40));
  REQUIRE(house.road.decide(house.road.all().front().id, FindingState::suppressed, "phần mềm của cơ quan"));
  const auto before = house.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(house.value(before, "detections.total") == Value(std::int64_t{2}));
  CHECK(house.value(before, "detections.open") == Value(std::int64_t{2}));
}

std::int64_t sum_of(const report::Snapshot& snapshot, std::string_view table, std::size_t column) {
  std::int64_t sum = 0;
  for (const auto& one : snapshot.tables) {
    if (one.id != table) continue;
    for (const auto& row : one.rows) sum += std::get<std::int64_t>(row.cells.at(column));
  }
  return sum;
}

TEST_CASE("columns by unit add up after a machine went to a unit that was none on that day") {
  House house;
  house.road.clock().advance(days(40));
  const auto now = house.road.clock().now();
  const auto heir = house.write([&](store::Connection& c) {
    return estate::create_unit(c, house.scope(), {.name = "Phường Mới", .kind = estate::UnitKind::commune, .parent = house.road.root(), .valid_from = vietnam_day(now)}, now);
  }).value();
  REQUIRE(house.write([&](store::Connection& c) { return estate::move_machine(c, house.scope(), house.ill.machine, heir); }));
  const auto snapshot = house.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(house.value(snapshot, "detections.total") == Value(std::int64_t{2}));
  CHECK(sum_of(snapshot, "machines.by_unit", 4) == 2);
  const auto& rows = std::ranges::find(snapshot.tables, "machines.by_unit", &report::Table::id)->rows;
  CHECK(std::get<std::string>(rows.back().cells[0]) == "Phường Mới (theo đơn vị quản lý hiện nay)");
}

TEST_CASE("a register's record counts if it was approved by the cut-off and stood then") {
  House house;
  const auto name = shipped_kinds()->registers().at("trainings");
  const auto put = [&](std::int64_t record, Timestamp counted, std::optional<Timestamp> ended) {
    return house.write([&](store::Connection& c) {
      return c.run(
          "INSERT INTO register_record (tenant_id, unit_id, register, record_id, version, fields, search_key, dated_on, state, note, recorded_by, "
          "recorded_at, counted_from, ended_by, ended_at) VALUES (?1, ?2, ?3, ?4, 1, '{\"attended\":5}', '', ?5, ?6, '', 12, ?7, ?7, ?8, ?9)",
          {house.road.tenant(), house.health, name, record, std::int64_t{kToday.days()}, ended ? "withdrawn" : "approved", counted,
           ended ? store::Value(std::int64_t{12}) : store::Value(nullptr), ended ? store::Value(*ended) : store::Value(nullptr)});
    });
  };
  REQUIRE(put(1, kNow, {}));
  REQUIRE(put(2, kNow + days(45), {}));              // approved after the year
  REQUIRE(put(3, kNow, kNow + days(45)));            // withdrawn after it
  REQUIRE(put(4, kNow, kNow + hours(1)));            // withdrawn in it
  house.road.clock().advance(days(50));
  const auto year = house.gathered("security-year", "2026").value();
  CHECK(house.value(year, "training.sessions") == Value(std::int64_t{2}));
}

TEST_CASE("a website that is not clean counts, whenever it was found") {
  House house;
  REQUIRE(house.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto site, estate::create_site(c, house.scope(), {.unit = house.commune, .address = "https://mychau.gov.vn"}, kNow - days(200)));
    TRY_VOID(c.run("INSERT INTO site_case (tenant_id, site_id, unit_id, state, opened_at, entered_at) VALUES (?1, ?2, ?3, 'open', ?4, ?4)",
                   {house.road.tenant(), site, house.commune, kNow - days(180)}));
    TRY_VOID(c.run("INSERT INTO site_case_event (tenant_id, case_id, number, at, event, state, cause, note) VALUES (?1, ?2, 1, ?3, 'found', 'open', '', '')",
                   {house.road.tenant(), c.last_insert_id(), kNow - days(180)}));
    return estate::set_site_altered(c, house.road.tenant(), site, true);
  }));
  const auto half = house.gathered("security-half-year", "2026-H2").value();
  CHECK(house.value(half, "websites_with_injected_content") == Value(std::int64_t{1}));
  CHECK(sum_of(half, "units.overview", 3) == 1);
  CHECK(house.value(house.gathered("website-review", "2026-Q4").value(), "websites_with_injected_content") == Value(std::int64_t{1}));
}

TEST_CASE("that no website was altered on a day that is over is known by that day's reading alone") {
  House house;
  REQUIRE(house.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto site, estate::create_site(c, house.scope(), {.unit = house.commune, .address = "https://mychau.gov.vn"}, kNow - days(200)));
    return estate::set_site_seen(c, house.road.tenant(), site, kNow + days(1));
  }));
  const auto figure = [&] { return house.value(house.gathered("website-review", "2026-Q4").value(), "websites_with_injected_content"); };
  CHECK(figure() == Value(std::int64_t{0}));
  const auto binding = house.law();
  const auto year_end = *from_rfc3339("2026-12-31T10:00:00Z");
  house.road.clock().advance(days(50));
  CHECK(std::holds_alternative<report::Unknown>(figure()));
  REQUIRE(house.write([&](store::Connection& c) -> Result<void> {
    const auto all = estate::list_sites(c, house.scope(), {}, year_end).value();
    return estate::set_site_seen(c, house.road.tenant(), all.items.at(0).id, year_end + days(1));
  }));
  REQUIRE(house.write([&](store::Connection& c) { return duty::store_readings(c, house.scope(), *binding, year_end); }));
  CHECK(figure() == Value(std::int64_t{0}));
}

TEST_CASE("an application for the trust label tells each site's four conditions, of today alone") {
  House house;
  const auto site = house.write([&](store::Connection& c) -> Result<SiteId> {
    TRY(const auto id, estate::create_site(c, house.scope(), {.unit = house.commune, .address = "https://mychau.gov.vn"}, kNow - days(200)));
    TRY_VOID(estate::create_site(c, house.scope(), {.unit = house.commune, .address = "https://nhan.mychau.gov.vn", .label = "TN-1"}, kNow - days(200)));
    TRY_VOID(estate::create_system(c, house.scope(), {.unit = house.commune, .name = "Cổng", .approved_at = std::optional(std::optional(kToday - 5))}, kNow));
    return id;
  }).value();
  const auto application = house.gathered("label-application", "2026-11", house.commune).value();
  const auto checks = std::ranges::find(application.tables, "sites.label_check", &report::Table::id);
  REQUIRE(checks != application.tables.end());
  REQUIRE(checks->rows.size() == 1);  // the other has a label
  CHECK(checks->rows[0].key == "site:" + std::to_string(site.value));
  CHECK(checks->rows[0].cells[3] == Value(std::string("Đạt")));
  CHECK(checks->rows[0].cells[4] == Value(std::string("Theo hồ sơ")));
  CHECK(checks->rows[0].cells[5] == Value(std::string("Chưa có số liệu")));
  CHECK(house.value(application, "sites.label_ready") == Value(std::int64_t{0}));
  REQUIRE(house.write([&](store::Connection& c) {
    return c.run("INSERT INTO site_fact (tenant_id, site_id, answered, pages, looked_at, observation_id, certificate_expires_at, encrypted) "
                 "VALUES (?1, ?2, 1, 1, ?3, 1, ?4, 1)", {house.road.tenant(), site, kNow, kNow + days(9)});
  }));
  CHECK(house.value(house.gathered("label-application", "2026-11", house.commune).value(), "sites.label_ready") == Value(std::int64_t{1}));
  const auto systems = std::ranges::find(application.tables, "sites.label_systems", &report::Table::id);
  REQUIRE(systems != application.tables.end());
  REQUIRE(systems->rows.size() == 1);
  CHECK(systems->rows[0].cells[0] == Value(std::string("Cổng")));
}

TEST_CASE("sharing is the share that duties are judged by") {
  House house;
  REQUIRE(house.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(estate::set_sharing_accepted(c, house.road.tenant(), house.health, 7, kNow));
    return estate::set_sharing_wanted(c, house.road.tenant(), house.commune, 7, kNow);
  }));
  const auto snapshot = house.gathered("malware-index-quarter", "2026-Q4").value();
  CHECK(house.value(snapshot, "sharing.connected_units") == Value(Ratio{1, 2}));
  CHECK(house.value(snapshot, "sharing.regular_units") == Value(Ratio{1, 2}));
  CHECK(snapshot.figure("sharing.connected_units")->rows == std::vector{"unit:" + std::to_string(house.health.value)});
}

TEST_CASE("rows have the names of today, and only those in sight") {
  House house;
  const auto snapshot = house.gathered("malware-index-quarter", "2026-Q4").value();
  const auto rows = [&](const store::TenantScope& by, std::string_view id) {
    return house.road.read([&](store::Connection& c) { return name_rows(c, by, ReportId{}, *snapshot.figure(id), "", 50); }).value();
  };
  const auto ill = rows(house.scope(), "machines_infected_share");
  REQUIRE(ill.items.size() == 1);
  CHECK(ill.items[0].name == "ill");
  CHECK(ill.items[0].link == "/may-tinh/" + std::to_string(house.ill.machine.value));
  CHECK(rows(house.scope_of(house.commune), "machines_infected_share").items[0].name == "");
  CHECK(rows(house.scope(), "detections.total").items[0].name == "yara:eicar · /a");
}

}  // namespace
}  // namespace khien::reporting
