#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/asset.hpp"
#include "khien/model/finding.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/scope.hpp"

namespace khien::flow {

struct FindingRecord {
  FindingId id;
  JudgeId judge = JudgeId::scan;
  std::string rule;
  std::string subject;
  Severity severity = Severity::info;
  FindingState state = FindingState::new_;
  AssetId asset;
  std::string asset_name;  // a machine's host name, a site's address
  UnitId unit;
  std::string unit_name;
  Timestamp first_seen;
  Timestamp last_seen;
  std::int64_t sightings = 0;
  std::optional<UserId> owner;
};

struct FindingQuery {
  enum class View : unsigned char { open, mine, all };
  View view = View::open;
  UserId me;
  std::optional<UnitId> unit;
  std::optional<AssetId> asset;
  std::string words;                 // rule, subject, asset, unit; marks do not matter
  std::vector<Severity> severities;  // empty: all
  std::optional<JudgeId> judge;      // only with `asset`, and for groups
  std::string rule;                  // this very one; empty: any. Not for groups
  std::string cursor;
  std::size_t limit = 200;
};
struct FindingPage {
  std::vector<FindingRecord> items;  // open: worst first, then newest; all: newest first
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<FindingPage> list_findings(store::Connection& connection, const store::TenantScope& scope,
                                  const FindingQuery& query);

// Findings that one rule made: what holds on ten thousand machines is one line.
struct FindingGroup {
  JudgeId judge = JudgeId::scan;
  std::string rule;
  Severity severity = Severity::info;  // of the worst
  std::int64_t findings = 0, assets = 0, units = 0;
  Timestamp first_seen;
  Timestamp last_seen;
};
// Worst first, then by assets; at most query.limit and 500. No cursor: the rules of
// a province fit one answer.
Result<std::vector<FindingGroup>> group_findings(store::Connection& connection, const store::TenantScope& scope,
                                                 const FindingQuery& query);

struct FindingCounts {
  std::int64_t open = 0, mine = 0, all = 0;
  std::array<std::int64_t, 5> open_by_severity{};  // by Severity
};
Result<FindingCounts> count_findings(store::Connection& connection, const store::TenantScope& scope,
                                     std::optional<UnitId> unit, UserId me);
// First sightings an hour for the last 24, oldest first.
struct HourCounts {
  Timestamp from;
  std::array<std::int64_t, 5> by_severity{};
};
Result<std::vector<HourCounts>> findings_by_hour(store::Connection& connection, const store::TenantScope& scope,
                                                 std::optional<UnitId> unit, Timestamp now);
struct DayCounts {
  std::string date;  // at UTC+7
  std::int64_t opened = 0, resolved = 0;
};
Result<std::vector<DayCounts>> findings_by_day(store::Connection& connection, const store::TenantScope& scope,
                                               std::optional<UnitId> unit, Timestamp now, int days);

Result<FindingRecord> get_finding(store::Connection& connection, const store::TenantScope& scope, FindingId id);
// Newest first.
Result<std::vector<ObservationId>> evidence_of(store::Connection& connection, const store::TenantScope& scope,
                                               FindingId id, std::size_t limit);
struct FindingHistory {
  Timestamp at;
  std::optional<UserId> who;  // none: the road itself
  FindingState state = FindingState::new_;
  std::string note;
};
Result<std::vector<FindingHistory>> history_of(store::Connection& connection, const store::TenantScope& scope,
                                               FindingId id);

// A person's decision. Code::conflict for a transition the table does not have;
// invalid if suppressing without a note.
struct FindingDecision {
  FindingState state = FindingState::new_;
  std::string note;
  bool take = false;
};
Result<void> decide(store::Connection& connection, const store::TenantScope& scope, FindingId id, UserId who,
                    const FindingDecision& decision, Timestamp now);

// A person's decision of another room, with a reason and an end, holds findings of the
// advisory judge: those that are open are suppressed in that person's name. Let go, they
// are new. What is not in such a state stays as it is.
Result<void> hold_findings(store::Connection& connection, TenantId tenant, std::span<const FindingId> ids, UserId who,
                           std::string_view note, Timestamp now);
Result<void> let_go_findings(store::Connection& connection, TenantId tenant, std::span<const FindingId> ids, Timestamp now);

// The observation, if what it is about is in scope.
struct ObservationRecord {
  store::StoredEvent event;
  AssetId asset;
  std::string asset_name;
};
Result<ObservationRecord> get_observation(store::Connection& connection, const store::Ledger& ledger,
                                          const store::TenantScope& scope, ObservationId id);

}  // namespace khien::flow
