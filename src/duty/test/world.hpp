#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/cell.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/matrix.hpp"
#include "khien/duty/register_records.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/store.hpp"

namespace khien::duty {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z, 15:00 in Vietnam
inline const Date kToday = vietnam_day(kNow);
inline constexpr Actor kOfficer{UserId{11}, Role::unit_officer};
inline constexpr Actor kOperator{UserId{12}, Role::soc_operator};
inline constexpr Actor kLeader{UserId{13}, Role::leader};
inline constexpr Actor kAdmin{UserId{14}, Role::province_admin};
inline constexpr Actor kSecondAdmin{UserId{15}, Role::province_admin};

inline std::vector<law::SourceFile> content_files() {
  std::vector<law::SourceFile> files;
  const std::filesystem::path content = std::filesystem::path(KHIEN_SOURCE_DIR) / "content";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(content)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(entry.path(), content).string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  std::ranges::sort(files, {}, &law::SourceFile::path);
  return files;
}

// What the product ships, read once for all tests.
inline std::shared_ptr<const Catalogues> shipped() {
  static const std::shared_ptr<const Catalogues> catalogues = Catalogues::create(content_files()).value();
  return catalogues;
}

inline Date day(std::string_view text) { return Date::parse(text).value(); }

// A province with a standing body, a department and a commune, on a real database.
class World {
 public:
  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    auto written = store->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    if (!written) return Answer(std::move(written).error());
    return std::move(*answer);
  }
  template <class Work>
  auto read(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    const auto done = store->read([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      return {};
    });
    khien_assert(done.has_value());
    return std::move(*answer);
  }

  explicit World(std::shared_ptr<const Catalogues> law = shipped()) : catalogues(std::move(law)) {
    std::string name = (std::filesystem::temp_directory_path() / "khien-duty-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    store = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    tenant = write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh Lam Giang", kNow); }).value();
    whole = std::make_unique<store::TenantScope>(store::TenantScope::for_test(tenant.tenant, {tenant.root}));
    write([&](store::Connection& c) { return adopt_shipped(c, *catalogues, tenant.tenant, kNow); }).value();
    police = unit("Công an tỉnh", estate::UnitKind::police);
    department = unit("Sở Y tế", estate::UnitKind::department);
    commune = unit("Xã Mỹ Châu", estate::UnitKind::commune);
    assign("standing_security_body", police, day("2025-03-01"));
  }
  ~World() {
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  UnitId unit(std::string_view name, estate::UnitKind kind) {
    return write([&](store::Connection& c) { return estate::create_unit(c, *whole, name, kind, tenant.root, kNow); }).value();
  }
  void assign(std::string_view role, UnitId to, Date from) {
    const estate::NewUnitRole made{to, std::string(role), from, std::nullopt, "Quyết định 1/QĐ-UBND"};
    write([&](store::Connection& c) { return estate::assign_unit_role(c, *whole, made); }).value();
  }
  std::shared_ptr<const TenantLaw> law() {
    return read([&](store::Connection& c) { return catalogues->of(c, tenant.tenant); }).value();
  }
  Matrix matrix(Date as_of = kToday) {
    const auto binding = law();
    return read([&](store::Connection& c) { return read_matrix(c, *whole, binding, {{}, {}, as_of}, kNow); }).value();
  }
  // The letter of one cell.
  char cell(UnitId unit_id, std::string_view clause, Date as_of = kToday) {
    const auto all = matrix(as_of);
    const auto row = std::ranges::find(all.rows, unit_id, &MatrixRow::unit);
    const auto column = std::ranges::find_if(all.columns, [&](const auto& one) { return one.clause->id == clause; });
    REQUIRE(row != all.rows.end());
    if (column == all.columns.end()) return '-';
    return row->cells[static_cast<std::size_t>(column - all.columns.begin())];
  }
  Cell open_cell(UnitId unit_id, std::string_view clause, const Actor& actor = kOfficer, Date as_of = kToday) {
    const auto binding = law();
    return read([&](store::Connection& c) { return read_cell(c, *whole, binding, unit_id, clause, as_of, actor, kNow); }).value();
  }
  Result<DutyRecordId> record(UnitId unit_id, std::string_view duty, Date period_from, Date done_on,
                              const Actor& actor = kOfficer, bool not_applicable = false) {
    const auto binding = law();
    NewDutyRecord made{unit_id, std::string(duty), period_from, done_on, "Đã gửi báo cáo.", {}, not_applicable};
    return write([&](store::Connection& c) { return record_duty(c, *whole, *binding, made, actor, kNow); });
  }
  Result<void> decide(DutyRecordId id, bool approve, const Actor& actor = kOperator) {
    const Decision decision{approve, approve ? "" : "thiếu số liệu"};
    return write([&](store::Connection& c) { return decide_duty_record(c, *whole, id, decision, actor, kNow); });
  }
  Result<RegisterRecordId> enter(std::string_view name, UnitId unit_id, std::string fields, const Actor& actor = kOfficer) {
    const auto binding = law();
    const NewRegisterRecord made{std::string(name), unit_id, std::move(fields), {}, {}};
    return write([&](store::Connection& c) { return create_register_record(c, *whole, binding->catalogue(), made, actor, kNow); });
  }
  std::int64_t count(store::Sql sql) {
    std::int64_t number = 0;
    const auto done = store->read([&](store::Connection& c) {
      return c.query_one(sql, {}, [&](const store::Row& row) -> Result<void> {
        number = row.integer(0);
        return {};
      });
    });
    khien_assert(done.has_value());
    return number;
  }
  // Every byte that the database's files hold.
  std::string bytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      all += std::string(std::istreambuf_iterator<char>(file), {});
    }
    return all;
  }

  std::shared_ptr<const Catalogues> catalogues;
  std::unique_ptr<store::Store> store;
  estate::NewTenant tenant;
  std::unique_ptr<store::TenantScope> whole;
  UnitId police;
  UnitId department;
  UnitId commune;

 private:
  std::filesystem::path folder_;
};

}  // namespace khien::duty
