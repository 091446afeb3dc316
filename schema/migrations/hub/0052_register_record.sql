-- owner: duty      only src/duty writes these tables
-- why:   what only people can record: sessions, budget lines, tokens, drills …
--        What fields a register has is content, so a record is one JSON object;
--        each change is a new version, and the old one stays readable

-- One row a version. The record is known by its first version's id.
-- waiting → approved | refused       decide_register_record
-- waiting | approved → replaced      update_register_record, decide_register_record
-- waiting | approved → withdrawn     withdraw_register_record
CREATE TABLE register_record (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,               -- never used again
  tenant_id      INTEGER NOT NULL,
  unit_id        INTEGER NOT NULL,
  register       TEXT    NOT NULL CHECK (length(register) BETWEEN 1 AND 60),  -- name in the catalogue
  record_id      INTEGER NOT NULL,
  version        INTEGER NOT NULL CHECK (version >= 1),
  fields         TEXT    NOT NULL,                                -- a JSON object; text from outside
  search_key     TEXT    NOT NULL,                                -- khien::fold of its texts
  dated_on       INTEGER,                                         -- days since 1970-01-01: its register's date field
  state          TEXT    NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn', 'replaced')),
  note           TEXT    NOT NULL,                                -- why it was changed
  recorded_by    INTEGER NOT NULL,                                -- a user; users are never removed
  recorded_at    INTEGER NOT NULL,                                -- Unix ms, UTC
  decided_by     INTEGER,                                         -- none: no second person was needed
  decided_at     INTEGER,
  decision_note  TEXT    NOT NULL DEFAULT '',
  counted_from   INTEGER,                                         -- Unix ms: approved since; none: never was
  ended_by       INTEGER,                                         -- who replaced or withdrew it
  ended_at       INTEGER,
  UNIQUE (tenant_id, id, unit_id),
  UNIQUE (tenant_id, record_id, version),
  CHECK (decided_by IS NULL OR decided_by <> recorded_by),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK (state <> 'approved' OR counted_from IS NOT NULL),
  CHECK ((ended_by IS NULL) = (ended_at IS NULL)),
  CHECK ((state IN ('withdrawn', 'replaced')) = (ended_at IS NOT NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
-- What counts, by the day it speaks of; and what waits.
CREATE INDEX register_record_counting ON register_record (tenant_id, register, dated_on, unit_id) WHERE state = 'approved';
CREATE INDEX register_record_waiting ON register_record (tenant_id, register, dated_on, unit_id) WHERE state = 'waiting';
CREATE INDEX register_record_newest ON register_record (tenant_id, register, id, unit_id, state);
CREATE INDEX register_record_by_unit ON register_record (tenant_id, unit_id, register, state);

CREATE TABLE register_record_evidence (
  tenant_id    INTEGER NOT NULL,
  record_id    INTEGER NOT NULL,                                  -- a version
  evidence_id  INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, record_id, evidence_id),
  FOREIGN KEY (tenant_id, record_id, unit_id) REFERENCES register_record (tenant_id, id, unit_id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, evidence_id, unit_id) REFERENCES evidence (tenant_id, id, unit_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX register_record_evidence_by_evidence ON register_record_evidence (tenant_id, evidence_id, unit_id);
