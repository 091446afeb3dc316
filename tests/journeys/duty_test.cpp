// What is owed, in the user's words: a province is imported, its matrix is red, an
// officer records with evidence, a second person agrees, the cell is green, and taking
// it back is in the audit log.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/duty/cell.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/matrix.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/units.hpp"
#include "khien/ingest/table.hpp"
#include "khien/store/audit_log.hpp"
#include "khien/store/store.hpp"

namespace khien {
namespace {

constexpr Timestamp kMorning{1'795'334'400'000};  // 2026-11-22T08:00:00Z
constexpr duty::Actor kOfficer{UserId{1}, Role::unit_officer};
constexpr duty::Actor kHead{UserId{2}, Role::leader};

std::vector<law::SourceFile> content() {
  std::vector<law::SourceFile> files;
  const std::filesystem::path folder = std::filesystem::path(KHIEN_SOURCE_DIR) / "content";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(entry.path(), folder).string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  return files;
}

struct Office {
  Office() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-journey-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder = name;
    catalogues = duty::Catalogues::create(content()).value();
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
  }
  ~Office() {
    hub.reset();
    std::filesystem::remove_all(folder);
  }
  void write(const store::Store::Work& work) {
    const auto written = hub->write(work);
    if (!written) FAIL(written.error().what());
  }
  void read(const store::Store::Work& work) {
    const auto done = hub->read(work);
    if (!done) FAIL(done.error().what());
  }
  std::filesystem::path folder;
  std::shared_ptr<const duty::Catalogues> catalogues;
  std::unique_ptr<store::Store> hub;
};

TEST_CASE("a province is imported, its report is recorded and agreed, and the undo is in the audit log") {
  Office office;
  estate::NewTenant tenant;
  office.write([&](store::Connection& c) -> Result<void> {
    TRY(tenant, estate::create_tenant(c, "Tỉnh Lam Giang", kMorning));
    TRY_VOID(duty::adopt_shipped(c, *office.catalogues, tenant.tenant, kMorning));
    return {};
  });
  const auto whole = store::TenantScope::for_test(tenant.tenant, {tenant.root});

  // The list of units as a province keeps it.
  const std::string csv = "Tên đơn vị,Loại,Đơn vị cấp trên\nSở Y tế,Sở,\nXã Mỹ Châu,Xã,\nPhường Hải An,Phường,\n";
  office.write([&](store::Connection& c) -> Result<void> {
    Budget budget({});
    TRY(const auto table, ingest::read_table(as_bytes(csv), budget));
    TRY(const auto import, estate::preview_import(c, whole, {estate::ImportKind::units, tenant.root, "don-vi.csv", &table, kOfficer.user}, kMorning));
    TRY(const auto state, estate::confirm_import(c, whole, import, kMorning));
    CHECK(state == "confirmed");
    return {};
  });

  UnitId commune;
  const auto cell = [&] {
    std::string state;
    office.read([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, office.catalogues->of(c, tenant.tenant));
      TRY(const auto opened, duty::read_cell(c, whole, law, commune, "HU-1.5b", vietnam_day(kMorning), kOfficer, kMorning));
      state = to_string(opened.state);
      return {};
    });
    return state;
  };
  office.read([&](store::Connection& c) -> Result<void> {
    TRY(const auto units, estate::list_units(c, whole));
    commune = std::ranges::find(units, "Xã Mỹ Châu", &estate::Unit::name)->id;
    return {};
  });
  CHECK(cell() == "overdue");

  DutyRecordId id;
  const auto note = [&](store::Connection& c, std::string_view who, std::string_view action) -> Result<void> {
    TRY_VOID(store::append_audit(c, tenant.tenant, {kMorning, std::string(who), std::string(action), "duty_record:" + std::to_string(id.value), "", "198.51.100.7"}));
    return {};
  };
  office.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto law, office.catalogues->of(c, tenant.tenant));
    TRY(const auto evidence, duty::keep_evidence(c, whole, {commune, "Báo cáo năm 2026.pdf", as_bytes("%PDF-1.7 …"), duty::Classification::none, {}, kOfficer.user}, kMorning));
    TRY(id, duty::record_duty(c, whole, *law, {commune, "HU-1.5b.yearly", Date::of(2026, 1, 1).value(), vietnam_day(kMorning), "Đã gửi.", {evidence}, false}, kOfficer, kMorning));
    return note(c, "officer", "duty_record.create");
  });
  CHECK(cell() == "overdue");  // last year's is missing, this year's waits

  office.write([&](store::Connection& c) -> Result<void> {
    CHECK_FALSE(duty::decide_duty_record(c, whole, id, {true, ""}, kOfficer, kMorning));
    TRY_VOID(duty::decide_duty_record(c, whole, id, {true, ""}, kHead, kMorning));
    return note(c, "head", "duty_record.approve");
  });
  CHECK(cell() == "met");

  office.write([&](store::Connection& c) -> Result<void> {
    TRY_VOID(duty::withdraw_duty_record(c, whole, id, kOfficer, kMorning));
    return note(c, "officer", "duty_record.withdraw");
  });
  CHECK(cell() == "overdue");
  office.read([&](store::Connection& c) -> Result<void> {
    TRY(const auto entries, store::read_audit_before(c, tenant.tenant, 100, 10, "withdraw"));
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].entry.object == "duty_record:" + std::to_string(id.value));
    return {};
  });
}

}  // namespace
}  // namespace khien
