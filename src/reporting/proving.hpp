#pragma once

#include <string>

#include "khien/reporting/reports.hpp"

namespace khien::reporting {

// What sending a document does to the duties that its kind names.
struct Proof {
  std::string told;  // a line each: which duties it proved, and which not, and why; may be empty
};

// Records each duty that the kind proves and the unit owes in the period that the document
// names, with the signed copy (the issued one where nobody signed) and what was uploaded of the
// sending as evidence. Of a document that it replaces the records are withdrawn first: what
// they said was done on their day stays done on that day, proved by this one.
Result<Proof> prove_duties(store::Connection& connection, const store::TenantScope& scope, const duty::TenantLaw& law,
                           const ReportDetail& detail, const Sending& sending, const duty::Actor& actor, Timestamp now);

}  // namespace khien::reporting
