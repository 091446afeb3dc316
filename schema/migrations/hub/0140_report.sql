-- owner: reporting only src/reporting writes these tables
-- why:   a document that leaves the house is frozen: its numbers, its words, its number and
--        day and its bytes never change again (docs/adr/0031-frozen-reports.md)

CREATE TABLE report (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,             -- never used again
  tenant_id        INTEGER NOT NULL,
  unit_id          INTEGER NOT NULL,                              -- that makes it; of the whole: the tenant's root
  of_whole         INTEGER NOT NULL CHECK (of_whole IN (0, 1)),   -- the standing body's, for all units
  kind             TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 60),
  period           TEXT    NOT NULL CHECK (length(period) BETWEEN 4 AND 10),  -- "2026-Q3"
  period_from      INTEGER NOT NULL,                              -- days since 1970-01-01
  period_to        INTEGER NOT NULL,                              -- its last day
  state            TEXT    NOT NULL CHECK (state IN ('draft', 'frozen', 'signed', 'sent', 'received')),
  cut_off          INTEGER NOT NULL,                              -- Unix ms, UTC: nothing later was counted
  digest           BLOB    NOT NULL CHECK (length(digest) = 32),  -- SHA-256 of the snapshot
  made_by          INTEGER NOT NULL,                              -- a user; users are never removed
  made_at          INTEGER NOT NULL,                              -- Unix ms, UTC
  symbol           TEXT    NOT NULL,                              -- what follows the number: "BC-SKHCN"
  number           INTEGER CHECK (number BETWEEN 1 AND 99999),
  issued_day       INTEGER,                                       -- days since 1970-01-01
  issued_year      INTEGER,
  evidence_id      INTEGER,                                       -- the frozen PDF as proof of a duty
  signer           TEXT    NOT NULL DEFAULT '',                   -- whose certificates signed it
  sent_day         INTEGER,                                       -- days since 1970-01-01
  events           INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  CHECK (period_from <= period_to),
  CHECK ((state = 'draft') = (number IS NULL)),
  CHECK ((number IS NULL) = (issued_day IS NULL)),
  CHECK ((number IS NULL) = (issued_year IS NULL)),
  CHECK (state NOT IN ('sent', 'received') OR sent_day IS NOT NULL),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
-- Each issuer counts its own documents of a symbol anew every year (Decree 30/2020/NĐ-CP).
-- All communes write "BC-UBND": the issuer is the unit, not the symbol alone.
CREATE UNIQUE INDEX report_number ON report (tenant_id, unit_id, symbol, issued_year, number) WHERE number IS NOT NULL;
CREATE INDEX report_by_unit ON report (tenant_id, unit_id, id DESC);
-- The one before.
CREATE INDEX report_by_period ON report (tenant_id, kind, unit_id, of_whole, period_to DESC, id DESC) WHERE state <> 'draft';
-- By what a person holds in hand.
CREATE INDEX report_by_digest ON report (tenant_id, digest) WHERE state <> 'draft';

CREATE TRIGGER report_begins_as_draft BEFORE INSERT ON report WHEN NEW.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a document begins as a draft');
END;
-- What is said of it once is said for ever; on its way it goes on, never back.
CREATE TRIGGER report_is_frozen BEFORE UPDATE ON report WHEN OLD.state <> 'draft' AND (
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.of_whole IS NOT OLD.of_whole OR NEW.kind IS NOT OLD.kind OR NEW.period IS NOT OLD.period OR
  NEW.period_from IS NOT OLD.period_from OR NEW.period_to IS NOT OLD.period_to OR
  NEW.cut_off IS NOT OLD.cut_off OR NEW.digest IS NOT OLD.digest OR NEW.made_by IS NOT OLD.made_by OR
  NEW.made_at IS NOT OLD.made_at OR NEW.symbol IS NOT OLD.symbol OR NEW.number IS NOT OLD.number OR
  NEW.issued_day IS NOT OLD.issued_day OR NEW.issued_year IS NOT OLD.issued_year OR
  (OLD.evidence_id IS NOT NULL AND NEW.evidence_id IS NOT OLD.evidence_id) OR
  (NEW.signer IS NOT OLD.signer AND NOT (OLD.state = 'frozen' AND NEW.state = 'signed')) OR
  (OLD.sent_day IS NOT NULL AND NEW.sent_day IS NOT OLD.sent_day) OR
  NEW.events NOT BETWEEN OLD.events AND OLD.events + 1 OR
  instr('draft frozen signed sent received', NEW.state) < instr('draft frozen signed sent received', OLD.state))
BEGIN
  SELECT RAISE(ABORT, 'a frozen document does not change');
END;
CREATE TRIGGER report_is_kept BEFORE DELETE ON report WHEN OLD.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a frozen document is kept');
END;

-- What was counted, and how its kind read then: both are read again years later.
CREATE TABLE report_snapshot (
  tenant_id  INTEGER NOT NULL,
  report_id  INTEGER NOT NULL,
  kind       TEXT    NOT NULL,                                    -- YAML of content/reports
  snapshot   TEXT    NOT NULL,                                    -- canonical JSON of report::Snapshot
  PRIMARY KEY (tenant_id, report_id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE TRIGGER report_snapshot_is_frozen BEFORE UPDATE ON report_snapshot
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = OLD.tenant_id AND r.id = OLD.report_id) <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'what a frozen document counted does not change');
END;
CREATE TRIGGER report_snapshot_is_kept BEFORE DELETE ON report_snapshot
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = OLD.tenant_id AND r.id = OLD.report_id) <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'what a frozen document counted is kept');
END;

-- The bytes as they were issued, and as they came back signed.
CREATE TABLE report_document (
  tenant_id  INTEGER NOT NULL,
  report_id  INTEGER NOT NULL,
  what       TEXT    NOT NULL CHECK (what IN ('frozen', 'signed')),
  sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
  bytes      BLOB    NOT NULL CHECK (length(bytes) <= 10485760),
  PRIMARY KEY (tenant_id, report_id, what),
  FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id)
) STRICT;
CREATE INDEX report_document_by_digest ON report_document (tenant_id, sha256);
-- The issued bytes come while it is frozen, the signed ones to what is.
CREATE TRIGGER report_document_in_its_turn BEFORE INSERT ON report_document
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.report_id)
  IS NOT (CASE NEW.what WHEN 'frozen' THEN 'draft' ELSE 'frozen' END)
BEGIN
  SELECT RAISE(ABORT, 'a document is kept in its turn');
END;
CREATE TRIGGER report_document_is_never_changed BEFORE UPDATE ON report_document
BEGIN
  SELECT RAISE(ABORT, 'an issued document does not change');
END;
CREATE TRIGGER report_document_is_never_removed BEFORE DELETE ON report_document
BEGIN
  SELECT RAISE(ABORT, 'an issued document is kept');
END;

-- Which records of duties it made.
CREATE TABLE report_duty (
  tenant_id  INTEGER NOT NULL,
  report_id  INTEGER NOT NULL,
  record_id  INTEGER NOT NULL,
  unit_id    INTEGER NOT NULL,                                    -- the record's
  duty       TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, report_id, record_id),
  FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id),
  FOREIGN KEY (tenant_id, record_id, unit_id) REFERENCES duty_record (tenant_id, id, unit_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER report_duty_is_made_by_freezing BEFORE INSERT ON report_duty
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.report_id) IS NOT 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a frozen document proves what it proved');
END;
CREATE TRIGGER report_duty_is_never_changed BEFORE UPDATE ON report_duty
BEGIN
  SELECT RAISE(ABORT, 'a frozen document proves what it proved');
END;
CREATE TRIGGER report_duty_is_never_removed BEFORE DELETE ON report_duty
BEGIN
  SELECT RAISE(ABORT, 'a frozen document proves what it proved');
END;
