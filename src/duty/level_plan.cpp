#include "khien/duty/level_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "evidence_links.hpp"
#include "khien/core/json.hpp"
#include "khien/duty/csv.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"

namespace khien::duty {
namespace {

constexpr std::array<std::string_view, 4> kStates{"met", "partly", "missing", "not_judged"};
constexpr std::array<std::string_view, 4> kStatesVi{"Đạt", "Đạt một phần", "Chưa có", "Chưa đánh giá"};
constexpr std::array<std::string_view, 4> kStatesEn{"Met", "Partly met", "Missing", "Not judged"};

struct Judged {
  std::int64_t id = 0;
  PlanState state = PlanState::not_judged;
  std::string note;
  UserId by;
  Timestamp at;
};

// The newest judgement of each requirement.
Result<std::map<std::string, Judged>> read_judged(store::Connection& connection, TenantId tenant, SystemId system) {
  std::map<std::string, Judged> judged;
  TRY_VOID(connection.query(
      "SELECT requirement, max(id), state, note, decided_by, decided_at FROM level_plan_item "
      "WHERE tenant_id = ?1 AND system_id = ?2 GROUP BY requirement",
      {tenant, system}, [&](const store::Row& row) -> Result<void> {
        TRY(const auto state, plan_state_from_string(row.text(2)));
        judged[std::string(row.text(0))] = {row.integer(1), state, std::string(row.text(3)), row.id<UserTag>(4), row.time(5)};
        return {};
      }));
  return judged;
}

Result<std::vector<Evidence>> evidence_of(store::Connection& connection, TenantId tenant, std::int64_t item) {
  std::vector<Evidence> all;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_EVIDENCE_COLUMNS " FROM level_plan_item_evidence l "
      "JOIN evidence e ON e.tenant_id = l.tenant_id AND e.id = l.evidence_id "
      "JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id "
      "WHERE l.tenant_id = ?1 AND l.item_id = ?2 ORDER BY e.id",
      {tenant, item}, [&](const store::Row& row) -> Result<void> {
        TRY(auto one, evidence_from(row));
        all.push_back(std::move(one));
        return {};
      }));
  return all;
}

std::string files_of(const PlanItem& item) {
  std::string files;
  for (const auto& one : item.evidence) files += (files.empty() ? "" : "; ") + one.file_name + " (SHA-256 " + one.sha256.hex() + ")";
  return files;
}

}  // namespace

std::string_view to_string(PlanState state) { return kStates.at(static_cast<std::size_t>(state)); }

Result<PlanState> plan_state_from_string(std::string_view text) {
  const auto found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return Error(Code::invalid, "not a state of a requirement");
  return static_cast<PlanState>(found - kStates.begin());
}

std::int64_t LevelPlan::count(PlanState state) const { return std::ranges::count(items, state, &PlanItem::state); }

Result<LevelPlan> read_level_plan(store::Connection& connection, const store::TenantScope& scope,
                                  std::shared_ptr<const TenantLaw> law, SystemId system, Timestamp now) {
  LevelPlan plan;
  TRY(plan.system, estate::get_system(connection, scope, system, now));
  plan.law = std::move(law);
  if (!plan.system.level) return plan;
  plan.level = plan.system.level->level;
  plan.set = plan.law->catalogue().requirements_of(plan.system.level->rule, vietnam_day(now));
  if (plan.set == nullptr) return plan;
  TRY(auto judged, read_judged(connection, scope.tenant(), system));
  for (const auto* requirement : plan.set->of_level(plan.level)) {
    PlanItem item{.requirement = requirement};
    const auto found = judged.find(requirement->id);
    if (found != judged.end()) {
      item.state = found->second.state;
      item.note = found->second.note;
      item.decided_by = found->second.by;
      item.decided_at = found->second.at;
      TRY(item.evidence, evidence_of(connection, scope.tenant(), found->second.id));
    }
    plan.items.push_back(std::move(item));
  }
  return plan;
}

Result<void> judge_requirement(store::Connection& connection, const store::TenantScope& scope,
                               std::shared_ptr<const TenantLaw> law, SystemId system, const PlanJudgement& judgement,
                               Timestamp now) {
  TRY(const auto plan, read_level_plan(connection, scope, std::move(law), system, now));
  const auto asked = [&](const PlanItem& item) { return item.requirement->id == judgement.requirement; };
  if (std::ranges::none_of(plan.items, asked)) {
    return refuse(Code::invalid, "requirement", {"Yêu cầu này không thuộc cấp độ hiện nay của hệ thống.",
                                                 "The requirement is not one of the system's present level."});
  }
  TRY_VOID(require_evidence(connection, scope, plan.system.unit, judgement.evidence));
  TRY_VOID(refuse_marked_text("note", judgement.note));
  TRY_VOID(connection.run(
      "INSERT INTO level_plan_item (tenant_id, system_id, requirement, state, note, decided_by, decided_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {scope.tenant(), system, judgement.requirement, to_string(judgement.state), judgement.note, judgement.by, now}));
  const auto item = connection.last_insert_id();
  for (const EvidenceId evidence : judgement.evidence) {
    TRY_VOID(connection.run(
        "INSERT INTO level_plan_item_evidence (tenant_id, item_id, evidence_id, unit_id) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT DO NOTHING",
        {scope.tenant(), item, evidence, plan.system.unit}));
  }
  return {};
}

std::string plan_as_csv(const LevelPlan& plan, bool vietnamese, const PersonName& name_of) {
  const auto pick = [&](const LocalText& text) { return vietnamese ? text.vi : text.en; };
  CsvWriter csv;
  csv.row(vietnamese ? std::vector<std::string>{"Hệ thống", "Cấp độ", "Bộ yêu cầu", "Mục", "Nhóm", "Yêu cầu", "Tình trạng",
                                                "Ghi chú", "Người đánh giá", "Ngày đánh giá", "Minh chứng"}
                     : std::vector<std::string>{"System", "Level", "Requirements", "Clause", "Group", "Requirement", "State",
                                                "Note", "Judged by", "Judged on", "Evidence"});
  const auto title = plan.set == nullptr ? std::string() : pick(plan.set->title);
  for (const auto& item : plan.items) {
    const auto place = static_cast<std::size_t>(item.state);
    csv.row({plan.system.name, std::to_string(plan.level), title, item.requirement->clause, pick(item.requirement->group),
             pick(item.requirement->title), std::string(vietnamese ? kStatesVi[place] : kStatesEn[place]), item.note,
             item.decided_by ? name_of(*item.decided_by) : "", item.decided_at ? vietnam_date(*item.decided_at) : "",
             files_of(item)});
  }
  return csv.take();
}

std::string plan_as_json(const LevelPlan& plan, const PersonName& name_of) {
  JsonWriter json;
  json.begin_object().field("system", plan.system.name).field("unit", plan.system.unit_name);
  json.field("level", std::int64_t{plan.level}).field("rule", plan.system.level ? plan.system.level->rule : "");
  json.field("requirements", plan.set == nullptr ? "" : plan.set->id).key("items").begin_array();
  for (const auto& item : plan.items) {
    json.begin_object().field("id", item.requirement->id).field("clause", item.requirement->clause);
    json.field("title_vi", item.requirement->title.vi).field("title_en", item.requirement->title.en);
    json.field("state", to_string(item.state)).field("note", item.note);
    json.field("judged_by", item.decided_by ? name_of(*item.decided_by) : "").key("judged_at");
    item.decided_at ? json.time(*item.decided_at) : json.null();
    json.key("evidence").begin_array();
    for (const auto& one : item.evidence) {
      json.begin_object().field("file_name", one.file_name).field("sha256", one.sha256.hex()).field("size", one.size).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace khien::duty
