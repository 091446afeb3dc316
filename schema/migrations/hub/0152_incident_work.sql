-- owner: incident  only src/incident writes these tables
-- why:   who does what in an incident, and what it is about

CREATE TABLE incident_task (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                 -- never used again
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  words        TEXT    NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
  owner_id     INTEGER,                                           -- a user
  due_at       INTEGER,                                           -- Unix ms, UTC
  made_by      INTEGER NOT NULL,                                  -- a user
  made_at      INTEGER NOT NULL,                                  -- Unix ms, UTC
  done_by      INTEGER,                                           -- a user
  done_at      INTEGER,                                           -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  CHECK ((done_at IS NULL) = (done_by IS NULL)),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
) STRICT;
CREATE INDEX incident_task_by_incident ON incident_task (tenant_id, incident_id, id);
CREATE INDEX incident_task_by_owner ON incident_task (tenant_id, owner_id, incident_id) WHERE done_at IS NULL AND owner_id IS NOT NULL;
CREATE TRIGGER incident_task_is_kept BEFORE DELETE ON incident_task
BEGIN
  SELECT RAISE(ABORT, 'a task is kept');
END;
CREATE TRIGGER incident_task_says_what_it_said BEFORE UPDATE ON incident_task WHEN
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.incident_id IS NOT OLD.incident_id OR
  NEW.words IS NOT OLD.words OR NEW.made_by IS NOT OLD.made_by OR NEW.made_at IS NOT OLD.made_at OR
  (SELECT i.state FROM incident i WHERE i.tenant_id = OLD.tenant_id AND i.id = OLD.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a task of a closed incident does not change, and the words of none');
END;
CREATE TRIGGER incident_task_of_closed BEFORE INSERT ON incident_task
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

CREATE TABLE incident_member (
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  user_id      INTEGER NOT NULL,
  part         TEXT    NOT NULL CHECK (part IN ('lead', 'analyst', 'communication', 'unit_contact')),
  since        INTEGER NOT NULL,                                  -- Unix ms, UTC
  PRIMARY KEY (tenant_id, incident_id, user_id),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX incident_member_lead ON incident_member (tenant_id, incident_id) WHERE part = 'lead';
CREATE INDEX incident_member_by_user ON incident_member (tenant_id, user_id, incident_id);
CREATE TRIGGER incident_member_added_to_closed BEFORE INSERT ON incident_member
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;
CREATE TRIGGER incident_member_changed_in_closed BEFORE UPDATE ON incident_member
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = OLD.tenant_id AND i.id = OLD.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;
CREATE TRIGGER incident_member_taken_off_closed BEFORE DELETE ON incident_member
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = OLD.tenant_id AND i.id = OLD.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

-- What it is about, as it was when somebody said so: a finding may go with its machine.
CREATE TABLE incident_finding (
  tenant_id    INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  finding_id   INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,                                  -- the finding's
  judge        TEXT    NOT NULL,
  rule         TEXT    NOT NULL,
  subject      TEXT    NOT NULL,
  severity     INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4), -- khien::Severity
  machine_id   INTEGER,
  site_id      INTEGER,
  asset_name   TEXT    NOT NULL,
  first_seen   INTEGER NOT NULL,                                  -- Unix ms, UTC
  added_at     INTEGER NOT NULL,                                  -- Unix ms, UTC
  added_by     INTEGER,                                           -- a user; none: the hub, by a rule
  PRIMARY KEY (tenant_id, incident_id, finding_id),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_finding_by_finding ON incident_finding (tenant_id, finding_id, incident_id);
CREATE TRIGGER incident_finding_is_never_changed BEFORE UPDATE ON incident_finding
BEGIN
  SELECT RAISE(ABORT, 'what an incident was about is never changed');
END;
CREATE TRIGGER incident_finding_is_never_removed BEFORE DELETE ON incident_finding
BEGIN
  SELECT RAISE(ABORT, 'what an incident was about is never removed');
END;
CREATE TRIGGER incident_finding_of_closed BEFORE INSERT ON incident_finding
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;
