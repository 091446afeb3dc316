-- owner: incident  only src/incident writes these tables
-- why:   what happened, what was done and what proves it: nothing of it is ever changed or
--        removed, by anybody, and nothing is added to an incident that is closed

CREATE TABLE incident_entry (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                 -- never used again
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  what         TEXT    NOT NULL CHECK (what IN ('opened', 'note', 'changed', 'contained', 'reported', 'task', 'member', 'finding',
                                                'evidence', 'escalated', 'closed', 'reopened')),
  happened_at  INTEGER NOT NULL CHECK (happened_at <= recorded_at),  -- Unix ms, UTC
  recorded_at  INTEGER NOT NULL,                                  -- Unix ms, UTC
  user_id      INTEGER,                                           -- none: the hub
  words        TEXT    NOT NULL,                                  -- a person's
  told_vi      TEXT    NOT NULL,                                  -- the hub's own, of what was done
  told_en      TEXT    NOT NULL,
  UNIQUE (tenant_id, id),
  CHECK (words <> '' OR told_vi <> ''),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
) STRICT;
CREATE INDEX incident_entry_newest ON incident_entry (tenant_id, incident_id, happened_at DESC, id DESC);
CREATE TRIGGER incident_entry_is_never_changed BEFORE UPDATE ON incident_entry
BEGIN
  SELECT RAISE(ABORT, 'what happened in an incident is never changed');
END;
CREATE TRIGGER incident_entry_is_never_removed BEFORE DELETE ON incident_entry
BEGIN
  SELECT RAISE(ABORT, 'what happened in an incident is never removed');
END;
CREATE TRIGGER incident_entry_of_closed BEFORE INSERT ON incident_entry
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

-- Whose hand brought which bytes in, when: the hash is kept here too, so that bytes put in the
-- place of others are seen.
CREATE TABLE incident_evidence (
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,                                  -- the evidence's and the incident's
  entry_id     INTEGER NOT NULL,
  sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
  added_by     INTEGER NOT NULL,                                  -- a user
  added_at     INTEGER NOT NULL,                                  -- Unix ms, UTC
  PRIMARY KEY (tenant_id, incident_id, evidence_id, entry_id),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id),
  FOREIGN KEY (tenant_id, entry_id) REFERENCES incident_entry (tenant_id, id),
  FOREIGN KEY (tenant_id, evidence_id, unit_id) REFERENCES evidence (tenant_id, id, unit_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_evidence_by_entry ON incident_evidence (tenant_id, entry_id, evidence_id);
CREATE INDEX incident_evidence_by_file ON incident_evidence (tenant_id, evidence_id, unit_id);
CREATE TRIGGER incident_evidence_is_never_changed BEFORE UPDATE ON incident_evidence
BEGIN
  SELECT RAISE(ABORT, 'evidence is never changed');
END;
CREATE TRIGGER incident_evidence_is_never_removed BEFORE DELETE ON incident_evidence
BEGIN
  SELECT RAISE(ABORT, 'evidence is never removed');
END;
CREATE TRIGGER incident_evidence_of_closed BEFORE INSERT ON incident_evidence
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

-- Who was told, when and how.
CREATE TABLE incident_report (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                 -- never used again
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  clock        TEXT    NOT NULL,
  step         TEXT    NOT NULL CHECK (step IN ('unit', 'standing_body', 'province', 'ministry', 'other')),
  sent_at      INTEGER NOT NULL CHECK (sent_at <= recorded_at),   -- Unix ms, UTC
  recipient    TEXT    NOT NULL CHECK (length(recipient) BETWEEN 1 AND 300),
  channel      TEXT    NOT NULL CHECK (channel IN ('phone', 'document_axis', 'official_email', 'paper', 'portal', 'other')),
  receipt      TEXT    NOT NULL CHECK (length(receipt) <= 300),
  document     INTEGER,                                           -- a report of ours that is no draft
  recorded_at  INTEGER NOT NULL,                                  -- Unix ms, UTC
  user_id      INTEGER NOT NULL,
  FOREIGN KEY (tenant_id, incident_id, clock) REFERENCES incident_clock (tenant_id, incident_id, clock),
  FOREIGN KEY (tenant_id, document) REFERENCES report (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX incident_report_by_incident ON incident_report (tenant_id, incident_id, clock, sent_at);
CREATE INDEX incident_report_by_document ON incident_report (tenant_id, document) WHERE document IS NOT NULL;
CREATE TRIGGER incident_report_is_never_changed BEFORE UPDATE ON incident_report
BEGIN
  SELECT RAISE(ABORT, 'that somebody was told is never changed');
END;
CREATE TRIGGER incident_report_is_never_removed BEFORE DELETE ON incident_report
BEGIN
  SELECT RAISE(ABORT, 'that somebody was told is never removed');
END;
CREATE TRIGGER incident_report_of_closed BEFORE INSERT ON incident_report
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

-- Up to whom a clock that nobody met was carried; each step once.
CREATE TABLE incident_escalation (
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  clock        TEXT    NOT NULL,
  level        TEXT    NOT NULL CHECK (level IN ('soon', 'late', 'day_late')),
  step         TEXT    NOT NULL CHECK (step IN ('unit', 'standing_body', 'province')),
  at           INTEGER NOT NULL,                                  -- Unix ms, UTC: the clock's minute
  entry_id     INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, incident_id, clock, level),
  FOREIGN KEY (tenant_id, incident_id, clock) REFERENCES incident_clock (tenant_id, incident_id, clock),
  FOREIGN KEY (tenant_id, entry_id) REFERENCES incident_entry (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_escalation_by_entry ON incident_escalation (tenant_id, entry_id);
CREATE TRIGGER incident_escalation_is_never_changed BEFORE UPDATE ON incident_escalation
BEGIN
  SELECT RAISE(ABORT, 'an escalation is never changed');
END;
CREATE TRIGGER incident_escalation_is_never_removed BEFORE DELETE ON incident_escalation
BEGIN
  SELECT RAISE(ABORT, 'an escalation is never removed');
END;
