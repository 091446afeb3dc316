-- owner: flow      only src/flow writes these tables
-- why:   one row a claim however often it is seen again, so that a report counts
--        problems and not sightings (docs/adr/0004-findings-are-idempotent.md)

CREATE TABLE finding (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,             -- never used again
  tenant_id        INTEGER NOT NULL,
  machine_id       INTEGER NOT NULL,
  unit_id          INTEGER NOT NULL,                              -- the machine's, always
  fingerprint      BLOB    NOT NULL CHECK (length(fingerprint) = 32),
  judge            TEXT    NOT NULL CHECK (judge IN ('scan', 'watch', 'advisory', 'detect', 'law')),
  rule             TEXT    NOT NULL,
  subject          TEXT    NOT NULL,
  search_key       TEXT    NOT NULL,                              -- khien::fold of rule and subject
  severity         INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),  -- khien::Severity
  state            TEXT    NOT NULL CHECK (state IN ('new', 'in_progress', 'suppressed', 'resolved')),
  owner_id         INTEGER,                                       -- a user; users are never removed
  first_seen       INTEGER NOT NULL,                              -- Unix ms, UTC, the hub's clock
  last_seen        INTEGER NOT NULL CHECK (last_seen >= first_seen),
  opened_at        INTEGER NOT NULL CHECK (opened_at >= first_seen),  -- first seen, or opened again
  sightings        INTEGER NOT NULL CHECK (sightings >= 1),
  history          INTEGER NOT NULL CHECK (history >= 1),         -- transitions so far
  settled_through  INTEGER NOT NULL,                              -- newest observation that spoke for or against it
  withdrawn        INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),  -- resolved because its rule was
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, fingerprint),
  -- A machine that moves to another unit takes its findings with it.
  FOREIGN KEY (tenant_id, machine_id, unit_id) REFERENCES machine (tenant_id, id, unit_id)
    ON UPDATE CASCADE ON DELETE CASCADE
) STRICT;

-- "gone" asks by subject; the machine's page and its counts by machine.
CREATE INDEX finding_by_subject ON finding (tenant_id, machine_id, judge, subject);
CREATE INDEX finding_by_machine ON finding (tenant_id, machine_id, unit_id);
CREATE INDEX finding_open_by_machine ON finding (tenant_id, machine_id, judge, severity)
  WHERE state IN ('new', 'in_progress');
-- The lists, in their order: all that is open, all there is, and one unit's.
CREATE INDEX finding_open ON finding (tenant_id, severity DESC, opened_at DESC, id DESC)
  WHERE state IN ('new', 'in_progress');
CREATE INDEX finding_open_by_unit ON finding (tenant_id, unit_id, severity DESC, opened_at DESC, id DESC)
  WHERE state IN ('new', 'in_progress');
CREATE INDEX finding_open_by_owner ON finding (tenant_id, owner_id, severity DESC, opened_at DESC, id DESC)
  WHERE state IN ('new', 'in_progress') AND owner_id IS NOT NULL;
CREATE INDEX finding_newest ON finding (tenant_id, opened_at DESC, id DESC);
CREATE INDEX finding_by_unit ON finding (tenant_id, unit_id, opened_at DESC, id DESC, severity);
-- First sightings an hour.
CREATE INDEX finding_by_first_seen ON finding (tenant_id, first_seen, unit_id, severity);

-- The road back from a number in a report to what a sensor saw: the first 10 and
-- the last 10 sightings. `sighting` counts from 1.
CREATE TABLE finding_evidence (
  tenant_id       INTEGER NOT NULL,
  finding_id      INTEGER NOT NULL,
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  sighting        INTEGER NOT NULL CHECK (sighting >= 1),
  PRIMARY KEY (tenant_id, finding_id, observation_id),
  FOREIGN KEY (tenant_id, finding_id) REFERENCES finding (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Each transition. All of people's; of the road's the first 10 and the last 90,
-- for a file that flickers must not fill the disk.
CREATE TABLE finding_history (
  tenant_id   INTEGER NOT NULL,
  finding_id  INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number >= 1),               -- of the finding's transitions
  at          INTEGER NOT NULL,                                   -- Unix ms, UTC
  user_id     INTEGER,                                            -- none: the road itself
  state       TEXT    NOT NULL CHECK (state IN ('new', 'in_progress', 'suppressed', 'resolved')),
  effect      TEXT    NOT NULL CHECK (effect IN ('', 'opened', 'resolved')),  -- on what is open: what a trend counts
  note        TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, finding_id, number),
  FOREIGN KEY (tenant_id, finding_id) REFERENCES finding (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_history_by_time ON finding_history (tenant_id, at, effect, finding_id) WHERE effect <> '';
