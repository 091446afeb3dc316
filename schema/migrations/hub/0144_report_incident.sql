-- owner: reporting only src/reporting writes this column
-- why:   a report of an incident is made of what was kept of it, and sending it meets the
--        incident's clock in the same act

ALTER TABLE report ADD COLUMN incident_id INTEGER;  -- that it tells of; reporting looks that it is there and in scope
CREATE INDEX report_of_incident ON report (tenant_id, incident_id, id) WHERE incident_id IS NOT NULL;
CREATE TRIGGER report_of_one_incident BEFORE UPDATE OF incident_id ON report WHEN NEW.incident_id IS NOT OLD.incident_id
BEGIN
  SELECT RAISE(ABORT, 'a report tells of one incident');
END;
