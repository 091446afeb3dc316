-- owner: flow      only src/flow writes these tables
-- why:   a scan of all machines of a unit and below: not all of them at one moment,
--        and not again and again

-- An order is not given out before this; 0: at once.
ALTER TABLE agent_order ADD COLUMN begins_at INTEGER NOT NULL DEFAULT 0 CHECK (begins_at >= 0);  -- Unix ms, UTC

-- A person's decision: not to be refilled from the ledger.
CREATE TABLE unit_scan (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,
  machines    INTEGER NOT NULL CHECK (machines >= 0),                 -- that were asked by it
  created_at  INTEGER NOT NULL,                                       -- Unix ms, UTC
  created_by  INTEGER NOT NULL,                                       -- a user; users are never removed
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX unit_scan_by_unit ON unit_scan (tenant_id, unit_id, created_at);
CREATE INDEX unit_scan_by_person ON unit_scan (tenant_id, created_by, created_at);
