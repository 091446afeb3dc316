-- owner: incident  only src/incident writes these tables
-- why:   a report to somebody who is not the clock's receiver meets nothing
--        (docs/adr/0032-incidents-never-change-their-past.md)

-- JSON: words of which one names the receiver in what a person writes; [] : anybody, as before.
ALTER TABLE incident_clock ADD COLUMN receiver_words TEXT NOT NULL DEFAULT '[]';
CREATE TRIGGER incident_clock_keeps_its_receiver BEFORE UPDATE OF receiver_words ON incident_clock
WHEN NEW.receiver_words IS NOT OLD.receiver_words
BEGIN
  SELECT RAISE(ABORT, 'a clock runs from detection, and only a report meets it');
END;
