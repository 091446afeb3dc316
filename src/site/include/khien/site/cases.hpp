#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/page_seen.hpp"
#include "khien/site/case_state.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

struct CaseRecord {
  SiteCaseId id;
  SiteId site;
  std::string address;
  UnitId unit;
  std::string unit_name;
  CaseState state = CaseState::open;
  Timestamp opened_at;
  Timestamp entered_at;  // its present state
  std::int64_t recurrences = 0;
  std::optional<UserId> confirmed_by;
  std::optional<Cause> cause;
  std::string cause_text;
  std::optional<Timestamp> rescan_since;
  std::optional<Timestamp> watched_until;  // of one that is watched
  std::int64_t open_findings = 0;          // of the site, by its pages
};

struct CaseQuery {
  std::optional<UnitId> unit;
  std::optional<SiteId> site;
  bool alive_only = true;
  bool waits_only = false;  // for a person
  std::string cursor;
  std::size_t limit = 200;
};
struct CasePage {
  std::vector<CaseRecord> items;  // newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<CasePage> list_cases(store::Connection& connection, const store::TenantScope& scope, const CaseQuery& query);
Result<CaseRecord> get_case(store::Connection& connection, const store::TenantScope& scope, SiteCaseId id);

struct CaseHistory {
  Timestamp at;
  std::optional<UserId> who;  // none: the hub itself
  CaseEvent event = CaseEvent::found;
  CaseState state = CaseState::open;
  std::optional<Cause> cause;  // of the event that named it
  std::string note;
};
// Newest first, at most 1,000.
Result<std::vector<CaseHistory>> case_history(store::Connection& connection, const store::TenantScope& scope, SiteCaseId id);

// A person's word. Code::conflict if the case's state does not take it (case_states.hpp
// has the table), invalid without the text that it needs: `cause` and why it is that
// one; `legitimate` and why.
//   confirmed: the site's new findings become the person's, in progress.
//   removed, cause: the site is looked at again at once when both are said.
//   legitimate: the site's open findings are suppressed with the reason, and what the
//     rules know of the pages is learned anew.
//   recheck: the site is looked at at once.
struct CaseDecision {
  CaseEvent event = CaseEvent::confirmed;  // one of a person's
  std::optional<Cause> cause;
  std::string text;
};
Result<void> decide_case(store::Connection& connection, const store::TenantScope& scope, SiteCaseId id, UserId who,
                         const CaseDecision& decision, Timestamp now);

// What the road and time did to cases of the tenant: opens, mends, closes, reopens.
// Idempotent; says of which sites a case changed.
struct ReviewedCase {
  SiteCaseId id;
  SiteId site;
  UnitId unit;
};
Result<std::vector<ReviewedCase>> review_cases(store::Connection& connection, TenantId tenant, Timestamp now);

}  // namespace khien::site
