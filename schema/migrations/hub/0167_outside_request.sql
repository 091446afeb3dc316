-- owner: request  only src/request writes these tables
-- why:   police, telecommunication companies and others ask for evidence; what is handed to them is
--        chosen by one person, approved by another, and accounted for to the byte (docs/adr/0036-requests.md)

-- Who may ask: data of the standing body.
CREATE TABLE receiver (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,                   -- never used again
  tenant_id  INTEGER NOT NULL,
  unit_id    INTEGER NOT NULL,                                    -- of ours, that deals with it
  name       TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  kind       TEXT    NOT NULL CHECK (kind IN ('police', 'telecom', 'authority', 'other')),
  address    TEXT    NOT NULL CHECK (length(address) <= 500),     -- where letters go
  contact    TEXT    NOT NULL CHECK (length(contact) <= 500),     -- whom to call
  active     INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  made_by    INTEGER NOT NULL,                                    -- a user; users are never removed
  made_at    INTEGER NOT NULL,                                    -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, unit_id, name),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE TRIGGER receiver_is_kept BEFORE DELETE ON receiver
BEGIN
  SELECT RAISE(ABORT, 'who was given something stays known');
END;

CREATE TABLE outside_request (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id    INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,                                  -- the receiver's
  receiver_id  INTEGER NOT NULL,
  number       TEXT    NOT NULL CHECK (length(number) BETWEEN 1 AND 100),  -- of their letter
  dated        INTEGER NOT NULL,                                  -- days since 1970-01-01
  what_for     TEXT    NOT NULL CHECK (length(what_for) BETWEEN 1 AND 4000),
  basis        TEXT    NOT NULL CHECK (length(basis) BETWEEN 1 AND 500),
  due_day      INTEGER,                                           -- days since 1970-01-01
  search_key   TEXT    NOT NULL,                                  -- khien::fold of number and purpose
  state        TEXT    NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
  made_by      INTEGER NOT NULL,
  made_at      INTEGER NOT NULL,                                  -- Unix ms, UTC
  events       INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, receiver_id, number, dated),
  FOREIGN KEY (tenant_id, receiver_id) REFERENCES receiver (tenant_id, id)
) STRICT;
CREATE INDEX outside_request_by_unit ON outside_request (tenant_id, unit_id, id DESC);
CREATE TRIGGER outside_request_never_changes BEFORE UPDATE ON outside_request WHEN
  OLD.state = 'closed' OR NEW.events <= OLD.events OR
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.receiver_id IS NOT OLD.receiver_id OR NEW.number IS NOT OLD.number OR NEW.dated IS NOT OLD.dated OR
  NEW.what_for IS NOT OLD.what_for OR NEW.basis IS NOT OLD.basis OR NEW.due_day IS NOT OLD.due_day OR
  NEW.made_by IS NOT OLD.made_by OR NEW.made_at IS NOT OLD.made_at OR
  instr('open answered closed', NEW.state) < instr('open answered closed', OLD.state)
BEGIN
  SELECT RAISE(ABORT, 'what others asked for does not change');
END;
CREATE TRIGGER outside_request_is_kept BEFORE DELETE ON outside_request
BEGIN
  SELECT RAISE(ABORT, 'what others asked for is kept');
END;

CREATE TABLE outside_event (
  tenant_id   INTEGER NOT NULL,
  request_id  INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number >= 1),
  at          INTEGER NOT NULL,                                   -- Unix ms, UTC
  user_id     INTEGER NOT NULL,
  event       TEXT    NOT NULL CHECK (event IN ('recorded', 'note', 'answered', 'prepared', 'approved', 'refused',
                                                'downloaded', 'received', 'closed')),
  package_id  INTEGER,                                            -- of which it tells
  words       TEXT    NOT NULL CHECK (length(words) <= 8000),
  PRIMARY KEY (tenant_id, request_id, number),
  FOREIGN KEY (tenant_id, request_id) REFERENCES outside_request (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER outside_event_never_changes BEFORE UPDATE ON outside_event
BEGIN
  SELECT RAISE(ABORT, 'what was done is never changed');
END;
CREATE TRIGGER outside_event_is_kept BEFORE DELETE ON outside_event
BEGIN
  SELECT RAISE(ABORT, 'what was done is never removed');
END;

-- What is handed over: files that are there already, by id and hash.
CREATE TABLE evidence_package (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id      INTEGER NOT NULL,
  unit_id        INTEGER NOT NULL,                                -- the request's
  request_id     INTEGER NOT NULL,
  state          TEXT    NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'received')),
  words          TEXT    NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),  -- why these
  made_by        INTEGER NOT NULL,
  made_at        INTEGER NOT NULL,                                -- Unix ms, UTC
  decided_by     INTEGER,
  decided_at     INTEGER,
  manifest       TEXT,                                            -- JSON, as it was approved; goes into the zip to the byte
  receipt        TEXT    NOT NULL DEFAULT '' CHECK (length(receipt) <= 500),
  received_day   INTEGER,                                         -- days since 1970-01-01
  UNIQUE (tenant_id, id),
  CHECK (decided_by IS NOT made_by),
  CHECK ((state IN ('approved', 'received')) = (manifest IS NOT NULL)),
  CHECK ((state = 'waiting') = (decided_by IS NULL)),
  CHECK ((state = 'received') = (received_day IS NOT NULL)),
  FOREIGN KEY (tenant_id, request_id) REFERENCES outside_request (tenant_id, id)
) STRICT;
CREATE INDEX evidence_package_by_request ON evidence_package (tenant_id, request_id, id);
CREATE TRIGGER evidence_package_goes_its_way BEFORE UPDATE ON evidence_package WHEN
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.request_id IS NOT OLD.request_id OR NEW.words IS NOT OLD.words OR NEW.made_by IS NOT OLD.made_by OR
  NEW.made_at IS NOT OLD.made_at OR
  (OLD.state <> 'waiting' AND (NEW.decided_by IS NOT OLD.decided_by OR NEW.decided_at IS NOT OLD.decided_at OR
                               NEW.manifest IS NOT OLD.manifest)) OR
  NOT ((OLD.state = 'waiting' AND NEW.state IN ('approved', 'refused')) OR (OLD.state = 'approved' AND NEW.state = 'received'))
BEGIN
  SELECT RAISE(ABORT, 'a package is decided once');
END;
CREATE TRIGGER evidence_package_is_kept BEFORE DELETE ON evidence_package
BEGIN
  SELECT RAISE(ABORT, 'what was handed over is kept');
END;

CREATE TABLE evidence_package_file (
  tenant_id    INTEGER NOT NULL,
  package_id   INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
  PRIMARY KEY (tenant_id, package_id, evidence_id),
  FOREIGN KEY (tenant_id, package_id) REFERENCES evidence_package (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER evidence_package_file_in_its_turn BEFORE INSERT ON evidence_package_file
WHEN (SELECT p.state FROM evidence_package p WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.package_id) IS NOT 'waiting'
BEGIN
  SELECT RAISE(ABORT, 'what was approved does not grow');
END;
CREATE TRIGGER evidence_package_file_never_changes BEFORE UPDATE ON evidence_package_file
BEGIN
  SELECT RAISE(ABORT, 'what was chosen does not change');
END;
CREATE TRIGGER evidence_package_file_is_kept BEFORE DELETE ON evidence_package_file
BEGIN
  SELECT RAISE(ABORT, 'what was chosen is kept');
END;
