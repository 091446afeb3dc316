-- owner: estate    only src/estate writes this table
-- why:   removable media that were mounted on a machine, and how far they were looked at

CREATE TABLE machine_medium (
  tenant_id      INTEGER NOT NULL,
  machine_id     INTEGER NOT NULL,
  scan           INTEGER NOT NULL,                                 -- the agent's number, grows
  state          TEXT    NOT NULL CHECK (state IN ('running', 'complete')),
  mount_point    TEXT    NOT NULL,
  file_system    TEXT    NOT NULL,
  source         TEXT    NOT NULL,
  cut_short      INTEGER NOT NULL CHECK (cut_short IN (0, 1)),     -- it holds more than is looked at
  started_at     INTEGER NOT NULL,                                 -- Unix ms, UTC, the agent's clock
  finished_at    INTEGER,                                          -- Unix ms, UTC, the agent's clock
  files_seen     INTEGER NOT NULL CHECK (files_seen >= 0),
  files_scanned  INTEGER NOT NULL CHECK (files_scanned >= 0),
  files_skipped  INTEGER NOT NULL CHECK (files_skipped >= 0),
  PRIMARY KEY (tenant_id, machine_id, scan),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
