-- owner: request  only src/request writes these tables
-- why:   a unit asks for help from where it is stuck; what was answered and how it looked before and
--        after is kept, and found again by whoever is stuck there next (docs/adr/0036-requests.md)

CREATE TABLE help_request (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,                -- never used again
  tenant_id     INTEGER NOT NULL,
  unit_id       INTEGER NOT NULL,
  title         TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  about         TEXT    NOT NULL CHECK (about IN ('page', 'finding', 'machine', 'site_case', 'advisory', 'duty', 'incident', 'request')),
  about_id      TEXT    NOT NULL CHECK (length(about_id) <= 200), -- of the thing; empty for a page
  page          TEXT    NOT NULL CHECK (length(page) <= 500),     -- path in the interface
  state         TEXT    NOT NULL CHECK (state IN ('asked', 'taken', 'answered', 'unsolved', 'solved')),
  asked_by      INTEGER NOT NULL,                                 -- a user; users are never removed
  asked_at      INTEGER NOT NULL,                                 -- Unix ms, UTC
  entered_at    INTEGER NOT NULL,                                 -- its present state
  taken_by      INTEGER,                                          -- who works on it
  answered_at   INTEGER,                                          -- first
  folded        TEXT    NOT NULL,                                 -- its words and answers, to look in
  events        INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX help_request_by_unit ON help_request (tenant_id, unit_id, state, id);
CREATE INDEX help_request_by_state ON help_request (tenant_id, state, id);
CREATE INDEX help_request_by_answer ON help_request (tenant_id, answered_at) WHERE answered_at IS NOT NULL;

CREATE TRIGGER help_request_goes_its_way BEFORE UPDATE ON help_request WHEN
  OLD.state = 'solved' OR NEW.events <= OLD.events OR
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.title IS NOT OLD.title OR NEW.about IS NOT OLD.about OR NEW.about_id IS NOT OLD.about_id OR NEW.page IS NOT OLD.page OR
  NEW.asked_by IS NOT OLD.asked_by OR NEW.asked_at IS NOT OLD.asked_at OR
  (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at) OR
  (NEW.state <> OLD.state AND instr(CASE OLD.state
     WHEN 'asked' THEN ' taken answered solved ' WHEN 'taken' THEN ' answered solved '
     WHEN 'answered' THEN ' solved unsolved ' WHEN 'unsolved' THEN ' taken answered solved ' ELSE '' END,
     ' ' || NEW.state || ' ') = 0)
BEGIN
  SELECT RAISE(ABORT, 'a request for help goes on, not back');
END;
CREATE TRIGGER help_request_is_kept BEFORE DELETE ON help_request
BEGIN
  SELECT RAISE(ABORT, 'what was asked is kept');
END;

CREATE TABLE help_event (
  tenant_id    INTEGER NOT NULL,
  help_id      INTEGER NOT NULL,
  number       INTEGER NOT NULL CHECK (number >= 1),
  at           INTEGER NOT NULL,                                  -- Unix ms, UTC
  user_id      INTEGER NOT NULL,
  event        TEXT    NOT NULL CHECK (event IN ('asked', 'taken', 'said', 'answered', 'unsolved', 'solved')),
  words        TEXT    NOT NULL CHECK (length(words) <= 8000),
  before_text  TEXT    NOT NULL CHECK (length(before_text) <= 4000),  -- how it was
  after_text   TEXT    NOT NULL CHECK (length(after_text) <= 4000),   -- how it is now
  evidence     TEXT    NOT NULL DEFAULT '[]',                     -- JSON: ids
  PRIMARY KEY (tenant_id, help_id, number),
  FOREIGN KEY (tenant_id, help_id) REFERENCES help_request (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER help_event_never_changes BEFORE UPDATE ON help_event
BEGIN
  SELECT RAISE(ABORT, 'what was said is never changed');
END;
CREATE TRIGGER help_event_is_kept BEFORE DELETE ON help_event
BEGIN
  SELECT RAISE(ABORT, 'what was said is never removed');
END;
