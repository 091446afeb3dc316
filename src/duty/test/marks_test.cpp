// What counts of many records is noted as they are made and handled; here each answer
// is compared with one that reads them all.
#include "marks.hpp"

#include <deque>
#include <map>
#include <random>
#include <span>

#include "world.hpp"

namespace khien::duty {
namespace {

struct Kept {
  std::int64_t unit;
  bool event;
  std::int64_t period_from;
  std::int64_t done_on;
  bool not_applicable;
  std::string state;

  Mark mark() const {
    if (state == "approved") return not_applicable ? Mark::approved_exempt : Mark::approved;
    if (state == "waiting") return not_applicable ? Mark::waiting_exempt : Mark::waiting;
    return state == "refused" && !not_applicable ? Mark::refused : Mark::none;
  }
};

constexpr std::string_view kPeriodic = "HU-1.5b.yearly";
constexpr std::string_view kEvent = "TH-1.b4.act";

// Every record of the table, and the marks as the rules say them.
class Oracle {
 public:
  explicit Oracle(World& world) {
    const auto done = world.store->read([&](store::Connection& c) {
      return c.query("SELECT unit_id, duty, period_from, done_on, not_applicable, state FROM duty_record", {},
                     [&](const store::Row& row) -> Result<void> {
                       all_.push_back({row.integer(0), row.text(1) == kEvent, row.integer(2), row.integer(3),
                                       row.integer(4) != 0, std::string(row.text(5))});
                       return {};
                     });
    });
    khien_assert(done.has_value());
  }

  Mark period(UnitId unit, Date from, Date as_of) const {
    auto best = Mark::none;
    for (const auto& one : all_) {
      if (!one.event && one.unit == unit.value && one.period_from == from.days() && one.done_on <= as_of.days()) {
        best = std::max(best, one.mark());
      }
    }
    return best;
  }
  // The worst open event counts, but for the one that says that the duty does not apply.
  Mark events(UnitId unit, Date as_of) const {
    std::map<std::int64_t, Mark> by_event;
    auto exempt = Mark::none;
    for (const auto& one : all_) {
      if (!one.event || one.unit != unit.value || one.done_on > as_of.days()) continue;
      auto& best = one.not_applicable ? exempt : by_event[one.period_from];
      best = std::max(best, one.mark());
    }
    auto open = Mark::none;
    for (const auto& [from, best] : by_event) {
      if (best != Mark::approved) open = std::max(open, best);
    }
    return std::max(open, exempt);
  }

 private:
  std::vector<Kept> all_;
};

struct Ground {
  World world;
  std::mt19937 random;
  std::vector<UnitId> units{world.police, world.department, world.commune};

  std::int64_t below(std::int64_t end) { return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random); }

  void add() {
    const auto unit = units[static_cast<std::size_t>(below(3))];
    const auto from = kToday - 20 + 5 * below(3);
    const auto done_on = kToday + below(6);
    const bool waits = below(2) == 0;
    REQUIRE(world.write([&](store::Connection& c) {
      return c.run("INSERT INTO duty_record (tenant_id, unit_id, duty, period_from, done_on, statement, not_applicable, state, "
                   "recorded_by, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, 'x', ?6, ?7, 11, 0)",
                   {world.tenant.tenant, unit, below(2) == 0 ? kPeriodic : kEvent, std::int64_t{from.days()},
                    std::int64_t{done_on.days()}, below(4) == 0, waits ? "waiting" : "approved"});
    }));
  }
  void handle(std::int64_t records) {
    const std::int64_t id = 1 + below(records);
    const auto change = [&](store::Sql sql) { REQUIRE(world.write([&](store::Connection& c) { return c.run(sql, {id}); })); };
    switch (below(3)) {
      case 0:
        change("UPDATE duty_record SET state = 'approved', decided_by = 12, decided_at = 1 WHERE id = ?1 AND state = 'waiting'");
        return;
      case 1:
        change("UPDATE duty_record SET state = 'refused', decided_by = 12, decided_at = 1 WHERE id = ?1 AND state = 'waiting'");
        return;
      default:
        change("UPDATE duty_record SET state = 'withdrawn', withdrawn_by = 12, withdrawn_at = 1 WHERE id = ?1 "
               "AND state IN ('waiting', 'approved')");
    }
  }
};

void compare(World& world, const store::TenantScope& scope) {
  const auto law = world.law();
  const Oracle oracle(world);
  const auto periodic = law->catalogue().duty(kPeriodic);
  const auto event = law->catalogue().duty(kEvent);
  REQUIRE(event.duty->recurrence == law::Recurrence::on_event);
  std::deque<law::Occurrence> occurrences;
  std::vector<Asked> asked;
  for (int i = 0; i < 3; ++i) {
    occurrences.push_back({kToday - 20 + 5 * i, std::nullopt, std::nullopt, std::nullopt});
    asked.push_back({periodic.duty, &occurrences.back()});
  }
  asked.push_back({event.duty, &occurrences.front()});
  for (int ahead = 0; ahead < 7; ++ahead) {
    const auto as_of = kToday + ahead;
    CAPTURE(ahead);
    const auto picture = world.read([&](store::Connection& c) { return Picture::load(c, scope, law->catalogue(), as_of); }).value();
    const auto marks = world.read([&](store::Connection& c) { return read_marks(c, scope, law->catalogue(), picture, asked); }).value();
    for (std::size_t unit = 0; unit < picture.size(); ++unit) {
      const auto id = picture.units()[unit].id;
      for (std::size_t i = 0; i < 3; ++i) CHECK(marks.records[i][unit] == oracle.period(id, occurrences[i].period_from, as_of));
      CHECK(marks.records[3][unit] == oracle.events(id, as_of));
    }
  }
}

TEST_CASE("what counts says the same of every day as all records do, whatever was made and handled") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    Ground ground;
    ground.random.seed(seed);
    std::int64_t records = 0;
    for (int step = 0; step < 90; ++step) {
      if (records == 0 || ground.below(5) < 2) {
        ground.add();
        ++records;
      } else {
        ground.handle(records);
      }
      if (step % 30 == 29) compare(ground.world, *ground.world.whole);
    }
    compare(ground.world, store::TenantScope::for_test(ground.world.tenant.tenant, {ground.world.commune}));
  }
}

TEST_CASE("twelve years of approvals leave one record to look at") {
  World world;
  for (int year = 0; year < 12; ++year) {
    REQUIRE(world.write([&](store::Connection& c) {
      return c.run("INSERT INTO duty_record (tenant_id, unit_id, duty, period_from, done_on, statement, not_applicable, state, "
                   "recorded_by, recorded_at) VALUES (?1, ?2, 'x', 100, ?3, 'x', 0, 'approved', 11, 0)",
                   {world.tenant.tenant, world.commune, 1000 - year});
    }));
  }
  CHECK(world.count("SELECT count(*) FROM duty_record WHERE counts > 0") == 1);
  CHECK(world.count("SELECT done_on FROM duty_record WHERE counts > 0") == 989);
}

TEST_CASE("what a record is about never changes, and none is removed, whoever writes") {
  World world;
  REQUIRE(world.record(world.commune, "HU-1.5b.yearly", day("2026-01-01"), kToday));
  const auto tries = [&](store::Sql sql) { return world.write([&](store::Connection& c) { return c.run(sql); }).has_value(); };
  CHECK_FALSE(tries("UPDATE duty_record SET done_on = done_on - 1"));
  CHECK_FALSE(tries("UPDATE duty_record SET not_applicable = 1"));
  CHECK_FALSE(tries("UPDATE duty_record SET period_from = 0"));
  CHECK_FALSE(tries("DELETE FROM duty_record"));
  CHECK(tries("UPDATE duty_record SET statement = 'y'"));
}

TEST_CASE("records from before this was noted count as they did") {
  std::string folder = (std::filesystem::temp_directory_path() / "khien-duty-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  std::vector<store::Migration> before;
  for (const auto& one : store::hub_migrations()) {
    if (one.name != "0057_duty_record_counts") before.push_back(one);
  }
  REQUIRE(before.size() + 1 == store::hub_migrations().size());
  const auto open = [&](std::span<const store::Migration> migrations) {
    return store::Store::open({.path = folder + "/hub.db", .migrations = migrations, .vfs = {}, .on_fatal = {}}).value();
  };
  {
    const auto store = open(before);
    REQUIRE(store->write([](store::Connection& c) -> Result<void> {
      TRY(const auto tenant, estate::create_tenant(c, "Tỉnh", kNow));
      for (const char* state : {"approved", "waiting", "refused"}) {
        TRY_VOID(c.run("INSERT INTO duty_record (tenant_id, unit_id, duty, period_from, done_on, statement, not_applicable, state, "
                       "recorded_by, recorded_at) VALUES (?1, ?2, 'x', 1, 5, 'x', 0, ?3, 11, 0)",
                       {tenant.tenant, tenant.root, state}));
      }
      return {};
    }));
  }
  {
    const auto store = open(store::hub_migrations());
    std::string counts;
    REQUIRE(store->read([&](store::Connection& c) {
      return c.query("SELECT state, counts FROM duty_record ORDER BY id", {}, [&](const store::Row& row) -> Result<void> {
        counts += std::string(row.text(0)) + std::to_string(row.integer(1)) + " ";
        return {};
      });
    }));
    CHECK(counts == "approved3 waiting0 refused0 ");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace khien::duty
