#pragma once

#include <vector>

#include "khien/duty/evidence.hpp"

// How records hold on to evidence. Each kind of record has its own link table, so
// that a foreign key can say that both are of one unit.

// Of evidence e and unit u, for evidence_from().
#define KHIEN_EVIDENCE_COLUMNS \
  "e.id, e.unit_id, u.name, e.file_name, e.size, e.sha256, e.looked_at, e.effective_on, e.uploaded_by, e.uploaded_at"

namespace khien::duty {

Result<Evidence> evidence_from(const store::Row& row);

// All of it must be in scope and of that unit.
Result<void> require_evidence(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                              const std::vector<EvidenceId>& evidence);

}  // namespace khien::duty
