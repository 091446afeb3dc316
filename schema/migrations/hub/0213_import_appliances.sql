-- owner: estate    only src/estate writes this table
-- why:   a list of what many devices without an agent run is imported too. A CHECK
--        cannot be changed: the table is built anew with all it holds.

CREATE TABLE bulk_import_next (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id       INTEGER NOT NULL,
  unit_id         INTEGER NOT NULL,                               -- rows land here or below
  kind            TEXT    NOT NULL
    CHECK (kind IN ('units', 'devices', 'dhcp_leases', 'systems', 'sites', 'contacts', 'address_ranges', 'appliances')),
  file_name       TEXT    NOT NULL,                               -- as it was uploaded; text from outside
  state           TEXT    NOT NULL CHECK (state IN ('previewed', 'confirmed', 'discarded', 'stale')),
  report          TEXT    NOT NULL,                               -- JSON: counts, problems, sample, as it was shown
  plan_sha256     BLOB    NOT NULL CHECK (length(plan_sha256) = 32),  -- of everything that confirming would do
  content         TEXT,                                           -- JSON of model::Table, while it may be confirmed
  created_at      INTEGER NOT NULL,                               -- Unix ms, UTC
  created_by      INTEGER NOT NULL,                               -- a user; 0: the command line
  UNIQUE (tenant_id, id),
  CHECK ((content IS NOT NULL) = (state = 'previewed')),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO bulk_import_next
  (id, tenant_id, unit_id, kind, file_name, state, report, plan_sha256, content, created_at, created_by)
  SELECT id, tenant_id, unit_id, kind, file_name, state, report, plan_sha256, content, created_at, created_by
  FROM bulk_import;
-- Numbers of imports that are gone are not given out again either.
DELETE FROM sqlite_sequence WHERE name = 'bulk_import_next';
INSERT INTO sqlite_sequence (name, seq) SELECT 'bulk_import_next', seq FROM sqlite_sequence WHERE name = 'bulk_import';
DROP TABLE bulk_import;
ALTER TABLE bulk_import_next RENAME TO bulk_import;
CREATE INDEX bulk_import_by_unit ON bulk_import (tenant_id, unit_id);
CREATE INDEX bulk_import_waiting ON bulk_import (created_at) WHERE state = 'previewed';
