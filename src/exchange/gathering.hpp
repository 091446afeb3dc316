#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/exchange/sender.hpp"

namespace khien::exchange {

// A row as it is noted: what it says, and what it is about.
struct NewRow {
  std::string key;  // stable: "m/<finding>/<opened at>", "v/…", "c/<case>/<log>/<line>", "o/<machine>/<day>"
  ReportRow row;
  MachineId machine;
  UnitId unit;
  std::optional<FindingId> finding;
  bool not_updated = false;  // of a machine
  Timestamp opened_at;       // of a finding
};

// Where a read of findings goes on.
struct FindingPosition {
  Timestamp opened_at;
  FindingId id;
};

struct RowQuery {
  TenantId tenant;
  std::string roots_json;
  Timestamp now;
  bool sample = false;
  std::size_t limit = 1'000;
};
// Findings of malware and vulnerabilities opened after the position and not after `until`, oldest first.
Result<std::vector<NewRow>> finding_rows(store::Connection& connection, const PartnerSettings& settings, const RowQuery& query,
                                         const FindingPosition& after, Timestamp until);
// Connections to a controlling server, as a log that was handed in since then shows them, of the
// machine that is known to have had the address inside; what that partner has a row of is left out.
Result<std::vector<NewRow>> connection_rows(store::Connection& connection, const PartnerSettings& settings, const RowQuery& query,
                                            SharePartnerId partner, Timestamp since);
// Machines whose id is larger than `after`, for the day, by id.
Result<std::vector<NewRow>> machine_rows(store::Connection& connection, const PartnerSettings& settings, const RowQuery& query,
                                         Date day, MachineId after);

std::string to_json(const Facts& facts);
Result<Facts> facts_from_json(std::string_view json);

}  // namespace khien::exchange
