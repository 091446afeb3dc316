-- owner: estate    only src/estate writes these tables
-- why:   who belongs to whom. Every read of a tenant's things is bounded by unit
--        subtrees, so the tree is kept twice: as parents, which people change,
--        and as its closure, which reads join (docs/adr/0010-scope-by-closure.md)

CREATE TABLE tenant (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at  INTEGER NOT NULL                                    -- Unix ms, UTC
) STRICT;

CREATE TABLE unit (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                 -- never used again
  tenant_id    INTEGER NOT NULL REFERENCES tenant (id),
  parent_id    INTEGER CHECK (parent_id <> id),                   -- none: the tenant's root
  name         TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),  -- NFC
  name_folded  TEXT    NOT NULL,                                  -- khien::fold, for search
  name_order   BLOB    NOT NULL,                                  -- khien::collation_key
  kind         TEXT    NOT NULL
               CHECK (kind IN ('province', 'department', 'commune', 'school', 'hospital', 'other')),
  created_at   INTEGER NOT NULL,                                  -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;

CREATE UNIQUE INDEX unit_root ON unit (tenant_id) WHERE parent_id IS NULL;
CREATE UNIQUE INDEX unit_sibling ON unit (tenant_id, parent_id, name);

-- One row for each unit and each unit above it, itself included.
CREATE TABLE unit_ancestor (
  tenant_id    INTEGER NOT NULL,
  ancestor_id  INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,
  distance     INTEGER NOT NULL CHECK (distance BETWEEN 0 AND 64),
  PRIMARY KEY (tenant_id, ancestor_id, unit_id),
  CHECK ((distance = 0) = (unit_id = ancestor_id)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, ancestor_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- "Is this unit in scope?"
CREATE UNIQUE INDEX unit_ancestor_by_unit ON unit_ancestor (tenant_id, unit_id, ancestor_id);
