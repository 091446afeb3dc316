#include "khien/duty/matrix.hpp"

#include <set>

#include "khien/estate/devices.hpp"
#include "world.hpp"

namespace khien::duty {
namespace {

TEST_CASE("what code computes and what content calls live are the same list") {
  std::set<std::string_view> named;
  for (const auto& metric : shipped()->shipped().metrics()) {
    if (metric.source == law::Metric::Source::live) named.insert(metric.id);
  }
  const std::set<std::string_view> computed(live_metrics().begin(), live_metrics().end());
  CHECK(named == computed);
}

TEST_CASE("content that names a live metric without code is refused at the start") {
  auto files = content_files();
  for (auto& file : files) {
    if (file.path == "law/metrics.yaml") {
      file.text += "\n- id: invented_share\n  title: { vi: Bịa, en: Invented }\n  unit: ratio\n  source: live\n  higher_is: better\n";
    }
  }
  const auto refused = Catalogues::create(files);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what().find("invented_share") != std::string::npos);
}

TEST_CASE("the matrix has a column a clause and a letter a cell") {
  World world;
  const auto matrix = world.matrix();
  CHECK(matrix.columns.size() == 95);  // one circular of the eight documents has ended
  CHECK(matrix.rows.size() == 4);
  for (const auto& row : matrix.rows) CHECK(row.cells.size() == 95);
  // Only those whom a clause speaks to have a state.
  CHECK(world.cell(world.commune, "KG-1.5b") == '.');
  CHECK(world.cell(world.police, "KG-1.5b") != '.');
  CHECK(world.cell(world.commune, "TH-1.a") == '.');
  CHECK(world.cell(world.department, "TH-1.a") != '.');
}

TEST_CASE("a cell goes from red by way of a record and a second person to green, and back") {
  World world;
  // Before 5 December each year; of 2025 nothing was recorded.
  CHECK(world.cell(world.commune, "HU-1.5b") == 'o');
  const auto missed = world.record(world.commune, "HU-1.5b.yearly", day("2025-01-01"), day("2025-12-01")).value();
  const auto now_due = world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday).value();
  CHECK(world.cell(world.commune, "HU-1.5b") == 'w');
  REQUIRE(world.decide(now_due, true));
  CHECK(world.cell(world.commune, "HU-1.5b") == 'm');
  REQUIRE(world.write([&](store::Connection& c) { return withdraw_duty_record(c, *world.whole, now_due, kOfficer, kNow); }));
  CHECK(world.cell(world.commune, "HU-1.5b") == 's');  // last year's waits, this year's is due soon
  REQUIRE(world.decide(missed, true));
  CHECK(world.cell(world.commune, "HU-1.5b") == 's');
}

TEST_CASE("a unit inherits nothing from before it was bound") {
  World world;
  world.assign("finance_department", world.department, day("2026-06-01"));
  // TH-5 is yearly; on the last day of 2025 somebody else, or nobody, held the role.
  CHECK(world.cell(world.department, "TH-5") == 'n');
}

TEST_CASE("the past is judged by its own day") {
  World world;
  CHECK(world.cell(world.police, "KG-1.5b", day("2025-03-19")) == 's');
  CHECK(world.cell(world.police, "KG-1.5b", day("2025-03-20")) == 'o');
  CHECK(world.cell(world.police, "KG-1.5b", day("2024-12-31")) == '.');  // not yet its role
  const auto id = world.record(world.police, "KG-1.5b.quarterly", day("2025-01-01"), day("2025-03-25")).value();
  REQUIRE(world.decide(id, true));
  CHECK(world.cell(world.police, "KG-1.5b", day("2025-03-24")) == 'o');  // done on the 25th only
  CHECK(world.cell(world.police, "KG-1.5b", day("2025-03-25")) == 'm');
}

TEST_CASE("a figure of the past is what was read on the day, or cannot be known") {
  World world;
  CHECK(world.cell(world.commune, "HU-1.3a") == 'o');  // nobody is named as contact
  CHECK(world.cell(world.commune, "HU-1.3a", kToday - 1) == 'u');
  const auto law = world.law();
  REQUIRE(world.write([&](store::Connection& c) { return store_readings(c, *world.whole, *law, kNow - days(1)); }).value() > 0);
  CHECK(world.cell(world.commune, "HU-1.3a", kToday - 1) == 'o');
  CHECK(world.cell(world.commune, "HU-1.3a", kToday - 2) == 'u');
}

TEST_CASE("readings that stay the same are one row, and the last reading of a day stands") {
  World world;
  const auto law = world.law();
  const auto keep = [&](Timestamp at) {
    return world.write([&](store::Connection& c) { return store_readings(c, *world.whole, *law, at); }).value();
  };
  const auto first = keep(kNow);
  CHECK(keep(kNow + hours(1)) == first);
  CHECK(world.count("SELECT count(*) FROM metric_reading") == first);
  keep(kNow + days(1));
  CHECK(world.count("SELECT count(*) FROM metric_reading") == first);
  CHECK(world.count("SELECT max(through_day - from_day) FROM metric_reading") == 1);
}

TEST_CASE("a metric without a source is unknown with its reason, and never a zero") {
  World world;
  CHECK(world.cell(world.department, "XX-1.3") == 'u');
  const auto cell = world.open_cell(world.department, "XX-1.3");
  REQUIRE_FALSE(cell.instances.empty());
  CHECK_FALSE(cell.instances[0].measurement.known());
  CHECK(cell.instances[0].reason.vi.find("Chưa thể biết") != std::string::npos);
}

TEST_CASE("a role that nobody holds is said, for its clauses bind nobody") {
  World world;
  const auto matrix = world.matrix();
  REQUIRE(matrix.unassigned.size() == 1);
  CHECK(matrix.unassigned[0].role == "finance_department");
  CHECK(matrix.unassigned[0].clauses == 1);
}

TEST_CASE("whoever sees one unit sees its row and no other, with the same letters") {
  World world;
  const auto all = world.matrix();
  const auto narrow = store::TenantScope::for_test(world.tenant.tenant, {world.commune});
  const auto law = world.law();
  const auto own = world.read([&](store::Connection& c) { return read_matrix(c, narrow, law, {{}, {}, kToday}, kNow); }).value();
  REQUIRE(own.rows.size() == 1);
  const auto row = std::ranges::find(all.rows, world.commune, &MatrixRow::unit);
  CHECK(own.rows[0].cells == row->cells);
  const auto foreign = world.read([&](store::Connection& c) { return read_matrix(c, narrow, law, {world.department, {}, kToday}, kNow); });
  CHECK(foreign.error().code() == Code::not_found);
}

TEST_CASE("a figure over the whole province is never told to whoever sees the acting unit alone") {
  World world;
  // The department has a machine and a contact; the police, who act for all, have none.
  REQUIRE(world.write([&](store::Connection& c) -> Result<void> {
    estate::DeviceChange device;
    device.unit = world.department;
    device.name = "PC-1";
    TRY_VOID(estate::create_device(c, *world.whole, device, estate::DeviceSource::hand, kNow));
    return {};
  }));
  const auto law = world.law();
  for (const auto at : {kNow - days(1), kNow}) {
    REQUIRE(world.write([&](store::Connection& c) { return store_readings(c, *world.whole, *law, at); }));
  }
  REQUIRE(world.count("SELECT count(*) FROM metric_reading WHERE coverage = 'tenant' AND metric = 'machines_protected_share'") > 0);
  const auto narrow = store::TenantScope::for_test(world.tenant.tenant, {world.police});
  const auto figure = [&](const store::TenantScope& scope, std::string_view clause, std::string_view duty, Date as_of) {
    const auto cell = world.read([&](store::Connection& c) { return read_cell(c, scope, law, world.police, clause, as_of, kOfficer, kNow); }).value();
    const auto found = std::ranges::find_if(cell.instances, [&](const DutyInstance& one) { return one.duty->id == duty; });
    REQUIRE(found != cell.instances.end());
    return *found;
  };
  for (const auto as_of : {kToday - 1, kToday, kToday + 1}) {
    CAPTURE(to_string(as_of));
    const auto seen = figure(*world.whole, "KG-1.3a", "KG-1.3a.deploy", as_of);
    REQUIRE(seen.measurement.known());
    CHECK(describe(seen.measurement, *seen.metric).vi == "0/1 (0%)");
    const auto hidden = figure(narrow, "KG-1.3a", "KG-1.3a.deploy", as_of);
    CHECK(hidden.measurement.why == Measurement::Why::elsewhere);
    CHECK(hidden.state == DutyState::unknown);
    CHECK(hidden.reason.vi.find("0/1") == std::string::npos);
    // What stands beside a duty is a figure too; so is a register's.
    CHECK(figure(narrow, "KG-1.1c", "KG-1.1c.plan", as_of).measurement.why == Measurement::Why::elsewhere);
    CHECK(figure(narrow, "HU-2.4a", "HU-2.4a.help", as_of).measurement.why == Measurement::Why::elsewhere);
    // Its own it is told: the same as the province is told of it.
    const auto own = figure(narrow, "HU-1.3a", "HU-1.3a.contact", as_of);
    CHECK(own.measurement.value() == figure(*world.whole, "HU-1.3a", "HU-1.3a.contact", as_of).measurement.value());
    CHECK(own.measurement.known());
  }
  const auto row = world.read([&](store::Connection& c) { return read_matrix(c, narrow, law, {{}, {}, kToday}, kNow); }).value();
  REQUIRE(row.rows.size() == 1);
  const auto column = std::ranges::find_if(row.columns, [](const auto& one) { return one.clause->id == "KG-1.3a"; });
  CHECK(row.rows[0].cells[static_cast<std::size_t>(column - row.columns.begin())] == 'u');
}

TEST_CASE("the cell's state is the matrix's, for every unit and clause") {
  World world;
  REQUIRE(world.record(world.commune, "HU-1.5b.yearly", day("2025-01-01"), day("2025-12-01")));
  for (const auto date : {kToday, day("2025-12-05"), day("2026-03-19"), day("2026-12-14")}) {
    const auto matrix = world.matrix(date);
    for (const auto& row : matrix.rows) {
      for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        const auto& clause = matrix.columns[i].clause->id;
        const auto law = world.law();
        const auto cell = world.read([&](store::Connection& c) {
          return read_cell(c, *world.whole, law, row.unit, clause, date, kOfficer, kNow);
        });
        CAPTURE(clause);
        CAPTURE(row.name);
        CHECK(cell.has_value() == (row.cells[i] != '.'));
        if (cell) CHECK(letter_of(cell->state) == row.cells[i]);
      }
    }
  }
}

TEST_CASE("deadlines of a year carry how many units they bind and how many are done") {
  World world;
  const auto law = world.law();
  const auto deadlines = world.read([&](store::Connection& c) {
    return read_deadlines(c, *world.whole, *law, std::nullopt, day("2026-01-01"), day("2026-12-31"), kNow);
  }).value();
  CHECK(std::ranges::is_sorted(deadlines, {}, &Deadline::due));
  const auto of = [&](std::string_view duty, std::string_view due) {
    return std::ranges::find_if(deadlines, [&](const Deadline& one) { return one.duty->id == duty && one.due == day(due); });
  };
  for (const char* due : {"2026-03-19", "2026-06-19", "2026-09-19", "2026-12-19"}) CHECK(of("KG-1.5b.quarterly", due) != deadlines.end());
  const auto yearly = of("HU-1.5b.yearly", "2026-12-04");
  REQUIRE(yearly != deadlines.end());
  CHECK(yearly->units == 3);
  CHECK(yearly->met == 0);
}

}  // namespace
}  // namespace khien::duty
