-- owner: rollout   only src/rollout writes these tables
-- why:   a tenant may hold content back, and some machines go first or last

CREATE TABLE content_hold (
  tenant_id    INTEGER PRIMARY KEY,
  kind         TEXT    NOT NULL CHECK (kind IN ('pin', 'delay', 'freeze')),
  version      INTEGER NOT NULL DEFAULT 0 CHECK ((kind = 'pin') = (version > 0)),
  delay_hours  INTEGER NOT NULL DEFAULT 0 CHECK ((kind = 'delay') = (delay_hours > 0)),
  since        INTEGER NOT NULL                                       -- Unix ms, UTC
) STRICT;

CREATE TABLE content_mark (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  mark        TEXT    NOT NULL CHECK (mark IN ('lab', 'critical')),
  PRIMARY KEY (tenant_id, machine_id)
) STRICT, WITHOUT ROWID;
