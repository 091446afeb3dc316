-- owner: roster    only src/roster writes these tables
-- why:   what a unit needs of its roster beyond what documents demand of it, and how
--        long a call waits before the next is called (docs/adr/0033-rosters.md)

-- No row: as documents demand, 15 minutes each.
CREATE TABLE roster_unit (
  tenant_id             INTEGER NOT NULL,
  unit_id               INTEGER NOT NULL,
  need                  TEXT    NOT NULL CHECK (need IN ('by_law', 'holidays', 'always')),
  deputy_after_minutes  INTEGER NOT NULL CHECK (deputy_after_minutes BETWEEN 1 AND 240),
  leader_after_minutes  INTEGER NOT NULL CHECK (leader_after_minutes BETWEEN 1 AND 240),  -- after the deputy
  changed_by            INTEGER NOT NULL,                              -- a user; users are never removed
  changed_at            INTEGER NOT NULL,                              -- Unix ms, UTC
  PRIMARY KEY (tenant_id, unit_id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
