-- owner: reporting only src/reporting writes these tables
-- why:   who did what to a document, and to whom it went: nothing of it is ever taken back

CREATE TABLE report_event (
  tenant_id  INTEGER NOT NULL,
  report_id  INTEGER NOT NULL,
  number     INTEGER NOT NULL CHECK (number >= 1),
  what       TEXT    NOT NULL CHECK (what IN ('made', 'counted', 'changed', 'frozen', 'signed', 'sent', 'received')),
  at         INTEGER NOT NULL,                                    -- Unix ms, UTC
  user_id    INTEGER NOT NULL,                                    -- a user; users are never removed
  words      TEXT    NOT NULL,                                    -- number, signer, recipient and channel, receipt
  evidence   TEXT    NOT NULL DEFAULT '[]',                       -- JSON: ids of evidence, of what was sent
  PRIMARY KEY (tenant_id, report_id, number),
  -- A draft that is thrown away takes its own along; the audit log says who threw it.
  FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TRIGGER report_event_is_never_changed BEFORE UPDATE ON report_event
BEGIN
  SELECT RAISE(ABORT, 'what was done to a document is never changed');
END;
CREATE TRIGGER report_event_is_never_removed BEFORE DELETE ON report_event
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = OLD.tenant_id AND r.id = OLD.report_id) <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'what was done to a document is never removed');
END;
