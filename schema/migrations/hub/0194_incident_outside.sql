-- owner: incident  only src/incident writes this column
-- why:   a list of incidents from outside is brought in twice, or again with a row more: what is
--        known by its sender's number is not opened a second time

ALTER TABLE incident ADD COLUMN outside_key TEXT NOT NULL DEFAULT '';  -- the sender's number, folded, or a digest; '' : not of a list
CREATE UNIQUE INDEX incident_by_outside_key ON incident (tenant_id, outside_key) WHERE outside_key <> '';
CREATE TRIGGER incident_keeps_its_outside_key BEFORE UPDATE OF outside_key ON incident WHEN NEW.outside_key IS NOT OLD.outside_key
BEGIN
  SELECT RAISE(ABORT, 'when an incident was detected and how it was opened does not change');
END;
