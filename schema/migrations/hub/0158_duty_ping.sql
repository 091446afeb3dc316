-- owner: roster    only src/roster writes these tables
-- why:   test calls: who was asked when, and who answered after how long. Once said it
--        stands; each step is called once, at its minute, however seldom the hub looks

CREATE TABLE duty_ping (
  id                    INTEGER PRIMARY KEY AUTOINCREMENT,             -- never used again
  tenant_id             INTEGER NOT NULL,
  unit_id               INTEGER NOT NULL,
  asked_at              INTEGER NOT NULL,                              -- Unix ms, UTC
  asked_by              INTEGER NOT NULL,                              -- a user; users are never removed
  deputy_after_minutes  INTEGER NOT NULL CHECK (deputy_after_minutes BETWEEN 1 AND 240),   -- as set when it was asked
  leader_after_minutes  INTEGER NOT NULL CHECK (leader_after_minutes BETWEEN 1 AND 240),
  next_step             TEXT    NOT NULL CHECK (next_step IN ('deputy', 'leader', 'nobody')),
  next_at               INTEGER,                                       -- Unix ms, UTC; when that step is due
  answered_at           INTEGER,                                       -- Unix ms, UTC
  answered_by           INTEGER,
  UNIQUE (tenant_id, id),
  CHECK ((next_step = 'nobody') = (next_at IS NULL)),
  CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
  CHECK (answered_at IS NULL OR (answered_at >= asked_at AND next_at IS NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX duty_ping_by_unit ON duty_ping (tenant_id, unit_id, id DESC);
CREATE INDEX duty_ping_due ON duty_ping (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX duty_ping_open ON duty_ping (tenant_id, asked_at) WHERE answered_at IS NULL;

CREATE TRIGGER duty_ping_only_goes_on BEFORE UPDATE ON duty_ping
WHEN OLD.answered_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR
  NEW.unit_id IS NOT OLD.unit_id OR NEW.asked_at IS NOT OLD.asked_at OR NEW.asked_by IS NOT OLD.asked_by OR
  NEW.deputy_after_minutes IS NOT OLD.deputy_after_minutes OR NEW.leader_after_minutes IS NOT OLD.leader_after_minutes OR
  (OLD.next_step = 'nobody' AND NEW.next_step <> 'nobody') OR (OLD.next_step = 'leader' AND NEW.next_step = 'deputy')
BEGIN
  SELECT RAISE(ABORT, 'what was asked and answered does not change');
END;
CREATE TRIGGER duty_ping_is_never_removed BEFORE DELETE ON duty_ping
BEGIN
  SELECT RAISE(ABORT, 'test calls are kept');
END;

-- Each person that was called, once. Who sends mails reads here.
CREATE TABLE duty_call (
  tenant_id  INTEGER NOT NULL,
  ping_id    INTEGER NOT NULL,
  number     INTEGER NOT NULL CHECK (number BETWEEN 1 AND 100),
  step       TEXT    NOT NULL CHECK (step IN ('duty', 'deputy', 'leader')),
  at         INTEGER NOT NULL,                                         -- Unix ms, UTC: the minute it is due, whenever it was written
  person     TEXT    NOT NULL,
  phone      TEXT    NOT NULL,
  user_id    INTEGER,                                                  -- none: by telephone only
  shift_id   INTEGER,                                                  -- none: a leader
  PRIMARY KEY (tenant_id, ping_id, number),
  FOREIGN KEY (tenant_id, ping_id) REFERENCES duty_ping (tenant_id, id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_call_by_user ON duty_call (tenant_id, user_id, at) WHERE user_id IS NOT NULL;
CREATE TRIGGER duty_call_is_never_changed BEFORE UPDATE ON duty_call
BEGIN
  SELECT RAISE(ABORT, 'who was called does not change');
END;
CREATE TRIGGER duty_call_is_never_removed BEFORE DELETE ON duty_call
BEGIN
  SELECT RAISE(ABORT, 'calls are kept');
END;
