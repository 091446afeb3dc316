#include "khien/duty/directives.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "directive_rows.hpp"
#include "handling.hpp"
#include "khien/core/text.hpp"
#include "khien/core/yaml.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"

namespace khien::duty {
namespace {

constexpr Budget::Limits kTextLimits{.bytes_in = 2u << 20, .depth = 24, .entries = 100'000};
constexpr std::array<std::string_view, 5> kStates{"draft", "waiting", "in_force", "refused", "ended"};

#define KHIEN_DIRECTIVE_COLUMNS                                                                            \
  "SELECT id, key, source, state, text, entered_by, entered_at, decided_by, decided_at, decision_note, "   \
  "last_day, end_decision FROM directive "

Error no_directive() { return Error(Code::not_found, "no such directive"); }

DirectiveState stored_state(std::string_view text) {
  const auto found = std::ranges::find(kStates, text);
  return found == kStates.end() ? DirectiveState::draft : static_cast<DirectiveState>(found - kStates.begin());
}

// What is shown of a directive follows from its text, whoever's it is.
void outline(DirectiveRecord& record, const law::Catalogue& shipped, std::optional<Date> last_day, Date today) {
  if (!record.text.empty()) {
    record.outline = outline_of(record.text);
  } else if (const auto* directive = shipped.directive(record.key)) {
    record.outline = outline_of(*directive);
  } else {
    // Shipped once, and not any more.
    record.outline.key = record.key;
    record.outline.title = {record.key, record.key};
    record.outline.valid_to = Date::first();
  }
  auto& valid_to = record.outline.valid_to;
  if (last_day && (!valid_to || *last_day < *valid_to)) valid_to = last_day;
  const bool over = valid_to && *valid_to < today;
  if (record.state == DirectiveState::in_force && over) record.state = DirectiveState::ended;
}

DirectiveRecord record_from(const store::Row& row, const law::Catalogue& shipped, Date today) {
  DirectiveRecord record;
  record.id = row.id<DirectiveTag>(0);
  record.key = row.text(1);
  record.shipped = row.text(2) == "shipped";
  record.state = stored_state(row.text(3));
  record.text = row.text(4);
  if (!row.is_null(5)) record.entered_by = row.id<UserTag>(5);
  record.entered_at = row.time(6);
  if (!row.is_null(7)) record.decided_by = row.id<UserTag>(7);
  if (!row.is_null(8)) record.decided_at = row.time(8);
  record.decision_note = row.text(9);
  record.end_decision = row.text(11);
  const auto last_day = row.is_null(10) ? std::nullopt : std::optional(Date::from_days(row.integer(10)));
  outline(record, shipped, last_day, today);
  return record;
}

Result<std::vector<law::Fault>> faults_of(const law::Catalogue& beside, std::string_view text) {
  Budget budget(kTextLimits);
  auto loading = beside.with({file_of(outline_of(text).key, text)}, budget);
  if (loading.faults.empty() && !loading.catalogue) return Error(Code::internal, "no catalogue and no fault");
  return std::move(loading.faults);
}

Error has_faults(const std::vector<law::Fault>& faults) {
  const auto& first = faults.front();
  const auto at = first.field.empty() ? std::string() : first.field + ": ";
  return refuse(Code::invalid, "text", {"Văn bản còn lỗi: " + at + first.message.vi, "The text has faults: " + at + first.message.en});
}

// Each piece of the text by itself: a stamp between quotes is one too.
Result<void> require_no_marking(const Yaml& value) {
  if (value.is_scalar()) return refuse_marked_text("text", value.text);
  for (const auto& item : value.items) TRY_VOID(require_no_marking(item));
  for (const auto& field : value.fields) TRY_VOID(require_no_marking(field.value));
  return {};
}
Result<void> require_no_marking(std::string_view text) {
  TRY_VOID(refuse_marked_text("text", text));
  Budget budget(kTextLimits);
  const auto tree = parse_yaml(text, budget);
  return tree ? require_no_marking(*tree) : Result<void>();
}

Error not_changeable() {
  return refuse(Code::conflict, "", {"Văn bản này không còn là bản nháp.", "This directive is not a draft any more."});
}

Result<void> save(store::Connection& connection, TenantId tenant, DirectiveId id, std::string_view text, bool submit) {
  TRY(const auto changed,
      connection.run("UPDATE directive SET key = ?3, text = ?4, state = ?5, decided_by = NULL, decided_at = NULL, "
                     "decision_note = '' WHERE tenant_id = ?1 AND id = ?2 AND state IN ('draft', 'refused')",
                     {tenant, id, outline_of(text).key, text, submit ? "waiting" : "draft"}));
  if (changed != 1) return not_changeable();
  return {};
}

Result<void> require_whole(store::Connection& connection, const store::TenantScope& scope, const Catalogues& catalogues,
                           std::string_view text) {
  TRY(const auto faults, check_directive(connection, scope, catalogues, text));
  if (!faults.empty()) return has_faults(faults);
  return {};
}

Error was_rewritten() {
  return refuse(Code::conflict, "text_sha256", {"Văn bản đã được sửa sau khi bạn mở. Tải lại và đọc lại trước khi quyết định.",
                                                "The text was changed after you opened it. Reload and read it before you decide."});
}

Error is_ambiguous(const law::Relation& relation) {
  return refuse(Code::conflict, "text",
                {"Có nhiều văn bản số " + relation.number + " đang có hiệu lực; hãy ghi ngày của văn bản bị thay thế.",
                 "Several directives " + relation.number + " are in force; give the date of the one that is replaced."});
}

// A directive ends on the day before the one that replaces it begins; one that ends
// sooner is left alone, and two of one number are told apart by their date.
Result<std::vector<DirectiveId>> end_replaced(store::Connection& connection, const store::TenantScope& scope,
                                              const Catalogues& catalogues, const law::Directive& fresh,
                                              const Actor& actor, Timestamp now) {
  TRY(const auto all, list_directives(connection, scope, catalogues, vietnam_day(now)));
  std::vector<DirectiveId> ended;
  for (const auto& relation : fresh.relations) {
    if (relation.kind != law::Relation::Kind::replaces) continue;
    bool found = false;
    for (const auto id : related(all, relation)) {
      const auto old = std::ranges::find(all, id, &DirectiveRecord::id);
      const auto last_day = fresh.valid_from - 1;
      const bool ends_before = old->outline.valid_to && *old->outline.valid_to <= last_day;
      if (old->state != DirectiveState::in_force || old->key == fresh.key || ends_before) continue;
      if (std::exchange(found, true) && !relation.date) return is_ambiguous(relation);
      const auto decision = fresh.number.value_or(fresh.key);
      TRY_VOID(end_directive(connection, scope, catalogues, id, last_day, decision, actor, now));
      ended.push_back(id);
    }
  }
  return ended;
}

}  // namespace

std::string_view to_string(DirectiveState state) { return kStates.at(static_cast<std::size_t>(state)); }

bool DirectiveRecord::may_change(const Actor& actor) const {
  return actor.role == Role::province_admin && (state == DirectiveState::draft || state == DirectiveState::refused);
}

bool DirectiveRecord::may_decide(const Actor& actor) const {
  return state == DirectiveState::waiting && entered_by != actor.user &&
         (actor.role == Role::province_admin || actor.role == Role::leader);
}

Result<std::int64_t> adopt_shipped(store::Connection& connection, const Catalogues& catalogues, TenantId tenant,
                                   Timestamp now) {
  std::int64_t adopted = 0;
  for (const auto& directive : catalogues.shipped().directives()) {
    TRY(const auto made, connection.run("INSERT INTO directive (tenant_id, key, source, state, text, entered_at) "
                                        "VALUES (?1, ?2, 'shipped', 'in_force', '', ?3) "
                                        "ON CONFLICT (tenant_id, key) WHERE state = 'in_force' DO NOTHING",
                                        {tenant, directive.key, now}));
    adopted += made;
  }
  if (adopted > 0) TRY_VOID(renew_revision(connection, tenant));
  return adopted;
}

Result<std::vector<DirectiveRecord>> list_directives(store::Connection& connection, const store::TenantScope& scope,
                                                     const Catalogues& catalogues, Date today) {
  std::vector<DirectiveRecord> all;
  TRY_VOID(connection.query(KHIEN_DIRECTIVE_COLUMNS "WHERE tenant_id = ?1", {scope.tenant()},
                            [&](const store::Row& row) -> Result<void> {
                              all.push_back(record_from(row, catalogues.shipped(), today));
                              return {};
                            }));
  std::ranges::sort(all, std::ranges::greater(), [](const DirectiveRecord& one) {
    return std::pair(one.outline.valid_from.value_or(Date::last()), one.id);
  });
  return all;
}

Result<DirectiveRecord> get_directive(store::Connection& connection, const store::TenantScope& scope,
                                      const Catalogues& catalogues, DirectiveId id, Date today) {
  DirectiveRecord record;
  const auto found = connection.query_one(KHIEN_DIRECTIVE_COLUMNS "WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id},
                                          [&](const store::Row& row) -> Result<void> {
                                            record = record_from(row, catalogues.shipped(), today);
                                            return {};
                                          });
  if (!found) return found.error().code() == Code::not_found ? no_directive() : found.error();
  return record;
}

Result<std::vector<law::Fault>> check_directive(store::Connection& connection, const store::TenantScope& scope,
                                                const Catalogues& catalogues, std::string_view text) {
  TRY(const auto law, catalogues.of(connection, scope.tenant()));
  return faults_of(law->catalogue(), text);
}

Result<Draft> read_draft(const TenantLaw& beside, const DirectiveRecord& record) {
  Budget budget(kTextLimits);
  auto loading = beside.catalogue().with({file_of(record.key, record.text)}, budget);
  Draft draft;
  draft.faults = std::move(loading.faults);
  if (!draft.faults.empty() || !loading.catalogue) return draft;
  const auto* directive = loading.catalogue->directive(record.key);
  if (directive == nullptr) return draft;
  std::vector<Binding> bindings{{record.id, directive, *directive}};
  bindings.front().dated.clauses.clear();
  for (const auto& other : beside.bindings()) {
    bindings.push_back({other.id, loading.catalogue->directive(other.directive->key), other.dated});
  }
  draft.law = std::make_shared<const TenantLaw>(std::move(loading.catalogue), std::move(bindings), Sha256{});
  return draft;
}

Result<DirectiveId> enter_directive(store::Connection& connection, const store::TenantScope& scope,
                                    const Catalogues& catalogues, std::string_view text, bool submit,
                                    const Actor& actor, Timestamp now) {
  TRY_VOID(require_no_marking(text));
  if (submit) TRY_VOID(require_whole(connection, scope, catalogues, text));
  TRY_VOID(connection.run("INSERT INTO directive (tenant_id, key, source, state, text, entered_by, entered_at) "
                          "VALUES (?1, ?2, 'entered', ?3, ?4, ?5, ?6)",
                          {scope.tenant(), outline_of(text).key, submit ? "waiting" : "draft", text, actor.user, now}));
  return DirectiveId{connection.last_insert_id()};
}

Result<void> change_directive(store::Connection& connection, const store::TenantScope& scope,
                              const Catalogues& catalogues, DirectiveId id, std::string_view text, bool submit,
                              const Actor& actor, Timestamp now) {
  TRY(const auto before, get_directive(connection, scope, catalogues, id, vietnam_day(now)));
  if (!before.may_change(actor)) return not_changeable();
  TRY_VOID(require_no_marking(text));
  if (submit) TRY_VOID(require_whole(connection, scope, catalogues, text));
  TRY_VOID(save(connection, scope.tenant(), id, text, submit));
  // Whoever wrote the last word may not approve it.
  TRY_VOID(connection.run("UPDATE directive SET entered_by = ?3 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, actor.user}));
  return {};
}

Result<std::vector<DirectiveId>> decide_directive(store::Connection& connection, const store::TenantScope& scope,
                                                  const Catalogues& catalogues, DirectiveId id, const Sha256& read,
                                                  const Decision& decision, const Actor& actor, Timestamp now) {
  TRY(const auto record, get_directive(connection, scope, catalogues, id, vietnam_day(now)));
  Handling handling;
  handling.state = record.state == DirectiveState::waiting ? RecordState::waiting : RecordState::approved;
  handling.recorded_by = record.entered_by.value_or(UserId{});
  TRY_VOID(check_decision(handling, actor, decision));
  if (!record.may_decide(actor)) return Error(Code::denied, "not a role that decides");
  if (sha256(record.text) != read) return was_rewritten();
  TRY_VOID(refuse_marked_text("note", decision.note));
  TRY(const auto before, catalogues.of(connection, scope.tenant()));
  // What binds may have changed since it was handed over.
  if (decision.approve) TRY_VOID(require_whole(connection, scope, catalogues, record.text));
  TRY_VOID(connection.run(
      "UPDATE directive SET state = ?3, decided_by = ?4, decided_at = ?5, decision_note = ?6 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, decision.approve ? "in_force" : "refused", actor.user, now, decision.note}));
  if (!decision.approve) return std::vector<DirectiveId>();
  TRY_VOID(renew_revision(connection, scope.tenant()));
  Budget budget(kTextLimits);
  const auto fresh = before->catalogue().with({file_of(record.key, record.text)}, budget);
  const auto* directive = fresh.catalogue ? fresh.catalogue->directive(record.key) : nullptr;
  if (directive == nullptr) return Error(Code::internal, "an approved directive is not in the catalogue");
  return end_replaced(connection, scope, catalogues, *directive, actor, now);
}

Result<void> end_directive(store::Connection& connection, const store::TenantScope& scope,
                           const Catalogues& catalogues, DirectiveId id, Date last_day, std::string_view decision,
                           const Actor& actor, Timestamp now) {
  TRY(const auto record, get_directive(connection, scope, catalogues, id, vietnam_day(now)));
  if (record.state != DirectiveState::in_force) {
    return refuse(Code::conflict, "", {"Chỉ văn bản đang có hiệu lực mới kết thúc được.", "Only a directive in force can be ended."});
  }
  if (record.outline.valid_from && last_day + 1 < *record.outline.valid_from) {
    return refuse(Code::invalid, "valid_to", {"Ngày kết thúc trước ngày có hiệu lực.", "The last day lies before the first one."});
  }
  TRY_VOID(connection.run("UPDATE directive SET last_day = ?3, end_decision = ?4, ended_by = ?5 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, std::int64_t{last_day.days()}, decision, actor.user}));
  return renew_revision(connection, scope.tenant());
}

std::vector<DirectiveId> related(const std::vector<DirectiveRecord>& all, const law::Relation& relation) {
  std::vector<DirectiveId> ids;
  if (relation.number.empty()) return ids;
  // One number may be two documents of two years: the date decides where it is known.
  const auto spelled = [](std::string_view text) {
    std::string out = fold(text);
    std::erase(out, ' ');
    return out;
  };
  for (const auto& record : all) {
    const auto& outline = record.outline;
    if (!outline.number || spelled(*outline.number) != spelled(relation.number)) continue;
    if (relation.date && outline.date && *relation.date != *outline.date) continue;
    if (!relation.issuer.empty() && outline.issuer && spelled(outline.issuer->vi) != spelled(relation.issuer)) continue;
    const bool stands = record.state == DirectiveState::in_force || record.state == DirectiveState::ended;
    if (stands) ids.push_back(record.id);
  }
  return ids;
}

}  // namespace khien::duty
