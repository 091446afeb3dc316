#include "parts.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/estate/systems.hpp"
#include "numbers.hpp"
#include "systems_provincial.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::string_view kWatcher = "Trung tâm Giám sát an ninh mạng";
constexpr std::string_view kHost = "Trung tâm Chuyển đổi số";
constexpr std::string_view kJudge = "Công ty An toàn số Miền Đông (giả định)";

constexpr std::size_t kLevelled = kSystems - 1;
constexpr std::size_t kApproved = 128;  // 76 % of all
constexpr std::size_t kDeployed = 94;   // 56 % of all
constexpr std::size_t kLocalNetworks = 44;

enum Salt : std::uint64_t { kApproval = 41, kPaper, kDeployment, kJudgement, kUnapproved };

struct Row {
  UnitId owner;
  std::string name;
  std::string purpose;
  int level = 0;
};

std::vector<Row> rows_of(const Ground& ground) {
  std::vector<Row> rows;
  for (const SystemRow& row : provincial_systems()) {
    rows.push_back({ground.unit(row.owner).id, std::string(row.name), std::string(row.purpose), row.level});
  }
  std::size_t communes = 0;
  for (const SampleUnit& unit : ground.units) {
    if (unit.kind != estate::UnitKind::commune) continue;
    rows.push_back({unit.id, "Trang thông tin điện tử", "Thông tin của địa phương", 1});
    if (communes++ < kLocalNetworks) {
      rows.push_back({unit.id, "Hệ thống mạng nội bộ", "Máy tính và thiết bị của trụ sở", 2});
    }
  }
  khien_assert(rows.size() == kSystems);
  return rows;
}

// The last day until `date` on which rules were in force: nothing was decided on
// a day without any.
Date day_with_rules(const Ground& ground, Date date) {
  while (ground.law.shipped().level_rule_on(date) == nullptr && date > day(2016, 7, 1)) date = date - 1;
  return date;
}

class SystemMaker {
 public:
  explicit SystemMaker(Ground& ground) : ground_(ground) {}

  Result<void> make(const Row& row) {
    estate::SystemChange system{.unit = row.owner, .name = row.name, .purpose = row.purpose};
    if (row.level == 0) {
      TRY_VOID(estate::create_system(ground_.connection, ground_.scope, system, ground_.now));
      return {};
    }
    const std::size_t index = levelled_++;
    name_parties(row, index, system);
    const Date since = date_papers(row, index, system);
    TRY(const auto id, estate::create_system(ground_.connection, ground_.scope, system, ground_.now));
    return set_level(row, index, id, since);
  }

 private:
  // Level 3 and above is judged by somebody who does not watch it, but for two
  // where that is wrong, so that the screen has it to say.
  void name_parties(const Row& row, std::size_t index, estate::SystemChange& system) const {
    system.operator_ = row.level == 1 && index % 2 == 0 ? "Viễn thông Lam Giang" : std::string(kHost);
    if (row.level >= 2 || index % 3 != 0) system.monitor = std::string(kWatcher);
    if (row.level >= 3) system.assessor = std::string(index == 7 || index == 15 ? kWatcher : kJudge);
  }

  // Returns the first day of the level.
  Date date_papers(const Row& row, std::size_t index, estate::SystemChange& system) {
    if (!is_chosen(index, kApproved, kLevelled)) {
      const Date made = day_with_rules(
          ground_, ground_.today - static_cast<std::int64_t>(30 + scattered(index, kUnapproved, 600)));
      // Half wait for approval; half have a level and no dossier, which is a warning.
      if (index % 2 == 0) system.dossier_at = made;
      return made;
    }
    const Date approved = day_with_rules(
        ground_, ground_.today - static_cast<std::int64_t>(60 + scattered(index, kApproval, 2'200)));
    system.approved_at = approved;
    system.dossier_at = approved - static_cast<std::int64_t>(20 + scattered(index, kPaper, 90));
    if (is_chosen(approved_++, kDeployed, kApproved)) date_deployment(row, index, approved, system);
    return approved;
  }

  void date_deployment(const Row& row, std::size_t index, Date approved, estate::SystemChange& system) const {
    const auto since_then = static_cast<std::uint64_t>(ground_.today - approved);
    const Date deployed =
        approved + static_cast<std::int64_t>(10 + scattered(index, kDeployment, since_then - 20));
    system.plan_deployed_at = deployed;
    if (row.level < 3) return;
    // Within two years, as a rule; never before it was deployed.
    const Date judged = ground_.today - static_cast<std::int64_t>(15 + scattered(index, kJudgement, 800));
    system.assessed_at = std::max(judged, deployed);
  }

  Result<void> set_level(const Row& row, std::size_t index, SystemId id, Date since) {
    const auto& law = ground_.law.shipped();
    const auto* rules = law.level_rule_on(since);
    const auto* newest =
        law.level_rules().back().valid_from < ground_.today - 20 ? &law.level_rules().back() : rules;
    TRY_VOID(set(row.level, id, since, rules->id, 100 + index));
    // Some were judged anew under the newest rules.
    if (row.level >= 3 && rules != newest && index % 3 == 0) {
      TRY_VOID(set(row.level, id, newest->valid_from + 20, newest->id, 400 + index));
    }
    return {};
  }

  Result<void> set(int level, SystemId id, Date from, std::string_view rule, std::size_t number) {
    return estate::set_system_level(
        ground_.connection, ground_.scope, id,
        {.valid_from = from,
         .valid_to = {},
         .level = level,
         .rule = std::string(rule),
         .decision = std::to_string(number) + "/QĐ-UBND ngày " + to_string(from) + std::string(kMadeUp)},
        ground_.now);
  }

  Ground& ground_;
  std::size_t levelled_ = 0;
  std::size_t approved_ = 0;
};

// What the districts had went with them.
Result<void> make_ended(Ground& ground) {
  TRY_VOID(estate::create_system(ground.connection, ground.scope,
                                 {.unit = ground.root().id,
                                  .name = "Phần mềm một cửa điện tử cấp huyện",
                                  .purpose = "Tiếp nhận hồ sơ tại bộ phận một cửa cấp huyện",
                                  .dossier_at = day(2021, 3, 1),
                                  .approved_at = day(2021, 5, 10),
                                  .ended_on = day(2025, 7, 1)},
                                 ground.now));
  return {};
}

}  // namespace

Result<void> make_systems(Ground& ground) {
  SystemMaker maker(ground);
  for (const Row& row : rows_of(ground)) TRY_VOID(maker.make(row));
  return make_ended(ground);
}

}  // namespace khien::hub::demo
