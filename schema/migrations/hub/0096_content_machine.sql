-- owner: rollout   only src/rollout writes these tables
-- why:   how each machine fares with its content, as it said last: what a rollout
--        is judged by

CREATE TABLE content_machine (
  tenant_id      INTEGER NOT NULL,
  machine_id     INTEGER NOT NULL,
  state          TEXT    NOT NULL CHECK (state IN ('factory', 'probation', 'good', 'safe')),
  sha256         BLOB    CHECK (length(sha256) = 32),                 -- at work; NULL: the factory's
  offered        BLOB    CHECK (length(offered) = 32),                -- by us, last
  cpu_per_mille  INTEGER NOT NULL CHECK (cpu_per_mille >= 0),
  alerts         INTEGER NOT NULL CHECK (alerts >= 0),
  reported_at    INTEGER NOT NULL,                                    -- Unix ms, UTC, the hub's clock
  PRIMARY KEY (tenant_id, machine_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_machine_by_release ON content_machine (sha256, cpu_per_mille);

-- What a release is to blame for, by machine.
CREATE TABLE content_failure (
  sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  failures    INTEGER NOT NULL CHECK (failures > 0),
  reason      TEXT    NOT NULL CHECK (reason IN ('', 'refused', 'failed', 'left')),  -- '': not banned yet
  detail      TEXT    NOT NULL CHECK (length(detail) <= 300),
  at          INTEGER NOT NULL,                                       -- Unix ms, UTC, the hub's clock
  PRIMARY KEY (sha256, tenant_id, machine_id)
) STRICT, WITHOUT ROWID;
