#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/duty/states.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// Every unit in scope against every clause that binds, as it stood on a day by what
// is known today. Nothing of it is stored: states follow from the catalogue, the
// units, the records and the readings (docs/adr, "What is owed is computed").
//
// A duty's state on a day: of the occurrence whose last day in time is over, unless
// the next one is due soon, done or waiting; the worse of the two then. So a report
// that was missed stays overdue until it is recorded or the next one is recorded.
struct MatrixColumn {
  const Binding* binding = nullptr;
  const law::Clause* clause = nullptr;
  std::optional<law::Recurrence> recurrence;  // of all its duties; none: they differ
  std::optional<Date> due;                    // the next last day in time
  StateCounts counts;
};
struct MatrixRow {
  UnitId unit;
  std::string name;
  estate::UnitKind kind = estate::UnitKind::other;
  std::int64_t overdue = 0;
  std::string cells;  // letter_of(), '.' where the clause does not speak to the unit
};
// A role of the directives that nobody holds: its clauses bind nobody.
struct UnassignedRole {
  std::string role;
  LocalText title;
  std::int64_t clauses = 0;
};
struct Matrix {
  std::shared_ptr<const TenantLaw> law;  // columns point into it
  Date as_of;
  std::vector<MatrixColumn> columns;
  std::vector<MatrixRow> rows;  // those with most overdue first, then as in list_units
  std::vector<UnassignedRole> unassigned;
  StateCounts counts;
  std::int64_t overdue_units = 0;
};

struct MatrixQuery {
  std::optional<UnitId> unit;  // it and what is below
  std::optional<DirectiveId> directive;
  Date as_of;
};
Result<Matrix> read_matrix(store::Connection& connection, const store::TenantScope& scope,
                           std::shared_ptr<const TenantLaw> law, const MatrixQuery& query, Timestamp now);

// How many clauses Khiên does, measures, or can only record; scope notes do not count.
struct KindShares {
  std::int64_t clauses = 0;
  std::int64_t does = 0;
  std::int64_t measures = 0;
  std::int64_t records_only = 0;
};
KindShares shares_of(const law::Directive& directive);
KindShares shares_of(const TenantLaw& law, Date as_of);

// A last day in time, and how far the units are that it binds.
struct Deadline {
  Date due;
  const law::Clause* clause = nullptr;
  const law::Duty* duty = nullptr;
  std::int64_t units = 0;
  std::int64_t met = 0;
};
// By day; those that bind no unit in sight are left out.
Result<std::vector<Deadline>> read_deadlines(store::Connection& connection, const store::TenantScope& scope,
                                             const TenantLaw& law, std::optional<UnitId> unit, Date from, Date to,
                                             Timestamp now);

}  // namespace khien::duty
