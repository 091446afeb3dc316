-- owner: estate    only src/estate writes this table
-- why:   connected is not sharing: of 88 bodies that were connected in 2024, nine were silent. Two
--        figures, counted by who shares, read where duties are measured

CREATE TABLE unit_sharing (
  tenant_id         INTEGER NOT NULL,
  unit_id           INTEGER NOT NULL,
  waits_since       INTEGER NOT NULL,                              -- Unix ms, UTC: since when it ought to share
  connected_since   INTEGER,                                       -- Unix ms, UTC: first accepted; NULL: never
  last_accepted_at  INTEGER,                                       -- Unix ms, UTC
  regular_days      INTEGER NOT NULL CHECK (regular_days BETWEEN 1 AND 365),
  PRIMARY KEY (tenant_id, unit_id),
  CHECK ((connected_since IS NULL) = (last_accepted_at IS NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
