-- owner: request  only src/request writes these tables
-- why:   what the standing body asks of many units, and who has read, answered and done it:
--        words that were sent and given are never changed afterwards (docs/adr/0036-requests.md)

CREATE TABLE request (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,                -- never used again
  tenant_id     INTEGER NOT NULL,
  unit_id       INTEGER NOT NULL,                                 -- that asks
  title         TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  text          TEXT    NOT NULL CHECK (length(text) BETWEEN 1 AND 8000),
  basis         TEXT    NOT NULL CHECK (length(basis) <= 500),    -- by which law or letter; may be empty
  due_day       INTEGER,                                          -- days since 1970-01-01, the last one; none: no term
  answer        TEXT    NOT NULL CHECK (answer IN ('read', 'words', 'files', 'numbers')),
  fields        TEXT    NOT NULL DEFAULT '[]',                    -- JSON: names of the numbers that are asked for
  search_key    TEXT    NOT NULL,                                 -- khien::fold of the title
  made_by       INTEGER NOT NULL,                                 -- a user; users are never removed
  made_at       INTEGER NOT NULL,                                 -- Unix ms, UTC
  closed_by     INTEGER,
  closed_at     INTEGER,
  closed_words  TEXT    NOT NULL DEFAULT '',
  UNIQUE (tenant_id, id),
  CHECK ((closed_by IS NULL) = (closed_at IS NULL)),
  CHECK ((answer = 'numbers') = (fields <> '[]')),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX request_by_unit ON request (tenant_id, unit_id, id DESC);
CREATE INDEX request_open ON request (tenant_id, id DESC) WHERE closed_at IS NULL;

CREATE TRIGGER request_is_sent_once BEFORE UPDATE ON request WHEN
  OLD.closed_at IS NOT NULL OR
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.title IS NOT OLD.title OR NEW.text IS NOT OLD.text OR NEW.basis IS NOT OLD.basis OR
  NEW.due_day IS NOT OLD.due_day OR NEW.answer IS NOT OLD.answer OR NEW.fields IS NOT OLD.fields OR
  NEW.search_key IS NOT OLD.search_key OR
  NEW.made_by IS NOT OLD.made_by OR NEW.made_at IS NOT OLD.made_at
BEGIN
  SELECT RAISE(ABORT, 'a request that was sent does not change');
END;
CREATE TRIGGER request_is_kept BEFORE DELETE ON request
BEGIN
  SELECT RAISE(ABORT, 'a request that was sent is kept');
END;

-- Files that go with it: whoever is asked may have them.
CREATE TABLE request_attachment (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id    INTEGER NOT NULL,
  request_id   INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, request_id, evidence_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES request (tenant_id, id)
) STRICT;
CREATE TRIGGER request_attachment_never_changes BEFORE UPDATE ON request_attachment
BEGIN
  SELECT RAISE(ABORT, 'what went with a request does not change');
END;
CREATE TRIGGER request_attachment_is_kept BEFORE DELETE ON request_attachment
BEGIN
  SELECT RAISE(ABORT, 'what went with a request is kept');
END;

-- One line for each unit that is asked: where it stands.
CREATE TABLE request_unit (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id    INTEGER NOT NULL,
  request_id   INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('sent', 'read', 'answered', 'returned', 'accepted')),
  entered_at   INTEGER NOT NULL,                                  -- Unix ms, UTC: its present state
  read_at      INTEGER,
  read_by      INTEGER,
  answered_at  INTEGER,                                           -- last
  answered_by  INTEGER,
  reminders    INTEGER NOT NULL DEFAULT 0 CHECK (reminders >= 0),
  reminded_at  INTEGER,                                           -- last
  events       INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, request_id, unit_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES request (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX request_unit_by_unit ON request_unit (tenant_id, unit_id, state, request_id DESC);
CREATE INDEX request_unit_by_state ON request_unit (tenant_id, state, request_id DESC, unit_id);

CREATE TRIGGER request_unit_begins_as_sent BEFORE INSERT ON request_unit WHEN NEW.state <> 'sent'
BEGIN
  SELECT RAISE(ABORT, 'a unit is asked before it answers');
END;
CREATE TRIGGER request_unit_goes_its_way BEFORE UPDATE ON request_unit WHEN
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.request_id IS NOT OLD.request_id OR
  NEW.unit_id IS NOT OLD.unit_id OR
  (OLD.read_at IS NOT NULL AND (NEW.read_at IS NOT OLD.read_at OR NEW.read_by IS NOT OLD.read_by)) OR
  NEW.events <= OLD.events OR
  (NEW.state <> OLD.state AND instr(CASE OLD.state
     WHEN 'sent' THEN ' read ' WHEN 'read' THEN ' answered accepted ' WHEN 'answered' THEN ' returned accepted '
     WHEN 'returned' THEN ' answered ' ELSE '' END, ' ' || NEW.state || ' ') = 0) OR
  OLD.state = 'accepted'
BEGIN
  SELECT RAISE(ABORT, 'an answer goes from sent over read to accepted, and not back');
END;
CREATE TRIGGER request_unit_is_kept BEFORE DELETE ON request_unit
BEGIN
  SELECT RAISE(ABORT, 'who was asked stays asked');
END;

CREATE TABLE request_event (
  tenant_id        INTEGER NOT NULL,
  request_unit_id  INTEGER NOT NULL,
  number           INTEGER NOT NULL CHECK (number >= 1),
  at               INTEGER NOT NULL,                              -- Unix ms, UTC
  user_id          INTEGER NOT NULL,                              -- a user; users are never removed
  event            TEXT    NOT NULL CHECK (event IN ('sent', 'read', 'answered', 'returned', 'accepted', 'reminded')),
  words            TEXT    NOT NULL CHECK (length(words) <= 8000),
  numbers          TEXT    NOT NULL DEFAULT '[]',                 -- JSON: one for each field of the request
  evidence         TEXT    NOT NULL DEFAULT '[]',                 -- JSON: ids
  PRIMARY KEY (tenant_id, request_unit_id, number),
  FOREIGN KEY (tenant_id, request_unit_id) REFERENCES request_unit (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER request_event_never_changes BEFORE UPDATE ON request_event
BEGIN
  SELECT RAISE(ABORT, 'what was said is never changed');
END;
CREATE TRIGGER request_event_is_kept BEFORE DELETE ON request_event
BEGIN
  SELECT RAISE(ABORT, 'what was said is never removed');
END;
