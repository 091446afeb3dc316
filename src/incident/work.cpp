#include <algorithm>
#include <utility>

#include "khien/estate/scope_sql.hpp"
#include "stored.hpp"

// What people do on an incident: notes, tasks, who is on it.

namespace khien::incident {
namespace {

constexpr std::size_t kMostWords = 4'000;
constexpr std::size_t kMostTaskWords = 500;
constexpr std::size_t kMostDoneWords = 1'000;
constexpr std::int64_t kMostTasks = 1'000;
constexpr std::int64_t kMostMembers = 100;

Result<std::int64_t> count_of(store::Connection& connection, store::Sql sql, const Stored& incident) {
  std::int64_t count = 0;
  TRY_VOID(connection.query_one(sql, {incident.tenant, incident.id}, [&](const store::Row& row) -> Result<void> {
    count = row.integer(0);
    return {};
  }));
  return count;
}

Result<void> count_open_tasks(store::Connection& connection, const Stored& incident) {
  TRY_VOID(connection.run("UPDATE incident SET tasks_open = (SELECT count(*) FROM incident_task t WHERE t.tenant_id = ?1 AND t.incident_id = ?2 "
                          "AND t.done_at IS NULL) WHERE tenant_id = ?1 AND id = ?2",
                          {incident.tenant, incident.id}));
  return {};
}

Result<std::string> name_of(store::Connection& connection, TenantId tenant, UserId user) {
  std::string name;
  TRY_VOID(connection.query("SELECT name FROM account WHERE tenant_id = ?1 AND id = ?2", {tenant, user}, [&](const store::Row& row) -> Result<void> {
    name = row.text(0);
    return {};
  }));
  return name;
}

LocalText part_words(Part part) {
  switch (part) {
    case Part::lead: return {"phụ trách", "lead"};
    case Part::analyst: return {"phân tích", "analyst"};
    case Part::communication: return {"thông tin, liên lạc", "communication"};
    case Part::unit_contact: break;
  }
  return {"đầu mối đơn vị", "contact of the unit"};
}

struct StoredTask {
  IncidentId incident;
  IncidentTask task;
};
Result<StoredTask> load_task(store::Connection& connection, const store::TenantScope& scope, IncidentTaskId id) {
  std::optional<StoredTask> found;
  TRY_VOID(connection.query("SELECT t.incident_id, t.words, t.owner_id, t.done_at FROM incident_task t "
                            "JOIN incident i ON i.tenant_id = t.tenant_id AND i.id = t.incident_id "
                            "WHERE t.tenant_id = ?1 AND t.id = ?3 AND " KHIEN_IN_SCOPE("i.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              StoredTask& one = found.emplace();
                              one.incident = {row.integer(0)};
                              one.task.words = row.text(1);
                              if (!row.is_null(2)) one.task.owner = UserId{row.integer(2)};
                              if (!row.is_null(3)) one.task.done_at = row.time(3);
                              return {};
                            }));
  if (!found) return Error(Code::not_found, "there is no such task");
  return *std::move(found);
}

Result<LocalText> task_told(store::Connection& connection, const Stored& incident, const StoredTask& stored, const TaskChange& change) {
  const bool finishes = change.done == true && !stored.task.done_at;
  const bool reopens = change.done == false && stored.task.done_at;
  if (finishes) return LocalText{"Xong việc: " + stored.task.words, "Done: " + stored.task.words};
  if (reopens) return LocalText{"Mở lại việc: " + stored.task.words, "To do again: " + stored.task.words};
  if (!change.owner || change.owner == stored.task.owner) return LocalText{};
  TRY(const auto name, name_of(connection, incident.tenant, *change.owner));
  return LocalText{name + " nhận việc: " + stored.task.words, name + " takes the task: " + stored.task.words};
}

Result<void> write_task(store::Connection& connection, const Stored& incident, IncidentTaskId id, const TaskChange& change, UserId who, Timestamp now) {
  const auto owner = change.owner ? store::Value(*change.owner) : store::Value(nullptr);
  TRY_VOID(connection.run("UPDATE incident_task SET owner_id = coalesce(?3, owner_id) WHERE tenant_id = ?1 AND id = ?2", {incident.tenant, id, owner}));
  if (change.done == true) {
    TRY_VOID(connection.run("UPDATE incident_task SET done_at = ?3, done_by = ?4 WHERE tenant_id = ?1 AND id = ?2 AND done_at IS NULL",
                            {incident.tenant, id, now, who}));
  } else if (change.done == false) {
    TRY_VOID(connection.run("UPDATE incident_task SET done_at = NULL, done_by = NULL WHERE tenant_id = ?1 AND id = ?2", {incident.tenant, id}));
  }
  return count_open_tasks(connection, incident);
}

// Who led before is an analyst from now on.
Result<void> make_way_for_lead(store::Connection& connection, const Stored& incident, UserId user) {
  TRY_VOID(connection.run("UPDATE incident_member SET part = 'analyst' WHERE tenant_id = ?1 AND incident_id = ?2 AND part = 'lead' AND user_id <> ?3",
                          {incident.tenant, incident.id, user}));
  return {};
}

Result<bool> is_member(store::Connection& connection, const Stored& incident, UserId user) {
  bool is = false;
  TRY_VOID(connection.query("SELECT 1 FROM incident_member WHERE tenant_id = ?1 AND incident_id = ?2 AND user_id = ?3",
                            {incident.tenant, incident.id, user}, [&](const store::Row&) -> Result<void> {
                              is = true;
                              return {};
                            }));
  return is;
}

Result<void> write_lead(store::Connection& connection, const Stored& incident) {
  TRY_VOID(connection.run("UPDATE incident SET lead_id = (SELECT m.user_id FROM incident_member m WHERE m.tenant_id = ?1 AND m.incident_id = ?2 "
                          "AND m.part = 'lead') WHERE tenant_id = ?1 AND id = ?2",
                          {incident.tenant, incident.id}));
  return {};
}

}  // namespace

Result<IncidentId> incident_of_task(store::Connection& connection, const store::TenantScope& scope, IncidentTaskId id) {
  TRY(const auto task, load_task(connection, scope, id));
  return task.incident;
}

Result<IncidentEntryId> note_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const IncidentNote& note,
                                      UserId who, Timestamp now) {
  TRY(const auto stored, load_living(connection, scope, id, now));
  TRY(const auto words, checked_text(note.words, kMostWords, &refusals::kNeedsWords));
  const auto happened = note.happened_at.value_or(now);
  if (happened > now) return refuse(refusals::kHappenedAhead);
  const What what = note.evidence.empty() ? What::note : What::evidence;
  TRY(const auto entry, put_line(connection, stored, {.what = what, .happened_at = happened, .who = who, .words = words}, now));
  TRY_VOID(put_evidence(connection, scope, stored, entry, note.evidence, who, now));
  return entry;
}

Result<IncidentTaskId> add_task(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const NewTask& task, UserId who,
                                Timestamp now) {
  TRY(const auto stored, load_living(connection, scope, id, now));
  TRY(const auto words, checked_text(task.words, kMostTaskWords, &refusals::kNeedsWords));
  TRY(const auto count, count_of(connection, "SELECT count(*) FROM incident_task WHERE tenant_id = ?1 AND incident_id = ?2", stored));
  if (count >= kMostTasks) return refuse(refusals::kTooMuchWork);
  if (task.owner) {
    TRY(const bool sees, sees_unit(connection, stored.tenant, *task.owner, stored.unit));
    if (!sees) return refuse(refusals::kNoSuchOwner);
  }
  const auto owner = task.owner ? store::Value(*task.owner) : store::Value(nullptr);
  const auto due = task.due_at ? store::Value(*task.due_at) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO incident_task (tenant_id, incident_id, words, owner_id, due_at, made_by, made_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                          {stored.tenant, stored.id, words, owner, due, who, now}));
  const IncidentTaskId made{connection.last_insert_id()};
  TRY_VOID(count_open_tasks(connection, stored));
  TRY_VOID(put_line(connection, stored, {.what = What::task, .happened_at = now, .who = who, .told = {"Giao việc: " + words, "Task: " + words}}, now));
  return made;
}

Result<IncidentId> update_task(store::Connection& connection, const store::TenantScope& scope, IncidentTaskId id, const TaskChange& change,
                               UserId who, Timestamp now) {
  TRY(const auto task, load_task(connection, scope, id));
  TRY(const auto stored, load_living(connection, scope, task.incident, now));
  TRY(const auto words, checked_text(change.words, kMostDoneWords));
  if (change.owner) {
    TRY(const bool sees, sees_unit(connection, stored.tenant, *change.owner, stored.unit));
    if (!sees) return refuse(refusals::kNoSuchOwner);
  }
  TRY(const auto told, task_told(connection, stored, task, change));
  TRY_VOID(write_task(connection, stored, id, change, who, now));
  if (!told.vi.empty() || !words.empty()) {
    const LocalText about = told.vi.empty() ? LocalText{"Việc: " + task.task.words, "Task: " + task.task.words} : told;
    TRY_VOID(put_line(connection, stored, {.what = What::task, .happened_at = now, .who = who, .words = words, .told = about}, now));
  }
  return stored.id;
}

Result<void> set_member(store::Connection& connection, const store::TenantScope& scope, IncidentId id, UserId user, std::optional<Part> part,
                        UserId who, Timestamp now) {
  TRY(const auto stored, load_living(connection, scope, id, now));
  TRY(const bool was, is_member(connection, stored, user));
  TRY(const auto name, name_of(connection, stored.tenant, user));
  LocalText told{name + " rời nhóm xử lý", name + " is off the incident"};
  if (part) {
    TRY(const bool sees, sees_unit(connection, stored.tenant, user, stored.unit));
    if (!sees) return refuse(refusals::kNoSuchPerson);
    TRY(const auto count, count_of(connection, "SELECT count(*) FROM incident_member WHERE tenant_id = ?1 AND incident_id = ?2", stored));
    if (!was && count >= kMostMembers) return refuse(refusals::kTooMuchWork);
    if (*part == Part::lead) TRY_VOID(make_way_for_lead(connection, stored, user));
    TRY_VOID(connection.run("INSERT INTO incident_member (tenant_id, incident_id, user_id, part, since) VALUES (?1, ?2, ?3, ?4, ?5) "
                            "ON CONFLICT (tenant_id, incident_id, user_id) DO UPDATE SET part = excluded.part",
                            {stored.tenant, stored.id, user, to_string(*part), now}));
    const auto words = part_words(*part);
    told = {name + ": " + words.vi, name + ": " + words.en};
  } else {
    if (!was) return refuse(refusals::kNotOnIt);
    TRY_VOID(connection.run("DELETE FROM incident_member WHERE tenant_id = ?1 AND incident_id = ?2 AND user_id = ?3", {stored.tenant, stored.id, user}));
  }
  TRY_VOID(write_lead(connection, stored));
  TRY_VOID(put_line(connection, stored, {.what = What::member, .happened_at = now, .who = who, .told = told}, now));
  return {};
}

}  // namespace khien::incident
