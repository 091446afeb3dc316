-- owner: flow      only src/flow writes these tables
-- why:   a finding is about a machine or about a site
--        (docs/adr/0025-sites-are-assets.md). A column that must not be empty cannot
--        be made one that may: the table is built anew with all it holds. Its rows'
--        evidence and history go along, for dropping a table takes what hangs on it.

CREATE TABLE finding_next (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,             -- never used again
  tenant_id        INTEGER NOT NULL,
  machine_id       INTEGER,                                       -- one of the two
  site_id          INTEGER,
  unit_id          INTEGER NOT NULL,                              -- the machine's or the site's, always
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
  -- Of the bytes that the newest sighting was about; NULL: none, or seen before this was kept.
  sha256           BLOB    CHECK (sha256 IS NULL OR length(sha256) = 32),
  -- Suppressed by an order to restore: these bytes, until then (Unix ms, UTC).
  allowed_sha256   BLOB    CHECK (allowed_sha256 IS NULL OR (length(allowed_sha256) = 32 AND state = 'suppressed')),
  allowed_until    INTEGER CHECK ((allowed_until IS NULL) = (allowed_sha256 IS NULL)),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, fingerprint),
  CHECK ((machine_id IS NULL) <> (site_id IS NULL)),
  -- A machine or a site that moves to another unit takes its findings with it.
  FOREIGN KEY (tenant_id, machine_id, unit_id) REFERENCES machine (tenant_id, id, unit_id)
    ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, site_id, unit_id) REFERENCES site (tenant_id, id, unit_id)
    ON UPDATE CASCADE ON DELETE CASCADE
) STRICT;
INSERT INTO finding_next
  (id, tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, state, owner_id,
   first_seen, last_seen, opened_at, sightings, history, settled_through, withdrawn, sha256, allowed_sha256, allowed_until)
  SELECT id, tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, state, owner_id,
         first_seen, last_seen, opened_at, sightings, history, settled_through, withdrawn, sha256, allowed_sha256, allowed_until
  FROM finding;
-- Numbers of findings that are gone are not given out again either.
DELETE FROM sqlite_sequence WHERE name = 'finding_next';
INSERT INTO sqlite_sequence (name, seq) SELECT 'finding_next', seq FROM sqlite_sequence WHERE name = 'finding';

CREATE TABLE finding_evidence_next (
  tenant_id       INTEGER NOT NULL,
  finding_id      INTEGER NOT NULL,
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  sighting        INTEGER NOT NULL CHECK (sighting >= 1),
  PRIMARY KEY (tenant_id, finding_id, observation_id),
  FOREIGN KEY (tenant_id, finding_id) REFERENCES finding_next (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO finding_evidence_next (tenant_id, finding_id, observation_id, sighting)
  SELECT tenant_id, finding_id, observation_id, sighting FROM finding_evidence;

CREATE TABLE finding_history_next (
  tenant_id   INTEGER NOT NULL,
  finding_id  INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number >= 1),               -- of the finding's transitions
  at          INTEGER NOT NULL,                                   -- Unix ms, UTC
  user_id     INTEGER,                                            -- none: the road itself
  state       TEXT    NOT NULL CHECK (state IN ('new', 'in_progress', 'suppressed', 'resolved')),
  effect      TEXT    NOT NULL CHECK (effect IN ('', 'opened', 'resolved')),  -- on what is open: what a trend counts
  note        TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, finding_id, number),
  FOREIGN KEY (tenant_id, finding_id) REFERENCES finding_next (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO finding_history_next (tenant_id, finding_id, number, at, user_id, state, effect, note)
  SELECT tenant_id, finding_id, number, at, user_id, state, effect, note FROM finding_history;

DROP TABLE finding_evidence;
DROP TABLE finding_history;
DROP TABLE finding;
-- What refers to them by the new name follows.
ALTER TABLE finding_next RENAME TO finding;
ALTER TABLE finding_evidence_next RENAME TO finding_evidence;
ALTER TABLE finding_history_next RENAME TO finding_history;

-- "gone" asks by subject; an asset's page and its counts by asset.
CREATE INDEX finding_by_subject ON finding (tenant_id, machine_id, judge, subject) WHERE machine_id IS NOT NULL;
CREATE INDEX finding_by_machine ON finding (tenant_id, machine_id, unit_id) WHERE machine_id IS NOT NULL;
CREATE INDEX finding_open_by_machine ON finding (tenant_id, machine_id, judge, severity)
  WHERE machine_id IS NOT NULL AND state IN ('new', 'in_progress');
CREATE INDEX finding_by_subject_of_site ON finding (tenant_id, site_id, judge, subject) WHERE site_id IS NOT NULL;
CREATE INDEX finding_by_site ON finding (tenant_id, site_id, unit_id) WHERE site_id IS NOT NULL;
CREATE INDEX finding_open_by_site ON finding (tenant_id, site_id, judge, severity)
  WHERE site_id IS NOT NULL AND state IN ('new', 'in_progress');
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
CREATE INDEX finding_allowed ON finding (allowed_until) WHERE allowed_until IS NOT NULL;
CREATE INDEX finding_of_fleet ON finding (tenant_id, machine_id, last_seen)
  WHERE rule = 'fleet:false_clean' AND state IN ('new', 'in_progress');
CREATE INDEX finding_history_by_time ON finding_history (tenant_id, at, effect, finding_id) WHERE effect <> '';
