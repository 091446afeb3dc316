-- owner: duty      only src/duty writes this table
-- why:   the matrix looks at twelve years of records each time it opens, and nearly
--        all of them cannot change any day's answer: another record of the same
--        unit, duty and period says as much, of the same day or an earlier one.
--        Which ones can is noted when a record is made or handled, by triggers, so
--        that no writer can forget it

-- duty::Mark, were the record alone.
ALTER TABLE duty_record ADD COLUMN mark INTEGER GENERATED ALWAYS AS (
  CASE state WHEN 'approved' THEN 3 + 2 * not_applicable WHEN 'waiting' THEN 2 + 2 * not_applicable
             WHEN 'refused' THEN 1 - not_applicable ELSE 0 END) VIRTUAL;
-- The mark while the record can change an answer; 0: withdrawn, or outdone. Only
-- the triggers below write it.
ALTER TABLE duty_record ADD COLUMN counts INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER duty_record_counts_made AFTER INSERT ON duty_record BEGIN
  UPDATE duty_record SET counts = mark * NOT EXISTS (
    SELECT 1 FROM duty_record o
    WHERE o.tenant_id = duty_record.tenant_id AND o.unit_id = duty_record.unit_id AND o.duty = duty_record.duty
      AND o.period_from = duty_record.period_from AND o.mark >= duty_record.mark AND o.done_on <= duty_record.done_on
      AND (o.mark > duty_record.mark OR o.done_on < duty_record.done_on OR o.id < duty_record.id))
  WHERE tenant_id = NEW.tenant_id AND unit_id = NEW.unit_id AND duty = NEW.duty AND period_from = NEW.period_from;
END;
CREATE TRIGGER duty_record_counts_handled AFTER UPDATE OF state ON duty_record BEGIN
  UPDATE duty_record SET counts = mark * NOT EXISTS (
    SELECT 1 FROM duty_record o
    WHERE o.tenant_id = duty_record.tenant_id AND o.unit_id = duty_record.unit_id AND o.duty = duty_record.duty
      AND o.period_from = duty_record.period_from AND o.mark >= duty_record.mark AND o.done_on <= duty_record.done_on
      AND (o.mark > duty_record.mark OR o.done_on < duty_record.done_on OR o.id < duty_record.id))
  WHERE tenant_id = NEW.tenant_id AND unit_id = NEW.unit_id AND duty = NEW.duty AND period_from = NEW.period_from;
END;
-- What a record is about never changes, and none is removed, so that nothing else
-- can change what counts.
CREATE TRIGGER duty_record_is_about_one_thing
BEFORE UPDATE OF id, tenant_id, unit_id, duty, period_from, done_on, not_applicable ON duty_record BEGIN
  SELECT RAISE(ABORT, 'what a record of a duty is about never changes');
END;
CREATE TRIGGER duty_record_is_never_removed BEFORE DELETE ON duty_record BEGIN
  SELECT RAISE(ABORT, 'records of duties are never removed');
END;

-- All units' records of one duty and period at once, from the index alone.
DROP INDEX duty_record_by_period;
CREATE INDEX duty_record_counting ON duty_record (tenant_id, duty, period_from, unit_id, counts, done_on) WHERE counts > 0;
-- Of events only what is not simply done matters, and that is little.
CREATE INDEX duty_record_unsettled ON duty_record (tenant_id, duty, period_from, unit_id, counts, done_on)
  WHERE counts > 0 AND counts <> 3;

-- Every record that is there: handled anew as what it is.
UPDATE duty_record SET state = state;
