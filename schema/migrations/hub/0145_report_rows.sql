-- owner: reporting only src/reporting writes this table
-- why:   a figure of forty thousand machines walks back to all of them: the snapshot names the
--        first ten thousand and the digest of all, the others are here

CREATE TABLE report_rows (
  tenant_id  INTEGER NOT NULL,
  report_id  INTEGER NOT NULL,
  figure     TEXT    NOT NULL CHECK (length(figure) BETWEEN 1 AND 80),
  part       INTEGER NOT NULL CHECK (part >= 1),                  -- of ten thousand; part 0 is in the snapshot
  keys       TEXT    NOT NULL,                                    -- "machine:17", sorted, a line each
  PRIMARY KEY (tenant_id, report_id, figure, part),
  FOREIGN KEY (tenant_id, report_id) REFERENCES report (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TRIGGER report_rows_of_a_draft BEFORE INSERT ON report_rows
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.report_id) IS NOT 'draft'
BEGIN
  SELECT RAISE(ABORT, 'what a frozen document counted does not change');
END;
CREATE TRIGGER report_rows_are_never_changed BEFORE UPDATE ON report_rows
BEGIN
  SELECT RAISE(ABORT, 'what a document counted does not change');
END;
CREATE TRIGGER report_rows_are_kept BEFORE DELETE ON report_rows
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = OLD.tenant_id AND r.id = OLD.report_id) <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'what a frozen document counted is kept');
END;
