-- owner: duty      only src/duty writes these tables
-- why:   that a person says a duty of a period was done, or does not apply, and
--        that a second person agreed. What is owed is never stored: it follows
--        from the directives and the day (docs/adr, "What is owed is computed")

-- waiting → approved | refused   decide_duty_record
-- waiting | approved → withdrawn withdraw_duty_record
-- Nothing is ever removed.
CREATE TABLE duty_record (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,              -- never used again
  tenant_id       INTEGER NOT NULL,
  unit_id         INTEGER NOT NULL,
  duty            TEXT    NOT NULL CHECK (length(duty) BETWEEN 1 AND 80),  -- id in the catalogue
  period_from     INTEGER NOT NULL,                               -- days since 1970-01-01: which time; on_event: the event's day
  done_on         INTEGER NOT NULL,                               -- days
  statement       TEXT    NOT NULL,
  not_applicable  INTEGER NOT NULL CHECK (not_applicable IN (0, 1)),
  state           TEXT    NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn')),
  recorded_by     INTEGER NOT NULL,                               -- a user; users are never removed
  recorded_at     INTEGER NOT NULL,                               -- Unix ms, UTC
  decided_by      INTEGER,                                        -- none: no second person was needed
  decided_at      INTEGER,
  decision_note   TEXT    NOT NULL DEFAULT '',
  withdrawn_by    INTEGER,
  withdrawn_at    INTEGER,
  UNIQUE (tenant_id, id, unit_id),
  CHECK (decided_by IS NULL OR decided_by <> recorded_by),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)),
  CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
-- The matrix asks for all units' records of one duty and period at once, and
-- reads nothing but this index.
CREATE INDEX duty_record_by_period
  ON duty_record (tenant_id, duty, period_from, unit_id, state, not_applicable, done_on);
CREATE INDEX duty_record_by_unit ON duty_record (tenant_id, unit_id, duty, period_from, state);
CREATE INDEX duty_record_newest ON duty_record (tenant_id, id, unit_id, state);
-- The inbox of who approves.
CREATE INDEX duty_record_waiting ON duty_record (tenant_id, id, unit_id) WHERE state = 'waiting';

-- A record and what proves it are of one unit.
CREATE TABLE duty_record_evidence (
  tenant_id    INTEGER NOT NULL,
  record_id    INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, record_id, evidence_id),
  FOREIGN KEY (tenant_id, record_id, unit_id) REFERENCES duty_record (tenant_id, id, unit_id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, evidence_id, unit_id) REFERENCES evidence (tenant_id, id, unit_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_record_evidence_by_evidence ON duty_record_evidence (tenant_id, evidence_id, unit_id);
