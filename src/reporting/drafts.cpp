#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/reporting/gather.hpp"
#include "khien/reporting/reports.hpp"
#include "periods.hpp"
#include "report_rows.hpp"
#include "succession.hpp"

namespace khien::reporting {
namespace {

Error already_frozen() {
  return duty::refuse(Code::conflict, "", {"Văn bản này đã chốt, không sửa được nữa.", "This document is frozen and does not change."});
}

// Whose document it is, and of what.
struct Owner {
  UnitId unit;
  bool of_whole = false;
  std::string name;    // of the unit, as it is called
  std::string parent;  // of the unit above it, as far as the scope shows it
};

Result<Owner> owner_of(store::Connection& connection, const store::TenantScope& scope, const report::Kind& kind,
                       std::optional<UnitId> asked) {
  TRY(const auto root, estate::root_unit(connection, scope.tenant()));
  const bool sees_all = std::ranges::find(scope.roots(), root) != scope.roots().end();
  if (!asked && !sees_all) return Error(Code::denied, "a document of the whole is made by who answers for the whole");
  Owner owner{.unit = asked.value_or(root), .of_whole = !asked, .name = {}, .parent = {}};
  TRY(const auto unit, estate::get_unit(connection, scope, owner.unit));
  if (owner.of_whole ? !kind.of_tenant : !kind.of_unit) {
    return duty::refuse(Code::invalid, "unit", owner.of_whole
                            ? LocalText{"Loại văn bản này do từng đơn vị lập: hãy chọn đơn vị.", "Each unit makes this document for itself: name the unit."}
                            : LocalText{"Loại văn bản này chỉ lập cho toàn địa bàn: để trống đơn vị.", "This document is made for the whole: name no unit."});
  }
  owner.name = unit.name;
  if (unit.parent) {
    if (const auto above = estate::get_unit(connection, scope, *unit.parent)) owner.parent = above->name;
  }
  return owner;
}

std::string key_of(const Owner& owner) { return owner.of_whole ? "tenant" : "unit:" + std::to_string(owner.unit.value); }

// The newest document of the unit, whatever its kind, says who writes; its symbol begins with
// what this kind's begins with.
Result<report::Issuer> issuer_of(store::Connection& connection, TenantId tenant, const Owner& owner, const report::Kind& kind) {
  std::optional<report::Issuer> last;
  TRY_VOID(connection.query(
      "SELECT s.snapshot FROM report r JOIN report_snapshot s ON s.tenant_id = r.tenant_id AND s.report_id = r.id "
      "WHERE r.tenant_id = ?1 AND r.unit_id = ?2 AND r.of_whole = ?3 ORDER BY r.id DESC LIMIT 1",
      {tenant, owner.unit, owner.of_whole}, [&](const store::Row& row) -> Result<void> {
        TRY(auto snapshot, report::read_snapshot(row.text(0)));
        last = std::move(snapshot.issuer);
        return {};
      }));
  if (!last) return report::Issuer{.parent_agency = owner.parent, .agency = owner.name, .place = {}, .symbol = kind.symbol,
                                   .signer_mode = {}, .signer_mode_title = {}, .signer_title = {}, .signer_name = {},
                                   .recipients = kind.recipients};
  const auto dash = last->symbol.find('-');
  last->symbol = kind.symbol + (dash == last->symbol.npos ? std::string() : last->symbol.substr(dash));
  return *std::move(last);
}

// The newest frozen one of the same kind and scope, of a period that ended before.
Result<std::optional<report::Previous>> previous_for(store::Connection& connection, TenantId tenant, const Owner& owner,
                                                     const report::Snapshot& snapshot) {
  std::optional<report::Previous> previous;
  TRY_VOID(connection.query(
      "SELECT s.snapshot FROM report r JOIN report_snapshot s ON s.tenant_id = r.tenant_id AND s.report_id = r.id "
      "WHERE r.tenant_id = ?1 AND r.kind = ?2 AND r.unit_id = ?3 AND r.of_whole = ?4 AND r.state <> 'draft' AND r.period_to < ?5 "
      "ORDER BY r.period_to DESC, r.id DESC LIMIT 1",
      {tenant, snapshot.kind, owner.unit, owner.of_whole, std::int64_t{snapshot.period.to.days()}}, [&](const store::Row& row) -> Result<void> {
        TRY(const auto earlier, report::read_snapshot(row.text(0)));
        previous = report::previous_of(earlier);
        return {};
      }));
  return previous;
}

Result<void> count(store::Connection& connection, const store::TenantScope& scope,
                               const std::shared_ptr<const duty::TenantLaw>& law, const report::Kind& kind, const Owner& owner,
                               const report::Period& period, std::optional<incident::IncidentId> incident, const Registers& registers,
                               Timestamp now, Counting& counting) {
  const std::optional<UnitId> unit = owner.of_whole ? std::nullopt : std::optional(owner.unit);
  TRY(const auto bounds, bounds_of(connection, scope.tenant(), kind, owner.unit, owner.of_whole, period));
  auto& snapshot = counting.snapshot;
  TRY(snapshot, gather(connection, scope, law, {.kind = kind, .period = period, .unit = unit, .registers = registers, .now = now,
                                                     .since = bounds.since, .until = bounds.until, .incident = incident, .ahead = is_made_ahead(kind, *law)},
                             &counting.further));
  TRY(snapshot.tenant, estate::tenant_name(connection, scope.tenant()));
  snapshot.scope_key = key_of(owner);
  snapshot.scope_name = owner.of_whole ? snapshot.tenant : owner.name;
  // One incident is not compared with another.
  if (incident) return {};
  TRY(snapshot.previous, previous_for(connection, scope.tenant(), owner, snapshot));
  return {};
}

// Of a draft: those that were kept of it before go.
Result<void> keep_further(store::Connection& connection, TenantId tenant, ReportId id, const FurtherRows& further) {
  TRY_VOID(connection.run("DELETE FROM report_rows WHERE tenant_id = ?1 AND report_id = ?2", {tenant, id}));
  for (const auto& [figure, rows] : further) {
    for (std::size_t at = 0; at < rows.size(); at += report::kMostRowsOfFigure) {
      std::string lines;
      for (std::size_t i = at; i < std::min(at + report::kMostRowsOfFigure, rows.size()); ++i) lines += rows[i] + "\n";
      TRY_VOID(connection.run("INSERT INTO report_rows (tenant_id, report_id, figure, part, keys) VALUES (?1, ?2, ?3, ?4, ?5)",
                              {tenant, id, figure, static_cast<std::int64_t>(at / report::kMostRowsOfFigure + 1), lines}));
    }
  }
  return {};
}

Result<void> check_words(const report::Kind& kind, const std::map<std::string, std::string>& words) {
  for (const auto& [id, text] : words) {
    const auto field = std::ranges::find(kind.fields, id, &report::WordsField::id);
    if (field == kind.fields.end()) {
      return duty::refuse(Code::invalid, "words", {"Văn bản không có mục này.", "The document has no such field."});
    }
    const auto begins_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
    if (static_cast<std::size_t>(std::ranges::count_if(text, begins_letter)) > field->most_characters) {
      return duty::refuse(Code::invalid, "words." + id, {"Nội dung dài quá mức cho phép.", "The text is longer than allowed."});
    }
    TRY_VOID(duty::refuse_marked_text("words." + id, text));
  }
  return {};
}

Result<void> check_issuer(const report::Issuer& issuer) {
  for (const auto* text : {&issuer.parent_agency, &issuer.agency, &issuer.place, &issuer.symbol, &issuer.signer_mode_title,
                           &issuer.signer_title, &issuer.signer_name}) {
    TRY_VOID(duty::refuse_marked_text("issuer", *text));
  }
  for (const auto& recipient : issuer.recipients) TRY_VOID(duty::refuse_marked_text("issuer", recipient));
  return {};
}

Result<void> store_snapshot(store::Connection& connection, TenantId tenant, ReportId id, const report::Snapshot& snapshot,
                            std::string_view kind_text) {
  TRY_VOID(report::validate(snapshot));
  const auto json = report::to_json(snapshot);
  if (json.size() > report::kMostSnapshotBytes) {
    return duty::refuse(Code::invalid, "", {"Số liệu quá lớn cho một văn bản.", "The figures are too large for one document."});
  }
  TRY_VOID(connection.run(
      "INSERT INTO report_snapshot (tenant_id, report_id, kind, snapshot) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, report_id) DO UPDATE SET kind = excluded.kind, snapshot = excluded.snapshot",
      {tenant, id, kind_text, json}));
  TRY_VOID(connection.run("UPDATE report SET digest = ?3, cut_off = ?4, symbol = ?5, counted_from = ?6 WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, sha256(json).view(), snapshot.cut_off, snapshot.issuer.symbol, counted_from(snapshot)}));
  return {};
}

Result<void> check_incident(store::Connection& connection, const store::TenantScope& scope, const report::Kind& kind, const Owner& owner,
                            const report::Period& period, incident::IncidentId id, Timestamp now) {
  if (kind.meets.empty()) return duty::refuse(Code::invalid, "incident", {"Loại văn bản này không lập từ hồ sơ sự cố.", "This kind of document is not of an incident."});
  TRY(const auto detail, incident::get_incident(connection, scope, id, now));
  if (!owner.of_whole && owner.unit != detail.incident.unit) {
    return duty::refuse(Code::invalid, "unit", {"Văn bản phải do đơn vị của sự cố lập, hoặc lập cho toàn địa bàn.", "The incident's own unit makes it, or the whole."});
  }
  const auto day = vietnam_day(detail.incident.detected_at);
  if (period.from == day && period.to == day) return {};
  return duty::refuse(Code::invalid, "period", {"Kỳ của văn bản về sự cố là ngày phát hiện: " + day_words(day) + ".", "The period of an incident's document is the day of its detection: " + to_string(day) + "."});
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \n\t") == text.npos; }

Error not_replaceable(LocalText why) { return duty::refuse(Code::invalid, "replaces", std::move(why)); }

// Words and issuer of the frozen document that is corrected.
Result<void> take_over(store::Connection& connection, const store::TenantScope& scope, const NewReport& asked, const report::Kind& kind,
                       Counting& counting) {
  constexpr std::size_t kMostReason = 1000;  // bytes
  TRY(const auto old, get_report(connection, scope, *asked.replaces));
  if (old.report.state == ReportState::draft) {
    return not_replaceable({"Chỉ văn bản đã chốt mới cần văn bản thay thế; dự thảo thì sửa trực tiếp.", "Only a frozen document is replaced; a draft is changed."});
  }
  if (old.report.replaced_by) return not_replaceable({"Văn bản này đã được thay thế.", "This document was replaced already."});
  const bool same = old.report.kind == asked.kind && old.report.period == counting.snapshot.period.id && old.report.unit == counting.unit &&
                    old.report.of_whole == counting.of_whole;
  if (!same) return not_replaceable({"Văn bản thay thế phải cùng loại, cùng kỳ và cùng đơn vị.", "What replaces it has the same kind, period and unit."});
  if (is_blank(asked.reason) || asked.reason.size() > kMostReason) {
    return duty::refuse(Code::invalid, "reason", {"Hãy ghi rõ vì sao phải thay thế.", "Say why it is replaced."});
  }
  TRY_VOID(duty::refuse_marked_text("reason", asked.reason));
  if (old.report.incident != asked.incident) return not_replaceable({"Văn bản thay thế phải về cùng sự cố.", "What replaces it tells of the same incident."});
  counting.replaces = old.report.id;
  counting.snapshot.replaces = report::Replaces{old.report.number_words(), *old.report.issued_on, asked.reason};
  counting.snapshot.issuer = old.snapshot.issuer;
  for (const auto& [field, text] : old.snapshot.words) {
    if (std::ranges::find(kind.fields, field, &report::WordsField::id) != kind.fields.end()) counting.snapshot.words[field] = text;
  }
  return {};
}

}  // namespace

Result<Counting> count_report(store::Connection& connection, const store::TenantScope& scope, const Kinds& kinds,
                              const std::shared_ptr<const duty::TenantLaw>& law, const NewReport& asked, Timestamp now) {
  const auto* entry = kinds.find(asked.kind);
  if (entry == nullptr) return duty::refuse(Code::invalid, "kind", {"Không có loại văn bản này.", "There is no such kind of document."});
  TRY(const auto period, period_for(entry->kind, *law, asked.period));
  TRY(const auto owner, owner_of(connection, scope, entry->kind, asked.unit));
  if (asked.incident) TRY_VOID(check_incident(connection, scope, entry->kind, owner, period, *asked.incident, now));
  Counting counting{.snapshot = {}, .further = {}, .kind_text = entry->text, .unit = owner.unit, .of_whole = owner.of_whole};
  TRY_VOID(count(connection, scope, law, entry->kind, owner, period, asked.incident, kinds.registers(), now, counting));
  counting.incident = asked.incident;
  if (asked.replaces) {
    TRY_VOID(take_over(connection, scope, asked, entry->kind, counting));
  } else {
    TRY(counting.snapshot.issuer, issuer_of(connection, scope.tenant(), owner, entry->kind));
  }
  return counting;
}

Result<Counting> count_again(store::Connection& connection, const store::TenantScope& scope, const Kinds& kinds,
                             const std::shared_ptr<const duty::TenantLaw>& law, ReportId id, Timestamp now) {
  TRY(auto detail, get_report(connection, scope, id));
  if (detail.report.state != ReportState::draft) return already_frozen();
  const auto* entry = kinds.find(detail.report.kind);
  if (entry == nullptr) return duty::refuse(Code::conflict, "kind", {"Loại văn bản này không còn nữa.", "This kind of document is gone."});
  const std::optional<UnitId> unit = detail.report.of_whole ? std::nullopt : std::optional(detail.report.unit);
  TRY(const auto owner, owner_of(connection, scope, entry->kind, unit));
  Counting counting{.snapshot = {}, .further = {}, .kind_text = entry->text, .unit = owner.unit, .of_whole = owner.of_whole};
  TRY_VOID(count(connection, scope, law, entry->kind, owner, detail.snapshot.period, detail.report.incident, kinds.registers(), now, counting));
  return counting;
}

Result<ReportId> keep_report(store::Connection& connection, const store::TenantScope& scope, const Counting& counting, UserId who,
                             Timestamp now) {
  khien_assert(who);
  TRY_VOID(estate::get_unit(connection, scope, counting.unit));
  const auto& snapshot = counting.snapshot;
  TRY_VOID(connection.run(
      "INSERT INTO report (tenant_id, unit_id, of_whole, kind, period, state, cut_off, digest, made_by, made_at, symbol, period_from, period_to, replaces_id, incident_id) "
      "VALUES (?1, ?2, ?3, ?4, ?5, 'draft', ?6, zeroblob(32), ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      {scope.tenant(), counting.unit, counting.of_whole, snapshot.kind, snapshot.period.id, snapshot.cut_off, who, now, snapshot.issuer.symbol,
       std::int64_t{snapshot.period.from.days()}, std::int64_t{snapshot.period.to.days()},
       counting.replaces ? store::Value(*counting.replaces) : store::Value(nullptr), counting.incident ? store::Value(*counting.incident) : store::Value(nullptr)}));
  const ReportId id{connection.last_insert_id()};
  TRY_VOID(store_snapshot(connection, scope.tenant(), id, snapshot, counting.kind_text));
  TRY_VOID(keep_further(connection, scope.tenant(), id, counting.further));
  std::string words;
  if (const auto& old = snapshot.replaces) words = "Thay thế văn bản số " + old->number + " ngày " + day_words(old->issued_on) + ". Lý do: " + old->reason;
  TRY_VOID(put_event(connection, scope.tenant(), {.report = id, .what = "made", .at = now, .by = who, .words = words}));
  return id;
}

Result<void> update_report(store::Connection& connection, const store::TenantScope& scope, ReportId id, const ReportChange& change,
                           UserId who, Timestamp now) {
  khien_assert(who);
  TRY(auto detail, get_report(connection, scope, id));
  if (detail.report.state != ReportState::draft) return already_frozen();
  auto snapshot = std::move(detail.snapshot);
  if (change.anew) {
    auto anew = change.anew->snapshot;
    TRY(detail.kind, report::read_kind(change.anew->kind_text));
    detail.kind_text = change.anew->kind_text;
    // What people wrote stays, but for fields that a newer version of the kind left out.
    anew.issuer = std::move(snapshot.issuer);
    anew.words = std::move(snapshot.words);
    anew.replaces = std::move(snapshot.replaces);
    std::erase_if(anew.words, [&](const auto& word) {
      return std::ranges::find(detail.kind.fields, word.first, &report::WordsField::id) == detail.kind.fields.end();
    });
    snapshot = std::move(anew);
    TRY_VOID(keep_further(connection, scope.tenant(), id, change.anew->further));
    TRY_VOID(put_event(connection, scope.tenant(), {.report = id, .what = "counted", .at = now, .by = who}));
  }
  if (change.words) {
    TRY_VOID(check_words(detail.kind, *change.words));
    for (const auto& [field, text] : *change.words) snapshot.words[field] = text;
  }
  if (change.issuer) {
    TRY_VOID(check_issuer(*change.issuer));
    snapshot.issuer = *change.issuer;
  }
  if (change.words || change.issuer) {
    TRY_VOID(put_event(connection, scope.tenant(), {.report = id, .what = "changed", .at = now, .by = who}));
  }
  return store_snapshot(connection, scope.tenant(), id, snapshot, detail.kind_text);
}

Result<void> discard_report(store::Connection& connection, const store::TenantScope& scope, ReportId id) {
  TRY(const auto detail, get_report(connection, scope, id));
  if (detail.report.state != ReportState::draft) return already_frozen();
  TRY_VOID(connection.run("DELETE FROM report WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id}));
  return {};
}

}  // namespace khien::reporting
