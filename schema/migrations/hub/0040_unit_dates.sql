-- owner: estate    only src/estate writes these tables
-- why:   units come, go, merge and move by dated decisions, and a report about
--        2024 must show the tree of 2024 (docs/adr, "A unit is a row, its past is
--        versions"). `unit` stays the tree as it is now, which scopes join;
--        `unit_version` is what it was called and to whom it belonged, by day.
--
-- Days are numbers: days since 1970-01-01 at UTC+7. The first day there is,
-- 0001-01-01 (-719162), stands for "since ever, as far as we know".

-- Kinds that were not foreseen. A new column instead of a rebuilt table: nothing
-- that hangs on a unit by a foreign key is touched.
ALTER TABLE unit ADD COLUMN kind_now TEXT NOT NULL DEFAULT 'other'
  CHECK (kind_now IN ('province', 'department', 'district', 'commune', 'school', 'hospital', 'public_service',
                      'enterprise', 'telecom', 'police', 'military', 'media', 'other'));
UPDATE unit SET kind_now = kind;
ALTER TABLE unit DROP COLUMN kind;
ALTER TABLE unit RENAME COLUMN kind_now TO kind;

ALTER TABLE unit ADD COLUMN code TEXT CHECK (length(code) BETWEEN 1 AND 40);   -- of the state's own lists: "91", "30337"
ALTER TABLE unit ADD COLUMN valid_from INTEGER NOT NULL DEFAULT -719162;       -- first day it existed
ALTER TABLE unit ADD COLUMN valid_to INTEGER CHECK (valid_to >= valid_from);   -- last day; none: it exists

-- A successor may carry the name and the code of one that ended.
DROP INDEX unit_sibling;
CREATE UNIQUE INDEX unit_sibling ON unit (tenant_id, parent_id, name) WHERE valid_to IS NULL;
CREATE UNIQUE INDEX unit_code ON unit (tenant_id, code) WHERE code IS NOT NULL AND valid_to IS NULL;

-- One row from each change to the next. Rows of a unit do not overlap and leave
-- no gap: the first begins and the last ends with the unit.
CREATE TABLE unit_version (
  tenant_id    INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,
  valid_from   INTEGER NOT NULL,                                  -- first day
  valid_to     INTEGER CHECK (valid_to >= valid_from),            -- last day; none: still so
  parent_id    INTEGER CHECK (parent_id <> unit_id),              -- none: the tenant's root
  name         TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  name_order   BLOB    NOT NULL,                                  -- khien::collation_key
  kind         TEXT    NOT NULL,                                  -- as in unit
  code         TEXT,
  PRIMARY KEY (tenant_id, unit_id, valid_from),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, parent_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX unit_version_last ON unit_version (tenant_id, unit_id) WHERE valid_to IS NULL;
CREATE INDEX unit_version_by_parent ON unit_version (tenant_id, parent_id);

INSERT INTO unit_version (tenant_id, unit_id, valid_from, valid_to, parent_id, name, name_order, kind, code)
  SELECT tenant_id, id, valid_from, NULL, parent_id, name, name_order, kind, NULL FROM unit;

-- What became of whom, by which decision.
CREATE TABLE unit_succession (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id    INTEGER NOT NULL REFERENCES tenant (id),
  kind         TEXT    NOT NULL CHECK (kind IN ('merge', 'split', 'rename', 'abolish')),
  on_day       INTEGER NOT NULL,                                  -- first day of the new order
  decision     TEXT    NOT NULL CHECK (length(decision) BETWEEN 1 AND 200),  -- "1660/NQ-UBTVQH15, 16/6/2025"
  recorded_at  INTEGER NOT NULL,                                  -- Unix ms, UTC
  UNIQUE (tenant_id, id)
) STRICT;
CREATE INDEX unit_succession_by_day ON unit_succession (tenant_id, on_day, kind);

CREATE TABLE unit_succession_unit (
  tenant_id      INTEGER NOT NULL,
  succession_id  INTEGER NOT NULL,
  side           TEXT    NOT NULL CHECK (side IN ('from', 'into')),
  unit_id        INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, succession_id, side, unit_id),
  FOREIGN KEY (tenant_id, succession_id) REFERENCES unit_succession (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_succession_unit_by_unit ON unit_succession_unit (tenant_id, unit_id);
