-- owner: roster    only src/roster writes these tables
-- why:   every change of a shift is a word of its own time: one that leaves the time of the last
--        word alone would pass as said before the shift began

DROP TRIGGER duty_shift_that_began_stays;
CREATE TRIGGER duty_shift_that_began_stays BEFORE UPDATE ON duty_shift
WHEN OLD.from_at <= NEW.changed_at OR OLD.removed = 1 OR NEW.changed_at <= OLD.changed_at OR
  EXISTS (SELECT 1 FROM duty_handover h WHERE h.tenant_id = OLD.tenant_id AND h.shift_id = OLD.id) OR
  EXISTS (SELECT 1 FROM duty_ping p WHERE p.tenant_id = OLD.tenant_id AND p.unit_id = OLD.unit_id AND p.asked_at >= OLD.from_at)
BEGIN
  SELECT RAISE(ABORT, 'a shift that has begun does not change');
END;
