#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/incident/incidents.hpp"
#include "refusals.hpp"

// What every change of an incident does first and last.

namespace khien::incident {

// An incident as its changes see it.
struct Stored {
  IncidentId id;
  TenantId tenant;
  UnitId unit;
  std::string title;
  Kind kind = Kind::other;
  Severity severity = Severity::low;
  State state = State::open;
  Timestamp detected_at;
  std::vector<std::string> said;
  std::optional<Timestamp> first_seen;
  std::string cause;  // as far as it is known
};

// In scope, or Code::not_found. What came due before this change is written before it, so
// that the timeline is the same however often the sweep runs.
Result<Stored> load_any(store::Connection& connection, const store::TenantScope& scope, IncidentId id, Timestamp now);
// The same; refused if it is closed.
Result<Stored> load_living(store::Connection& connection, const store::TenantScope& scope, IncidentId id, Timestamp now);

// NFC without blanks at its ends, at most so many code points: kTooLong. Empty is `empty`'s
// refusal, where one is given.
Result<std::string> checked_text(std::string_view text, std::size_t most, const Refusal* empty = nullptr);

// May the person be named on it: an account that is not locked and sees the unit.
Result<bool> sees_unit(store::Connection& connection, TenantId tenant, UserId user, UnitId unit);

struct Line {
  What what = What::note;
  Timestamp happened_at;
  std::optional<UserId> who;
  std::string_view words = {};
  LocalText told = {};
};
Result<IncidentEntryId> put_line(store::Connection& connection, const Stored& incident, const Line& line, Timestamp now);
// Each must be of the incident's unit and in scope.
Result<void> put_evidence(store::Connection& connection, const store::TenantScope& scope, const Stored& incident, IncidentEntryId entry,
                          const std::vector<EvidenceId>& evidence, UserId who, Timestamp now);

// Which clock ends next, into the incident's own row.
Result<void> refresh_next_clock(store::Connection& connection, TenantId tenant, IncidentId id);
// Clocks that `clocks` asks for begin; others are put away unless they were met, or are late and
// not quiet any more. Tells which.
Result<LocalText> set_clocks(store::Connection& connection, const Stored& incident, const Clocks& clocks, const SeverityTable& table, Timestamp now);

// Adds findings that it does not have; none of them may be outside of the scope. How many are new.
Result<std::int64_t> add_findings(store::Connection& connection, const store::TenantScope& scope, const Stored& incident,
                                  const std::vector<FindingId>& findings, std::optional<UserId> who, Timestamp now);

// "08:30 26/11/2026", at UTC+7.
std::string local_words(Timestamp time);
std::string to_json(const std::vector<std::string>& texts);
Result<std::vector<std::string>> texts_of(std::string_view json);

// Columns of a clock k, and the clock of a row that begins with them.
#define KHIEN_CLOCK_COLUMNS                                                                                            \
  "k.clock, k.name_vi, k.name_en, k.due_at, k.receiver_vi, k.receiver_en, k.content_vi, k.content_en, k.basis, "       \
  "k.rule_version, k.soon_at, k.late_at, k.met_at, k.quiet_until, k.receiver_words"
inline constexpr int kClockColumns = 15;
Clock clock_from(const store::Row& row, int first);

}  // namespace khien::incident
