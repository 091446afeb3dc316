#pragma once

// What the limits of the matrix are measured over, by duty's benchmark and by api's: 200
// units with 48 devices each, every clause that ships, and twelve years of records of
// every duty of every unit (about 264,000, and 45,600 of registers).

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "bench_size.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/store.hpp"

namespace khien::duty {

inline std::vector<law::SourceFile> content_files() {
  std::vector<law::SourceFile> files;
  const std::filesystem::path content = std::filesystem::path(KHIEN_SOURCE_DIR) / "content";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(content)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(entry.path(), content).string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  return files;
}

// Fills a tenant that has adopted what ships.
struct TwelveYears {
  // Fewer where it is only tried whether a benchmark runs.
  static int unit_count() { return static_cast<int>(bench_size(200, 10)); }
  static constexpr int kFirstYear = 2015;
  static constexpr int kYears = 12;
  static constexpr int kDevicesEach = 48;

  const Catalogues& catalogues;
  const estate::NewTenant& tenant;
  const store::TenantScope& scope;
  Timestamp now;
  std::vector<UnitId> units = {};
  std::int64_t records = 0;
  std::int64_t register_records = 0;

  Result<void> fill(store::Connection& c) {
    constexpr std::array kKinds{estate::UnitKind::department, estate::UnitKind::commune, estate::UnitKind::commune,
                                estate::UnitKind::school, estate::UnitKind::police};
    for (int i = 0; i < unit_count(); ++i) {
      TRY(const auto unit, estate::create_unit(c, scope, "Đơn vị " + std::to_string(i), kKinds[static_cast<std::size_t>(i) % kKinds.size()], tenant.root, now));
      units.push_back(unit);
      TRY_VOID(add_devices(c, unit));
    }
    for (const auto& role : catalogues.shipped().roles()) {
      if (role.by != law::Role::By::assignment) continue;
      TRY_VOID(estate::assign_unit_role(c, scope, {units[4], role.id, Date::of(2015, 1, 1).value(), std::nullopt, "1/QĐ"}));
    }
    TRY(const auto law, catalogues.of(c, tenant.tenant));
    TRY_VOID(add_records(c, *law));
    return add_register_records(c);
  }

 private:
  Result<void> add_devices(store::Connection& c, UnitId unit) const {
    for (int i = 0; i < kDevicesEach; ++i) {
      estate::DeviceChange device;
      device.unit = unit;
      device.name = "PC-" + std::to_string(unit.value) + "-" + std::to_string(i);
      TRY_VOID(estate::create_device(c, scope, device, estate::DeviceSource::import, now));
    }
    return {};
  }

  // Every occurrence of every duty since 2015, of every unit.
  Result<void> add_records(store::Connection& c, const TenantLaw& law) {
    const auto from = Date::of(kFirstYear, 1, 1).value();
    for (const auto& binding : law.bindings()) {
      for (const auto& clause : binding.directive->clauses) {
        for (const auto& duty : clause.duties) {
          for (const auto& occurrence : law.occurrences({binding.directive, &clause, &duty}, from, vietnam_day(now))) {
            TRY_VOID(add_records_of(c, duty, occurrence));
          }
        }
      }
    }
    return {};
  }
  Result<void> add_records_of(store::Connection& c, const law::Duty& duty, const law::Occurrence& occurrence) {
    // What has no periods was recorded once a year; an event has its own day.
    const bool has_periods = occurrence.period_to && duty.recurrence != law::Recurrence::once;
    const bool is_event = duty.recurrence == law::Recurrence::on_event;
    for (int year = 0; year < (has_periods ? 1 : kYears); ++year) {
      TRY_VOID(add_one_each(c, duty, occurrence.period_from + (is_event ? 30 * year : 0)));
    }
    return {};
  }
  Result<void> add_one_each(store::Connection& c, const law::Duty& duty, Date period_from) {
    for (const auto unit : units) {
      TRY_VOID(c.run("INSERT INTO duty_record (tenant_id, unit_id, duty, period_from, done_on, statement, not_applicable, state, "
                     "recorded_by, recorded_at, decided_by, decided_at) VALUES (?1, ?2, ?3, ?4, ?4, 'x', 0, 'approved', 1, ?5, 2, ?5)",
                     {tenant.tenant, unit, duty.id, std::int64_t{period_from.days()}, now}));
      ++records;
    }
    return {};
  }
  // Twelve years of the registers that figures are computed from.
  Result<void> add_register_records(store::Connection& c) {
    for (const auto& form : catalogues.shipped().registers()) {
      for (const auto unit : units) {
        for (int year = kFirstYear; year < kFirstYear + kYears; ++year) {
          const std::string fields = R"({"plan":"yearly","purpose":"security","amount":)" + std::to_string(unit.value * year) +
                                     R"(,"signed":9,"issued":10,"by_official_channel":10,"invited":5,"attended":5,"state":"in_use"})";
          TRY_VOID(c.run("INSERT INTO register_record (tenant_id, unit_id, register, record_id, version, fields, search_key, dated_on, "
                         "state, note, recorded_by, recorded_at, counted_from) VALUES (?1, ?2, ?3, ?4, 1, ?5, '', ?6, 'approved', '', 1, ?7, ?7)",
                         {tenant.tenant, unit, form.name, ++register_records, fields, std::int64_t{Date::of(year, 6, 1)->days()}, now}));
        }
      }
    }
    return {};
  }
};

}  // namespace khien::duty
