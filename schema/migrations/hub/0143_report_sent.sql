-- owner: reporting only src/reporting writes these tables
-- why:   a document proves its duties when it was sent, a wrong one is corrected by another that
--        names it, and documents of one kind follow on each other without a moment lost
--        (docs/adr/0031-frozen-reports.md)

ALTER TABLE report ADD COLUMN replaces_id INTEGER REFERENCES report (id);  -- the frozen one that this one corrects
ALTER TABLE report ADD COLUMN counted_from INTEGER;                         -- Unix ms, UTC: the first moment that counts

-- One correction of each; a correction is corrected in its turn.
CREATE UNIQUE INDEX report_replaced ON report (tenant_id, replaces_id) WHERE replaces_id IS NOT NULL AND state <> 'draft';
-- Those before and after it.
CREATE INDEX report_of_period ON report (tenant_id, kind, unit_id, of_whole, period, id DESC) WHERE state <> 'draft';

CREATE TRIGGER report_replaces_its_like BEFORE INSERT ON report WHEN NEW.replaces_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM report o WHERE o.id = NEW.replaces_id AND o.tenant_id = NEW.tenant_id AND o.unit_id = NEW.unit_id AND
    o.of_whole = NEW.of_whole AND o.kind = NEW.kind AND o.period = NEW.period AND o.state <> 'draft')
BEGIN
  SELECT RAISE(ABORT, 'a document replaces a frozen one of its kind, unit and period');
END;
CREATE TRIGGER report_replaces_one BEFORE UPDATE OF replaces_id ON report WHEN NEW.replaces_id IS NOT OLD.replaces_id
BEGIN
  SELECT RAISE(ABORT, 'what a document replaces is said when it is made');
END;
CREATE TRIGGER report_counted_from_is_frozen BEFORE UPDATE OF counted_from ON report
WHEN OLD.state <> 'draft' AND NEW.counted_from IS NOT OLD.counted_from
BEGIN
  SELECT RAISE(ABORT, 'a frozen document does not change');
END;

-- Proved when it leaves, not when it is frozen.
DROP TRIGGER report_duty_is_made_by_freezing;
CREATE TRIGGER report_duty_is_made_by_sending BEFORE INSERT ON report_duty
WHEN (SELECT r.state FROM report r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.report_id) IS NOT 'frozen'
 AND (SELECT r.state FROM report r WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.report_id) IS NOT 'signed'
BEGIN
  SELECT RAISE(ABORT, 'a document proves what it proved when it was sent');
END;
