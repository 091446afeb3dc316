#pragma once

// Pieces of SQL that bound a read by a TenantScope. Literals, because a statement
// is a literal (store::Sql). In all of them ?1 is the tenant and ?2 the scope's
// roots as JSON; each joins the closure of the unit tree, so that the tenant and
// the subtree are checked by the same index.

// The units of the scope, for reads that begin from units.
#define KHIEN_UNITS_IN_SCOPE                                        \
  "(SELECT a.unit_id FROM unit_ancestor a WHERE a.tenant_id = ?1 "  \
  "AND a.ancestor_id IN (SELECT value FROM json_each(?2)))"

// Is the unit in `column` in scope? For reads that begin from one thing.
#define KHIEN_IN_SCOPE(column)                                             \
  "EXISTS (SELECT 1 FROM unit_ancestor a WHERE a.tenant_id = ?1 "          \
  "AND a.unit_id = " column " AND a.ancestor_id IN (SELECT value FROM json_each(?2)))"
