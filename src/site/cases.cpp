#include "khien/site/cases.hpp"

#include <algorithm>
#include <utility>

#include "case_states.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/site/page_evidence.hpp"
#include "khien/site/watch.hpp"

namespace khien::site {
namespace {

constexpr std::string_view kList = "site-cases";
constexpr std::size_t kMaxPage = 500;
constexpr std::size_t kMaxTextBytes = 8'000;  // 2,000 characters
// What comes back later than this is another story.
constexpr Duration kSameCaseFor = days(365);
// A site whose looks do not come to an end is not watched.
constexpr Duration kFreshLook = hours(48);
constexpr std::int64_t kProofsPinned = 20;

#define KHIEN_CASE_COLUMNS                                                                                            \
  "c.id, c.site_id, s.address, c.unit_id, u.name, c.state, c.opened_at, c.entered_at, c.recurrences, c.confirmed_by, " \
  "c.cause, c.cause_text, c.rescan_since, s.open_findings FROM site_case c "                                           \
  "JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id "                                                     \
  "JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "
// ?3 site or 0, ?4 alive only, ?5 waits only.
#define KHIEN_CASES_FOUND                                                                              \
  "WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND (?3 = 0 OR c.site_id = ?3) "   \
  "AND (?4 = 0 OR c.state NOT IN ('closed', 'legitimate')) AND (?5 = 0 OR c.state IN ('open', 'cause_wanted')) "

Error no_case() { return Error(Code::not_found, "there is no such case"); }

Result<CaseRecord> record_from(const store::Row& row) {
  CaseRecord record;
  record.id = {row.integer(0)};
  record.site = {row.integer(1)};
  record.address = row.text(2);
  record.unit = {row.integer(3)};
  record.unit_name = row.text(4);
  TRY(record.state, case_state_from_string(row.text(5)));
  record.opened_at = row.time(6);
  record.entered_at = row.time(7);
  record.recurrences = row.integer(8);
  if (!row.is_null(9)) record.confirmed_by = UserId{row.integer(9)};
  if (!row.text(10).empty()) {
    TRY(record.cause, cause_from_string(row.text(10)));
  }
  record.cause_text = row.text(11);
  if (!row.is_null(12)) record.rescan_since = row.time(12);
  record.open_findings = row.integer(13);
  if (record.state == CaseState::watching) record.watched_until = record.entered_at + kWatchedFor;
  return record;
}

// A case as the edges see it.
struct Stored {
  SiteCaseId id;
  TenantId tenant;
  SiteId site;
  UnitId unit;
  CaseState state = CaseState::open;
  Timestamp entered_at;
  bool cause_named = false;
  Timestamp rescan_since;
  std::int64_t events = 0;
};

// One edge of case_states.hpp's table. `who` {0} is the hub.
struct Edge {
  CaseEvent event = CaseEvent::found;
  Step step;
  UserId who;
  std::string_view note;
  Timestamp now;
  std::optional<Cause> cause = {};
};

Result<void> put_event(store::Connection& connection, const Stored& stored, const Edge& edge) {
  const auto who = edge.who ? store::Value(edge.who) : store::Value(nullptr);
  TRY_VOID(connection.run(
      "INSERT INTO site_case_event (tenant_id, case_id, number, at, user_id, event, state, cause, note) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      {stored.tenant, stored.id, stored.events + 1, edge.now, who, to_string(edge.event), to_string(edge.step.state),
       edge.cause ? to_string(*edge.cause) : "", edge.note}));
  return {};
}

// Until looks show that it is mended.
bool is_altered(CaseState state) {
  return state == CaseState::open || state == CaseState::cause_wanted || state == CaseState::rescanning;
}

Result<void> record(store::Connection& connection, const Stored& stored, const Edge& edge) {
  const bool moves = edge.step.state != stored.state;
  const bool rescans = moves && edge.step.state == CaseState::rescanning;
  TRY(const auto written,
      connection.run("UPDATE site_case SET state = ?3, entered_at = CASE WHEN ?4 THEN ?5 ELSE entered_at END, "
                     "recurrences = recurrences + ?6, cause = CASE WHEN ?6 THEN '' ELSE cause END, "
                     "cause_text = CASE WHEN ?6 THEN '' ELSE cause_text END, "
                     "confirmed_by = CASE WHEN ?6 THEN NULL ELSE confirmed_by END, "
                     "rescan_since = CASE WHEN ?7 THEN ?5 ELSE rescan_since END, events = events + 1 "
                     "WHERE tenant_id = ?1 AND id = ?2",
                     {stored.tenant, stored.id, to_string(edge.step.state), moves, edge.now, edge.step.recurrence, rescans}));
  khien_assert(written == 1);
  TRY_VOID(estate::set_site_altered(connection, stored.tenant, stored.site, is_altered(edge.step.state)));
  return put_event(connection, stored, edge);
}

Result<Stored> open_case(store::Connection& connection, TenantId tenant, SiteId site, UnitId unit, Timestamp now) {
  TRY_VOID(connection.run("INSERT INTO site_case (tenant_id, site_id, unit_id, state, opened_at, entered_at, events) "
                          "VALUES (?1, ?2, ?3, 'open', ?4, ?4, 1)",
                          {tenant, site, unit, now}));
  Stored stored{.id = {connection.last_insert_id()}, .tenant = tenant, .site = site, .unit = unit};
  TRY_VOID(put_event(connection, stored, {.event = CaseEvent::found, .step = {CaseState::open}, .who = {}, .note = {}, .now = now}));
  TRY_VOID(estate::set_site_altered(connection, tenant, site, true));
  return stored;
}

// The first that was seen is what a person is shown, and what proves it later.
Result<void> pin_proofs(store::Connection& connection, TenantId tenant, SiteId site) {
  std::vector<PageEvidenceId> proofs;
  TRY_VOID(connection.query("SELECT evidence_id FROM page_fact WHERE tenant_id = ?1 AND site_id = ?2 AND evidence_id > 0 "
                            "AND class NOT IN ('clean', 'legitimate_mention', 'unknown') ORDER BY score DESC, url LIMIT ?3",
                            {tenant, site, kProofsPinned}, [&](const store::Row& row) -> Result<void> {
                              proofs.push_back({row.integer(0)});
                              return {};
                            }));
  for (const PageEvidenceId proof : proofs) TRY_VOID(pin(connection, tenant, proof));
  return {};
}

Result<Stored> stored_from(const store::Row& row) {
  Stored stored{.id = {row.integer(0)}, .tenant = {row.integer(1)}, .site = {row.integer(2)}, .unit = {row.integer(3)}};
  TRY(stored.state, case_state_from_string(row.text(4)));
  stored.entered_at = row.time(5);
  stored.cause_named = !row.text(6).empty();
  stored.rescan_since = row.time(7);
  stored.events = row.integer(8);
  return stored;
}
#define KHIEN_STORED_CASE \
  "c.id, c.tenant_id, c.site_id, c.unit_id, c.state, c.entered_at, c.cause, coalesce(c.rescan_since, 0), c.events FROM site_case c "

Result<Stored> load(store::Connection& connection, TenantId tenant, SiteCaseId id) {
  std::optional<Stored> stored;
  TRY_VOID(connection.query("SELECT " KHIEN_STORED_CASE "WHERE c.tenant_id = ?1 AND c.id = ?2", {tenant, id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(stored, stored_from(row));
                              return {};
                            }));
  if (!stored) return no_case();
  return *stored;
}

Result<bool> holds(store::Connection& connection, store::Sql sql, store::Connection::Values values) {
  bool found = false;
  TRY_VOID(connection.query(sql, values, [&](const store::Row&) -> Result<void> {
    found = true;
    return {};
  }));
  return found;
}

// Is there an open finding of pages?
Result<bool> is_ill(store::Connection& connection, const Stored& c) {
  return holds(connection,
               "SELECT 1 FROM finding WHERE tenant_id = ?1 AND site_id = ?2 AND judge = 'watch' "
               "AND state IN ('new', 'in_progress') LIMIT 1",
               {c.tenant, c.site});
}

// Of the site's pages with a finding that nobody suppressed: one that was seen ill
// since the case is looked at again.
Result<bool> seen_ill_since(store::Connection& connection, const Stored& c) {
  return holds(connection,
               "SELECT 1 FROM page_fact p WHERE p.tenant_id = ?1 AND p.site_id = ?2 AND p.seen_at > ?3 "
               "AND p.class NOT IN ('clean', 'legitimate_mention', 'unknown') AND EXISTS (SELECT 1 FROM finding f WHERE "
               "f.tenant_id = ?1 AND f.site_id = ?2 AND f.judge = 'watch' AND f.subject = p.url AND f.state <> 'suppressed') LIMIT 1",
               {c.tenant, c.site, c.rescan_since});
}

// Each of them was seen whole and mended since, and a look came to its end.
Result<bool> mended_since(store::Connection& connection, const Stored& c) {
  TRY(const bool looked, holds(connection, "SELECT 1 FROM site_fact WHERE tenant_id = ?1 AND site_id = ?2 AND looked_at > ?3",
                               {c.tenant, c.site, c.rescan_since}));
  if (!looked) return false;
  TRY(const bool left,
      holds(connection,
            "SELECT 1 FROM page_fact p WHERE p.tenant_id = ?1 AND p.site_id = ?2 AND (p.seen_at <= ?3 OR p.whole = 0 "
            "OR p.class NOT IN ('clean', 'legitimate_mention')) AND EXISTS (SELECT 1 FROM finding f WHERE f.tenant_id = ?1 AND "
            "f.site_id = ?2 AND f.judge = 'watch' AND f.subject = p.url AND f.state <> 'suppressed') LIMIT 1",
            {c.tenant, c.site, c.rescan_since}));
  if (left) return false;
  TRY(const bool ill, is_ill(connection, c));
  return !ill;
}

Result<bool> stayed_clean(store::Connection& connection, const Stored& c, Timestamp now) {
  if (now < c.entered_at + kWatchedFor) return false;
  return holds(connection, "SELECT 1 FROM site_fact WHERE tenant_id = ?1 AND site_id = ?2 AND looked_at >= ?3",
               {c.tenant, c.site, now - kFreshLook});
}

// What the hub has to say of a case that is not over; none: nothing.
Result<std::optional<CaseEvent>> word_of(store::Connection& connection, const Stored& c, Timestamp now) {
  if (c.state == CaseState::rescanning) {
    TRY(const bool ill, seen_ill_since(connection, c));
    if (ill) return std::optional(CaseEvent::found);
    TRY(const bool mended, mended_since(connection, c));
    return mended ? std::optional(CaseEvent::clean) : std::nullopt;
  }
  if (c.state != CaseState::watching) return std::optional<CaseEvent>();
  TRY(const bool ill, is_ill(connection, c));
  if (ill) return std::optional(CaseEvent::found);
  TRY(const bool stayed, stayed_clean(connection, c, now));
  return stayed ? std::optional(CaseEvent::stayed) : std::nullopt;
}

Result<void> review_living(store::Connection& connection, TenantId tenant, Timestamp now, std::vector<ReviewedCase>& reviewed) {
  std::vector<Stored> living;
  TRY_VOID(connection.query("SELECT " KHIEN_STORED_CASE "WHERE c.tenant_id = ?1 AND c.state IN ('rescanning', 'watching')",
                            {tenant}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto stored, stored_from(row));
                              living.push_back(stored);
                              return {};
                            }));
  for (const Stored& stored : living) {
    TRY(const auto event, word_of(connection, stored, now));
    const auto next = event ? step(stored.state, *event, stored.cause_named) : std::nullopt;
    if (!next) continue;
    TRY_VOID(record(connection, stored, {.event = *event, .step = *next, .who = {}, .note = {}, .now = now}));
    if (*event == CaseEvent::found) TRY_VOID(pin_proofs(connection, tenant, stored.site));
    reviewed.push_back({stored.id, stored.site, stored.unit});
  }
  return {};
}

// Sites that are ill and have no living case: the last one comes back, or a first is opened.
Result<void> review_ill(store::Connection& connection, TenantId tenant, Timestamp now, std::vector<ReviewedCase>& reviewed) {
  std::vector<std::pair<SiteId, UnitId>> ill;
  TRY_VOID(connection.query(
      "SELECT s.id, s.unit_id FROM site s WHERE s.tenant_id = ?1 AND s.open_findings > 0 AND NOT EXISTS (SELECT 1 FROM site_case c "
      "WHERE c.tenant_id = ?1 AND c.site_id = s.id AND c.state NOT IN ('closed', 'legitimate')) AND EXISTS (SELECT 1 FROM finding f "
      "WHERE f.tenant_id = ?1 AND f.site_id = s.id AND f.judge = 'watch' AND f.state IN ('new', 'in_progress'))",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        ill.push_back({SiteId{row.integer(0)}, UnitId{row.integer(1)}});
        return {};
      }));
  for (const auto& [site, unit] : ill) {
    std::optional<Stored> last;
    TRY_VOID(connection.query("SELECT " KHIEN_STORED_CASE "WHERE c.tenant_id = ?1 AND c.site_id = ?2 ORDER BY c.id DESC LIMIT 1",
                              {tenant, site}, [&](const store::Row& row) -> Result<void> {
                                TRY(last, stored_from(row));
                                return {};
                              }));
    const bool same = last && last->state == CaseState::closed && now - last->entered_at < kSameCaseFor;
    if (same) {
      const auto next = step(last->state, CaseEvent::found, last->cause_named);
      khien_assert(next.has_value());
      TRY_VOID(record(connection, *last, {.event = CaseEvent::found, .step = *next, .who = {}, .note = {}, .now = now}));
    } else {
      TRY(last, open_case(connection, tenant, site, unit, now));
    }
    TRY_VOID(pin_proofs(connection, tenant, site));
    reviewed.push_back({last->id, site, unit});
  }
  return {};
}

Result<std::string> checked_text(const CaseDecision& decision) {
  auto text = nfc(decision.text);
  if (!text) return std::move(text).error().within("text");
  if (text->size() > kMaxTextBytes) return Error(Code::invalid, "the text is too long");
  const bool blank = text->find_first_not_of(" \t\r\n") == text->npos;
  const bool needed = decision.event == CaseEvent::cause || decision.event == CaseEvent::legitimate;
  if (blank && needed) return Error(Code::invalid, "say why");
  return blank ? std::string() : std::move(text).value();
}

bool is_a_persons(CaseEvent event) {
  return event != CaseEvent::found && event != CaseEvent::clean && event != CaseEvent::stayed;
}

// Each of the site's findings of pages that is in `from`, one by one, as a person would.
Result<void> decide_findings(store::Connection& connection, const store::TenantScope& scope, const Stored& c, UserId who,
                             const flow::FindingDecision& decision, Timestamp now) {
  for (;;) {
    TRY(const auto page, flow::list_findings(connection, scope, {.asset = c.site, .judge = JudgeId::watch, .limit = kMaxPage}));
    bool decided = false;
    for (const flow::FindingRecord& finding : page.items) {
      const bool wanted = decision.state == FindingState::suppressed || finding.state == FindingState::new_;
      if (!wanted) continue;
      TRY_VOID(flow::decide(connection, scope, finding.id, who, decision, now));
      decided = true;
    }
    // Those that were suppressed are open no more: the next page begins anew.
    if (!decided || decision.state != FindingState::suppressed || !page.next) return {};
  }
}

Result<void> follow(store::Connection& connection, const store::TenantScope& scope, const Stored& c, UserId who,
                    const CaseDecision& decision, const std::string& text, Timestamp now) {
  switch (decision.event) {
    case CaseEvent::confirmed:
      TRY_VOID(connection.run("UPDATE site_case SET confirmed_by = ?3 WHERE tenant_id = ?1 AND id = ?2", {c.tenant, c.id, who}));
      return decide_findings(connection, scope, c, who, {FindingState::in_progress, text, true}, now);
    case CaseEvent::cause:
      TRY_VOID(connection.run("UPDATE site_case SET cause = ?3, cause_text = ?4 WHERE tenant_id = ?1 AND id = ?2",
                              {c.tenant, c.id, to_string(*decision.cause), text}));
      return {};
    case CaseEvent::legitimate:
      TRY_VOID(connection.run("UPDATE site_case SET to_learn = 1 WHERE tenant_id = ?1 AND id = ?2", {c.tenant, c.id}));
      return decide_findings(connection, scope, c, who, {FindingState::suppressed, text, false}, now);
    default: return {};
  }
}

}  // namespace

Result<std::vector<ReviewedCase>> review_cases(store::Connection& connection, TenantId tenant, Timestamp now) {
  std::vector<ReviewedCase> reviewed;
  TRY_VOID(review_living(connection, tenant, now, reviewed));
  TRY_VOID(review_ill(connection, tenant, now, reviewed));
  return reviewed;
}

Result<void> decide_case(store::Connection& connection, const store::TenantScope& scope, SiteCaseId id, UserId who,
                         const CaseDecision& decision, Timestamp now) {
  khien_assert(who && is_a_persons(decision.event));
  TRY_VOID(get_case(connection, scope, id));
  TRY(const auto text, checked_text(decision));
  if (decision.event == CaseEvent::cause && !decision.cause) return Error(Code::invalid, "name the cause");
  TRY(const auto stored, load(connection, scope.tenant(), id));
  const auto next = step(stored.state, decision.event, stored.cause_named);
  if (!next) {
    return Error(Code::conflict, "a case that is " + std::string(to_string(stored.state)) + " does not take this");
  }
  // First what goes with it: the cause is named before the state that asks for it.
  TRY_VOID(follow(connection, scope, stored, who, decision, text, now));
  TRY_VOID(record(connection, stored, {.event = decision.event,
                               .step = *next,
                               .who = who,
                               .note = text,
                               .now = now,
                               .cause = decision.event == CaseEvent::cause ? decision.cause : std::nullopt}));
  const bool rescans = next->state == CaseState::rescanning && stored.state != CaseState::rescanning;
  if (rescans || decision.event == CaseEvent::recheck) return wish_look(connection, scope, stored.site, who, now);
  return {};
}

Result<CaseRecord> get_case(store::Connection& connection, const store::TenantScope& scope, SiteCaseId id) {
  std::optional<CaseRecord> found;
  TRY_VOID(connection.query("SELECT " KHIEN_CASE_COLUMNS "WHERE c.tenant_id = ?1 AND c.id = ?3 AND " KHIEN_IN_SCOPE("c.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              TRY(found, record_from(row));
                              return {};
                            }));
  if (!found) return no_case();
  return std::move(*found);
}

Result<CasePage> list_cases(store::Connection& connection, const store::TenantScope& scope, const CaseQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  std::int64_t behind = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{}}));
    behind = std::get<std::int64_t>(fields[0]);
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const SiteId site = query.site.value_or(SiteId{});
  CasePage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM site_case c " KHIEN_CASES_FOUND,
                                {scope.tenant(), roots, site, query.alive_only, query.waits_only},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query("SELECT " KHIEN_CASE_COLUMNS KHIEN_CASES_FOUND "AND c.id < ?6 ORDER BY c.id DESC LIMIT ?7",
                            {scope.tenant(), roots, site, query.alive_only, query.waits_only, behind, std::uint64_t{limit + 1}},
                            [&](const store::Row& row) -> Result<void> {
                              if (page.items.size() == limit) {
                                page.next = estate::to_cursor(kList, {page.items.back().id.value});
                                return {};
                              }
                              TRY(auto record, record_from(row));
                              page.items.push_back(std::move(record));
                              return {};
                            }));
  return page;
}

Result<std::vector<CaseHistory>> case_history(store::Connection& connection, const store::TenantScope& scope, SiteCaseId id) {
  TRY_VOID(get_case(connection, scope, id));
  std::vector<CaseHistory> history;
  TRY_VOID(connection.query("SELECT at, user_id, event, state, note, cause FROM site_case_event WHERE tenant_id = ?1 AND case_id = ?2 "
                            "ORDER BY number DESC LIMIT 1000",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              CaseHistory entry{.at = row.time(0)};
                              if (!row.is_null(1)) entry.who = UserId{row.integer(1)};
                              TRY(entry.event, case_event_from_string(row.text(2)));
                              TRY(entry.state, case_state_from_string(row.text(3)));
                              entry.note = row.text(4);
                              if (!row.text(5).empty()) {
                                TRY(entry.cause, cause_from_string(row.text(5)));
                              }
                              history.push_back(std::move(entry));
                              return {};
                            }));
  return history;
}

}  // namespace khien::site
